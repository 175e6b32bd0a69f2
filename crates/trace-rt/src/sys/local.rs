//! Thread-local storage at a fixed offset from the thread pointer.
//!
//! `thread_local!` in a shared library calls `__tls_get_addr`, which may allocate. A library that is loaded with the
//! program is present when the first thread's storage is laid out, so it may use the initial-exec model: two loads.

use core::arch::{asm, global_asm};
use core::sync::atomic::{AtomicU32, AtomicUsize};

/// What a thread keeps. All zero at its start.
#[repr(C, align(32))]
pub(crate) struct Local {
    /// Address of its [`Thread`](crate::thread::Thread); 0: none yet, or none any more. First: the callbacks read it.
    pub(crate) thread: AtomicUsize,
    /// 1: the thread has ended or found no slot; it does not ask again.
    pub(crate) is_done: AtomicU32,
    /// Rounds of thread-end destructors that have run.
    pub(crate) end_rounds: AtomicU32,
    /// 1 while an allocation is looked at: what it allocates itself is not.
    pub(crate) is_allocating: AtomicU32,
    /// 1 while the thread takes a slot.
    pub(crate) is_registering: AtomicU32,
}

global_asm!(
    ".section .tbss.whyslow_trace_local,\"awT\",@nobits",
    ".p2align 5",
    ".hidden whyslow_trace_local",
    ".globl whyslow_trace_local",
    ".type whyslow_trace_local,@object",
    ".size whyslow_trace_local,32",
    "whyslow_trace_local:",
    ".zero 32",
    ".text",
);

const _: () = assert!(size_of::<Local>() == 32);

/// The calling thread's own.
#[inline(always)]
pub(crate) fn local() -> &'static Local {
    let address: *const Local;
    // SAFETY: reads the thread pointer and a constant of the dynamic loader; touches no memory that Rust knows of.
    unsafe {
        asm!(
            "mov {address}, qword ptr [rip + whyslow_trace_local@GOTTPOFF]",
            "add {address}, qword ptr fs:[0]",
            address = out(reg) address,
            options(pure, readonly, nostack),
        );
    }
    // SAFETY: the storage lives as long as the thread, is zeroed, and holds atomics only.
    unsafe { &*address }
}
