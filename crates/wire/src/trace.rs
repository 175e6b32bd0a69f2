//! Layout of the memory that the trace runtime shares with the recorder.
//!
//! One memory file: a [`TraceHeader`], the modules of the process, the statics that the recorder found in the executable,
//! the allocation sites, the shared lines, a sample of the used lines, and one slot for each thread that ran at the same time. A slot holds two
//! tables with one word for each four bytes of the executable's code (no two calls lie closer), so that a call site is
//! counted with one instruction and without a search, and logs of sites and of records. Memory that nothing wrote to takes no place.

mod geometry;
mod rows;

pub use geometry::{SlotPart, TraceGeometry};
pub use rows::{
    AllocationSite, BlockInLine, MissRecord, Module, SharedLine, Sharer, SiteEntry, SlotHeader, StaticRange, UsedLine,
};

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Name of the environment variable that tells the runtime where the arena is: `<nonce in hexadecimal>:<path>`.
pub const TRACE_VARIABLE: &str = "WHYSLOW_TRACE";

/// First word of a trace arena.
pub const TRACE_MAGIC: u64 = u64::from_le_bytes(*b"whytrace");

/// Raised whenever a layout in this module changes.
pub const TRACE_VERSION: u64 = 3;

/// Bytes of a cache line: that of every x86-64 processor.
pub const LINE_BYTES: u64 = 64;

/// Most sets of the first level: the fast path looks into a table of this size.
pub const MAX_L1_SETS: u64 = 1024;

/// One of so many lines is watched byte by byte while it is in the first level.
pub const LINE_SAMPLING: u64 = 64;

/// Of a large last level, one set of so many neighbours is modelled; what is missed there is counted so many times. A power of two.
pub const LAST_LEVEL_SAMPLING: u64 = 16;

/// Frames kept of an allocation's stack.
pub const N_ALLOCATION_FRAMES: usize = 12;

/// Frames kept above a call site.
pub const N_CALLER_FRAMES: usize = 6;

/// Threads told apart on one line.
pub const N_SHARERS: usize = 8;

/// Blocks told apart on one line: allocators hand out multiples of a quarter of it.
pub const N_BLOCKS_IN_LINE: usize = 4;

/// What memory an access went to; the lower half of the word is an index.
pub mod object {
    /// Not told.
    pub const NONE: u64 = 0;
    /// The thread's own stack.
    pub const STACK: u64 = 1;
    /// Memory of unknown descent: mapped by the program, or from another allocator.
    pub const OTHER: u64 = 2;
    /// A heap block; the lower half is the allocation site's index.
    pub const HEAP: u64 = 1 << 32;
    /// A static; the lower half is its index.
    pub const STATIC: u64 = 2 << 32;
}

/// What a call site does, in the low byte of [`SiteEntry::kind`]; the next byte holds log2 of the size.
pub mod access {
    /// Reads.
    pub const READ: u64 = 0;
    /// Writes.
    pub const WRITE: u64 = 1;
    /// Reads and then writes the same place.
    pub const READ_WRITE: u64 = 2;
    /// Is the entry of a function.
    pub const ENTRY: u64 = 3;
    /// Copies; sizes stand in the table of bytes.
    pub const COPY: u64 = 4;
    /// Fills; sizes stand in the table of bytes.
    pub const FILL: u64 = 5;
    /// Reads atomically.
    pub const ATOMIC_READ: u64 = 6;
    /// Writes atomically.
    pub const ATOMIC_WRITE: u64 = 7;
    /// Reads and writes atomically.
    pub const ATOMIC_READ_WRITE: u64 = 8;
}

/// One level of the cache model.
#[repr(C)]
#[derive(Debug, Default)]
pub struct CacheLevel {
    /// Number of sets; 0: there is no such level.
    pub sets: AtomicU64,
    /// Lines in each.
    pub ways: AtomicU64,
}

/// The first part of the arena. Written by the recorder before the program starts, unless said otherwise.
#[repr(C)]
#[derive(Debug, Default)]
pub struct TraceHeader {
    /// [`TRACE_MAGIC`].
    pub magic: AtomicU64,
    /// [`TRACE_VERSION`].
    pub version: AtomicU64,
    /// Tells this recording from others.
    pub nonce: AtomicU64,
    /// [`TraceGeometry`].
    pub text_bytes: AtomicU64,
    /// [`TraceGeometry`].
    pub n_statics: AtomicU64,
    /// Device of the executable: other programs that the target runs are left alone.
    pub device: AtomicU64,
    /// Inode of the executable.
    pub inode: AtomicU64,
    /// Address of the executable's code in the file.
    pub text_svma: AtomicU64,
    /// First, second and last level.
    pub levels: [CacheLevel; 3],
    /// Not 0: keys of hash tables are the same in each run.
    pub has_fixed_keys: AtomicU64,
    /// Runtime: processes that began to record.
    pub n_processes: AtomicU64,
    /// Runtime: processes that loaded the runtime and run another program.
    pub n_other_programs: AtomicU64,
    /// Runtime: slots given out.
    pub n_slots: AtomicU64,
    /// Runtime: threads that got none.
    pub lost_threads: AtomicU64,
    /// Runtime: misses, sites or lines for which there was no place.
    pub lost_rows: AtomicU64,
    /// Runtime: modules told.
    pub n_modules: AtomicU64,
    /// Runtime: allocation sites given out.
    pub n_allocation_sites: AtomicU64,
    /// Runtime: shared lines given out.
    pub n_shared_lines: AtomicU64,
    /// Runtime: used lines told.
    pub n_used_lines: AtomicU64,
    /// Runtime: where the executable lies.
    pub load_bias: AtomicU64,
}

impl TraceHeader {
    /// The geometry that the recorder wrote.
    pub fn geometry(&self) -> TraceGeometry {
        TraceGeometry {
            text_bytes: self.text_bytes.load(Relaxed),
            n_statics: self.n_statics.load(Relaxed),
        }
    }
}
