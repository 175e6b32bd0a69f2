//! The functions that the runtime puts in front of the C library's: the allocator's, to know whose memory is whose, and
//! `getrandom`, so that hash tables look the same in each run.
//!
//! `free` is left alone: what comes next at a place says whose it is.

mod allocations;
mod heap;
mod random;

use core::ffi::{c_char, c_int};

pub(crate) use heap::prepare;

/// Runs before `main`, and before the constructors of the executable.
#[used]
#[unsafe(link_section = ".init_array")]
static ON_LOAD: extern "C" fn(c_int, *const *const c_char, *const *const c_char) = crate::start::on_load;
