//! Estimates how often a hand of poker wins, by playing it many times.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Card {
    rank: u8,
    suit: u8,
}

struct Dealer {
    random: Random,
}

impl Dealer {
    /// A card that nobody holds yet.
    fn deal(&mut self, held: &[Card]) -> Card {
        loop {
            let number = self.random.below(52) as u8;
            let card = Card {
                rank: number / 4,
                suit: number % 4,
            };
            if !held.contains(&card) {
                return card;
            }
        }
    }
}

/// The larger, the better.
fn value(hand: &[Card]) -> (u8, u8, u8) {
    let mut counts = [0u8; 13];
    hand.iter().for_each(|card| counts[usize::from(card.rank)] += 1);
    let flush = (0..4).any(|suit| hand.iter().filter(|card| card.suit == suit).count() >= 5);
    let straight = (0..9)
        .rev()
        .find(|&low| counts[low..low + 5].iter().all(|&count| count > 0));
    let best = |least: u8, but: u8| {
        (0..13u8)
            .rev()
            .find(|&rank| rank != but && counts[usize::from(rank)] >= least)
    };
    let top = best(1, 99).unwrap_or(0);
    match (best(4, 99), best(3, 99), best(2, 99)) {
        (Some(rank), ..) => (7, rank, top),
        (_, Some(rank), _) if best(2, rank).is_some() => (6, rank, best(2, rank).unwrap_or(0)),
        _ if flush => (5, top, 0),
        _ if straight.is_some() => (4, straight.unwrap_or(0) as u8, 0),
        (_, Some(rank), _) => (3, rank, top),
        (_, _, Some(rank)) if best(2, rank).is_some() => (2, rank, best(2, rank).unwrap_or(0)),
        (_, _, Some(rank)) => (1, rank, top),
        _ => (0, top, 0),
    }
}

pub fn run(scale: usize) {
    let mut dealer = Dealer {
        random: Random::new(31),
    };
    let (mut won, mut split) = (0, 0);
    for _ in 0..1_500_000 * scale {
        let mut cards = [Card { rank: 12, suit: 0 }; 9];
        cards[1] = Card { rank: 11, suit: 0 };
        for place in 2..9 {
            cards[place] = dealer.deal(&cards[..place]);
        }
        let mut mine = [cards[0]; 7];
        mine.copy_from_slice(&cards[..7]);
        mine.sort_unstable();
        let mut theirs = [cards[0]; 7];
        theirs.copy_from_slice(&cards[2..]);
        theirs.sort_unstable();
        match value(&mine).cmp(&value(&theirs)) {
            std::cmp::Ordering::Greater => won += 1,
            std::cmp::Ordering::Equal => split += 1,
            std::cmp::Ordering::Less => {}
        }
    }
    println!("{won} {split}");
}
