//! An atomic that one thread changes all the time; the other has work of its own and looks at it in the end.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

fn work(done: &AtomicU64, pieces: u64) {
    for piece in 0..pieces {
        done.fetch_add(black_box(piece) % 3, Relaxed);
    }
}

pub fn run(scale: usize) {
    let done = AtomicU64::new(0);
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..500 * scale {
                work(&done, 50);
                barrier.wait();
            }
        });
        scope.spawn(|| {
            let mut own = 0;
            for _ in 0..500 * scale {
                own += (0..50u64).map(|piece| black_box(piece) & 1).sum::<u64>();
                barrier.wait();
            }
            black_box(own);
        });
    });
    println!("{}", done.into_inner());
}
