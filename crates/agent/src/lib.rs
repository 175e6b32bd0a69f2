//! The library that whyslow preloads into the measured program.
//!
//! Runs inside malloc and signal handlers. Nothing here allocates, blocks, formats, unwinds, or changes `errno`.
//! It writes to one arena shared with the recorder (see `wire`), so all that was recorded survives any end of the
//! program. Without an arena, or when anything about it is wrong, every hook passes its call on and does nothing else.
//!
//! `exports.rs` lists what is replaced; `start.rs` runs first; `hooks/` holds what is recorded.
#![no_std]
#![deny(unsafe_code)]

#[expect(unsafe_code, reason = "declares the C library")]
mod abi;
mod aggregate;
mod arena;
mod descriptors;
#[expect(unsafe_code, reason = "replaces functions of the C library")]
mod exports;
mod heap;
mod hooks;
#[expect(unsafe_code, reason = "calls the functions that were replaced")]
mod real;
mod ring;
mod stack;
mod start;
#[expect(
    unsafe_code,
    reason = "thread-local storage, system calls, the arena's memory, and code patching"
)]
mod sys;
mod thread;
mod timer;

/// Nothing here is meant to panic; where it does, the program must not go on with a broken allocator.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    sys::abort()
}
