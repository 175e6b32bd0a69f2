//! The rule `allocation-churn`.

mod entry;
mod field;
pub(in crate::rules) mod hoist;

use super::small_vector::returned_inline;
use crate::context::position;
use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Span};
use crate::{
    Applicability, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Generality, Holder, HolderKind,
    Place, Repetition, Resource, evidence,
};
use profile::{Arg, HeapCost, Message, NodeId, Work};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A buffer that every pass of a loop takes from the allocator, uses, and gives back: a `Vec`, `String` or
    /// `HashMap` that is declared in the loop's body, in a function that the loop calls, or made by that function and
    /// handed to the loop; a value that lives for one expression; large blocks that a library call takes for its own work.
    /// ## Why it is slow
    /// Taking and giving back costs some 40 ns, growing from empty as much again for each doubling, and large blocks come
    /// as fresh pages that the kernel has to clear. A buffer that is kept costs nothing after the first pass.
    /// ## Evidence
    /// The time measured in the allocator under that buffer: taking, growing, giving back, page faults. Nearly all of the
    /// blocks were freed, soon after they were taken, and few were alive at the same time. The source shows that the
    /// memory is neither stored nor given away.
    /// ## How to see it by hand
    /// `heaptrack`: many "temporary allocations" at one line. `perf record --call-graph dwarf`: `malloc` and `free` below
    /// the same function. `ltrace -c -e malloc+free` counts them.
    /// ## Fix and its safety
    /// Declare the buffer before the loop and `clear()` it in each pass; let a helper fill a buffer that it is given
    /// (`&mut Vec<T>`) instead of returning a new one; keep it in the struct whose method runs again and again; use
    /// `clone_from` for a copy that is made anew; make what a library works with once and reset it (`Encoder::reset`, a
    /// buffer that can be handed in). Whoever forgets the `clear()` sees the last pass's content.
    /// ## When not to
    /// The buffer is kept by whoever gets it, or crosses to another thread. One pass does so much other work that the
    /// allocator does not show. The function is easier to read without one more parameter, and it is not hot.
    pub(super) ALLOCATION_CHURN = "allocation-churn", level 3, check, says [
        "allocation-churn-title",
        "allocation-churn-why",
        "allocation-churn-fix-hoist",
        "allocation-churn-fix-clone",
        "allocation-churn-fix-caller",
        "allocation-churn-fix-fill",
        "allocation-churn-fix-temporary",
        "allocation-churn-title-inside",
        "allocation-churn-why-inside",
        "allocation-churn-fix-inside",
    ]
}

/// A simple edit is worth making from a gain of 5 %, which is what a proof of it would ask for.
const MIN_SHARE: f64 = 0.05;
/// Fewer blocks are no churn.
const MIN_ALLOCATIONS: f64 = 1000.0;
/// Of large blocks a few dozen are churn: the system hands out each with fresh pages, and takes it back (glibc does so from
/// 128 KiB, `M_MMAP_THRESHOLD` in mallopt(3)).
const MIN_LARGE_ALLOCATIONS: f64 = 20.0;
const LARGE_BYTES: u64 = 128 << 10;
/// Large blocks are often filled by real work; they are told only where finding them takes much of the run.
const MIN_SHARE_OF_LARGE: f64 = 0.25;
/// So many large blocks of one buffer are alive at a time, on average, when each one is given back before the next.
const MAX_LARGE_ALIVE: f64 = 1.5;
/// What lives longer is built and used, not passed through: finding a block for it is a small part of that.
const MAX_LIFETIME_NS: u64 = 5_000_000;
/// Blocks of one buffer that are alive at the same time, on average: more means that they are kept, not passed through.
const MAX_ALIVE: f64 = 8.0;
/// What is given back sooner has passed through. Measuring itself adds up to some microseconds to a life time, so that
/// sums of shorter ones say nothing.
const AT_ONCE_NS: u64 = 20_000;
/// Collections whose `clear` gives the memory back.
const NOT_REUSABLE: [&str; 3] = ["BTree", "btree", "LinkedList"];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut groups: BTreeMap<(Option<&str>, u32), Vec<Churn<'_>>> = BTreeMap::new();
    for (id, _, _) in ctx.nodes() {
        let Some(churn) = churn(ctx, id) else {
            out.extend(inside(ctx, id));
            continue;
        };
        let site = ctx.ledger().site(ctx.ledger().node(churn.holder.node).site);
        let Some(function) = ctx.function(site) else { continue };
        let key = (site.file.as_deref(), function.span.start.line);
        groups.entry(key).or_default().push(churn);
    }
    out.extend(groups.into_values().filter_map(|group| candidate(ctx, group)));
}

