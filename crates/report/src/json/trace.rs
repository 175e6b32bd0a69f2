//! What the trace lens counted, as data.

use super::Place;
use crate::terminal::object_name;
use crate::view::TraceView;
use crate::{Catalogue, View, paths};
use profile::{MemoryObject, Scope, Site, StackId};
use serde::Serialize;

/// What the trace lens counted: exact counts, and misses by a model of the caches. For a deterministic program of one thread all
/// of it is the same in each run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Trace {
    /// The levels of the cache model, first level first.
    pub levels: Vec<CacheModel>,
    /// Sums over the run.
    pub totals: TraceTotals,
    /// Counts by source line: most misses of the first level first.
    pub lines: Vec<TraceLine>,
    /// Misses by what memory they fell on: most misses of the first level first.
    pub objects: Vec<TraceObject>,
    /// Cache lines that threads took from each other: most false sharing first.
    pub shared_lines: Vec<SharedLine>,
}

/// One level of the cache model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CacheModel {
    /// 1 is nearest to the core.
    pub level: u32,
    /// Size, in bytes.
    pub size_bytes: u64,
    /// Ways of associativity.
    pub ways: u32,
    /// Line size, in bytes.
    pub line_bytes: u32,
    /// True when all threads share it; else each has its own.
    pub is_shared: bool,
}

/// Sums over the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TraceTotals {
    /// Reads; an access that reads and writes counts as both.
    pub reads: u64,
    /// Writes.
    pub writes: u64,
    /// Atomic accesses among both.
    pub atomics: u64,
    /// Bytes read, by copies, too.
    pub bytes_read: u64,
    /// Bytes written, by copies and fills, too.
    pub bytes_written: u64,
    /// Calls of `memcpy`, `memmove` and `memset`.
    pub copies: u64,
    /// Calls of functions.
    pub calls: u64,
    /// Accesses to lines that were not in the first level.
    pub l1_misses: u64,
    /// Those that were not in the second level either.
    pub l2_misses: u64,
    /// Those that were not in the last level either.
    pub last_misses: u64,
    /// Misses because another thread had written to the line.
    pub coherence_misses: u64,
    /// Processes that were traced.
    pub processes: u64,
}

/// What one line of code did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TraceLine {
    /// Path of the source file, when debug information tells.
    pub file: Option<String>,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Function.
    pub function: String,
    /// Reads and writes.
    pub accesses: u64,
    /// Bytes read and written.
    pub bytes: u64,
    /// Calls of the function that begins here.
    pub calls: u64,
    /// Misses of the first level.
    pub l1_misses: u64,
    /// Misses of the second level.
    pub l2_misses: u64,
    /// Misses of the last level.
    pub last_misses: u64,
    /// Misses because another thread had written to the line.
    pub coherence_misses: u64,
    /// Share of the fetched bytes that were used before the line was gone, from a sample; `null` without one.
    pub used_share: Option<f64>,
}

/// Misses in one piece of memory.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TraceObject {
    /// `heap`, `static`, `stack` or `other`.
    pub kind: &'static str,
    /// What it is, in words.
    pub name: String,
    /// Where the blocks were allocated, when it is on the heap.
    pub place: Option<Place>,
    /// Blocks that were allocated there.
    pub blocks: Option<u64>,
    /// Size of a static, or of all blocks together.
    pub size_bytes: Option<u64>,
    /// Type of a static, or of what the blocks hold one or several of; `null` when debug information does not tell.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Size of the type.
    pub type_bytes: Option<u64>,
    /// Misses of the first level.
    pub l1_misses: u64,
    /// Misses of the second level.
    pub l2_misses: u64,
    /// Misses of the last level.
    pub last_misses: u64,
    /// Share of the fetched bytes that were used before the line was gone, from a sample; `null` without one.
    pub used_share: Option<f64>,
}

/// A cache line that threads took from each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SharedLine {
    /// Times that a thread lost the line for bytes that it did not use.
    pub false_misses: u64,
    /// Times that a thread lost the line and then used what others had written.
    pub true_misses: u64,
    /// The threads, busiest first.
    pub sharers: Vec<Sharer>,
}

/// What one thread did to a shared line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sharer {
    /// Name of the thread.
    pub thread: String,
    /// What holds the bytes that it writes, or failing that reads, in words.
    pub object: String,
    /// Position of the first of them there; `null` when unknown.
    pub offset: Option<i64>,
    /// The fields that they belong to, as far as debug information tells: `Stats.hits`.
    pub fields: Vec<String>,
    /// Bytes of the line that it read: 64 bits in hexadecimal, the line's first byte is the lowest bit.
    pub read_bytes: String,
    /// Bytes of the line that it wrote.
    pub written_bytes: String,
    /// Reads while the line was watched.
    pub reads: u64,
    /// Writes while the line was watched.
    pub writes: u64,
    /// Atomic accesses among both.
    pub atomics: u64,
    /// Where it mostly reads.
    pub read_at: Option<Place>,
    /// Where it mostly writes.
    pub written_at: Option<Place>,
}

