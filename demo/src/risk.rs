//! Rates the risk of each order on four threads.

use crate::orders::{Line, Order};
use std::sync::{Mutex, PoisonError};
use std::thread;

const THREADS: usize = 4;
const BATCH: usize = 500;

pub struct Risk {
    pub risky: u64,
    by_day: Vec<f64>,
}

impl Risk {
    /// A default hurts for the rest of the year, a little less each day.
    fn add(&mut self, day: u32, score: f64) {
        self.risky += u64::from(score > 0.84);
        let mut open = score;
        for total in self.by_day.iter_mut().skip(day as usize) {
            *total += open;
            open *= 0.99;
        }
    }

    pub fn worst_day(&self) -> f64 {
        self.by_day.iter().copied().fold(0.0, f64::max)
    }
}

pub fn rate(orders: &[Order]) -> Risk {
    let risk = Mutex::new(Risk {
        risky: 0,
        by_day: vec![0.0; 365],
    });
    thread::scope(|scope| {
        for part in orders.chunks(orders.len().div_ceil(THREADS).max(1)) {
            let risk = &risk;
            scope.spawn(move || {
                for batch in part.chunks(BATCH) {
                    let mut risk = risk.lock().unwrap_or_else(PoisonError::into_inner);
                    for order in batch {
                        order.lines.iter().for_each(|line| risk.add(order.day, score(line)));
                    }
                }
            });
        }
    });
    risk.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A short logistic recurrence, fitted by the payment provider.
fn score(line: &Line) -> f64 {
    let mut score = 0.3 + f64::from(line.grams) / 5000.0;
    for _ in 0..9 {
        score = 3.57 * score * (1.0 - score) * (1.0 - 0.05 / f64::from(line.quantity + 1));
    }
    score
}
