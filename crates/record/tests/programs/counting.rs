//! Counts its own allocations with a global allocator of its own, and prints the counts. Argument: threads.
//!
//! Compiled with `--cfg dependency`, the allocator is in a crate of its own (`counting_allocator.rs`).

#[cfg(not(dependency))]
#[path = "counting_allocator.rs"]
mod counting_allocator;

use counting_allocator::counts;
use std::alloc::{Layout, alloc, dealloc};
use std::hint::black_box;

fn work(seed: u64) -> usize {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let mut state = seed | 1;
    let mut total = 0;
    for round in 0..60_000u64 {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let size = (state >> 33) as usize % if round % 1000 == 0 { 300_000 } else { 400 };
        let mut block = black_box(vec![round as u8; size]);
        if round % 7 == 0 {
            block.extend_from_slice(&[1; 100]);
            block.shrink_to_fit();
        }
        if round % 3 == 0 {
            kept.push(black_box(block));
        }
        if round % 5 == 0 {
            total += kept.pop().map_or(0, |block| block.len());
        }
        if round % 11 == 0 {
            let layout = Layout::from_size_align(size + 1, 64).unwrap();
            let aligned = black_box(unsafe { alloc(layout) });
            unsafe { dealloc(aligned, layout) };
            total += black_box(vec![0u64; size]).len();
        }
    }
    total + kept.len()
}

fn main() {
    let n_threads: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let total: usize = if n_threads == 1 {
        work(1)
    } else {
        let threads: Vec<_> = (0..n_threads)
            .map(|seed| std::thread::spawn(move || work(seed)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    };
    black_box(total);
    print_counts();
}

fn print_counts() -> ! {
    use std::io::Write;
    let mut buffer = [0u8; 1024];
    let mut out = std::io::Cursor::new(&mut buffer[..]);
    for (name, count) in counts() {
        writeln!(out, "{name}={count}").unwrap();
    }
    let length = out.position() as usize;
    // By way of the descriptor: standard output would allocate its buffer.
    let mut file = std::mem::ManuallyDrop::new(unsafe { <std::fs::File as std::os::fd::FromRawFd>::from_raw_fd(1) });
    file.write_all(&buffer[..length]).unwrap();
    unsafe extern "C" {
        fn _exit(code: i32) -> !;
    }
    unsafe { _exit(0) }
}
