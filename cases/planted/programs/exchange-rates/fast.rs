//! Prices baskets in several currencies while the exchange rates are updated now and then.

use crate::random::Random;
use std::sync::RwLock;
use std::thread;

struct Rates {
    /// For each currency the rates of the last days, newest last.
    history: Vec<Vec<f64>>,
    updates: u32,
}

struct Market {
    rates: RwLock<Rates>,
}

#[derive(Clone, Copy)]
struct Item {
    currency: usize,
    cents: u32,
}

impl Rates {
    fn opening(currencies: usize, days: usize) -> Self {
        let history = (0..currencies)
            .map(|currency| {
                (0..days)
                    .map(|day| 1.0 + currency as f64 / 10.0 + (day % 7) as f64 / 100.0)
                    .collect()
            })
            .collect();
        Self { history, updates: 0 }
    }

    /// Weighted mean: newer days count more.
    fn smoothed(&self, currency: usize) -> f64 {
        let days = &self.history[currency];
        let (sum, weights) = days.iter().zip(1..).fold((0.0, 0.0), |(sum, weights), (rate, day)| {
            let weight = f64::from(day);
            (sum + rate * weight, weights + weight)
        });
        sum / weights
    }
}

impl Market {
    fn price(&self, basket: &[Item]) -> f64 {
        let rates = self.rates.read().expect("no thread panics");
        basket
            .iter()
            .map(|item| f64::from(item.cents) * rates.smoothed(item.currency))
            .sum()
    }

    fn update(&self, currency: usize) {
        let mut rates = self.rates.write().expect("no thread panics");
        rates.history[currency].rotate_left(1);
        rates.updates += 1;
    }
}

fn shop(market: &Market, seed: u64, baskets: usize) -> f64 {
    let mut random = Random::new(seed);
    let mut turnover = 0.0;
    for number in 1..=baskets {
        let basket: [Item; 5] = std::array::from_fn(|_| Item {
            currency: random.below(12),
            cents: 100 + random.below(9_000) as u32,
        });
        turnover += market.price(&basket);
        if number % 20_000 == 0 {
            // Full circles leave the table as it was, so that the sum does not depend on the threads' order.
            (0..7).for_each(|_| market.update(number / 20_000 % 12));
        }
    }
    turnover
}

pub fn run(scale: usize) {
    let market = Market {
        rates: RwLock::new(Rates::opening(12, 70)),
    };
    let turnovers = thread::scope(|scope| {
        let shops: Vec<_> = (0..2)
            .map(|seed| {
                let market = &market;
                scope.spawn(move || shop(market, 263 + seed, 1_600_000 * scale))
            })
            .collect();
        shops
            .into_iter()
            .map(|shop| shop.join().expect("no thread panics"))
            .sum::<f64>()
    });
    println!("turnover {:.0}k", turnovers / 1e9);
}
