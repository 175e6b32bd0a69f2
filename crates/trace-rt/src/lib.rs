//! The library that stands in for ThreadSanitizer's runtime in a traced program.
//!
//! LLVM's pass calls `__tsan_*` before each access to memory, with its address. What happens here is counting: how often
//! each call site was reached, which of its accesses a cache like this machine's would have missed, and which lines
//! threads take from each other. All results lie in one memory file shared with the recorder (see `wire::trace`), so
//! what was counted survives any end of the program.
//!
//! Runs before each memory access of the program, in signal handlers too. Nothing here allocates, blocks, formats,
//! unwinds, or changes `errno`. Without an arena each callback does what the program asked for (an atomic
//! operation, a copy) and nothing else.
//!
//! `entries.rs` is where the program comes in: a dozen instructions when the line is the last one used of its set, else
//! `slow.rs`. `model.rs` holds a thread's caches, `directory.rs` who has which line, `objects.rs` what memory is whose, `used.rs` which
//! bytes of fetched lines were used.
//!
//! # Hazards
//!
//! - *Signals.* A handler may run in the middle of the model: it is counted, and left out of the model (`is_busy`).
//! - *Fork.* The child's threads take slots of their own: two processes never write to the same words.
//! - *Other threads' caches.* A write takes the line away from others by clearing a word of theirs. They may move their
//!   words meanwhile; then a line is missed once too often or too seldom, never anything worse.
//! - *Early and late.* Callbacks come before this library is initialised and after a thread's destructors.
#![no_std]
#![deny(unsafe_code)]

#[expect(unsafe_code, reason = "declares the C library")]
mod abi;
#[expect(unsafe_code, reason = "carries out the program's atomic operations")]
mod atomics;
mod caches;
#[expect(unsafe_code, reason = "copies and fills what the program asked for")]
mod copies;
mod directory;
#[expect(unsafe_code, reason = "exports the callbacks")]
mod entries;
#[expect(unsafe_code, reason = "stands in front of the C library's functions")]
mod hooks;
mod model;
mod objects;
mod records;
mod sharing;
mod slow;
mod start;
#[expect(unsafe_code, reason = "system calls, thread-local storage and mapped memory")]
mod sys;
mod thread;
mod used;

/// Nothing here is meant to panic; where it does, the program must not go on.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    sys::abort()
}
