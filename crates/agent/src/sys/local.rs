//! Thread-local storage at a fixed offset from the thread pointer. Runs inside malloc and signal handlers.
//!
//! `thread_local!` in a shared library calls `__tls_get_addr`, which may allocate. A preloaded library is present when
//! the first thread's storage is laid out, so it may use the initial-exec model: two loads, no call.

use core::arch::{asm, global_asm};
use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize};

/// What a thread keeps. All zero at its start.
#[repr(C, align(64))]
pub(crate) struct Local {
    /// Address of its slot; 0: none yet, or none any more. First, because the assembly of the hooks reads it.
    pub(crate) slot: AtomicUsize,
    /// 1 while the thread runs code of the agent that must not be entered again.
    pub(crate) is_busy: AtomicU32,
    /// 1: the thread has ended or found no slot; it does not ask again.
    pub(crate) is_done: AtomicU32,
    /// Lowest address of its stack; 0: unknown.
    pub(crate) stack_low: AtomicU64,
    /// First address above its stack.
    pub(crate) stack_high: AtomicU64,
    /// State of its random numbers; 0: not seeded.
    pub(crate) random: AtomicU64,
    /// Its CPU timer, plus one; 0: none.
    pub(crate) timer: AtomicU32,
    /// Rounds of thread-end destructors that have run.
    pub(crate) end_rounds: AtomicU32,
    /// Nested or interrupted call of `fork`.
    pub(crate) saved_slot: AtomicUsize,
}

global_asm!(
    ".section .tbss.whyslow_local,\"awT\",@nobits",
    ".p2align 6",
    ".hidden whyslow_local",
    ".globl whyslow_local",
    ".type whyslow_local,@object",
    ".size whyslow_local,64",
    "whyslow_local:",
    ".zero 64",
    ".text",
);

const _: () = assert!(size_of::<Local>() == 64);

/// The calling thread's own.
#[inline(always)]
pub(crate) fn local() -> &'static Local {
    let address: *const Local;
    // SAFETY: reads the thread pointer and a constant of the dynamic loader; touches no memory that Rust knows of.
    unsafe {
        asm!(
            "mov {address}, qword ptr [rip + whyslow_local@GOTTPOFF]",
            "add {address}, qword ptr fs:[0]",
            address = out(reg) address,
            options(pure, readonly, nostack),
        );
    }
    // SAFETY: the storage lives as long as the thread, is zeroed, and holds atomics only.
    unsafe { &*address }
}
