//! The library that whyslow preloads into the measured program.
//!
//! Runs inside malloc and signal handlers. Nothing here allocates, blocks, formats, unwinds, or changes `errno`.
//! It writes to one arena shared with the recorder (see `wire`), so all that was recorded survives any end of the
//! program. Without an arena, or when anything about it is wrong, every hook passes its call on and does nothing else.
//!
//! `exports/` lists what is replaced; `start.rs` runs first; `heap/` and `hooks/` decide what is recorded.
//!
//! # Hazards
//!
//! - *Its own `malloc` is the program's.* The first calls arrive before the real one is known, from the dynamic loader
//!   itself: `real/heap.rs` serves them from a buffer.
//! - *Signals.* A handler of the program may run in the middle of any hook and call another one. A guard
//!   (`thread::enter`) keeps the second from touching a half-written record; the CPU sampler has a ring of its own.
//! - *Fork.* For its time the thread has no slot, so that the child never writes to its parent's.
//! - *Cancellation and `pthread_exit`* unwind through hooks that wait: no guard is held there, and there are unwind tables.
//! - *Threads end in steps.* The slot is given back in the last round of destructors; what comes after is counted by
//!   shared atomics ("orphans").
//! - *Stacks that are not the thread's own* (fibers, signal stacks) are read by system calls, which cannot fault.
//! - *The caller matters.* `dlopen` searches the paths of whoever calls it, so it is left by a jump, not called.
//! - *Tail calls.* The fast paths of the heap count first and jump to the allocator, so they have no frame of their own.
//!   Where frames are needed to find the caller, the build (`record/build.rs`) guarantees them.
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
