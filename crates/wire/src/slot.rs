//! What each thread writes: counters, and the control words of its rings.

use core::sync::atomic::{AtomicI64, AtomicU32, AtomicU64};

/// A thread reports its balance of live bytes to its process when it has changed by this much, so the process's peak is
/// exact for one thread and within this much per thread for several.
pub const LIVE_FLUSH_BYTES: i64 = 64 << 10;

/// Values of [`Slot::state`].
pub mod slot_state {
    /// Not in use.
    pub const FREE: u32 = 0;
    /// A thread writes to it.
    pub const CLAIMED: u32 = 1;
    /// Its thread has ended; the recorder frees it when it has read the rest.
    pub const EXITED: u32 = 2;
    /// A thread is filling in who it is.
    pub const STARTING: u32 = 3;
}

/// What one thread writes. Counters keep running when another thread takes the slot over.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct Slot {
    /// Weight (bytes + [`crate::CALL_WEIGHT`] a call) until the next sampled allocation; negative: now.
    pub countdown: AtomicI64,
    /// Change of live bytes not yet reported, less [`LIVE_FLUSH_BYTES`]: its sign says when to report.
    pub live: AtomicI64,
    /// Largest value of `live` just before a free, since the last report.
    pub live_max: AtomicI64,
    /// Allocations by Rust code, or all of them.
    pub allocations: AtomicU64,
    /// Bytes requested by these.
    pub allocated_bytes: AtomicU64,
    /// Frees.
    pub frees: AtomicU64,
    /// Bytes freed.
    pub freed_bytes: AtomicU64,
    /// Depth of calls into an allocator whose caller has been counted: `malloc` below is not counted again.
    pub allocator_depth: AtomicU32,
    /// Place of its process in [`crate::Header::processes`].
    pub process: AtomicU32,

    /// `realloc` calls.
    pub reallocations: AtomicU64,
    /// Bytes that these added.
    pub grown_bytes: AtomicU64,
    /// Those that copied the block.
    pub moves: AtomicU64,
    /// Bytes copied by these.
    pub moved_bytes: AtomicU64,
    /// Allocations by C code next to hooked Rust entry points.
    pub foreign_allocations: AtomicU64,
    /// Bytes requested by these.
    pub foreign_bytes: AtomicU64,
    /// Mean weight between samples, as `countdown` was drawn with.
    pub interval: AtomicU64,
    /// Since when samples are counted, to tell how fast they come.
    pub window_since_ns: AtomicU64,

    /// A [`slot_state`]. Changed by compare-and-swap.
    pub state: AtomicU32,
    /// Kernel process id of its thread.
    pub pid: AtomicU32,
    /// Kernel thread id.
    pub tid: AtomicU32,
    /// Samples since `window_since_ns`.
    pub n_window_samples: AtomicU32,
    /// Name of the thread, zero-padded.
    pub name: [AtomicU64; 2],
    /// Place in the pool of the wait that the thread is in; 0 for none.
    pub wait_entry: AtomicU64,
    /// When that wait began.
    pub wait_since_ns: AtomicU64,
    /// In exact mode, `countdown` stays negative and this one counts.
    pub exact_countdown: AtomicI64,
    /// CPU time of the thread at its last CPU sample.
    pub last_cpu_ns: AtomicU64,

    /// Events.
    pub ring: RingControl,
    /// CPU samples, written by a signal handler that may interrupt the writer of the other ring.
    pub cpu_ring: RingControl,
}

/// Control words of a ring of words: one writer, one reader, neither waits for the other.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct RingControl {
    /// Words ever written.
    pub head: AtomicU64,
    /// Records that found no room.
    pub lost: AtomicU64,
    /// Words ever read. Written by the recorder.
    pub tail: AtomicU64,
}
