//! Has functions with the names of mimalloc's (or, with `--cfg jemalloc`, of jemalloc's), over `malloc`, as its global allocator.
//! Argument: how many blocks. Prints what the functions were called for.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static FREES: AtomicU64 = AtomicU64::new(0);
static REALLOCATIONS: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" {
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn malloc_usable_size(block: *mut c_void) -> usize;
}

macro_rules! functions {
    ($alloc:ident, $realloc:ident, $free:ident, $usable:ident) => {
        #[unsafe(no_mangle)]
        #[inline(never)]
        unsafe extern "C" fn $alloc(size: usize, align_or_flags: usize) -> *mut c_void {
            ALLOCATIONS.fetch_add(1, SeqCst);
            BYTES.fetch_add(size as u64, SeqCst);
            let align = if cfg!(jemalloc) {
                16
            } else {
                align_or_flags.max(16)
            };
            unsafe { aligned_alloc(align, size.next_multiple_of(align)) }
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        unsafe extern "C" fn $realloc(block: *mut c_void, size: usize, _: usize) -> *mut c_void {
            REALLOCATIONS.fetch_add(1, SeqCst);
            unsafe { realloc(block, size) }
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        unsafe extern "C" fn $free(block: *mut c_void, size: usize, flags: usize) {
            // As a function in another object would, it asks for all its arguments.
            black_box((size, flags));
            FREES.fetch_add(1, SeqCst);
            unsafe { free(block) }
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        unsafe extern "C" fn $usable(block: *mut c_void) -> usize {
            unsafe { malloc_usable_size(block) }
        }

        unsafe impl GlobalAlloc for Known {
            unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
                unsafe { $alloc(layout.size(), layout.align()).cast() }
            }

            unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
                unsafe { $free(block.cast(), layout.size(), 0) }
            }

            unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
                unsafe { $realloc(block.cast(), size, layout.align()).cast() }
            }
        }
    };
}

struct Known;

#[cfg(not(jemalloc))]
functions!(mi_malloc_aligned, mi_realloc_aligned, mi_free, mi_usable_size);
#[cfg(jemalloc)]
functions!(_rjem_mallocx, _rjem_rallocx, _rjem_sdallocx, unused_usable_size);

#[global_allocator]
static KNOWN: Known = Known;

fn main() {
    let n_blocks: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for n in 0..n_blocks {
        let block = black_box(vec![1u8; 100]);
        if n % 10 == 0 {
            kept.push(block);
        }
    }
    drop(black_box(kept));
    let counts = [&ALLOCATIONS, &BYTES, &FREES, &REALLOCATIONS].map(|count| count.load(SeqCst));
    let [allocations, bytes, frees, reallocations] = counts;
    println!("allocations={allocations}\nallocated_bytes={bytes}\nfrees={frees}\nreallocations={reallocations}");
}
