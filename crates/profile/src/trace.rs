//! What the trace lens measured: every access to memory that instrumented code made, counted, and what a model of this
//! machine's caches says about it.
//!
//! Invariant: every id in a row exists in its table.

mod book;
mod fields;
mod types;

pub use book::{ObjectTotals, TraceLine};
pub use types::{Field, FieldPath, TypeId, TypeKind, TypeRow, Types, Variant, short_type_name};

use crate::StackId;
use serde::{Deserialize, Serialize};

/// Accesses, misses and shared lines of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The levels of the cache model, first level first.
    pub levels: Vec<CacheModel>,
    /// Sums over the run.
    pub totals: TraceTotals,
    /// Call sites in order of their addresses.
    pub sites: Vec<AccessSite>,
    /// What memory was missed.
    pub objects: Vec<MemoryObject>,
    /// Misses by site and object.
    pub misses: Vec<MissRow>,
    /// Lines that threads took from each other.
    pub shared_lines: Vec<SharedLineRow>,
    /// What was used of some of the fetched lines.
    pub used_lines: Vec<UsedLineRow>,
    /// Types of the memory, and those of the user's crates.
    pub types: Types,
}

/// One level of the cache model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheModel {
    /// 1, 2 or 3.
    pub level: u32,
    /// Size.
    pub size_bytes: u64,
    /// Lines in each set.
    pub ways: u32,
    /// Size of a line.
    pub line_bytes: u32,
    /// True when all threads share it; else each thread has its own.
    pub is_shared: bool,
}

/// Sums over a run. For a deterministic program of one thread they are the same in each run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceTotals {
    /// Reads; an access that reads and writes counts as both.
    pub reads: u64,
    /// Writes.
    pub writes: u64,
    /// Atomic accesses among them.
    pub atomics: u64,
    /// Bytes read, by copies, too.
    pub bytes_read: u64,
    /// Bytes written, by copies and fills, too.
    pub bytes_written: u64,
    /// Copies and fills (`memcpy`, `memmove`, `memset`).
    pub copies: u64,
    /// Entries of functions.
    pub calls: u64,
    /// Accesses to lines that missed the first level.
    pub l1_misses: u64,
    /// Those that missed the second level, too.
    pub l2_misses: u64,
    /// Those that missed the last level, too.
    pub last_misses: u64,
    /// Misses because another thread had written to the line.
    pub coherence_misses: u64,
    /// Processes that were traced.
    pub processes: u64,
    /// Sites, pairs of site and object, and lines for which there was no place.
    pub lost_rows: u64,
    /// Threads for which there was no place.
    pub lost_threads: u64,
}

/// What a call site does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AccessKind {
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Reads a place and writes to it.
    ReadWrite,
    /// Reads atomically.
    AtomicRead,
    /// Writes atomically.
    AtomicWrite,
    /// Reads and writes atomically.
    AtomicReadWrite,
    /// Copies.
    Copy,
    /// Fills.
    Fill,
    /// Enters a function.
    Entry,
}

/// A place in the code that accesses memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessSite {
    /// The functions that were inlined at the place, and behind them the callers of its first use.
    pub stack: StackId,
    /// How many frames of the stack belong to the place itself.
    pub n_own_frames: u32,
    /// What it does.
    pub kind: AccessKind,
    /// Bytes of one access; 0 for copies, fills and entries.
    pub access_bytes: u32,
    /// How often it was reached.
    pub count: u64,
    /// Bytes copied or filled.
    pub bytes: u64,
}

/// Index of an [`AccessSite`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccessSiteId(pub u32);

/// Index of a [`MemoryObject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectId(pub u32);

/// Some memory that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemoryObject {
    /// All blocks that came from one place.
    Heap {
        /// Stack of the allocations.
        stack: StackId,
        /// Blocks.
        blocks: u64,
        /// Their bytes.
        bytes: u64,
        /// What they hold one or several of, where debug information tells.
        element: Option<TypeId>,
    },
    /// A static.
    Static {
        /// Demangled name.
        name: String,
        /// Size.
        bytes: u64,
        /// Its type, where debug information tells.
        of: Option<TypeId>,
    },
    /// The threads' stacks.
    Stack,
    /// Memory of unknown descent.
    Other,
}

