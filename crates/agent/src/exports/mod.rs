//! The functions that the agent puts in front of the C library's. Runs inside malloc and signal handlers.
//!
//! Each one passes its call on unchanged and hands back the result unchanged, `errno` included. What is recorded about
//! it is decided in `hooks/` and `heap/`.

mod fast_path;
mod files;
mod heap;
mod loader;
mod locks;
mod own_heap;
mod rust_entries;
mod sockets;
mod threads;
mod waits;

use core::ffi::{c_char, c_int};

pub(crate) use heap::{malloc_address, pass_heap_calls_on, set_own_code, watch_heap_calls};
pub(crate) use rust_entries::{hook_for_role, set_direct_functions};

/// Runs before `main`, and before the constructors of the executable.
#[used]
#[unsafe(link_section = ".init_array")]
static ON_LOAD: extern "C" fn(c_int, *const *const c_char, *const *const c_char) = crate::start::on_load;

/// Registers of the caller of the function that this stands in. That function must be an exported one: the frame
/// pointer is then its own. (The agent is built with frame pointers and without shrink-wrapping.)
macro_rules! caller {
    () => {{
        let frame: usize;
        // SAFETY: reads a register.
        unsafe { core::arch::asm!("mov {}, rbp", out(reg) frame, options(nomem, nostack, preserves_flags)) };
        crate::sys::caller_of(frame)
    }};
}
use caller;
