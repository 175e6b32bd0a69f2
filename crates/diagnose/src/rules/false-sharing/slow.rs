//! Two parts of a simulation go on in step, and each keeps its own count.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

// [page]
#[repr(align(64))]
struct Progress {
    moved: AtomicU64,
    blocked: AtomicU64,
}

fn step_moved(progress: &Progress) {
    for agent in 0..50u64 {
        progress.moved.fetch_add(black_box(agent) & 1, Relaxed); //~ false-sharing
    }
}

fn step_blocked(progress: &Progress) {
    for agent in 0..50u64 {
        progress.blocked.fetch_add(black_box(agent) & 1, Relaxed); //~ false-sharing
    }
}
// [/page]

pub fn run(scale: usize) {
    let progress = Progress {
        moved: AtomicU64::new(0),
        blocked: AtomicU64::new(0),
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
    println!("{} {}", progress.moved.into_inner(), progress.blocked.into_inner());
}
