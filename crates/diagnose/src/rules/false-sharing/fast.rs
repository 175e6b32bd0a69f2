//! The same with a line for each count.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

// [page]
#[repr(align(128))]
struct Padded(AtomicU64);

struct Progress {
    moved: Padded,
    blocked: Padded,
}

fn step_moved(progress: &Progress) {
    for agent in 0..50u64 {
        progress.moved.0.fetch_add(black_box(agent) & 1, Relaxed);
    }
}
// [/page]

fn step_blocked(progress: &Progress) {
    for agent in 0..50u64 {
        progress.blocked.0.fetch_add(black_box(agent) & 1, Relaxed);
    }
}

pub fn run(scale: usize) {
    let progress = Progress {
        moved: Padded(AtomicU64::new(0)),
        blocked: Padded(AtomicU64::new(0)),
    };
    let barrier = Barrier::new(2);
    let steps = |step: fn(&Progress)| {
        for _ in 0..500 * scale {
            step(&progress);
            barrier.wait();
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| steps(step_moved));
        scope.spawn(|| steps(step_blocked));
    });
    println!("{} {}", progress.moved.0.into_inner(), progress.blocked.0.into_inner());
}
