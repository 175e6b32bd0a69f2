//! The same, told once.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

// [page]
fn work(own: &mut u64, pieces: u64) {
    for piece in 0..pieces {
        black_box(piece);
        *own += 1;
    }
}

fn finish(done: &AtomicU64, own: u64) {
    done.fetch_add(own, Relaxed);
}
// [/page]

pub fn run(scale: usize) {
    let done = AtomicU64::new(0);
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut own = 0;
                for _ in 0..500 * scale {
                    work(&mut own, 50);
                    barrier.wait();
                }
                finish(&done, own);
            });
        }
    });
    println!("{}", done.into_inner());
}
