//! Workers that go on in step and tell each piece of work to one counter.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

// [page]
fn work(done: &AtomicU64, pieces: u64) {
    for piece in 0..pieces {
        black_box(piece);
        done.fetch_add(1, Relaxed); //~ contended-atomic
    }
}
// [/page]

pub fn run(scale: usize) {
    let done = AtomicU64::new(0);
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..500 * scale {
                    work(&done, 50);
                    barrier.wait();
                }
            });
        }
    });
    println!("{}", done.into_inner());
}
