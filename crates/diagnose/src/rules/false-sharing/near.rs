//! Neighbours on a line that all threads only read, step by step, and a result that each writes once.

use std::hint::black_box;
use std::sync::{Barrier, Mutex};
use std::thread;

#[repr(align(64))]
struct Limits {
    low: u64,
    high: u64,
}

fn count(limits: &Limits, is_low: bool) -> u64 {
    let above = |agent: &u64| {
        let limit = if is_low { &limits.low } else { &limits.high };
        black_box(*agent) > *black_box(limit)
    };
    (0..50u64).filter(above).count() as u64
}

pub fn run(scale: usize) {
    let limits = Limits { low: 10, high: 25 };
    let barrier = Barrier::new(2);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for is_low in [false, true] {
            let (limits, results, barrier) = (&limits, &results, &barrier);
            scope.spawn(move || {
                let mut own = 0;
                for _ in 0..500 * scale {
                    own += count(limits, is_low);
                    barrier.wait();
                }
                results.lock().unwrap().push(own);
            });
        }
    });
    println!("{}", results.into_inner().unwrap().iter().sum::<u64>());
}
