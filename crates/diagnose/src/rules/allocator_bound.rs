//! The rule `allocator-bound`.

use crate::allocators::{ALLOCATORS, Allocator};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Generality, Resource, evidence};
use profile::{Arg, Frame, HeapMode, Message, NodeId, Origin, Work};
use std::collections::{BTreeMap, HashMap, HashSet};

declare_rule! {
    /// ## What it finds
    /// A program that spends much of its time in the allocator of the C library, for many small blocks from many places
    /// of which none stands out.
    /// ## Why it is slow
    /// glibc's `malloc` keeps seven small blocks of each size at hand for each thread, and works through shared lists,
    /// splits and merges for all others. Newer allocators keep whole pages of equal blocks for each thread, and give back
    /// without looking at neighbours.
    /// ## Evidence
    /// The time measured in taking and giving back memory, the number of blocks, and that no place takes more than a quarter
    /// of them. Causes with a place of their own come first: this speaks of what they leave. A program that has another
    /// allocator already is left alone. The predicted gain assumes that blocks cost half; for a program of this kind
    /// mimalloc made them cost a third, jemalloc 55 %.
    /// ## How to see it by hand
    /// `perf report --no-children`: `_int_malloc`, `malloc_consolidate`, `_int_free`, `cfree` near the top. Try before you
    /// change anything: `LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libmimalloc.so.2 ./program` (Debian's `libmimalloc2.0`).
    /// ## Fix and its safety
    /// `#[global_allocator] static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;` in the crate of the program, or
    /// `tikv_jemallocator::Jemalloc`. Behaviour stays; memory use may rise or fall, and a C compiler is needed to build.
    /// Allocating less helps more: borrow from the input, index into one vector, an arena (`bumpalo`) for what dies
    /// together.
    /// ## When not to
    /// A library must leave the choice to the program. Tools that watch `malloc` (valgrind, heaptrack) see less. Where
    /// memory is short, measure the peak as well.
    pub(super) ALLOCATOR_BOUND = "allocator-bound", level 3, check, says [
        "allocator-bound-title",
        "allocator-bound-why",
        "allocator-bound-fix-allocator",
        "allocator-bound-fix-less",
    ]
}

/// What remains of the cost of a block: measured on a program that builds and drops records of many small parts,
/// median of 3 runs each: glibc 0.35 s in the allocator, mimalloc 0.11 s, jemalloc 0.19 s.
const LOCAL_FACTOR: f64 = 2.0;
/// Another allocator is a dependency that needs a C compiler: worth a gain of 10 %.
const MIN_SHARE: f64 = 0.2;
/// A place that takes more of the blocks is a cause of its own.
const MAX_OF_ONE_PLACE: f64 = 0.25;
/// Larger blocks cost by their pages, which any allocator has to get from the kernel.
const MAX_MEAN_BYTES: u64 = 4096;
/// Fewer blocks are not what the time goes into.
const MIN_ALLOCATIONS: u64 = 10_000;
/// Part of the allocator's time that the place named has under it.
const MOST: f64 = 0.9;
/// Places named besides.
const N_ALSO: usize = 3;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    out.extend(found(ctx));
}

fn found(ctx: &Context<'_>) -> Option<Candidate> {
    let totals = &ctx.profile().totals;
    let entries = ctx.ledger().entries.iter().enumerate();
    let claims: Vec<EntryIdx> = entries
        .filter(|(_, entry)| matches!(entry.work, Work::Alloc | Work::Free))
        .map(|(index, _)| EntryIdx(index))
        .collect();
    let share = ctx.share_of(claims.iter().copied());
    let is_small = totals.allocated_bytes <= MAX_MEAN_BYTES.saturating_mul(totals.allocations);
    let is_rust = totals.allocations >= MIN_ALLOCATIONS && totals.foreign_allocations < totals.allocations;
    if ctx.profile().run.heap == HeapMode::Off || share < MIN_SHARE || !is_rust || !is_small {
        return None;
    }
    let busiest = busiest_place(ctx);
    if busiest > MAX_OF_ONE_PLACE || !uses_libc(ctx) {
        return None;
    }
    let (node, others) = places(ctx)?;
    let mut candidate = Candidate::new(
        &ALLOCATOR_BOUND,
        ctx.place(ctx.ledger().site(ctx.ledger().node(node).site)),
        claims,
    );
    candidate.resource = Resource::Heap;
    candidate.generality = Generality::LastResort;
    candidate.confidence = Confidence::Likely;
    candidate.local_factor = LOCAL_FACTOR;
    candidate.title = Message::new("allocator-bound-title").with("share", Arg::Share(share));
    candidate.why = Message::new("allocator-bound-why")
        .with("allocations", Arg::Count(totals.allocations))
        .with("bytes", Arg::Bytes(totals.allocated_bytes / totals.allocations))
        .with("busiest", Arg::Share(busiest));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(totals.allocations as f64),
        evidence::allocated_bytes(totals.allocated_bytes as f64),
    ]);
    let less = Fix::advice(Message::new("allocator-bound-fix-less"), Effort::Complex);
    candidate.fixes = ALLOCATORS
        .into_iter()
        .map(|allocator| other_allocator(ctx, allocator))
        .collect();
    candidate.fixes.push(less);
    for node in others {
        candidate.add_also(ctx.place(ctx.ledger().site(ctx.ledger().node(node).site)));
    }
    Some(candidate)
}