/// What one site missed in one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissRow {
    /// The site.
    pub site: AccessSiteId,
    /// The object.
    pub object: ObjectId,
    /// Reads that missed the first level.
    pub read_misses: u64,
    /// Writes that missed the first level.
    pub write_misses: u64,
    /// Those that missed the second level, too.
    pub l2_misses: u64,
    /// Those that missed the last level, too.
    pub last_misses: u64,
    /// Misses because another thread had written to the line.
    pub coherence_misses: u64,
    /// Lines of a sample that were fetched.
    pub watched_lines: u64,
    /// Bytes of them that were used until they were gone.
    pub watched_used_bytes: u64,
    /// Most frequent distance between consecutive misses.
    pub stride: i64,
    /// How much more often it was that than another.
    pub stride_support: u64,
    /// How often a distance was that of the miss before.
    pub even_steps: u64,
}

impl MissRow {
    /// Misses of the first level.
    pub fn l1_misses(&self) -> u64 {
        self.read_misses + self.write_misses
    }
}

/// A line of heap blocks or of a static that was fetched, and the bytes of it that were used until it was gone. One of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedLineRow {
    /// Where it was fetched.
    pub site: AccessSiteId,
    /// What it belongs to.
    pub object: ObjectId,
    /// Position of its first byte in the block or static.
    pub offset: i64,
    /// Size of the block or static, which may be rounded up to 16 bytes.
    pub block_bytes: u64,
    /// Bytes that were used, bit by bit, those of neighbours in the line, too.
    pub used_mask: u64,
    /// How many watched lines it stands for.
    pub weight: u64,
}

/// A line that threads took from each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLineRow {
    /// Its address in the process.
    pub address: u64,
    /// The threads, busiest first.
    pub sharers: Vec<SharerRow>,
}

/// What one thread did to a shared line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharerRow {
    /// Its name; empty when it has none.
    pub thread: String,
    /// What holds the bytes that it writes, or failing that reads.
    pub object: ObjectId,
    /// Position of the first of them there.
    pub offset: Option<i64>,
    /// Bytes of the line that it read: bit by bit.
    pub read_mask: u64,
    /// Bytes that it wrote.
    pub write_mask: u64,
    /// Reads while the line was watched.
    pub reads: u64,
    /// Writes while the line was watched.
    pub writes: u64,
    /// Atomic accesses among both.
    pub atomics: u64,
    /// How often it lost the line and then used what others had written.
    pub true_misses: u64,
    /// How often it lost the line for bytes that it did not use.
    pub false_misses: u64,
    /// Where it mostly reads.
    pub read_site: Option<StackId>,
    /// Where it mostly writes.
    pub write_site: Option<StackId>,
}

impl SharedLineRow {
    /// Misses that would not be if each thread had its bytes on a line of its own.
    pub fn false_misses(&self) -> u64 {
        self.sharers.iter().map(|sharer| sharer.false_misses).sum()
    }

    /// Misses by which threads got what others wrote.
    pub fn true_misses(&self) -> u64 {
        self.sharers.iter().map(|sharer| sharer.true_misses).sum()
    }
}

impl Trace {
    /// The site of a row.
    pub fn site(&self, id: AccessSiteId) -> &AccessSite {
        &self.sites[id.0 as usize]
    }

    /// The object of a row.
    pub fn object(&self, id: ObjectId) -> &MemoryObject {
        &self.objects[id.0 as usize]
    }

    /// True when all ids lead somewhere.
    pub(crate) fn is_consistent(&self, n_stacks: usize) -> bool {
        let is_stack = |id: StackId| (id.0 as usize) < n_stacks;
        let is_object = |id: ObjectId| (id.0 as usize) < self.objects.len();
        let is_type = |id: &Option<TypeId>| id.is_none_or(|id| (id.0 as usize) < self.types.0.len());
        let is_known = |object: &MemoryObject| match object {
            MemoryObject::Heap { stack, element, .. } => is_stack(*stack) && is_type(element),
            MemoryObject::Static { of, .. } => is_type(of),
            MemoryObject::Stack | MemoryObject::Other => true,
        };
        let is_sharer = |sharer: &SharerRow| {
            is_object(sharer.object)
                && [sharer.read_site, sharer.write_site]
                    .into_iter()
                    .flatten()
                    .all(is_stack)
        };
        self.types.is_consistent()
            && self.sites.iter().all(|site| is_stack(site.stack))
            && self.objects.iter().all(is_known)
            && self
                .misses
                .iter()
                .all(|row| (row.site.0 as usize) < self.sites.len() && is_object(row.object))
            && self
                .used_lines
                .iter()
                .all(|row| (row.site.0 as usize) < self.sites.len() && is_object(row.object))
            && self.shared_lines.iter().all(|line| line.sharers.iter().all(is_sharer))
    }
}
