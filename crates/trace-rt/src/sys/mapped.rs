//! Memory that is mapped and never given back, as rows of atomics.

use super::kernel;
use crate::abi::c_char;
use core::ffi::CStr;

/// Zeroed memory for a value that lives for ever; none when the system has none.
pub(crate) fn private<T>(value: T) -> Option<&'static T> {
    let place = kernel::map_private(size_of::<T>())?;
    let place = core::ptr::with_exposed_provenance_mut::<T>(place);
    // SAFETY: the mapping is fresh, page-aligned and large enough.
    unsafe { place.write(value) };
    // SAFETY: just written; the mapping is never given back.
    Some(unsafe { &*place })
}

/// Zeroed rows that live until [`release`]; none when the system has none. `T` consists of atomics.
pub(crate) fn private_rows<T>(n: usize) -> Option<&'static [T]> {
    let place = kernel::map_private(n.checked_mul(size_of::<T>())?)?;
    Some(rows_at(place, n))
}

/// The same for rows that will be used all over.
pub(crate) fn dense_rows<T>(n: usize) -> Option<&'static [T]> {
    let rows: &'static [T] = private_rows(n)?;
    kernel::use_large_pages(rows.as_ptr().addr(), size_of_val(rows));
    Some(rows)
}

/// Gives rows of [`private_rows`] back. Nobody may use them any more.
pub(crate) fn release<T>(rows: &'static [T]) {
    kernel::unmap(rows.as_ptr() as usize, size_of_val(rows));
}

/// Maps a part of a file that is shared with the recorder.
pub(crate) fn map_file(path: &CStr, offset: u64, bytes: u64) -> Option<usize> {
    let fd = kernel::open(path)?;
    let base = kernel::map_shared(fd, offset, bytes as usize);
    kernel::close(fd);
    base
}

/// Rows of atomics at an address inside of a mapping.
pub(crate) fn rows_at<T>(address: usize, n: usize) -> &'static [T] {
    let first = core::ptr::with_exposed_provenance::<T>(address);
    // SAFETY: callers compute address and number from the geometry of a mapping that is never given back, aligned to
    // pages; every bit pattern is a valid atomic.
    unsafe { core::slice::from_raw_parts(first, n) }
}

/// A row of atomics, or a thread, at an address inside of a mapping.
#[inline(always)]
pub(crate) fn row_at<T>(address: usize) -> &'static T {
    // SAFETY: callers pass addresses that this library made from references to memory which is never given back.
    unsafe { &*core::ptr::with_exposed_provenance::<T>(address) }
}

/// The value of an environment variable, as the kernel passed it to the program.
pub(crate) fn environment_value(environment: *const *const c_char, name: &[u8]) -> Option<&'static [u8]> {
    let mut at = environment;
    loop {
        // SAFETY: the array ends with a null pointer, at which the loop stops.
        let entry = unsafe { *at };
        if entry.is_null() {
            return None;
        }
        // SAFETY: each entry is a C string, which stays where it is when the program changes its environment.
        let entry = unsafe { CStr::from_ptr(entry) }.to_bytes();
        if let Some(value) = entry.strip_prefix(name).and_then(|rest| rest.strip_prefix(b"=")) {
            return Some(value);
        }
        // SAFETY: the entry was not the last one.
        at = unsafe { at.add(1) };
    }
}

/// Writes to memory of the program's.
pub(crate) fn write_bytes(address: usize, bytes: &[u8]) {
    let to = core::ptr::with_exposed_provenance_mut::<u8>(address);
    // SAFETY: the program gave the address of a buffer of at least this length.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
}

/// Stores bytes as words, zero-padded.
pub(crate) fn copy_bytes(to: &[core::sync::atomic::AtomicU64], from: &[u8]) {
    for (word, part) in to.iter().zip(from.chunks(8)) {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
        word.store(u64::from_le_bytes(bytes), core::sync::atomic::Ordering::Relaxed);
    }
}