/// Makes the allocator the program's own, in the file that holds `main`.
fn other_allocator(ctx: &Context<'_>, allocator: Allocator) -> Fix {
    let is_main = |path: &&str| {
        let functions = ctx.syntax_of(path).map(|syntax| syntax.functions.as_slice());
        functions
            .into_iter()
            .flatten()
            .any(|function| function.name == "main" && function.self_type.is_none())
    };
    let machine = ctx
        .file_paths()
        .find(is_main)
        .and_then(|path| ctx.editor(path))
        .and_then(|mut editor| {
            allocator.insert(&mut editor);
            editor.into_fix(Message::new("allocator-bound-fix-allocator"), Effort::Simple)
        });
    let mut fix =
        machine.unwrap_or_else(|| Fix::advice(Message::new("allocator-bound-fix-allocator"), Effort::Moderate));
    fix.dependencies.push(allocator.dependency());
    fix
}

/// The part of all blocks that the busiest place takes, in the program or in a library.
fn busiest_place(ctx: &Context<'_>) -> f64 {
    let tables = &ctx.profile().tables;
    let mut by_place: HashMap<(Option<&str>, u32, u32), f64> = HashMap::new();
    let mut all = 0.0;
    for row in &ctx.profile().allocations {
        let is_place = |frame: &&Frame| matches!(frame.origin, Origin::User(_) | Origin::Dependency { .. });
        let frame = tables.frames_of(row.stack).map(|(_, frame)| frame).find(is_place);
        let place = frame.map_or((None, 0, 0), |frame| (frame.file.as_deref(), frame.line, frame.column));
        *by_place.entry(place).or_default() += row.allocations;
        all += row.allocations;
    }
    by_place.values().copied().fold(0.0, f64::max) / f64::max(all, 1.0)
}

/// Whether the allocator's time is spent in the C library's.
fn uses_libc(ctx: &Context<'_>) -> bool {
    let tables = &ctx.profile().tables;
    // At the leaf only: at the root of every stack libc starts the program or the thread.
    let is_below = |frame: &&Frame| matches!(frame.origin, Origin::System(_) | Origin::Kernel);
    let is_libc = |stack| {
        let mut leaf = tables.frames_of(stack).map(|(_, frame)| frame).take_while(is_below);
        leaf.any(|frame| matches!(&frame.origin, Origin::System(library) if library.starts_with("libc.")))
    };
    let (mut libc, mut other) = (0, 0);
    for entry in &ctx.ledger().entries {
        if matches!(entry.work, Work::Alloc | Work::Free) && entry.cost.samples > 0 {
            *(if is_libc(entry.stack) { &mut libc } else { &mut other }) += entry.cost.samples;
        }
    }
    libc > 4 * other
}

/// Seconds in the allocator and blocks taken, under a node.
#[derive(Clone, Copy, Default)]
struct Under {
    seconds: f64,
    allocations: f64,
}

/// The node that most of the blocks come from among the lines of the innermost function that has nearly all of the
/// allocator's time under it; then the lines that take most blocks themselves.
fn places(ctx: &Context<'_>) -> Option<(NodeId, Vec<NodeId>)> {
    let ledger = ctx.ledger();
    let mut under = vec![Under::default(); ledger.nodes.len()];
    for entry in &ledger.entries {
        if matches!(entry.work, Work::Alloc | Work::Free) {
            let sum = &mut under[entry.node.0 as usize];
            sum.seconds += entry.cost.seconds;
            sum.allocations += entry.cost.heap.as_ref().map_or(0.0, |heap| heap.allocations);
        }
    }
    let own = under.clone();
    let mut roots: Vec<NodeId> = Vec::new();
    // Parents stand before their children.
    for (index, node) in ledger.nodes.iter().enumerate().rev() {
        match node.parent {
            Some(parent) => {
                under[parent.0 as usize].seconds += under[index].seconds;
                under[parent.0 as usize].allocations += under[index].allocations;
            }
            None => roots.push(NodeId(index as u32)),
        }
    }
    let seconds = |nodes: &[NodeId]| nodes.iter().map(|node| under[node.0 as usize].seconds).sum::<f64>();
    let all = seconds(&roots);
    let mut level = roots;
    let mut best: Vec<NodeId> = Vec::new();
    loop {
        let mut functions: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
        for node in level {
            let site = ledger.site(ledger.node(node).site);
            if site.is_user {
                functions.entry(site.function.as_str()).or_default().push(node);
            }
        }
        let costliest = functions.into_values().max_by(|a, b| seconds(a).total_cmp(&seconds(b)));
        match costliest {
            Some(nodes) if best.is_empty() || seconds(&nodes) >= MOST * all => best = nodes,
            _ => break,
        }
        level = best
            .iter()
            .flat_map(|&node| ctx.children(node).iter().copied())
            .collect();
    }
    let allocations = |node: &NodeId| under[node.0 as usize].allocations;
    let place = best
        .into_iter()
        .max_by(|a, b| allocations(a).total_cmp(&allocations(b)))?;
    let mut takers: Vec<NodeId> = ctx.nodes().map(|(id, _, _)| id).collect();
    takers.sort_by(|a, b| own[b.0 as usize].allocations.total_cmp(&own[a.0 as usize].allocations));
    let mut seen = HashSet::new();
    takers.retain(|node| seen.insert(ledger.node(*node).site));
    takers.truncate(N_ALSO);
    Some((place, takers))
}
