//! Gives every imported order a number that is unique among all import threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

struct Numbers {
    next: AtomicU64, //~
}

struct Importer<'a> {
    numbers: &'a Numbers,
    digest: u64,
}

impl Numbers {
    fn draw(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) //~
    }
}

impl Importer<'_> {
    fn import(&mut self, order: u32) {
        let number = self.numbers.draw(); //~
        // Numbers differ from run to run, so only their count goes into the result.
        self.digest = self
            .digest
            .wrapping_add(u64::from(order) | u64::from(number == u64::MAX));
    }
}

pub fn run(scale: usize) {
    let numbers = Numbers {
        next: AtomicU64::new(0),
    };
    let orders: Vec<u32> = (0..100_000u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
    let digest: u64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let mut importer = Importer {
                    numbers: &numbers,
                    digest: 0,
                };
                let orders = &orders;
                scope.spawn(move || {
                    for _ in 0..scale {
                        orders.iter().for_each(|&order| importer.import(order));
                    }
                    importer.digest
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{digest} {}", numbers.next.load(Ordering::Relaxed));
}
