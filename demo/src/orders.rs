//! The year's orders. The shop's database is simulated, so that every run sees the same ones.

use crate::catalogue::Catalogue;

pub struct Order {
    pub number: u32,
    pub customer: usize,
    /// Day of the year, from 0.
    pub day: u32,
    pub lines: Vec<Line>,
}

#[derive(Clone, Copy)]
pub struct Line {
    pub article: u32,
    pub quantity: u32,
    pub grams: u32,
}

/// Marsaglia's xorshift: enough randomness for a simulation.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

pub fn read(count: usize, catalogue: &Catalogue, customers: usize) -> Vec<Order> {
    let mut random = Random::new(2025);
    let mut orders = Vec::with_capacity(count);
    for index in 0..count {
        let n_lines = 3 + random.below(4);
        let line = |_| {
            let article = catalogue.article(random.below(catalogue.len()));
            Line {
                article,
                quantity: 1 + random.below(48) as u32,
                grams: 150 + random.below(900) as u32,
            }
        };
        let lines = (0..n_lines).map(line).collect();
        let day = (index * 365 / count) as u32;
        orders.push(Order {
            number: index as u32,
            customer: random.below(customers),
            day,
            lines,
        });
    }
    orders
}
