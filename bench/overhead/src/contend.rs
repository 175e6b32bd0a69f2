//! Two threads that count in one map behind one lock.

use crate::Random;
use std::collections::HashMap;
use std::sync::Mutex;

pub fn run(size: u64) -> usize {
    let counts = Mutex::new(HashMap::<u64, u64>::new());
    std::thread::scope(|scope| {
        for seed in 0..2 {
            let counts = &counts;
            scope.spawn(move || {
                let mut random = Random(seed);
                for _ in 0..size * 60_000 {
                    *counts
                        .lock()
                        .expect("no thread panics")
                        .entry(random.below(5_000))
                        .or_default() += 1;
                }
            });
        }
    });
    counts.into_inner().expect("no thread panics").len()
}
