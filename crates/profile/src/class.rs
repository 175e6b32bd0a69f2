//! What time is spent on: the classes of the "where the time goes" line, and the kinds of work that fall into them.

use serde::{Deserialize, Serialize};

/// What time is spent on. The classes of one ledger add up to [`crate::Ledger::total_s`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimeClass {
    /// The program's own instructions, and library code that has no class of its own.
    Compute,
    /// `malloc`, `free`, `realloc`, page faults and system calls under them.
    Allocate,
    /// `memcpy`, `memmove`, `memset`.
    Copy,
    /// Hash functions.
    Hash,
    /// `core::fmt` and number formatting.
    Format,
    /// Sorting, comparison callbacks included.
    Sort,
    /// Drop glue, less the allocator under it.
    Drop,
    /// Spinning and sleeping until another thread gives up a mutex or read-write lock.
    LockWait,
    /// Reads, writes and their like: processor time in the kernel and time blocked.
    Io,
    /// Explicit sleeps.
    Sleep,
    /// The kernel, other than for I/O, allocation and locks.
    Kernel,
    /// Wall-clock time in which nothing of the above was seen: start and end, waiting for events and other processes.
    Other,
}

impl TimeClass {
    /// All classes, in the order in which reports list them.
    pub const ALL: [Self; 12] = [
        Self::Compute,
        Self::Allocate,
        Self::Copy,
        Self::Hash,
        Self::Format,
        Self::Sort,
        Self::Drop,
        Self::LockWait,
        Self::Io,
        Self::Sleep,
        Self::Kernel,
        Self::Other,
    ];

    /// The name in reports and JSON: `compute`, `lock-wait` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Allocate => "allocate",
            Self::Copy => "copy",
            Self::Hash => "hash",
            Self::Format => "format",
            Self::Sort => "sort",
            Self::Drop => "drop",
            Self::LockWait => "lock-wait",
            Self::Io => "io",
            Self::Sleep => "sleep",
            Self::Kernel => "kernel",
            Self::Other => "other",
        }
    }
}
