//! What the runtime wrote, merged over threads: addresses, not yet named.

use super::arena::{Counters, TraceArena};
use profile::AccessKind;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::mem::offset_of;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use wire::trace::{
    AllocationSite, BlockInLine, MissRecord, Module, N_ALLOCATION_FRAMES, N_BLOCKS_IN_LINE, N_CALLER_FRAMES, N_SHARERS,
    SharedLine, Sharer, SiteEntry, SlotHeader, SlotPart, TraceGeometry, UsedLine, access, object,
};

/// Everything that was read.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) counters: Counters,
    pub(super) modules: Vec<RawModule>,
    /// By return address.
    pub(super) sites: BTreeMap<u64, RawSite>,
    /// By return address and object.
    pub(super) misses: BTreeMap<(u64, u64), RawMisses>,
    pub(super) allocation_sites: Vec<RawAllocationSite>,
    pub(super) shared_lines: Vec<RawSharedLine>,
    pub(super) used_lines: Vec<RawUsedLine>,
    pub(super) threads: Vec<RawThread>,
}

#[derive(Debug)]
pub(super) struct RawModule {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) file_offset: u64,
    /// Empty for the executable.
    pub(super) path: PathBuf,
}

#[derive(Clone, Debug)]
pub(super) struct RawSite {
    pub(super) kind: AccessKind,
    pub(super) access_bytes: u32,
    pub(super) count: u64,
    pub(super) bytes: u64,
    pub(super) callers: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawMisses {
    pub(super) read_misses: u64,
    pub(super) write_misses: u64,
    pub(super) l2_misses: u64,
    pub(super) last_misses: u64,
    pub(super) coherence_misses: u64,
    pub(super) watched_lines: u64,
    pub(super) watched_used_bytes: u64,
    pub(super) stride: i64,
    pub(super) stride_support: u64,
    pub(super) even_steps: u64,
}

#[derive(Debug)]
pub(super) struct RawAllocationSite {
    pub(super) blocks: u64,
    pub(super) bytes: u64,
    pub(super) frames: Vec<u64>,
}

#[derive(Debug)]
pub(super) struct RawSharedLine {
    pub(super) address: u64,
    pub(super) object: u64,
    /// Of each quarter.
    pub(super) blocks: Vec<RawBlock>,
    pub(super) sharers: Vec<RawSharer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawBlock {
    pub(super) object: u64,
    /// 0: none.
    pub(super) start: u64,
    pub(super) bytes: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct RawUsedLine {
    pub(super) site: u64,
    pub(super) address: u64,
    pub(super) block: RawBlock,
    pub(super) used_mask: u64,
    pub(super) weight: u64,
}

#[derive(Debug)]
pub(super) struct RawSharer {
    pub(super) slot: u64,
    pub(super) read_mask: u64,
    pub(super) write_mask: u64,
    pub(super) reads: u64,
    pub(super) writes: u64,
    pub(super) atomics: u64,
    pub(super) true_misses: u64,
    pub(super) false_misses: u64,
    pub(super) read_site: u64,
    pub(super) write_site: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct RawThread {
    pub(super) slot: u64,
    pub(super) pid: u32,
    pub(super) tid: u32,
    pub(super) name: String,
}

/// The word of a row that holds a field.
macro_rules! field {
    ($row:expr, $type:ty, $field:ident) => {
        $row[offset_of!($type, $field) / 8]
    };
}

const fn words<T>() -> usize {
    size_of::<T>() / 8
}

/// Reads all.
pub(super) fn read(arena: &TraceArena) -> Raw {
    let counters = arena.header();
    let mut raw = Raw {
        counters,
        modules: rows::<Module>(arena, arena.geometry().modules_at(), counters.n_modules, module),
        allocation_sites: rows::<AllocationSite>(
            arena,
            arena.geometry().allocation_sites_at(),
            counters.n_allocation_sites,
            allocation_site,
        ),
        shared_lines: rows::<SharedLine>(
            arena,
            arena.geometry().shared_lines_at(),
            counters.n_shared_lines,
            shared_line,
        ),
        used_lines: rows::<UsedLine>(
            arena,
            arena.geometry().used_lines_at(),
            counters.n_used_lines,
            used_line,
        ),
        ..Raw::default()
    };
    raw.shared_lines.retain(|line| line.address != 0);
    raw.used_lines.retain(|line| line.weight != 0);
    for slot in 0..counters.n_slots {
        read_slot(arena, slot, &mut raw);
    }
    raw
}

fn rows<T: Row>(arena: &TraceArena, at: u64, n: u64, row: impl Fn(&[u64]) -> T::Row) -> Vec<T::Row> {
    let found = arena.words(at, n as usize * words::<T>());
    found.chunks_exact(words::<T>()).map(row).collect()
}

/// What a row of the arena becomes.
trait Row {
    type Row;
}

impl Row for Module {
    type Row = RawModule;
}

impl Row for AllocationSite {
    type Row = RawAllocationSite;
}

impl Row for SharedLine {
    type Row = RawSharedLine;
}

impl Row for UsedLine {
    type Row = RawUsedLine;
}

fn module(row: &[u64]) -> RawModule {
    let path = row[offset_of!(Module, path) / 8..]
        .iter()
        .flat_map(|word| word.to_le_bytes());
    RawModule {
        start: field!(row, Module, start),
        end: field!(row, Module, end),
        file_offset: field!(row, Module, file_offset),
        path: OsString::from_vec(path.take_while(|&byte| byte != 0).collect()).into(),
    }
}

fn allocation_site(row: &[u64]) -> RawAllocationSite {
    let n_frames = (field!(row, AllocationSite, n_frames) as usize).min(N_ALLOCATION_FRAMES);
    let first = offset_of!(AllocationSite, frames) / 8;
    RawAllocationSite {
        blocks: field!(row, AllocationSite, count),
        bytes: field!(row, AllocationSite, bytes),
        frames: row[first..first + n_frames].to_vec(),
    }
}

fn shared_line(row: &[u64]) -> RawSharedLine {
    let n_sharers = (field!(row, SharedLine, n_sharers) as usize).min(N_SHARERS);
    let sharers = row[offset_of!(SharedLine, sharers) / 8..].chunks_exact(words::<Sharer>());
    let blocks = row[offset_of!(SharedLine, blocks) / 8..].chunks_exact(words::<BlockInLine>());
    RawSharedLine {
        address: field!(row, SharedLine, address),
        object: field!(row, SharedLine, object),
        blocks: blocks.take(N_BLOCKS_IN_LINE).map(block).collect(),
        sharers: sharers.take(n_sharers).map(sharer).collect(),
    }
}

fn block(row: &[u64]) -> RawBlock {
    RawBlock {
        object: field!(row, BlockInLine, object),
        start: field!(row, BlockInLine, start),
        bytes: field!(row, BlockInLine, bytes),
    }
}

fn used_line(row: &[u64]) -> RawUsedLine {
    RawUsedLine {
        site: field!(row, UsedLine, site),
        address: field!(row, UsedLine, address),
        block: RawBlock {
            object: field!(row, UsedLine, object),
            start: field!(row, UsedLine, block_start),
            bytes: field!(row, UsedLine, block_bytes),
        },
        used_mask: field!(row, UsedLine, used_mask),
        weight: field!(row, UsedLine, weight),
    }
}

fn sharer(row: &[u64]) -> RawSharer {
    /// Values of [`Sharer::tenure`] for a turn that has not been booked yet.
    const NOTHING_FRESH_USED: u64 = 1;
    const FRESH_USED: u64 = 2;
    let tenure = field!(row, Sharer, tenure);
    let true_misses = field!(row, Sharer, true_misses) + u64::from(tenure == FRESH_USED);
    let false_misses = field!(row, Sharer, false_misses) + u64::from(tenure == NOTHING_FRESH_USED);
    // What came later is taken to be of the same kinds.
    let unseen = field!(row, Sharer, unseen_misses);
    let later =
        |part: u64| (u128::from(unseen) * u128::from(part) / u128::from((true_misses + false_misses).max(1))) as u64;
    RawSharer {
        slot: field!(row, Sharer, slot).wrapping_sub(1),
        read_mask: field!(row, Sharer, read_mask),
        write_mask: field!(row, Sharer, write_mask),
        reads: field!(row, Sharer, reads),
        writes: field!(row, Sharer, writes),
        atomics: field!(row, Sharer, atomics),
        true_misses: true_misses + later(true_misses),
        false_misses: false_misses + later(false_misses),
        read_site: field!(row, Sharer, read_site),
        write_site: field!(row, Sharer, write_site),
    }
}

fn read_slot(arena: &TraceArena, slot: u64, raw: &mut Raw) {
    let geometry = arena.geometry();
    let at = geometry.slot_at(slot);
    let header = arena.words(at, words::<SlotHeader>());
    if field!(header, SlotHeader, pid) == 0 {
        return;
    }
    let name = header[offset_of!(SlotHeader, name) / 8..]
        .iter()
        .flat_map(|word| word.to_le_bytes());
    let name: Vec<u8> = name.take_while(|&byte| byte != 0).collect();
    raw.threads.push(RawThread {
        slot,
        pid: field!(header, SlotHeader, pid) as u32,
        tid: field!(header, SlotHeader, tid) as u32,
        name: String::from_utf8_lossy(&name).into_owned(),
    });
    let counts = arena.table(slot, SlotPart::Counts);
    let copied = arena.table(slot, SlotPart::Bytes);
    let text_start = raw.counters.load_bias.wrapping_add(arena.text_svma());
    let n_sites = field!(header, SlotHeader, n_sites).min(TraceGeometry::N_SITES) as usize;
    let sites = arena.words(at + geometry.part_at(SlotPart::Sites), n_sites * words::<SiteEntry>());
    for row in sites.chunks_exact(words::<SiteEntry>()) {
        let address = field!(row, SiteEntry, address);
        let place = address.wrapping_sub(text_start) as usize / 4;
        let (Some(&count), Some(&bytes)) = (counts.get(place), copied.get(place)) else {
            continue;
        };
        let first = offset_of!(SiteEntry, callers) / 8;
        let callers = &row[first..first + N_CALLER_FRAMES];
        let found = RawSite::new(
            field!(row, SiteEntry, kind),
            count.wrapping_neg(),
            bytes,
            callers.iter().copied().take_while(|&caller| caller != 0).collect(),
        );
        raw.add_site(address, found);
    }
    let n_records = field!(header, SlotHeader, n_records).min(TraceGeometry::N_RECORDS) as usize;
    let records = arena.words(
        at + geometry.part_at(SlotPart::Records),
        n_records * words::<MissRecord>(),
    );
    for row in records.chunks_exact(words::<MissRecord>()) {
        add_record(row, raw);
    }
}

fn add_record(row: &[u64], raw: &mut Raw) {
    let address = field!(row, MissRecord, address);
    let object = field!(row, MissRecord, object);
    if object == object::NONE {
        let found = RawSite::new(
            field!(row, MissRecord, kind),
            field!(row, MissRecord, accesses),
            field!(row, MissRecord, bytes),
            Vec::new(),
        );
        raw.add_site(address, found);
        return;
    }
    let misses = raw.misses.entry((address, object)).or_default();
    misses.read_misses += field!(row, MissRecord, read_misses);
    misses.write_misses += field!(row, MissRecord, write_misses);
    misses.l2_misses += field!(row, MissRecord, l2_misses);
    misses.last_misses += field!(row, MissRecord, last_misses);
    misses.coherence_misses += field!(row, MissRecord, coherence_misses);
    misses.watched_lines += field!(row, MissRecord, watched_lines);
    misses.watched_used_bytes += field!(row, MissRecord, watched_used_bytes);
    misses.even_steps += field!(row, MissRecord, even_steps);
    // Of several threads, the stride of the one that kept to it longest.
    let support = field!(row, MissRecord, stride_support);
    if support > misses.stride_support {
        misses.stride_support = support;
        misses.stride = field!(row, MissRecord, stride).cast_signed();
    }
}

impl Raw {
    fn add_site(&mut self, address: u64, found: RawSite) {
        match self.sites.get_mut(&address) {
            Some(known) => {
                known.count += found.count;
                known.bytes += found.bytes;
                if known.callers.is_empty() {
                    known.callers = found.callers;
                }
            }
            None => {
                self.sites.insert(address, found);
            }
        }
    }
}

impl RawSite {
    fn new(kind: u64, count: u64, bytes: u64, callers: Vec<u64>) -> Self {
        let (kind, access_bytes) = match (kind & 0xff, 1u32 << (kind >> 8 & 7)) {
            (access::WRITE, bytes) => (AccessKind::Write, bytes),
            (access::READ_WRITE, bytes) => (AccessKind::ReadWrite, bytes),
            (access::ENTRY, _) => (AccessKind::Entry, 0),
            (access::COPY, _) => (AccessKind::Copy, 0),
            (access::FILL, _) => (AccessKind::Fill, 0),
            (access::ATOMIC_READ, bytes) => (AccessKind::AtomicRead, bytes),
            (access::ATOMIC_WRITE, bytes) => (AccessKind::AtomicWrite, bytes),
            (access::ATOMIC_READ_WRITE, bytes) => (AccessKind::AtomicReadWrite, bytes),
            (_, bytes) => (AccessKind::Read, bytes),
        };
        Self {
            kind,
            access_bytes,
            count,
            bytes,
            callers,
        }
    }
}
