//! `getrandom`: std asks it for the keys of hash tables, and marks that these are no secrets (`GRND_INSECURE`).

use crate::abi::{self, c_int, c_uint, c_void};
use crate::{start, sys};
use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering::Relaxed;

/// Stands in front of the C library's `getrandom`.
#[unsafe(no_mangle)]
unsafe extern "C" fn getrandom(buffer: *mut c_void, n_bytes: usize, flags: c_uint) -> isize {
    let is_fixed = start::arena().is_some_and(|arena| arena.header.has_fixed_keys.load(Relaxed) != 0);
    if is_fixed && flags == abi::GRND_INSECURE {
        fill(buffer.expose_provenance(), n_bytes);
        return n_bytes as isize;
    }
    let result = sys::random_bytes(buffer.expose_provenance(), n_bytes, flags);
    if result >= 0 {
        return result;
    }
    // SAFETY: returns the address of the calling thread's own `errno`.
    let errno = unsafe { abi::__errno_location() };
    // SAFETY: the address is valid for the thread's life.
    unsafe { *errno = -result as c_int };
    -1
}

/// The same bytes in each run: SplitMix64 (Steele, Lea and Flood 2014).
fn fill(buffer: usize, n_bytes: usize) {
    static STATE: AtomicU64 = AtomicU64::new(0);
    let mut at = buffer;
    let end = buffer + n_bytes;
    while at < end {
        let mut word = STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bytes = (word ^ (word >> 31)).to_le_bytes();
        let n = (end - at).min(bytes.len());
        sys::write_bytes(at, bytes.get(..n).unwrap_or(&[]));
        at += n;
    }
}
