//! The rule `boxed-small-object`.

mod inline;

use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Usage, mentions, root_name};
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Resource, evidence};
use profile::{Arg, HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// `Box::new`, `Rc::new` or `Arc::new` of a value of a few words, in great number: `Vec<Box<Event>>`, trait objects of
    /// small types, trees of single nodes.
    /// ## Why it is slow
    /// Taking and giving back a block costs ten to a hundred times what copying the value would, the block is twice as
    /// large as what is in it, and every access goes through a pointer to somewhere else.
    /// ## Evidence
    /// The time measured in taking the blocks, the part of all giving back that falls to their number, and their sizes:
    /// nine out of ten hold no more than 32 bytes.
    /// ## How to see it by hand
    /// `heaptrack`: a place with very many allocations of 8 to 32 bytes. `perf record --call-graph dwarf`: `malloc` below
    /// `Box::new`, `free` below `drop_in_place`.
    /// ## Fix and its safety
    /// Store the value itself: `Vec<Event>`; an `enum` instead of trait objects of a few known types; one `Vec` of nodes
    /// that refer to each other by index, or an arena (`bumpalo`, `slotmap`), for trees and graphs. Moving the collection's
    /// elements then moves the values: references to them do not stay valid.
    /// ## When not to
    /// The address must stay the same, the type is open to other crates, or the tree is made once and read for long. A
    /// value that is large is cheaper to move as a pointer.
    pub(super) BOXED_SMALL_OBJECT = "boxed-small-object", level 3, check, says [
        "boxed-small-object-title",
        "boxed-small-object-why",
        "boxed-small-object-fix-inline",
        "boxed-small-object-fix-enum",
        "boxed-small-object-fix-shared",
        "boxed-small-object-fix-arena",
    ]
}

/// A value of this size is cheaper to copy than to find a block for.
const MAX_BYTES: u64 = 32;
/// The same for one that is handed back and dropped at once: then the block is all that it costs.
const MAX_BYTES_PASSING: u64 = 96;
/// What is given back sooner was only handed on; measuring adds some microseconds.
const PASSING_NS: u64 = 20_000;
/// What `Rc` and `Arc` store beside the value: two counts.
const COUNTS_BYTES: u64 = 16;
/// Fewer blocks are not what the time goes into.
const MIN_ALLOCATIONS: f64 = 10_000.0;
/// Storing the value itself is a change of a type: worth a gain of 10 %.
const MIN_SHARE: f64 = 0.1;
/// An arena for a type that holds itself changes all who use it: worth a gain of 20 %.
const MIN_SHARE_OF_TREE: f64 = 0.2;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        if max_bytes(ctx.ledger().call_name(node.call)).is_some() {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

/// The largest block of a small value, for calls that box one.
fn max_bytes(call: &str) -> Option<u64> {
    match call {
        "Box::new" => Some(MAX_BYTES),
        "Rc::new" | "Arc::new" => Some(MAX_BYTES + COUNTS_BYTES),
        _ => None,
    }
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let first = ctx.ledger().node(*nodes.first()?);
    let (site, call) = (ctx.ledger().site(first.site), ctx.ledger().call_name(first.call));
    let mut candidate = Candidate::new(&BOXED_SMALL_OBJECT, ctx.place(site), []);
    let mut heap = HeapCost::default();
    for &idx in nodes.iter().flat_map(|&id| ctx.entries_at(id)) {
        let entry = ctx.booked(idx).entry;
        if matches!(entry.work, Work::Alloc | Work::PageFault) {
            candidate.claims.insert(idx);
        }
        if let Some(more) = &entry.cost.heap {
            heap.add(more);
        }
    }
    let is_passing = heap.lifetime_ns.median < PASSING_NS && heap.freed > 0.9 * heap.allocations;
    let more = if is_passing { MAX_BYTES_PASSING - MAX_BYTES } else { 0 };
    if heap.allocations < MIN_ALLOCATIONS || heap.size.p90 > max_bytes(call)? + more {
        return None;
    }
    let taking = ctx.share_of(candidate.claims.iter().copied());
    let giving = ctx.share_of_frees(heap.freed);
    let shape = shape(ctx, site, call);
    let least = match shape {
        Shape::Tree => MIN_SHARE_OF_TREE,
        Shape::Plain | Shape::Open | Shape::Shared => MIN_SHARE,
    };
    if taking + giving < least {
        return None;
    }
    candidate.share = Some(taking + giving);
    candidate.claims.extend(drops(ctx, call, giving));
    candidate.resource = Resource::Heap;
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new("boxed-small-object-title")
        .text("call", call)
        .with("size", Arg::Bytes(heap.size.median));
    candidate.why = Message::new("boxed-small-object-why")
        .with("allocations", Arg::Count(heap.allocations.round() as u64))
        .with("size", Arg::Bytes(heap.size.p90));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(heap.allocations),
        evidence::allocated_bytes(heap.bytes),
        evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
    ]);
    let (fix, effort) = match shape {
        Shape::Plain => ("boxed-small-object-fix-inline", Effort::Moderate),
        Shape::Open => ("boxed-small-object-fix-enum", Effort::Moderate),
        Shape::Shared => ("boxed-small-object-fix-shared", Effort::Moderate),
        Shape::Tree => ("boxed-small-object-fix-arena", Effort::Complex),
    };
    let machine = matches!(shape, Shape::Plain).then(|| {
        let mut editor = ctx.editor(&candidate.place.file)?;
        inline::unboxed(&mut editor, candidate.place.line)?;
        editor.into_fix(Message::new(fix), effort)
    });
    candidate.fixes = vec![
        machine
            .flatten()
            .unwrap_or_else(|| Fix::advice(Message::new(fix), effort)),
    ];
    if let Some(repetition) = nodes.iter().find_map(|&id| ctx.repetition(id)) {
        candidate.add_also(repetition.asks);
    }
    Some(candidate)
}

