//! Counts what shoppers buy together: a map for each shop, which grows large, and one small table made once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Multiplies: the keys are numbers of our own.
#[derive(Default)]
struct Multiplying(u64);

impl Hasher for Multiplying {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }
    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

type Counts = HashMap<u32, u32, BuildHasherDefault<Multiplying>>;

struct Shop {
    region: u32,
    articles: Vec<u32>,
}

fn shops(count: u32) -> Vec<Shop> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count)
        .map(|number| {
            let articles = (0..2000)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    ((state >> 30) as u32 % 1000) * (1 + state as u32 % 3)
                })
                .collect();
            Shop {
                region: number % 5,
                articles,
            }
        })
        .collect()
}

fn weights() -> HashMap<u32, f64> {
    HashMap::from([(0, 1.0), (1, 1.5), (2, 0.75), (3, 1.25), (4, 2.0)])
}

fn bestseller(shop: &Shop) -> u32 {
    let mut counts = Counts::default();
    counts.reserve(2048);
    for article in &shop.articles {
        *counts.entry(*article).or_insert(0) += 1;
    }
    counts.into_iter().map(|(article, count)| count * 10_000 + article).max().unwrap_or(0)
}

pub fn run(scale: usize) {
    let shops = shops(300);
    let weights = weights();
    let mut total = 0.0;
    for week in 0..scale * 4 {
        for shop in shops.iter().skip(week % 7) {
            total += f64::from(bestseller(shop)) * weights[&shop.region];
        }
    }
    println!("{} shops, {total:.1}", shops.len());
}
