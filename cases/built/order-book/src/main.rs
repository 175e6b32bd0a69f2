//! Matches orders in price levels. Debug assertions check after each order that the book is in order.

#[expect(dead_code, reason = "not every program needs all kinds of random values")]
#[path = "../../../planted/src/random.rs"]
mod random;

use random::Random;
use std::collections::VecDeque;

#[derive(Clone, Copy)]
struct Order {
    price: usize,
    quantity: u32,
    is_buy: bool,
}

/// The orders of one price, oldest first, and their sum.
#[derive(Default)]
struct Level {
    orders: VecDeque<u32>,
    quantity: u64,
}

struct Book {
    buys: Vec<Level>,
    sells: Vec<Level>,
    best_buy: usize,
    best_sell: usize,
    traded: u64,
}

impl Level {
    fn add(&mut self, quantity: u32) {
        self.orders.push_back(quantity);
        self.quantity += u64::from(quantity);
    }

    /// Takes up to so much and tells how much it was.
    fn take(&mut self, wanted: u32) -> u32 {
        let mut taken = 0;
        while let Some(first) = self.orders.front_mut().filter(|_| taken < wanted) {
            let part = (*first).min(wanted - taken);
            *first -= part;
            taken += part;
            if *first == 0 {
                self.orders.pop_front();
            }
        }
        self.quantity -= u64::from(taken);
        taken
    }
}

impl Book {
    fn new(prices: usize) -> Self {
        let levels = || (0..prices).map(|_| Level::default()).collect();
        Self {
            buys: levels(),
            sells: levels(),
            best_buy: 0,
            best_sell: prices - 1,
            traded: 0,
        }
    }

    fn submit(&mut self, order: Order) {
        let mut left = order.quantity;
        if order.is_buy {
            while left > 0 && self.best_sell <= order.price {
                left -= self.sells[self.best_sell].take(left);
                self.best_sell = next(&self.sells, self.best_sell, 1);
            }
            if left > 0 {
                self.buys[order.price].add(left);
                self.best_buy = self.best_buy.max(order.price);
            }
        } else {
            while left > 0 && self.best_buy >= order.price && self.buys[self.best_buy].quantity > 0 {
                left -= self.buys[self.best_buy].take(left);
                self.best_buy = next(&self.buys, self.best_buy, usize::MAX);
            }
            if left > 0 {
                self.sells[order.price].add(left);
                self.best_sell = self.best_sell.min(order.price);
            }
        }
        self.traded += u64::from(order.quantity - left);
        debug_assert!(self.is_consistent());
    }

    fn is_consistent(&self) -> bool {
        let sums = |levels: &[Level]| {
            levels
                .iter()
                .all(|level| level.quantity == level.orders.iter().map(|&quantity| u64::from(quantity)).sum::<u64>())
        };
        sums(&self.buys) && sums(&self.sells)
    }
}

/// The next level in a direction that has orders, or the last one.
fn next(levels: &[Level], from: usize, step: usize) -> usize {
    let mut at = from;
    while levels[at].quantity == 0 {
        match at.wrapping_add(step) {
            after if after < levels.len() => at = after,
            _ => break,
        }
    }
    at
}

fn main() {
    let scale: usize = std::env::args().nth(1).and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let mut random = Random::new(431);
    let mut book = Book::new(200);
    for _ in 0..150_000 * scale {
        let is_buy = random.below(2) == 0;
        let spread = random.below(60);
        book.submit(Order {
            price: if is_buy { 70 + spread } else { 129 - spread },
            quantity: 1 + random.below(100) as u32,
            is_buy,
        });
    }
    println!("{} traded, best {} and {}", book.traded, book.best_buy, book.best_sell);
}
