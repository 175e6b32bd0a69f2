//! What the agent reports: events as they happened, counters that it summed up itself, and totals.
//!
//! Times are CLOCK_MONOTONIC, in nanoseconds. Addresses are those of the measured process.

use profile::{Distribution, FdKind, WaitKind};
use std::path::Path;

/// Names one sampled allocation: its [`AgentEvent::Allocation`] and its [`AgentEvent::End`] carry the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SampleId(pub(crate) u64);

/// A stack before unwinding: registers, the bytes above the stack pointer, and the frame-pointer chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawStack<'a> {
    /// Where execution was (CPU samples), or the return address of the hooked call.
    pub(crate) ip: u64,
    /// Stack pointer there.
    pub(crate) sp: u64,
    /// Frame-pointer register there.
    pub(crate) bp: u64,
    /// Memory from `sp` upwards; may be empty.
    pub(crate) dump: &'a [u8],
    /// Return addresses found by walking frame pointers from `bp`, leaf first; `ip` is not repeated.
    pub(crate) chain: &'a [u64],
}

/// Which entry point allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum AllocationKind {
    /// Rust's global allocator, `alloc`.
    Alloc,
    /// Rust's global allocator, `alloc_zeroed`.
    AllocZeroed,
    /// `malloc` and its aligned family, in a program whose Rust entry points are not hooked.
    Malloc,
    /// `calloc`, in a program whose Rust entry points are not hooked.
    Calloc,
    /// `malloc` or `calloc` by C code, next to hooked Rust entry points.
    Foreign,
}

/// One thing that happened in the measured program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AgentEvent<'a> {
    /// An executable part of a file is mapped.
    Mapping {
        pid: u32,
        /// First address.
        start: u64,
        /// First address after it.
        end: u64,
        /// Offset in the file of the byte at `start`.
        file_offset: u64,
        path: &'a Path,
    },
    /// A thread was seen, or changed its name: the last one counts.
    Thread { pid: u32, tid: u32, name: &'a str },
    /// A CPU sample of the second-choice sampler.
    Cpu {
        pid: u32,
        tid: u32,
        time_ns: u64,
        /// CPU time of the thread since its previous sample: what this one stands for.
        cpu_ns: u64,
        stack: RawStack<'a>,
    },
    /// A sampled allocation.
    Allocation {
        id: SampleId,
        pid: u32,
        tid: u32,
        time_ns: u64,
        kind: AllocationKind,
        /// Size as requested, in bytes.
        size: u64,
        /// Alignment as requested, in bytes; 0 when the call has none.
        align: u64,
        /// Number of allocations that this one stands for: 1 ÷ its probability of being taken.
        weight: f64,
        stack: RawStack<'a>,
    },
    /// A sampled `realloc`.
    Growth {
        pid: u32,
        tid: u32,
        time_ns: u64,
        /// Size before, in bytes.
        old_size: u64,
        /// Size after, in bytes.
        new_size: u64,
        /// True when the bytes were copied to a new place.
        has_moved: bool,
        /// Number of calls that this one stands for.
        weight: f64,
        stack: RawStack<'a>,
    },
    /// What became of a sampled allocation: once for each, the last word about it.
    End {
        id: SampleId,
        pid: u32,
        /// Who freed it and when; none when it is still alive at the end of the recording.
        freed: Option<Freed>,
        /// `realloc` calls in its life.
        growths: u32,
        /// Bytes copied by these.
        moved_bytes: u64,
        /// Size at the end, in bytes.
        last_size: u64,
    },
}

/// How a sampled block was freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Freed {
    /// The freeing thread.
    pub(crate) tid: u32,
    /// When.
    pub(crate) time_ns: u64,
    /// From allocation to free.
    pub(crate) lifetime_ns: u64,
}

/// Calls that one thread made at one stack, summed up exactly in the target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aggregate {
    /// The calling thread.
    pub(crate) pid: u32,
    /// See `pid`.
    pub(crate) tid: u32,
    /// Return addresses, leaf first: the hooked call's own return address, then the frame-pointer chain.
    pub(crate) chain: Vec<u64>,
    /// What was called.
    pub(crate) what: AggregateKind,
    /// Number of calls.
    pub(crate) count: u64,
    /// Time in the calls, in nanoseconds; a call still running at the end counts up to then.
    pub(crate) total_ns: u64,
    /// Longest call, in nanoseconds.
    pub(crate) max_ns: u64,
}

/// What an [`Aggregate`] counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum AggregateKind {
    /// An I/O call.
    Io {
        /// Name of the libc function.
        call: &'static str,
        /// What the descriptor stood for.
        fd_kind: FdKind,
        /// Calls that failed.
        errors: u64,
        /// Bytes transferred.
        bytes: u64,
        /// Bytes per successful call.
        size: Distribution,
    },
    /// Waiting.
    Wait {
        /// On what.
        kind: WaitKind,
        /// Address of the futex or lock; 0 for sleeps and polls.
        address: u64,
    },
    /// Calls that woke a waiting thread.
    Wake {
        /// Address of the futex or lock.
        address: u64,
    },
    /// Every allocation (`--heap=exact`). Times are not taken: `total_ns` is 0.
    Allocation {
        /// The entry point.
        kind: AllocationKind,
        /// Bytes requested.
        bytes: u64,
        /// Size per call.
        size: Distribution,
    },
    /// Every `realloc` (`--heap=exact`). Times are not taken: `total_ns` is 0.
    Growth {
        /// Calls that copied the block to a new place.
        moves: u64,
        /// Bytes copied by these.
        moved_bytes: u64,
        /// Bytes added.
        added_bytes: u64,
        /// Size after each call.
        new_size: Distribution,
    },
}

/// Exact counts over all threads and processes, up to the moment of asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AgentTotals {
    /// Allocations: `alloc` and `alloc_zeroed` of Rust's global allocator; all of `malloc` in a process whose Rust entry points are not hooked.
    pub(crate) allocations: u64,
    /// Bytes requested by these.
    pub(crate) allocated_bytes: u64,
    /// Bytes added by `realloc` (new size less old, where larger).
    pub(crate) grown_bytes: u64,
    /// Frees.
    pub(crate) frees: u64,
    /// Bytes freed: as requested at hooked Rust entry points, usable sizes with `malloc`.
    pub(crate) freed_bytes: u64,
    /// `realloc` calls.
    pub(crate) reallocations: u64,
    /// Those that copied the block.
    pub(crate) moves: u64,
    /// Bytes copied by these.
    pub(crate) moved_bytes: u64,
    /// Most bytes alive at one time in one process.
    pub(crate) peak_bytes: u64,
    /// Bytes alive at the end in the first process.
    pub(crate) live_bytes: u64,
    /// Allocations by C code next to hooked Rust entry points.
    pub(crate) foreign_allocations: u64,
    /// Bytes requested by these.
    pub(crate) foreign_bytes: u64,
    /// Processes that loaded the agent (a process that calls `exec` counts again).
    pub(crate) processes: u64,
    /// Processes among them with hooked Rust entry points.
    pub(crate) processes_with_rust_hooks: u64,
    /// Threads that ran while all slots were taken: nothing of theirs but heap counts was recorded.
    pub(crate) lost_threads: u64,
    /// Events that did not fit a buffer.
    pub(crate) lost_events: u64,
    /// Calls whose stack did not fit the table of aggregates.
    pub(crate) lost_calls: u64,
}