/// What one node of the call tree allocates for a buffer that does not outlive a pass.
struct Churn<'c> {
    holder: Holder<'c>,
    repetition: Repetition,
    /// The place to change: where the buffer is made.
    place: Place,
    node: NodeId,
    claims: Vec<EntryIdx>,
    heap: HeapCost,
}

fn churn<'c>(ctx: &'c Context<'_>, node: NodeId) -> Option<Churn<'c>> {
    let mut claims = Vec::new();
    let mut heap = HeapCost::default();
    let mut is_allocating = false;
    for idx in ctx.entries_at(node) {
        let booked = ctx.booked(*idx);
        if NOT_REUSABLE
            .iter()
            .any(|name| booked.call.contains(name) || booked.owner.contains(name))
        {
            return None;
        }
        is_allocating |= booked.entry.cost.heap.is_some() || booked.entry.cost.growth.is_some();
        if matches!(booked.entry.work, Work::Alloc | Work::Grow | Work::PageFault) {
            claims.push(*idx);
        }
        if let Some(more) = &booked.entry.cost.heap {
            heap.add(more);
        }
    }
    if !is_allocating {
        return None;
    }
    let holder = ctx.holder(node)?;
    Some(Churn {
        repetition: ctx.remade_by(&holder)?,
        place: place(ctx, &holder),
        holder,
        node,
        claims,
        heap,
    })
}

/// Large blocks that a library takes and gives back inside of one call, or for a value that nobody keeps.
fn inside(ctx: &Context<'_>, node: NodeId) -> Option<Candidate> {
    let ledger = ctx.ledger();
    let call = ledger.call_name(ledger.node(node).call);
    let entries = ctx.entries_at(node).iter().copied();
    let mut heap = HeapCost::default();
    for idx in entries.clone() {
        if let Some(more) = &ctx.booked(idx).entry.cost.heap {
            heap.add(more);
        }
    }
    let is_taking = |idx: &EntryIdx| matches!(ctx.booked(*idx).entry.work, Work::Alloc | Work::PageFault | Work::Free);
    let claims: Vec<EntryIdx> = entries.filter(is_taking).collect();
    let time_s = ledger.node(node).parent.map_or(1.0, |parent| ctx.share_under(parent)) * ledger.total_s;
    if call.is_empty() || !is_large_churn(ctx, &heap, &claims, time_s) {
        return None;
    }
    let repetition = ctx.repetition(node)?;
    let mut candidate = Candidate::new(
        &ALLOCATION_CHURN,
        ctx.place(ledger.site(ledger.node(node).site)),
        claims,
    );
    candidate.resource = Resource::Heap;
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new("allocation-churn-title-inside").text("call", call);
    candidate.why = Message::new("allocation-churn-why-inside")
        .with(
            "allocations",
            Arg::Count((heap.bytes / heap.size.p90.max(1) as f64).round() as u64),
        )
        .with("size", Arg::Bytes(heap.size.p90));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(heap.allocations),
        evidence::allocated_bytes(heap.bytes),
        evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
    ]);
    candidate.fixes = vec![Fix::advice(
        Message::new("allocation-churn-fix-inside"),
        Effort::Moderate,
    )];
    candidate.add_also(repetition.asks);
    Some(candidate)
}

