//! A global allocator that counts. With `--cfg own_memory` it does not use `malloc`.

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

/// What was counted, by name.
pub fn counts() -> [(&'static str, i64); 7] {
    [
        ("allocations", ALLOCATIONS.load(SeqCst) as i64),
        ("allocated_bytes", ALLOCATED.load(SeqCst) as i64),
        ("frees", FREES.load(SeqCst) as i64),
        ("freed_bytes", FREED.load(SeqCst) as i64),
        ("reallocations", REALLOCATIONS.load(SeqCst) as i64),
        ("live_bytes", LIVE.load(SeqCst)),
        ("peak_bytes", PEAK.load(SeqCst)),
    ]
}

fn add_live(bytes: i64) {
    let live = LIVE.fetch_add(bytes, SeqCst) + bytes;
    PEAK.fetch_max(live, SeqCst);
}

/// Hands out parts of a large mapping and takes nothing back.
#[cfg(own_memory)]
unsafe fn own_alloc(layout: Layout) -> *mut u8 {
    use std::sync::atomic::AtomicUsize;
    unsafe extern "C" {
        fn mmap(address: usize, bytes: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> usize;
    }
    const BYTES: usize = 4 << 30;
    static BASE: AtomicUsize = AtomicUsize::new(0);
    static USED: AtomicUsize = AtomicUsize::new(0);
    if BASE.load(SeqCst) == 0 {
        // Private, anonymous, not reserved. A second thread's mapping is given up.
        let base = unsafe { mmap(0, BYTES, 3, 0x4022, -1, 0) };
        let _ = BASE.compare_exchange(0, base, SeqCst, SeqCst);
    }
    let used = USED.fetch_add(layout.size() + layout.align(), SeqCst);
    (BASE.load(SeqCst) + used).next_multiple_of(layout.align()) as *mut u8
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, SeqCst);
        ALLOCATED.fetch_add(layout.size() as u64, SeqCst);
        add_live(layout.size() as i64);
        #[cfg(own_memory)]
        return unsafe { own_alloc(layout) };
        #[cfg(not(own_memory))]
        unsafe {
            System.alloc(layout)
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, SeqCst);
        ALLOCATED.fetch_add(layout.size() as u64, SeqCst);
        add_live(layout.size() as i64);
        #[cfg(own_memory)]
        return unsafe { own_alloc(layout) };
        #[cfg(not(own_memory))]
        unsafe {
            System.alloc_zeroed(layout)
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        FREES.fetch_add(1, SeqCst);
        FREED.fetch_add(layout.size() as u64, SeqCst);
        add_live(-(layout.size() as i64));
        #[cfg(own_memory)]
        let _ = block;
        #[cfg(not(own_memory))]
        unsafe {
            System.dealloc(block, layout)
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        REALLOCATIONS.fetch_add(1, SeqCst);
        add_live(size as i64 - layout.size() as i64);
        #[cfg(own_memory)]
        unsafe {
            let moved = own_alloc(Layout::from_size_align_unchecked(size, layout.align()));
            std::ptr::copy_nonoverlapping(block, moved, size.min(layout.size()));
            moved
        }
        #[cfg(not(own_memory))]
        unsafe {
            System.realloc(block, layout, size)
        }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
