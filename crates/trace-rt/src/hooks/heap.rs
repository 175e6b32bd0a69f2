//! `malloc` and its family. Each passes its call on unchanged, and notes whose block came back.

use super::allocations;
use crate::abi::{self, c_int, c_void};
use crate::sys::{self, local};
use crate::{objects, start};
use core::sync::atomic::AtomicUsize;
use core::sync::atomic::Ordering::Relaxed;
use wire::trace::N_ALLOCATION_FRAMES;

/// Addresses of the functions behind; 0 while the loader starts the program: then the C library's.
static MALLOC: AtomicUsize = AtomicUsize::new(0);
static CALLOC: AtomicUsize = AtomicUsize::new(0);
static REALLOC: AtomicUsize = AtomicUsize::new(0);
static MEMALIGN: AtomicUsize = AtomicUsize::new(0);
static ALIGNED_ALLOC: AtomicUsize = AtomicUsize::new(0);
static POSIX_MEMALIGN: AtomicUsize = AtomicUsize::new(0);

/// Finds the functions behind.
pub(crate) fn prepare() {
    allocations::prepare();
    for (function, name) in [
        (&MALLOC, c"malloc"),
        (&CALLOC, c"calloc"),
        (&REALLOC, c"realloc"),
        (&MEMALIGN, c"memalign"),
        (&ALIGNED_ALLOC, c"aligned_alloc"),
        (&POSIX_MEMALIGN, c"posix_memalign"),
    ] {
        function.store(sys::next_function(name), Relaxed);
    }
}

/// Calls the function whose address is stored with two integers.
fn call(function: &AtomicUsize, a: usize, b: usize) -> Option<*mut c_void> {
    let address = function.load(Relaxed);
    if address == 0 {
        return None;
    }
    // SAFETY: the address is that of a function of the allocator's family, which takes one or two words and returns one.
    let function = unsafe { core::mem::transmute::<usize, unsafe extern "C" fn(usize, usize) -> *mut c_void>(address) };
    // SAFETY: the arguments are the program's own.
    Some(unsafe { function(a, b) })
}

/// Notes a block, with the stack above the exported function that uses this.
macro_rules! note {
    ($block:expr, $n_bytes:expr) => {
        if !$block.is_null() && start::arena().is_some() {
            let mut frames = [0; N_ALLOCATION_FRAMES];
            let n_frames = sys::frames_above(&mut frames);
            note(
                $block.expose_provenance() as u64,
                $n_bytes as u64,
                frames.get(..n_frames).unwrap_or(&[]),
            );
        }
    };
}

#[inline(never)]
fn note(block: u64, n_bytes: u64, frames: &[u64]) {
    let local = local();
    if local.is_allocating.swap(1, Relaxed) != 0 {
        return;
    }
    if let Some(site) = allocations::site(frames, n_bytes) {
        objects::mark_heap(block, n_bytes, site);
    }
    local.is_allocating.store(0, Relaxed);
}

/// Stands in front of the C library's `malloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(n_bytes: usize) -> *mut c_void {
    let block = call(&MALLOC, n_bytes, 0).unwrap_or_else(|| {
        // SAFETY: forwards the caller's argument unchanged.
        unsafe { abi::__libc_malloc(n_bytes) }
    });
    note!(block, n_bytes);
    block
}

/// Stands in front of the C library's `calloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(n: usize, n_bytes: usize) -> *mut c_void {
    let block = call(&CALLOC, n, n_bytes).unwrap_or_else(|| {
        // SAFETY: forwards the caller's arguments unchanged.
        unsafe { abi::__libc_calloc(n, n_bytes) }
    });
    note!(block, n.wrapping_mul(n_bytes));
    block
}

/// Stands in front of the C library's `realloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(old: *mut c_void, n_bytes: usize) -> *mut c_void {
    let block = call(&REALLOC, old.expose_provenance(), n_bytes).unwrap_or_else(|| {
        // SAFETY: forwards the caller's arguments unchanged.
        unsafe { abi::__libc_realloc(old, n_bytes) }
    });
    note!(block, n_bytes);
    block
}

/// Stands in front of the C library's `memalign`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, n_bytes: usize) -> *mut c_void {
    let block = call(&MEMALIGN, alignment, n_bytes).unwrap_or_else(|| {
        // SAFETY: forwards the caller's arguments unchanged.
        unsafe { abi::__libc_memalign(alignment, n_bytes) }
    });
    note!(block, n_bytes);
    block
}

/// Stands in front of the C library's `aligned_alloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, n_bytes: usize) -> *mut c_void {
    let block = call(&ALIGNED_ALLOC, alignment, n_bytes).unwrap_or_else(|| {
        // SAFETY: forwards the caller's arguments unchanged.
        unsafe { abi::__libc_memalign(alignment, n_bytes) }
    });
    note!(block, n_bytes);
    block
}

/// Stands in front of the C library's `posix_memalign`.
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(place: *mut *mut c_void, alignment: usize, n_bytes: usize) -> c_int {
    const ENOMEM: c_int = 12;
    let address = POSIX_MEMALIGN.load(Relaxed);
    let result = if address == 0 {
        // SAFETY: forwards the caller's arguments, in the other order that this function has.
        let block = unsafe { abi::__libc_memalign(alignment, n_bytes) };
        if block.is_null() {
            ENOMEM
        } else {
            // SAFETY: the caller passes a place for the result.
            unsafe { *place = block };
            0
        }
    } else {
        // SAFETY: the address is that of the next `posix_memalign`.
        let function = unsafe {
            core::mem::transmute::<usize, unsafe extern "C" fn(*mut *mut c_void, usize, usize) -> c_int>(address)
        };
        // SAFETY: forwards the caller's arguments unchanged.
        unsafe { function(place, alignment, n_bytes) }
    };
    if result == 0 {
        // SAFETY: the call succeeded, so the place holds the block.
        let block = unsafe { *place };
        note!(block, n_bytes);
    }
    result
}
