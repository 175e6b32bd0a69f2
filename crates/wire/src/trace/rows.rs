//! The rows of a trace arena's tables. Each word has one writer unless its documentation says otherwise.

use super::{N_ALLOCATION_FRAMES, N_BLOCKS_IN_LINE, N_CALLER_FRAMES, N_SHARERS};
use core::sync::atomic::AtomicU64;

/// A file that is mapped into the process.
#[repr(C)]
#[derive(Debug)]
pub struct Module {
    /// First address of its code.
    pub start: AtomicU64,
    /// First address behind its code.
    pub end: AtomicU64,
    /// Position of the code in the file.
    pub file_offset: AtomicU64,
    /// Path, zero-padded; empty for the executable.
    pub path: [AtomicU64; 61],
}

/// A static of the executable, written by the recorder.
#[repr(C)]
#[derive(Debug)]
pub struct StaticRange {
    /// Address in the file.
    pub svma: AtomicU64,
    /// Size.
    pub bytes: AtomicU64,
}

/// Where heap blocks come from.
#[repr(C)]
#[derive(Debug)]
pub struct AllocationSite {
    /// Blocks. Written by all threads.
    pub count: AtomicU64,
    /// Their bytes. Written by all threads.
    pub bytes: AtomicU64,
    /// Frames that follow.
    pub n_frames: AtomicU64,
    /// Return addresses, leaf first.
    pub frames: [AtomicU64; N_ALLOCATION_FRAMES],
    /// Makes the size a power of two.
    pub reserved: AtomicU64,
}

/// A call site that was reached.
#[repr(C)]
#[derive(Debug)]
pub struct SiteEntry {
    /// Return address.
    pub address: AtomicU64,
    /// See [`super::access`].
    pub kind: AtomicU64,
    /// Return addresses above it when it was reached first, the nearest caller first; 0: none.
    pub callers: [AtomicU64; N_CALLER_FRAMES],
}

/// The first part of a slot.
#[repr(C)]
#[derive(Debug)]
pub struct SlotHeader {
    /// Process id; 0: the slot was never taken.
    pub pid: AtomicU64,
    /// Thread id of the last thread that had it.
    pub tid: AtomicU64,
    /// Threads that had it.
    pub n_threads: AtomicU64,
    /// Used part of the site log.
    pub n_sites: AtomicU64,
    /// Used part of the records.
    pub n_records: AtomicU64,
    /// Name of the thread, zero-padded.
    pub name: [AtomicU64; 2],
}

/// What one call site did to one object, as far as the first level of the cache missed it.
#[repr(C)]
#[derive(Debug)]
pub struct MissRecord {
    /// Return address.
    pub address: AtomicU64,
    /// See [`super::object`].
    pub object: AtomicU64,
    /// Accesses, of sites outside of the executable's code only.
    pub accesses: AtomicU64,
    /// Bytes, of copies and fills outside of the executable's code only.
    pub bytes: AtomicU64,
    /// Reads that missed the first level.
    pub read_misses: AtomicU64,
    /// Writes that missed the first level.
    pub write_misses: AtomicU64,
    /// Those that missed the second level, too.
    pub l2_misses: AtomicU64,
    /// Those that missed the last level, too.
    pub last_misses: AtomicU64,
    /// Misses because another thread wrote to the line.
    pub coherence_misses: AtomicU64,
    /// Watched lines that were fetched and are gone again.
    pub watched_lines: AtomicU64,
    /// Bytes of them that were used meanwhile.
    pub watched_used_bytes: AtomicU64,
    /// Most frequent distance from one miss to the next, as a signed number.
    pub stride: AtomicU64,
    /// How often it was that, less how often it was another.
    pub stride_support: AtomicU64,
    /// Address of the last miss.
    pub last_address: AtomicU64,
    /// Distance of the last miss from the one before, as a signed number.
    pub last_stride: AtomicU64,
    /// How often a distance was that of the miss before.
    pub even_steps: AtomicU64,
    /// Kind of access of sites outside of the executable's code; see [`super::access`].
    pub kind: AtomicU64,
}