/// Whether large blocks come and go one after another, small ones beside them or not, and that takes much of the run.
fn is_large_churn(ctx: &Context<'_>, heap: &HeapCost, claims: &[EntryIdx], time_s: f64) -> bool {
    let large = heap.bytes / heap.size.p90.max(1) as f64;
    let lived_s = large * heap.lifetime_ns.median as f64 / 1e9;
    heap.size.p90 >= LARGE_BYTES
        && large >= MIN_LARGE_ALLOCATIONS
        && heap.freed > 0.9 * heap.allocations
        && lived_s <= MAX_LARGE_ALIVE * time_s
        && ctx.is_surely(claims.iter().copied(), MIN_SHARE_OF_LARGE)
}

/// The line that makes the buffer: the expression that allocates it, or the declaration of what is filled later.
fn place(ctx: &Context<'_>, holder: &Holder<'_>) -> Place {
    let site = ctx.ledger().site(ctx.ledger().node(holder.node).site);
    let is_made_here = |span: Span| span.contains(position(site));
    match holder.kind {
        HolderKind::Local(local) if !is_made_here(local.init_span) => ctx.holder_place(holder),
        _ => ctx.place(site),
    }
}

/// One finding for the buffers of a function, those that pass through.
fn candidate(ctx: &Context<'_>, group: Vec<Churn<'_>>) -> Option<Candidate> {
    let mut buffers: BTreeMap<Place, Vec<Churn<'_>>> = BTreeMap::new();
    for churn in group {
        buffers.entry(churn.place.clone()).or_default().push(churn);
    }
    buffers.retain(|_, buffer| is_short_lived(ctx, buffer));
    let group: Vec<Churn<'_>> = buffers.into_values().flatten().collect();
    let heap = sum(group.iter());
    let mut by_place: BTreeMap<&Place, f64> = BTreeMap::new();
    for churn in &group {
        *by_place.entry(&churn.place).or_default() += ctx.share_of(churn.claims.iter().copied());
    }
    let costliest = by_place
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map(|(place, _)| *place)?;
    let first = group.iter().find(|churn| churn.place == *costliest)?;
    let mut claims: BTreeSet<EntryIdx> = group.iter().flat_map(|churn| churn.claims.iter().copied()).collect();
    claims.extend(ctx.frees_in(group.iter().map(|churn| churn.holder.node), heap.freed));
    if !ctx.is_surely(claims.iter().copied(), MIN_SHARE) {
        return None;
    }
    let mut candidate = Candidate::new(&ALLOCATION_CHURN, costliest.clone(), claims);
    candidate.resource = Resource::Heap;
    candidate.title = Message::new("allocation-churn-title").text("buffer", name(&first.holder));
    candidate.why = Message::new("allocation-churn-why")
        .with("allocations", Arg::Count(heap.allocations.round() as u64))
        .with("size", Arg::Bytes(heap.size.median))
        .with("line", Arg::Count(u64::from(first.repetition.head.line)));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(heap.allocations),
        evidence::allocated_bytes(heap.bytes),
        evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
    ]);
    let fix = fix(ctx, first);
    // Where growing is most of the cost, making room at once is the smaller change.
    candidate.generality = match fix.effort {
        Effort::Simple => Generality::General,
        Effort::Moderate | Effort::Complex => Generality::Wide,
    };
    let inline = (first.holder.levels_up > 0)
        .then(|| returned_inline(ctx, first.node, &first.heap))
        .flatten();
    candidate.fixes = match fix.applicability {
        Applicability::Advice => inline.into_iter().chain([fix]).collect(),
        _ => [fix].into_iter().chain(inline).collect(),
    };
    for churn in &group {
        candidate.add_also(churn.place.clone());
        candidate.add_also(ctx.place(ctx.ledger().site(ctx.ledger().node(churn.node).site)));
        candidate.add_also(churn.repetition.head.clone());
    }
    Some(candidate)
}

fn sum<'a>(group: impl Iterator<Item = &'a Churn<'a>>) -> HeapCost {
    group.fold(HeapCost::default(), |mut sum, churn| {
        sum.add(&churn.heap);
        sum
    })
}

