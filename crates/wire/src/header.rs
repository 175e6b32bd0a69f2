//! The first part of an arena: what to record, and counters that no thread owns.

use crate::{Geometry, Patches, Process};
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

/// Values of [`Config::heap`].
pub mod heap_mode {
    /// Nothing of the heap.
    pub const OFF: u32 = 0;
    /// Exact totals, a weighted sample of stacks.
    pub const SAMPLED: u32 = 1;
    /// Exact totals, every stack.
    pub const EXACT: u32 = 2;
}

/// First part of an arena. Written by the recorder before the program starts, except for the counters.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct Header {
    /// [`crate::MAGIC`].
    pub magic: AtomicU64,
    /// A random number that the environment variable repeats, so that no other file is taken for the arena.
    pub nonce: AtomicU64,
    /// [`crate::VERSION`].
    pub version: AtomicU32,
    /// How many processes attached.
    pub n_attached: AtomicU32,
    geometry: [AtomicU64; 6],
    /// What to record.
    pub config: Config,
    /// Slots are searched from here on. Written by all threads.
    pub next_slot: AtomicU64,
    /// Number of the last sampled allocation. Written by all threads.
    pub last_sample_id: AtomicU64,
    /// Words of the pool in use. Written by all threads; may run beyond the pool's end when it is full.
    pub pool_used: AtomicU64,
    /// Tracked blocks. Written by all threads.
    pub n_tracked: AtomicI64,
    /// Threads that found no slot.
    pub lost_threads: AtomicU64,
    /// Calls that found no room for their aggregate.
    pub lost_calls: AtomicU64,
    /// Sampled blocks whose fate could not be tracked.
    pub lost_tracked: AtomicU64,
    /// Heap counters of threads without a slot.
    pub orphans: OrphanCounters,
    /// Entry points to redirect in the executable.
    pub patches: Patches,
    /// Processes that attached; the last one stands for all that came later.
    pub processes: [Process; 64],
}

/// What to record, and how.
#[repr(C)]
#[derive(Debug)]
pub struct Config {
    /// A [`heap_mode`].
    pub heap: AtomicU32,
    /// 1: record waits and wakes.
    pub has_waits: AtomicU32,
    /// 1: record I/O calls.
    pub has_io: AtomicU32,
    /// CPU samples per second of CPU time, taken by timers; 0 for none.
    pub timer_hz: AtomicU32,
    /// Signal that the timers send.
    pub timer_signal: AtomicU32,
    /// Words of stack copied with each sample.
    pub dump_words: AtomicU32,
}

/// Heap counters that all threads without a slot share, by atomic additions.
#[repr(C)]
#[derive(Debug)]
pub struct OrphanCounters {
    /// See [`crate::Slot::allocations`].
    pub allocations: AtomicU64,
    /// See [`crate::Slot::allocated_bytes`].
    pub allocated_bytes: AtomicU64,
    /// See [`crate::Slot::frees`].
    pub frees: AtomicU64,
    /// See [`crate::Slot::freed_bytes`].
    pub freed_bytes: AtomicU64,
    /// See [`crate::Slot::reallocations`].
    pub reallocations: AtomicU64,
    /// See [`crate::Slot::grown_bytes`].
    pub grown_bytes: AtomicU64,
    /// See [`crate::Slot::moves`].
    pub moves: AtomicU64,
    /// See [`crate::Slot::moved_bytes`].
    pub moved_bytes: AtomicU64,
    /// See [`crate::Slot::foreign_allocations`].
    pub foreign_allocations: AtomicU64,
    /// See [`crate::Slot::foreign_bytes`].
    pub foreign_bytes: AtomicU64,
}

impl Header {
    /// Where the parts of this arena lie.
    pub fn geometry(&self) -> Geometry {
        let [n_slots, ring_words, cpu_ring_words, n_tracked, n_index, pool_words] =
            [0, 1, 2, 3, 4, 5].map(|at: usize| self.geometry[at].load(Relaxed));
        Geometry {
            n_slots,
            ring_words,
            cpu_ring_words,
            n_tracked,
            n_index,
            pool_words,
        }
    }

    /// States where the parts of this arena lie.
    pub fn set_geometry(&self, geometry: Geometry) {
        let Geometry {
            n_slots,
            ring_words,
            cpu_ring_words,
            n_tracked,
            n_index,
            pool_words,
        } = geometry;
        for (word, value) in
            self.geometry
                .iter()
                .zip([n_slots, ring_words, cpu_ring_words, n_tracked, n_index, pool_words])
        {
            word.store(value, Relaxed);
        }
    }
}
