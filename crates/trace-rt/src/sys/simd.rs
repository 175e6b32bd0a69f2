//! Vector instructions of the baseline.

use core::arch::x86_64::{
    __m128, _MM_HINT_T0, _mm_andnot_si128, _mm_castps_si128, _mm_cmpeq_epi32, _mm_cvtsi128_si32, _mm_loadu_ps,
    _mm_min_ps, _mm_movemask_epi8, _mm_packs_epi16, _mm_packs_epi32, _mm_prefetch, _mm_set1_epi32, _mm_shuffle_ps,
};
use core::sync::atomic::AtomicU32;

/// Words that are looked at together.
pub(crate) const N_LANES: usize = 16;

/// Where `wanted` is among the words, where some bits of the words do not matter.
#[inline(always)]
pub(crate) fn position(words: &[AtomicU32; N_LANES], wanted: u32, ignored: u32) -> Option<usize> {
    // SAFETY: the instruction is part of the baseline.
    let wanted = unsafe { _mm_set1_epi32(wanted.cast_signed()) };
    // SAFETY: as above.
    let ignored = unsafe { _mm_set1_epi32(ignored.cast_signed()) };
    let equal = |number: usize| {
        // SAFETY: the instruction is part of the baseline.
        let found = unsafe { _mm_castps_si128(four(words, number)) };
        // SAFETY: as above.
        let found = unsafe { _mm_andnot_si128(ignored, found) };
        // SAFETY: as above.
        unsafe { _mm_cmpeq_epi32(found, wanted) }
    };
    // No way out in the middle: where the word is, no processor can foresee.
    // SAFETY: the instruction is part of the baseline.
    let lower = unsafe { _mm_packs_epi32(equal(0), equal(1)) };
    // SAFETY: as above.
    let upper = unsafe { _mm_packs_epi32(equal(2), equal(3)) };
    // SAFETY: as above.
    let all = unsafe { _mm_packs_epi16(lower, upper) };
    // SAFETY: as above.
    let mask = unsafe { _mm_movemask_epi8(all) };
    (mask != 0).then(|| mask.trailing_zeros() as usize % N_LANES)
}

/// Where the least word is, of several the first. All are positive and finite when taken for floating-point numbers.
#[inline(always)]
pub(crate) fn position_of_least(words: &[AtomicU32; N_LANES]) -> usize {
    // SAFETY: the instruction is part of the baseline.
    let lesser = |a: __m128, b: __m128| unsafe { _mm_min_ps(a, b) };
    let least = lesser(
        lesser(four(words, 0), four(words, 1)),
        lesser(four(words, 2), four(words, 3)),
    );
    // SAFETY: the instruction is part of the baseline.
    let halves = unsafe { _mm_shuffle_ps::<0b01_00_11_10>(least, least) };
    let least = lesser(least, halves);
    // SAFETY: as above.
    let neighbours = unsafe { _mm_shuffle_ps::<0b10_11_00_01>(least, least) };
    let least = lesser(least, neighbours);
    // SAFETY: as above.
    let least = unsafe { _mm_castps_si128(least) };
    // SAFETY: as above.
    let least = unsafe { _mm_cvtsi128_si32(least) }.cast_unsigned();
    position(words, least, 0).unwrap_or(0)
}

/// Four of the words.
#[inline(always)]
fn four(words: &[AtomicU32; N_LANES], number: usize) -> __m128 {
    let four = &words.as_chunks::<4>().0[number];
    // SAFETY: four words are 16 bytes; another thread may write to one of them, and either value will do.
    unsafe { _mm_loadu_ps(four.as_ptr().cast::<f32>()) }
}

/// Brings a line near; any address will do.
#[inline(always)]
pub(crate) fn prefetch(address: usize) {
    // SAFETY: a hint that never faults.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(core::ptr::without_provenance(address)) };
}
