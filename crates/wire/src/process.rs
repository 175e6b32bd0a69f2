//! What is counted for each process.

use core::sync::atomic::{AtomicI64, AtomicU32};

/// Bits of [`Process::flags`].
pub mod process_flag {
    /// The entry points of Rust's global allocator are redirected: `malloc` is foreign.
    pub const RUST_HOOKED: u32 = 1;
    /// The entry points of a known static allocator are redirected.
    pub const ALLOCATOR_HOOKED: u32 = 2;
    /// It was made by `fork` and shares the executable of its parent.
    pub const FORKED: u32 = 4;
    /// Redirecting was refused: the executable differs, or its code cannot be written.
    pub const PATCH_REFUSED: u32 = 8;
}

/// One process that loaded the agent.
#[repr(C)]
#[derive(Debug)]
pub struct Process {
    /// Kernel process id; 0: not in use.
    pub pid: AtomicU32,
    /// [`process_flag`] bits.
    pub flags: AtomicU32,
    /// Bytes alive, as far as threads have reported. Written by all threads.
    pub live: AtomicI64,
    /// Most bytes alive at one time. Written by all threads.
    pub peak: AtomicI64,
    /// Calls of `dlopen`: its mappings may have changed.
    pub n_dlopens: AtomicU32,
    /// Number of threads started.
    pub n_threads: AtomicU32,
}