/// A line that several threads touch and at least one writes.
#[repr(C)]
#[derive(Debug)]
pub struct SharedLine {
    /// Its address.
    pub address: AtomicU64,
    /// See [`super::object`].
    pub object: AtomicU64,
    /// Used part of `sharers`.
    pub n_sharers: AtomicU64,
    /// Misses of threads that found no place in `sharers`.
    pub lost_events: AtomicU64,
    /// Process id.
    pub pid: AtomicU64,
    /// Makes the size a multiple of a line.
    pub reserved: [AtomicU64; 7],
    /// The blocks and statics that each quarter of it belongs to, when a thread came to it last.
    pub blocks: [BlockInLine; N_BLOCKS_IN_LINE],
    /// The threads.
    pub sharers: [Sharer; N_SHARERS],
}

/// A heap block, or a static, that a part of a line belongs to.
#[repr(C)]
#[derive(Debug)]
pub struct BlockInLine {
    /// See [`super::object`].
    pub object: AtomicU64,
    /// Address of its first byte; 0: none.
    pub start: AtomicU64,
    /// Its bytes, up to what the runtime looked at, rounded up to a quarter of a line.
    pub bytes: AtomicU64,
}

/// What became of a watched line while it was in the first level.
#[repr(C)]
#[derive(Debug)]
pub struct UsedLine {
    /// Return address of the access that fetched it.
    pub site: AtomicU64,
    /// See [`super::object`].
    pub object: AtomicU64,
    /// Address of the line.
    pub address: AtomicU64,
    /// Address of the block or static that the first used byte belongs to.
    pub block_start: AtomicU64,
    /// Its bytes, up to what the runtime looked at, rounded up to a quarter of a line.
    pub block_bytes: AtomicU64,
    /// Bytes that were used, bit by bit.
    pub used_mask: AtomicU64,
    /// How many watched lines it stands for. Written last.
    pub weight: AtomicU64,
    /// Makes the size a power of two.
    pub reserved: AtomicU64,
}

/// What one thread does to a shared line.
#[repr(C)]
#[derive(Debug)]
pub struct Sharer {
    /// Its slot, plus one.
    pub slot: AtomicU64,
    /// Bytes of the line that it reads: bit by bit.
    pub read_mask: AtomicU64,
    /// Bytes that it writes.
    pub write_mask: AtomicU64,
    /// Reads.
    pub reads: AtomicU64,
    /// Writes.
    pub writes: AtomicU64,
    /// Atomic ones among both.
    pub atomics: AtomicU64,
    /// Times that it lost the line and got bytes that it then used: true sharing.
    pub true_misses: AtomicU64,
    /// Times that it lost the line for bytes that it did not use: false sharing.
    pub false_misses: AtomicU64,
    /// Bytes that others wrote since it last had the line.
    pub unseen: AtomicU64,
    /// What was unseen when it last got the line back.
    pub fresh: AtomicU64,
    /// 0: never lost; 1: got back, nothing fresh used; 2: got back, something fresh used.
    pub tenure: AtomicU64,
    /// Most frequent site of its reads.
    pub read_site: AtomicU64,
    /// How often it was that, less how often it was another.
    pub read_support: AtomicU64,
    /// Most frequent site of its writes.
    pub write_site: AtomicU64,
    /// How often it was that, less how often it was another.
    pub write_support: AtomicU64,
    /// Times that it lost the line when its accesses were no longer looked at.
    pub unseen_misses: AtomicU64,
}

const _: () = assert!(size_of::<Module>() == 512);
const _: () = assert!(size_of::<AllocationSite>() == 128);
const _: () = assert!(size_of::<SiteEntry>() == 64);
const _: () = assert!(size_of::<MissRecord>() == 136);
const _: () = assert!(size_of::<Sharer>() == 128);
const _: () = assert!(size_of::<SharedLine>().is_multiple_of(64));
const _: () = assert!(size_of::<UsedLine>() == 64);