impl Trace {
    pub(super) fn of(view: &View<'_>, trace: &TraceView<'_>, catalogue: &Catalogue) -> Self {
        let levels = trace.trace.levels.iter();
        Self {
            levels: levels
                .map(|level| CacheModel {
                    level: level.level,
                    size_bytes: level.size_bytes,
                    ways: level.ways,
                    line_bytes: level.line_bytes,
                    is_shared: level.is_shared,
                })
                .collect(),
            totals: totals(&trace.trace.totals),
            lines: trace.lines.iter().map(|line| self::line(view, line)).collect(),
            objects: trace
                .objects
                .iter()
                .map(|total| object(view, trace, total, catalogue))
                .collect(),
            shared_lines: trace
                .trace
                .shared_lines
                .iter()
                .map(|line| shared_line(view, trace, line, catalogue))
                .collect(),
        }
    }
}

fn totals(totals: &profile::TraceTotals) -> TraceTotals {
    TraceTotals {
        reads: totals.reads,
        writes: totals.writes,
        atomics: totals.atomics,
        bytes_read: totals.bytes_read,
        bytes_written: totals.bytes_written,
        copies: totals.copies,
        calls: totals.calls,
        l1_misses: totals.l1_misses,
        l2_misses: totals.l2_misses,
        last_misses: totals.last_misses,
        coherence_misses: totals.coherence_misses,
        processes: totals.processes,
    }
}

fn relative<'a>(view: &View<'_>, site: &'a Site) -> Option<&'a str> {
    let root = view.profile.run.workspace_root.as_deref();
    site.file.as_deref().map(|file| paths::relative(file, root))
}

fn line(view: &View<'_>, line: &profile::TraceLine) -> TraceLine {
    TraceLine {
        file: relative(view, &line.site).map(str::to_owned),
        line: line.site.line,
        function: line.site.function.clone(),
        accesses: line.accesses,
        bytes: line.bytes,
        calls: line.calls,
        l1_misses: line.l1_misses,
        l2_misses: line.l2_misses,
        last_misses: line.last_misses,
        coherence_misses: line.coherence_misses,
        used_share: line.used_share(),
    }
}

fn object(view: &View<'_>, trace: &TraceView<'_>, total: &profile::ObjectTotals, catalogue: &Catalogue) -> TraceObject {
    let object = trace.trace.object(total.object);
    let of = object.type_id().map(|id| trace.trace.types.row(id));
    let (kind, blocks, size_bytes, place) = match object {
        MemoryObject::Heap {
            stack, blocks, bytes, ..
        } => ("heap", Some(*blocks), Some(*bytes), place(view, *stack)),
        MemoryObject::Static { bytes, .. } => ("static", None, Some(*bytes), None),
        MemoryObject::Stack => ("stack", None, None, None),
        MemoryObject::Other => ("other", None, None, None),
    };
    TraceObject {
        kind,
        name: catalogue.render(&object_name(view, object)),
        place,
        blocks,
        size_bytes,
        type_name: of.map(|row| row.name.clone()),
        type_bytes: of.map(|row| row.bytes),
        l1_misses: total.l1_misses,
        l2_misses: total.l2_misses,
        last_misses: total.last_misses,
        used_share: total.used_share(),
    }
}

fn shared_line(
    view: &View<'_>,
    trace: &TraceView<'_>,
    line: &profile::SharedLineRow,
    catalogue: &Catalogue,
) -> SharedLine {
    SharedLine {
        false_misses: line.false_misses(),
        true_misses: line.true_misses(),
        sharers: line
            .sharers
            .iter()
            .map(|sharer| Sharer {
                thread: sharer.thread.clone(),
                object: catalogue.render(&object_name(view, trace.trace.object(sharer.object))),
                offset: sharer.offset,
                fields: trace
                    .trace
                    .sharer_fields(sharer)
                    .into_iter()
                    .map(|field| field.text)
                    .collect(),
                read_bytes: format!("{:016x}", sharer.read_mask),
                written_bytes: format!("{:016x}", sharer.write_mask),
                reads: sharer.reads,
                writes: sharer.writes,
                atomics: sharer.atomics,
                read_at: sharer.read_site.and_then(|stack| place(view, stack)),
                written_at: sharer.write_site.and_then(|stack| place(view, stack)),
            })
            .collect(),
    }
}

fn place(view: &View<'_>, stack: StackId) -> Option<Place> {
    let site = view.profile.trace_site(&Scope::User, stack);
    Some(Place {
        file: relative(view, &site)?.to_owned(),
        line: site.line,
        column: site.column,
        function: site.function,
    })
}