/// Whether the blocks of a buffer pass through: freed, and few alive at a time (Little 1961: how many there are is how
/// often they come times how long they stay).
fn is_short_lived(ctx: &Context<'_>, buffer: &[Churn<'_>]) -> bool {
    let heap = sum(buffer.iter());
    let callers: BTreeSet<Option<NodeId>> = buffer
        .iter()
        .map(|churn| ctx.ledger().node(churn.repetition.node).parent)
        .collect();
    let time_s: f64 = callers
        .iter()
        .map(|caller| {
            caller.map_or(ctx.ledger().total_s, |node| {
                ctx.share_under(node) * ctx.ledger().total_s
            })
        })
        .sum();
    let lived_s = heap.allocations * heap.lifetime_ns.median as f64 / 1e9;
    // What grows step by step is built and used: only where each block is a large one does it pass through as a whole.
    if heap.size.p10 >= LARGE_BYTES && heap.allocations < MIN_ALLOCATIONS {
        let claims: Vec<EntryIdx> = buffer.iter().flat_map(|churn| churn.claims.iter().copied()).collect();
        return is_large_churn(ctx, &heap, &claims, time_s);
    }
    heap.allocations >= MIN_ALLOCATIONS
        && heap.freed > 0.9 * heap.allocations
        && heap.lifetime_ns.median < MAX_LIFETIME_NS
        && (heap.lifetime_ns.median < AT_ONCE_NS || lived_s <= MAX_ALIVE * time_s)
}

fn name(holder: &Holder<'_>) -> String {
    match holder.kind {
        HolderKind::Local(local) => local.name.clone(),
        HolderKind::Temporary(call) => written(call),
    }
}

/// A call as it stands in the source, without its arguments.
fn written(call: &CallExpr) -> String {
    let arguments = if call.arguments.is_empty() { "" } else { "…" };
    match call.callee {
        crate::syntax::Callee::Method => format!("{}.{}({arguments})", call.receiver, call.name),
        crate::syntax::Callee::Macro => format!("{}!({arguments})", call.name),
        _ => format!("{}({arguments})", call.receiver),
    }
}

fn fix(ctx: &Context<'_>, churn: &Churn<'_>) -> Fix {
    let is_clone = ctx
        .written_call(churn.node)
        .is_some_and(|call| matches!(call.name.as_str(), "clone" | "to_vec" | "to_owned"));
    let (key, effort) = match churn.holder.kind {
        HolderKind::Temporary(_) if churn.holder.levels_up == 0 => ("allocation-churn-fix-temporary", Effort::Simple),
        _ if churn.holder.levels_up > 0 && churn.repetition.levels_up == 0 => {
            ("allocation-churn-fix-fill", Effort::Moderate)
        }
        _ if churn.repetition.levels_up > 0 => ("allocation-churn-fix-caller", Effort::Moderate),
        _ if is_clone => ("allocation-churn-fix-clone", Effort::Simple),
        _ => ("allocation-churn-fix-hoist", Effort::Simple),
    };
    let message = || Message::new(key).with("line", Arg::Count(u64::from(churn.repetition.head.line)));
    hoisted(ctx, churn)
        .and_then(|editor| editor.into_fix(message(), effort))
        .unwrap_or_else(|| Fix::advice(message(), effort))
}

/// The buffer made before the loop, when both are in one function; else kept by the struct whose method makes it.
fn hoisted<'c>(ctx: &'c Context<'_>, churn: &Churn<'_>) -> Option<Editor<'c>> {
    let HolderKind::Local(local) = churn.holder.kind else {
        return None;
    };
    let site = ctx.ledger().site(ctx.ledger().node(churn.holder.node).site);
    let (mut editor, syntax) = (ctx.editor(site.file.as_deref()?)?, ctx.syntax(site)?);
    if churn.repetition.levels_up == 0 {
        hoist::hoisted(&mut editor, syntax, local, churn.repetition.head.line)?;
    } else {
        let is_repeated_here = !syntax.loops_at(local.span.start).is_empty();
        field::kept_by_struct(&mut editor, syntax, Some(local).filter(|_| !is_repeated_here)?)?;
    }
    Some(editor)
}
