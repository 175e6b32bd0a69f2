//! Replays a card game: each turn asks which cards may be played, and looks at the answer.

#[derive(Clone, Copy, PartialEq)]
struct Card {
    suit: u8,
    rank: u8,
}

struct Deck {
    state: u64,
}

impl Deck {
    fn draw(&mut self) -> Card {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Card {
            suit: (self.state >> 33) as u8 % 4,
            rank: (self.state >> 40) as u8 % 13,
        }
    }
}

/// The cards of a hand that follow the open card.
fn playable(hand: &[Card], open: Card) -> Vec<Card> {
    let mut cards = Vec::with_capacity(hand.len());
    for card in hand {
        if card.suit == open.suit || card.rank == open.rank {
            cards.push(*card);
        }
    }
    cards
}

/// The turns until the hand is empty, with one card drawn whenever none can be played.
fn play(deck: &mut Deck, hand: &mut Vec<Card>) -> u64 {
    let mut open = deck.draw();
    let mut turns = 0;
    while !hand.is_empty() && turns < 400 {
        let options = playable(hand, open); //~ allocation-churn
        let same_suit = options.iter().filter(|card| card.suit == open.suit).count();
        if options.is_empty() {
            hand.push(deck.draw());
        } else {
            open = options[same_suit % options.len()];
            hand.retain(|card| *card != open);
        }
        turns += 1;
    }
    turns
}

pub fn run(scale: usize) {
    let mut deck = Deck { state: 42 };
    let (mut hand, mut turns) = (Vec::new(), 0);
    for _ in 0..scale * 18_000 {
        hand.clear();
        for _ in 0..8 {
            hand.push(deck.draw());
        }
        turns += play(&mut deck, &mut hand);
    }
    println!("{turns} turns");
}
