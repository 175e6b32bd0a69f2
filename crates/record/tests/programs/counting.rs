//! Counts its own allocations with a global allocator of its own, and prints the counts. Argument: threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::SeqCst};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
static FREES: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);
static REALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);

fn add_live(bytes: i64) {
    let live = LIVE.fetch_add(bytes, SeqCst) + bytes;
    PEAK.fetch_max(live, SeqCst);
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, SeqCst);
        ALLOCATED.fetch_add(layout.size() as u64, SeqCst);
        add_live(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, SeqCst);
        ALLOCATED.fetch_add(layout.size() as u64, SeqCst);
        add_live(layout.size() as i64);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        FREES.fetch_add(1, SeqCst);
        FREED.fetch_add(layout.size() as u64, SeqCst);
        add_live(-(layout.size() as i64));
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        REALLOCATIONS.fetch_add(1, SeqCst);
        add_live(size as i64 - layout.size() as i64);
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn work(seed: u64) -> usize {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let mut state = seed | 1;
    let mut total = 0;
    for round in 0..60_000u64 {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let size = (state >> 33) as usize % if round % 1000 == 0 { 300_000 } else { 400 };
        let mut block = vec![round as u8; size];
        if round % 7 == 0 {
            block.extend_from_slice(&[1; 100]);
            block.shrink_to_fit();
        }
        if round % 3 == 0 {
            kept.push(block);
        }
        if round % 5 == 0 {
            total += kept.pop().map_or(0, |block| block.len());
        }
        if round % 11 == 0 {
            let aligned = unsafe { std::alloc::alloc(Layout::from_size_align(size + 1, 64).unwrap()) };
            unsafe { std::alloc::dealloc(aligned, Layout::from_size_align(size + 1, 64).unwrap()) };
            total += vec![0u64; size].len();
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
    std::hint::black_box(total);
    // Whatever printing allocates must be in the counts: print twice, and tell the second time, when nothing is new.
    print_counts();
    std::process::exit(0);
}

fn print_counts() {
    use std::io::Write;
    let mut buffer = [0u8; 1024];
    let mut out = std::io::Cursor::new(&mut buffer[..]);
    writeln!(out, "allocations={}", ALLOCATIONS.load(SeqCst)).unwrap();
    writeln!(out, "allocated_bytes={}", ALLOCATED.load(SeqCst)).unwrap();
    writeln!(out, "frees={}", FREES.load(SeqCst)).unwrap();
    writeln!(out, "freed_bytes={}", FREED.load(SeqCst)).unwrap();
    writeln!(out, "reallocations={}", REALLOCATIONS.load(SeqCst)).unwrap();
    writeln!(out, "live_bytes={}", LIVE.load(SeqCst)).unwrap();
    writeln!(out, "peak_bytes={}", PEAK.load(SeqCst)).unwrap();
    let length = out.position() as usize;
    // By way of the descriptor: standard output would allocate its buffer.
    let mut file = std::mem::ManuallyDrop::new(unsafe { <std::fs::File as std::os::fd::FromRawFd>::from_raw_fd(1) });
    file.write_all(&buffer[..length]).unwrap();
    unsafe extern "C" {
        fn _exit(code: i32) -> !;
    }
    unsafe { _exit(0) }
}
