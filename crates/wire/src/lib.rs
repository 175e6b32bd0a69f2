//! Memory layouts shared by the agent in the measured program and the recorder outside.
//!
//! One *arena*, a memory file mapped by both, holds everything: a [`Header`] with the configuration, one [`Slot`] with
//! counters and two rings for each thread, a table of tracked blocks, and a table of aggregates.
//! Each word is an atomic, so both sides read and write it without `unsafe`; a word has one writer unless its
//! documentation says otherwise. All times are CLOCK_MONOTONIC, in nanoseconds.
#![no_std]
#![forbid(unsafe_code)]

mod aggregate;
mod calls;
mod geometry;
mod header;
mod histogram;
mod patch;
mod process;
mod record;
mod slot;
pub mod trace;
mod tracked;

pub use aggregate::{AggregateKey, EntryKind, entry, fd_kind, hash_of, hash_term, wait_kind};
pub use calls::IoCall;
pub use geometry::Geometry;
pub use header::{Config, Header, OrphanCounters, heap_mode};
pub use histogram::{N_BUCKETS, bucket_bounds, bucket_of};
pub use patch::{Fixup, MAX_OVERWRITTEN, Patch, Patches, role};
pub use process::{Process, process_flag};
pub use record::{
    AllocationRecord, CpuRecord, EndRecord, GrowthRecord, MappingRecord, RecordHeader, STACK_HEADER_WORDS,
    allocation_kind, stack_counts,
};
pub use slot::{LIVE_FLUSH_BYTES, RingControl, Slot, slot_state};
pub use tracked::{TrackedBlock, tracked_key};

/// First word of an arena: `whyslow` and a zero byte.
pub const MAGIC: u64 = u64::from_le_bytes(*b"whyslow\0");

/// Raised whenever a layout in this crate changes.
pub const VERSION: u32 = 1;

/// Name of the environment variable that tells the agent where the arena is: `<nonce in hexadecimal>:<path>`.
pub const ARENA_VARIABLE: &str = "WHYSLOW_ARENA";

/// What one allocation counts besides its bytes when samples are taken, so that sites with many small blocks are seen
/// as well as sites with few large ones.
pub const CALL_WEIGHT: u64 = 256;
