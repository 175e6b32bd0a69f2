//! Matches orders by price and time.

use std::collections::{BTreeMap, VecDeque};

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Buy,
    Sell,
}

struct Order {
    trader: u32,
    quantity: u32,
}

#[derive(Default)]
struct Book {
    bids: BTreeMap<u32, VecDeque<Order>>,
    asks: BTreeMap<u32, VecDeque<Order>>,
    traded: u64,
    turnover: u64,
}

impl Book {
    fn submit(&mut self, side: Side, price: u32, mut order: Order) {
        while order.quantity > 0 {
            let best = match side {
                Side::Buy => self.asks.first_entry().filter(|level| *level.key() <= price),
                Side::Sell => self.bids.last_entry().filter(|level| *level.key() >= price),
            };
            let Some(mut level) = best else { break };
            let at = *level.key();
            let resting = level.get_mut();
            while let Some(first) = resting.front_mut() {
                let quantity = order.quantity.min(first.quantity);
                order.quantity -= quantity;
                first.quantity -= quantity;
                self.traded += u64::from(quantity);
                self.turnover += u64::from(quantity) * u64::from(at) + u64::from(first.trader & 1);
                if first.quantity > 0 {
                    break;
                }
                resting.pop_front();
            }
            if resting.is_empty() {
                level.remove();
            }
        }
        if order.quantity > 0 {
            let levels = if side == Side::Buy {
                &mut self.bids
            } else {
                &mut self.asks
            };
            levels.entry(price).or_default().push_back(order);
        }
    }

    fn spread(&self) -> Option<u32> {
        let (bid, ask) = (self.bids.last_key_value()?, self.asks.first_key_value()?);
        Some(ask.0 - bid.0)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(33);
    let mut book = Book::default();
    let (mut spreads, mut middle) = (0u64, 50_000.0f64);
    for trader in 0..8_000_000 * scale as u32 {
        middle = (middle + (random.unit() - 0.5) * 4.0).clamp(10_000.0, 90_000.0);
        let side = random.pick(&[Side::Buy, Side::Sell]);
        let away = random.below(60) as f64 - 20.0;
        let price = if side == Side::Buy {
            middle - away
        } else {
            middle + away
        };
        book.submit(
            side,
            price as u32,
            Order {
                trader,
                quantity: 1 + random.below(100) as u32,
            },
        );
        spreads += u64::from(book.spread().unwrap_or(0));
    }
    println!("{} {} {spreads}", book.traded, book.turnover);
}
