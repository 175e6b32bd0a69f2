//! Sizes of blocks whose size nobody states. Runs inside malloc and signal handlers.

use crate::sys;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

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

/// States that the allocator has no such function: sizes are then those asked for, as far as they are remembered.
pub(crate) fn set_sizes_unknown() {
    FUNCTION.store(UNKNOWN, Relaxed);
}

/// True when the size of a block stands in front of it.
pub(crate) fn is_size_in_front() -> bool {
    FUNCTION.load(Relaxed) == GLIBC
}

/// What a new block adds to the bytes alive.
#[inline(always)]
pub(super) fn of_new_block(block: usize, size_asked_for: u64) -> u64 {
    if FUNCTION.load(Relaxed) == UNKNOWN {
        remember(block, size_asked_for);
        size_asked_for
    } else {
        usable(block)
    }
}

/// Bytes set aside for a block, or asked for, whichever is known; 0 when neither is.
#[inline(always)]
pub(super) fn usable(block: usize) -> u64 {
    match FUNCTION.load(Relaxed) {
        GLIBC => sys::usable_size(block).0,
        UNKNOWN => recall(block),
        function => sys::call(function, [block, 0, 0, 0]) as u64,
    }
}

/// True when a block of glibc has a mapping of its own.
pub(super) fn is_mapped(block: usize) -> bool {
    FUNCTION.load(Relaxed) == GLIBC && sys::usable_size(block).1
}

/// Sizes of blocks made lately. A block's address leads to a group of places, of which the smallest size gives way, so
/// that large blocks, which are the ones that grow, stay.
static REMEMBERED: [[AtomicU64; 8]; 2 << 10] = [const { [const { AtomicU64::new(0) }; 8] }; 2 << 10];

/// A word holds the address without its alignment bits, and the size as a floating-point number of 20 bits.
const SIZE_BITS: u32 = 20;
const SIZE_MASK: u64 = (1 << SIZE_BITS) - 1;
const MANTISSA_BITS: u32 = 14;

fn remember(block: usize, size: u64) {
    let group = group_of(block);
    let same = group.iter().find(|place| is_of(place.load(Relaxed), block));
    let smallest = || group.iter().min_by_key(|place| place.load(Relaxed) & SIZE_MASK);
    if let Some(place) = same.or_else(smallest) {
        place.store((block as u64 >> 4) << SIZE_BITS | encode(size), Relaxed);
    }
}

fn recall(block: usize) -> u64 {
    let words = group_of(block).iter().map(|place| place.load(Relaxed));
    words
        .filter(|&word| is_of(word, block))
        .map(|word| decode(word & SIZE_MASK))
        .next()
        .unwrap_or(0)
}

/// The block is gone, if it was remembered.
pub(super) fn forget(block: usize) {
    if FUNCTION.load(Relaxed) == UNKNOWN
        && let Some(place) = group_of(block).iter().find(|place| is_of(place.load(Relaxed), block))
    {
        place.store(0, Relaxed);
    }
}

fn is_of(word: u64, block: usize) -> bool {
    word >> SIZE_BITS == (block as u64 >> 4) & (u64::MAX >> SIZE_BITS)
}

fn group_of(block: usize) -> &'static [AtomicU64; 8] {
    // Fibonacci hashing (Knuth, vol. 3, 6.4).
    let hash = (block as u64 >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    &REMEMBERED[(hash >> 53) as usize]
}

/// Sizes below 16 KiB are exact; larger ones keep their leading 14 bits.
const fn encode(size: u64) -> u64 {
    let shift = (64 - MANTISSA_BITS).saturating_sub(size.leading_zeros()) as u64;
    shift << MANTISSA_BITS | size >> shift
}

const fn decode(code: u64) -> u64 {
    (code & ((1 << MANTISSA_BITS) - 1)) << (code >> MANTISSA_BITS)
}

const _: () = assert!(decode(encode(16_383)) == 16_383);
const _: () = assert!(decode(encode(16_385)) == 16_384);
const _: () = assert!(decode(encode(3 << 30)) == 3 << 30);
