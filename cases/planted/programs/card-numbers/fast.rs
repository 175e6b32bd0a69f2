//! Screens a stream of payments for mistyped card numbers and for issuers.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Card(u64);

impl Card {
    /// From the last to the first.
    fn digits(self) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(self.0), |rest| Some(rest / 10).filter(|&rest| rest > 0))
            .map(|rest| (rest % 10) as u32)
    }

    fn is_valid(self) -> bool {
        let sum: u32 = self
            .digits()
            .enumerate()
            .map(|(place, digit)| match (place % 2, digit) {
                (0, digit) => digit,
                (_, digit) if digit > 4 => 2 * digit - 9,
                (_, digit) => 2 * digit,
            })
            .sum();
        sum.is_multiple_of(10)
    }
}

trait Check {
    fn name(&self) -> &'static str;
    fn rejects(&self, payment: &Payment) -> bool;
}

struct Payment {
    card: Card,
    cents: u64,
}

struct CheckDigit;
struct Limit(u64);

impl Check for CheckDigit {
    fn name(&self) -> &'static str {
        "check digit"
    }

    fn rejects(&self, payment: &Payment) -> bool {
        !payment.card.is_valid()
    }
}

impl Check for Limit {
    fn name(&self) -> &'static str {
        "limit"
    }

    fn rejects(&self, payment: &Payment) -> bool {
        payment.cents > self.0
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(27);
    let checks: [Box<dyn Check>; 2] = [Box::new(Limit(950_000)), Box::new(CheckDigit)];
    let mut rejected = [0u64; 2];
    for _ in 0..8_000_000 * scale {
        let card = Card(4_000_000_000_000_000 + random.below(999_999_999_999_999) as u64);
        let payment = Payment {
            card,
            cents: random.below(1_000_000) as u64,
        };
        if let Some(place) = checks.iter().position(|check| check.rejects(&payment)) {
            rejected[place] += 1;
        }
    }
    for (check, count) in checks.iter().zip(rejected) {
        println!("{}: {count}", check.name());
    }
}
