//! Operations: which library call the user's code made, and what the work finally was.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Index of a library call's name in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallId(pub u32);

/// A library call as the user wrote it: `Vec::remove`, `slice::contains`, `println!`, `Regex::new`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// Readable name without generics and without the standard library's internals.
    pub name: String,
    /// `std` for the standard library, otherwise the package.
    pub library: String,
    /// The module and type that the call belongs to, `linked_list::Iter` of `Iterator::next`: tells what `name` hides.
    /// Empty where the debug information does not say.
    pub owner: String,
}

/// What the work finally was: the innermost thing that a stack says about its leaf.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    /// Plain instructions of the site, or of the library call itself.
    Own,
    /// Taking memory.
    Alloc,
    /// Giving memory back.
    Free,
    /// `realloc`: a collection that grows or shrinks.
    Grow,
    /// `memcpy`, `memmove`.
    Copy,
    /// `memset`.
    Fill,
    /// `memcmp` and slice comparison.
    Compare,
    /// `memchr` and substring search.
    Scan,
    /// Hashing, with the name of the hash function: `SipHash`, `FxHash` …
    Hash(String),
    /// `core::fmt`.
    Format,
    /// Sorting.
    Sort,
    /// Drop glue.
    Drop,
    /// Taking or releasing a lock without waiting for it.
    Lock,
    /// Spinning or sleeping until a lock is free.
    LockWait,
    /// Waiting for an event of another thread: condition variable, parking, joining, a channel.
    Idle,
    /// An explicit sleep.
    Sleep,
    /// Waiting for descriptors or for a child process.
    Poll,
    /// A system call: `write`, `read`, `openat` …
    Syscall(String),
    /// A page fault outside the allocator.
    PageFault,
}

/// What a site did: the call that the user wrote, and what the work finally was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Operation {
    /// The outermost library call below the site; `None` when the site's own instructions ran.
    pub call: Option<CallId>,
    /// What the work finally was.
    pub work: Work,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "own code",
            Self::Alloc => "alloc",
            Self::Free => "free",
            Self::Grow => "grow",
            Self::Copy => "memmove",
            Self::Fill => "memset",
            Self::Compare => "memcmp",
            Self::Scan => "memchr",
            Self::Hash(name) => return write!(f, "hash {name}"),
            Self::Format => "fmt",
            Self::Sort => "sort",
            Self::Drop => "drop",
            Self::Lock => "lock",
            Self::LockWait => "lock wait",
            Self::Idle => "idle",
            Self::Sleep => "sleep",
            Self::Poll => "poll",
            Self::Syscall(name) => return write!(f, "syscall {name}"),
            Self::PageFault => "page fault",
        })
    }
}
