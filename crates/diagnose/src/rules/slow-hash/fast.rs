//! Counts page views per product and finds what is trending.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes one integer by a multiplication: the ids are our own, nobody can attack them.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(id)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

// [page]
type ById<V> = HashMap<u32, V, BuildHasherDefault<IdHasher>>;
// [/page]

struct View {
    product: u32,
    seconds: u32,
}

#[derive(Default)]
struct Interest {
    views: u64,
    seconds: u64,
}

fn browse(views: usize, products: u32) -> Vec<View> {
    let mut state = 0x853c_49e6_748f_ea9b_u64;
    (0..views)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let popular = (state >> 20) as u32 % products;
            View {
                product: popular * 97 + 1000,
                seconds: (state >> 45) as u32 % 120,
            }
        })
        .collect()
}

// [page]
fn count(views: &[View], interest: &mut ById<Interest>) {
    for view in views {
        let product = interest.entry(view.product).or_default();
        product.views += 1;
        product.seconds += u64::from(view.seconds);
    }
}
// [/page]

/// Weighs a product's views by how long they lasted, on the marketing team's curve.
fn trend(interest: &Interest, days: u32) -> f64 {
    let mut weight = interest.seconds as f64 / interest.views as f64;
    for day in 0..days {
        weight = (weight * 1.03 + f64::from(day % 7)).sqrt() * 2.5;
    }
    weight
}

pub fn run(scale: usize) {
    let views = browse(400_000, 2000);
    let mut interest = ById::with_capacity_and_hasher(4000, BuildHasherDefault::default());
    let mut best = 0.0_f64;
    for _ in 0..scale * 20 {
        count(&views, &mut interest);
        best = interest
            .values()
            .map(|interest| trend(interest, 90))
            .fold(best, f64::max);
    }
    let total: u64 = interest
        .values()
        .map(|interest| interest.views + interest.seconds)
        .sum();
    println!("{} products, total {total}, best {best:.6}", interest.len());
}
