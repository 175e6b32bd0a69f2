//! Vector instructions of the baseline.

use core::arch::x86_64::{
    __m128i, _MM_HINT_T0, _mm_andnot_si128, _mm_cmpeq_epi32, _mm_loadu_si128, _mm_movemask_epi8, _mm_prefetch,
    _mm_set1_epi32,
};
use core::sync::atomic::AtomicU32;

/// Where `wanted` is among words whose number is a multiple of four.
#[inline(always)]
pub(crate) fn position(words: &[AtomicU32], wanted: u32) -> Option<usize> {
    // SAFETY: the instruction is part of the baseline.
    let wanted = unsafe { _mm_set1_epi32(wanted.cast_signed()) };
    for (number, four) in words.as_chunks::<4>().0.iter().enumerate() {
        // SAFETY: four words are 16 bytes; another thread may write to one of them, and either value will do.
        let found = unsafe { _mm_loadu_si128(four.as_ptr().cast::<__m128i>()) };
        // SAFETY: the instruction is part of the baseline.
        let equal = unsafe { _mm_cmpeq_epi32(found, wanted) };
        // SAFETY: as above.
        let mask = unsafe { _mm_movemask_epi8(equal) };
        if mask != 0 {
            return Some(number * 4 + mask.trailing_zeros() as usize / 4);
        }
    }
    None
}

/// The same, where some bits of the words do not matter.
#[inline(always)]
pub(crate) fn position_but_for(words: &[AtomicU32], wanted: u32, ignored: u32) -> Option<usize> {
    // SAFETY: the instruction is part of the baseline.
    let wanted = unsafe { _mm_set1_epi32(wanted.cast_signed()) };
    // SAFETY: as above.
    let ignored = unsafe { _mm_set1_epi32(ignored.cast_signed()) };
    for (number, four) in words.as_chunks::<4>().0.iter().enumerate() {
        // SAFETY: four words are 16 bytes; another thread may write to one of them, and either value will do.
        let found = unsafe { _mm_loadu_si128(four.as_ptr().cast::<__m128i>()) };
        // SAFETY: the instruction is part of the baseline.
        let found = unsafe { _mm_andnot_si128(ignored, found) };
        // SAFETY: as above.
        let equal = unsafe { _mm_cmpeq_epi32(found, wanted) };
        // SAFETY: as above.
        let mask = unsafe { _mm_movemask_epi8(equal) };
        if mask != 0 {
            return Some(number * 4 + mask.trailing_zeros() as usize / 4);
        }
    }
    None
}

/// Brings a line near; any address will do.
#[inline(always)]
pub(crate) fn prefetch(address: usize) {
    // SAFETY: a hint that never faults.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(core::ptr::without_provenance(address)) };
}
