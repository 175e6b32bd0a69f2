//! Plays the events of a planning board and keeps the largest amount of open work.

use crate::random::Random;
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Backlog,
    Doing,
    Review,
    Done,
}

#[derive(Clone)]
struct Card {
    points: u32,
    column: Column,
    touched: u64,
}

enum Event {
    Move { card: usize, to: Column },
    Estimate { card: usize, points: u32 },
    Touch { card: usize },
}

/// What the views of the board share.
struct Board {
    cards: Rc<Vec<Card>>,
    open: u64,
    peak: u64,
}

impl Board {
    fn new(cards: Vec<Card>) -> Self {
        let open = cards.iter().map(open_points).sum();
        Self {
            cards: Rc::new(cards),
            open,
            peak: open,
        }
    }

    fn snapshot(&self) -> Rc<Vec<Card>> {
        Rc::clone(&self.cards)
    }

    fn apply(&mut self, event: &Event, now: u64) {
        let card = event.card();
        let before = self.snapshot(); //~
        let changed = &mut Rc::make_mut(&mut self.cards)[card]; //~
        changed.touched = now;
        match *event {
            Event::Move { to, .. } => changed.column = to,
            Event::Estimate { points, .. } => changed.points = points,
            Event::Touch { .. } => {}
        }
        let after = open_points(changed);
        self.account(open_points(&before[card]), after);
    }

    fn account(&mut self, before: u64, after: u64) {
        self.open = self.open + after - before;
        self.peak = self.peak.max(self.open);
    }
}

impl Event {
    fn card(&self) -> usize {
        match *self {
            Self::Move { card, .. } | Self::Estimate { card, .. } | Self::Touch { card } => card,
        }
    }
}

fn open_points(card: &Card) -> u64 {
    if card.column == Column::Done {
        0
    } else {
        u64::from(card.points)
    }
}

fn cards(count: usize) -> Vec<Card> {
    let mut random = Random::new(74);
    (0..count)
        .map(|_| Card {
            points: 1 + random.below(13) as u32,
            column: random.pick(&[Column::Backlog, Column::Doing, Column::Review, Column::Done]),
            touched: 0,
        })
        .collect()
}

fn events(cards: usize, count: usize) -> Vec<Event> {
    let mut random = Random::new(75);
    (0..count)
        .map(|_| {
            let card = random.below(cards);
            match random.below(4) {
                0 => Event::Estimate {
                    card,
                    points: 1 + random.below(13) as u32,
                },
                1 => Event::Touch { card },
                _ => Event::Move {
                    card,
                    to: random.pick(&[Column::Doing, Column::Review, Column::Done]),
                },
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut board = Board::new(cards(700));
    let events = events(700, 10_000);
    let mut published = board.snapshot();
    for round in 0..150 * scale as u64 {
        for (step, event) in events.iter().enumerate() {
            board.apply(event, round * 10_000 + step as u64);
        }
        published = board.snapshot();
    }
    let done = published.iter().filter(|card| card.column == Column::Done).count();
    println!("{} points open, {} at most, {done} cards done", board.open, board.peak);
}
