//! The table of sampled blocks that are still alive.

use core::sync::atomic::{AtomicU32, AtomicU64};

/// Values of the keys besides the address of a block.
pub mod tracked_key {
    /// Never used.
    pub const EMPTY: u64 = 0;
    /// The block that was here is gone.
    pub const REMOVED: u64 = 1;
    /// Being written or read by one thread.
    pub const BUSY: u64 = 2;
    /// How many places from its first one a block may be.
    pub const MAX_PROBES: u64 = 32;

    /// Where the search for a block of a process begins.
    pub const fn first_place(address: u64, process: u32, n_places: u64) -> u64 {
        // Fibonacci hashing (Knuth, vol. 3, 6.4) of the address without its alignment bits.
        let mixed = (address >> 4 ^ (process as u64) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) & (n_places - 1)
    }
}

/// A sampled block. Written by the thread that has set its key to [`tracked_key::BUSY`].
#[repr(C, align(64))]
#[derive(Debug)]
pub struct TrackedBlock {
    /// Number of its allocation.
    pub id: AtomicU64,
    /// When it was allocated.
    pub birth_ns: AtomicU64,
    /// Its size.
    pub size: AtomicU64,
    /// Bytes copied by `realloc`.
    pub moved_bytes: AtomicU64,
    /// `realloc` calls.
    pub growths: AtomicU32,
    /// Place of its process in [`crate::Header::processes`].
    pub process: AtomicU32,
}
