//! Four workers hash records; each counts the collisions that it saw in its own slot, which a monitor could read.

use crate::random::Random;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const WORKERS: usize = 4;

struct Pool {
    collisions: Vec<AtomicU64>,
}

impl Pool {
    fn new() -> Self {
        Self {
            collisions: (0..WORKERS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn work(&self, worker: usize, records: &[u64]) {
        let mut seen = vec![0u64; 1 << 10];
        let mut collisions = 0;
        for &record in records {
            let slot = (record.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize;
            if seen[slot] != record {
                seen[slot] = record;
                collisions += 1;
            }
        }
        self.collisions[worker].fetch_add(collisions, Relaxed);
    }

    fn total(&self) -> u64 {
        self.collisions.iter().map(|count| count.load(Relaxed)).sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(99);
    let records: Vec<u64> = (0..150_000).map(|_| random.next()).collect();
    let pool = Pool::new();
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (pool, records) = (&pool, &records);
            scope.spawn(move || (0..scale).for_each(|_| pool.work(worker, records)));
        }
    });
    println!("{} collisions", pool.total());
}
