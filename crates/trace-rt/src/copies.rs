//! The copies and fills that the program asked for.

use crate::abi::{self, c_int, c_void};
use crate::slow;
use crate::thread::Thread;

pub(crate) extern "C" fn memcpy(to: *mut c_void, from: *const c_void, n_bytes: usize, site: u64) -> *mut c_void {
    slow::copy(to as u64, Some(from as u64), n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memcpy(to, from, n_bytes) }
}

pub(crate) extern "C" fn memmove(to: *mut c_void, from: *const c_void, n_bytes: usize, site: u64) -> *mut c_void {
    slow::copy(to as u64, Some(from as u64), n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memmove(to, from, n_bytes) }
}

pub(crate) extern "C" fn memset(to: *mut c_void, byte: c_int, n_bytes: usize, site: u64) -> *mut c_void {
    slow::copy(to as u64, None, n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memset(to, byte, n_bytes) }
}

// The same where the copy is counted already.

pub(crate) extern "C" fn counted_memcpy(
    to: *mut c_void,
    from: *const c_void,
    n_bytes: usize,
    site: u64,
    thread: &'static Thread,
) -> *mut c_void {
    slow::touch_copied(thread, to as u64, Some(from as u64), n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memcpy(to, from, n_bytes) }
}

pub(crate) extern "C" fn counted_memmove(
    to: *mut c_void,
    from: *const c_void,
    n_bytes: usize,
    site: u64,
    thread: &'static Thread,
) -> *mut c_void {
    slow::touch_copied(thread, to as u64, Some(from as u64), n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memmove(to, from, n_bytes) }
}

pub(crate) extern "C" fn counted_memset(
    to: *mut c_void,
    byte: c_int,
    n_bytes: usize,
    site: u64,
    thread: &'static Thread,
) -> *mut c_void {
    slow::touch_copied(thread, to as u64, None, n_bytes as u64, site);
    // SAFETY: forwards the program's arguments unchanged.
    unsafe { abi::memset(to, byte, n_bytes) }
}
