//! Sizes of blocks whose size nobody states. Runs inside malloc and signal handlers.

use crate::sys;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Blocks are glibc's own: their size stands in front of them.
const GLIBC: usize = 0;
/// Nobody knows.
const UNKNOWN: usize = 1;

/// Address of the allocator's function that tells, or one of the two above.
static FUNCTION: AtomicUsize = AtomicUsize::new(UNKNOWN);

/// States the function that tells how large a block is: none for glibc's own blocks.
pub(crate) fn set_usable_size_function(function: Option<usize>) {
    FUNCTION.store(function.unwrap_or(GLIBC), Relaxed);
}

/// Bytes set aside for a block, at least as many as were asked for; 0 when unknown.
#[inline(always)]
pub(super) fn usable(block: usize) -> u64 {
    match FUNCTION.load(Relaxed) {
        GLIBC => sys::usable_size(block).0,
        UNKNOWN => 0,
        function => sys::call(function, [block, 0, 0, 0]) as u64,
    }
}

/// True when a block of glibc has a mapping of its own.
pub(super) fn is_mapped(block: usize) -> bool {
    FUNCTION.load(Relaxed) == GLIBC && sys::usable_size(block).1
}