/// Where the boxes are given back: all drops of such a pointer, when no others are among them that matter.
fn drops(ctx: &Context<'_>, call: &str, giving: f64) -> Vec<EntryIdx> {
    let drop = format!("drop {}", call.split("::").next().unwrap_or(call));
    let is_drop = |booked: &Booked<'_>| booked.entry.work == Work::Free && booked.call == drop;
    let drops: Vec<EntryIdx> = ctx.entries().filter(is_drop).map(|booked| booked.idx).collect();
    let is_alone = ctx.share_of(drops.iter().copied()) <= 2.0 * giving;
    if is_alone { drops } else { Vec::new() }
}

/// What the box is for.
#[derive(Clone, Copy)]
enum Shape {
    /// One value of a known type.
    Plain,
    /// A trait object.
    Open,
    /// A value with several owners.
    Shared,
    /// A part of a type that holds itself.
    Tree,
}

fn shape(ctx: &Context<'_>, site: &Site, call: &str) -> Shape {
    if is_part_of_itself(ctx, site) {
        return Shape::Tree;
    }
    let pointer = call.split("::").next().unwrap_or(call);
    let open = format!("{pointer}<dyn ");
    // The function's own type says more than another one in the file.
    let output = ctx.function(site).and_then(|function| function.output.as_deref());
    let is_open = match output.filter(|output| output.contains(&format!("{pointer}<"))) {
        Some(output) => output.contains(&open),
        None => site
            .file
            .as_deref()
            .and_then(|file| ctx.text(file))
            .is_some_and(|text| text.contains(&open)),
    };
    match pointer {
        _ if is_open => Shape::Open,
        "Box" => Shape::Plain,
        _ => Shape::Shared,
    }
}

/// Whether the value that is boxed becomes a part of a type that holds boxes of itself.
fn is_part_of_itself(ctx: &Context<'_>, site: &Site) -> bool {
    let (Some(syntax), Some(function)) = (ctx.syntax(site), ctx.function(site)) else {
        return false;
    };
    let holds_itself = |owner: &str, declared: &str| {
        ["Box<", "Rc<", "Arc<"].iter().any(|pointer| declared.contains(pointer)) && mentions(declared, owner)
    };
    let recursive = syntax
        .fields
        .iter()
        .filter(|field| holds_itself(&field.owner, &field.declared));
    let call = ctx.call(site, &["new"]);
    let outer = |call: &CallExpr| match syntax.usage_of(call.span) {
        Usage::Argument(outer) => outer.receiver.clone(),
        _ => String::new(),
    };
    let around = [
        call.and_then(|call| call.arguments.first())
            .map(|argument| root_name(argument).to_owned()),
        call.map(outer),
        function.output.clone(),
        function.self_type.clone(),
    ];
    { recursive }.any(|field| around.iter().flatten().any(|text| mentions(text, &field.owner)))
}
