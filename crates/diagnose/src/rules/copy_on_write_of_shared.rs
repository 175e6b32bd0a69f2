//! The rule `copy-on-write-of-shared`.

use crate::context::position;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, Function, is_overlapping, root_name};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Place, Resource, evidence};
use profile::{Arg, HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// `Rc::make_mut`, `Arc::make_mut` or `Cow::to_mut` that copies the whole value again and again, because another
    /// handle to it is alive, or because it is always borrowed, whenever it is to be changed.
    /// ## Why it is slow
    /// Copy on write is cheap as long as nobody else looks: then it changes in place. One handle that is kept a line too
    /// long, often far above, turns every small change into a copy of everything.
    /// ## Evidence
    /// The time measured in copying below that call, and the number of copies that were made and soon dropped. The place
    /// where the other handle is taken is found in the source of the function and of its callers, where it shows there.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: `Clone::clone`, `memcpy` and `malloc` below `make_mut`. `dbg!(Rc::strong_count(&x))`
    /// before the call prints more than 1. `heaptrack`: as many copies as changes.
    /// ## Fix and its safety
    /// Let go of the other handle before the change; read what is needed from it first; move the value instead of
    /// sharing it (`std::mem::take`). A `Cow` that always ends up owned should be a `String` or `Vec` from the start, one
    /// that is kept and reused. Where every version is wanted, store the differences, or use a persistent structure (the
    /// crate `imbl`).
    /// ## When not to
    /// Readers keep the old version on purpose, and changes are rare: a copy for each is what the type is for.
    pub(super) COPY_ON_WRITE_OF_SHARED = "copy-on-write-of-shared", level 3, check, says [
        "copy-on-write-of-shared-title",
        "copy-on-write-of-shared-title-handle",
        "copy-on-write-of-shared-why",
        "copy-on-write-of-shared-why-cow",
        "copy-on-write-of-shared-fix-handle",
        "copy-on-write-of-shared-fix-seek",
        "copy-on-write-of-shared-fix-cow",
    ]
}

/// Library calls that copy what is shared or borrowed before it is changed.
const COPYING: [&str; 5] = [
    "Rc::make_mut",
    "Arc::make_mut",
    "Rc::unwrap_or_clone",
    "Arc::unwrap_or_clone",
    "Cow::to_mut",
];
/// Fewer copies are no habit.
const MIN_COPIES: f64 = 100.0;
/// A change of one or two lines is worth making from a gain of 5 %.
const MIN_SHARE: f64 = 0.05;
/// When fewer of the copies are dropped again, the old versions are kept, and wanted.
const MIN_DROPPED: f64 = 0.5;

/// When more of the copies are alive at once, they are versions that somebody keeps.
const MAX_ALIVE: f64 = 1_000.0;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        if COPYING.contains(&ctx.ledger().call_name(node.call)) {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let costliest = *nodes
        .iter()
        .max_by(|a, b| ctx.share_under(**a).total_cmp(&ctx.share_under(**b)))?;
    let node = ctx.ledger().node(costliest);
    let (site, call) = (ctx.ledger().site(node.site), ctx.ledger().call_name(node.call));
    let repetition = ctx.repetition(costliest)?;

    let mut claims: Vec<EntryIdx> = nodes.iter().flat_map(|&id| ctx.entries_under(id)).collect();
    let mut heap = HeapCost::default();
    let mut copies = 0.0;
    for &idx in &claims {
        let booked = ctx.booked(idx);
        if let Some(more) = &booked.entry.cost.heap {
            heap.add(more);
            if nodes.contains(&booked.entry.node) {
                copies += more.allocations;
            }
        }
    }
    // Counting handles, without a copy, is the call's own work.
    let is_own = |idx: &EntryIdx| {
        let booked = ctx.booked(*idx);
        nodes.contains(&booked.entry.node) && booked.entry.work == Work::Own
    };
    let copying = ctx.share_of(claims.iter().copied().filter(|idx| !is_own(idx)));
    if copies < MIN_COPIES || copying < MIN_SHARE || heap.freed < MIN_DROPPED * heap.allocations {
        return None;
    }
    if alive_at_once(ctx, &heap) > MAX_ALIVE {
        return None;
    }
    let droppers: Vec<NodeId> = ctx
        .path(costliest)
        .take(repetition.levels_up + 1)
        .map(|(id, _, _)| id)
        .collect();
    claims.extend(ctx.frees_in(droppers, heap.freed));

    let here = ctx.place(site);
    let is_cow = call.starts_with("Cow");
    let handle = if is_cow { None } else { handle(ctx, costliest) };
    let is_far = handle.as_ref().is_some_and(|(_, levels_up)| *levels_up > 0);
    let place = match &handle {
        Some((taken, _)) if is_far => taken.clone(),
        _ => here.clone(),
    };
    let mut candidate = Candidate::new(&COPY_ON_WRITE_OF_SHARED, place, claims);
    candidate.resource = Resource::Heap;
    candidate.confidence = if handle.is_some() || is_cow {
        Confidence::Measured
    } else {
        Confidence::Likely
    };
    candidate.title = if is_far {
        Message::new("copy-on-write-of-shared-title-handle")
    } else {
        Message::new("copy-on-write-of-shared-title")
    };
    candidate.title = candidate.title.text("call", call);
    let why = if is_cow {
        "copy-on-write-of-shared-why-cow"
    } else {
        "copy-on-write-of-shared-why"
    };
    candidate.why = Message::new(why)
        .with("copies", Arg::Count(copies.round() as u64))
        .with("bytes", Arg::Bytes((heap.bytes / copies).round() as u64));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(heap.allocations),
        evidence::allocated_bytes(heap.bytes),
        evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
    ]);
    let fix = match &handle {
        Some((taken, _)) => {
            Message::new("copy-on-write-of-shared-fix-handle").with("line", Arg::Count(u64::from(taken.line)))
        }
        None if is_cow => Message::new("copy-on-write-of-shared-fix-cow"),
        None => Message::new("copy-on-write-of-shared-fix-seek"),
    };
    candidate.fixes = vec![Fix::advice(fix, Effort::Moderate)];
    candidate.add_also(here);
    if let Some((taken, _)) = handle {
        candidate.add_also(taken);
    }
    candidate.add_also(repetition.head);
    Some(candidate)
}

/// How many of the blocks are alive at a time: how often they come times how long they stay (Little 1961).
fn alive_at_once(ctx: &Context<'_>, heap: &HeapCost) -> f64 {
    heap.allocations * heap.lifetime_ns.median as f64 / 1e9 / ctx.ledger().total_s.max(1e-9)
}

/// Where the other handle is taken, and how many functions up: a clone of what is made mutable, or of what holds it,
/// in the function itself or in one that calls it.
fn handle(ctx: &Context<'_>, node: NodeId) -> Option<(Place, usize)> {
    let call = ctx.written_call(node)?;
    let target = match call.callee {
        Callee::Method => call.receiver.as_str(),
        _ => call.arguments.first()?,
    };
    let mut shared = plain(target).to_owned();
    let mut levels_up = 0;
    let mut path = ctx.path(node).peekable();
    while let Some((_, _, site)) = path.next() {
        let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
        shared = resolved(ctx, site, &shared);
        let taken = syntax
            .calls
            .iter()
            .filter(|call| function.body.covers(&call.span))
            .filter(|call| cloned(call).is_some_and(|of| is_overlapping(plain(of), &shared)))
            .filter(|call| levels_up > 0 || call.span.start < position(site))
            .min_by_key(|call| call.span.start.line.abs_diff(site.line));
        if let Some(taken) = taken {
            let place = Place {
                line: taken.at.line,
                column: taken.at.column,
                ..ctx.place(site)
            };
            return Some((place, levels_up));
        }
        let (_, _, caller) = path.peek()?;
        if !ctx.is_same_function(site, caller) {
            shared = at_caller(ctx, function, &shared, caller)?;
            levels_up += 1;
        }
    }
    None
}

/// What a call takes another handle to.
fn cloned(call: &CallExpr) -> Option<&str> {
    if call.name != "clone" {
        return None;
    }
    match call.callee {
        Callee::Method => Some(&call.receiver),
        Callee::Function => call.arguments.first().map(String::as_str),
        Callee::Macro | Callee::Operator => None,
    }
}

/// A path without borrows: `self.lines` of `&mut self.lines`.
fn plain(expression: &str) -> &str {
    let path = expression.trim_start_matches(['&', '*', '(', ' ']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let end = path
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        .unwrap_or(path.len());
    path[..end].trim_end_matches('.')
}

/// The path that a local borrows from, where it is nothing but a borrow.
fn resolved(ctx: &Context<'_>, site: &Site, shared: &str) -> String {
    let root = root_name(shared);
    let borrowed = ctx
        .local(site, root)
        .and_then(|local| local.init.as_deref()?.strip_prefix("&mut "));
    match borrowed {
        Some(from) => format!("{}{}", plain(from), &shared[root.len()..]),
        None => shared.to_owned(),
    }
}

/// What the caller calls a path that begins with a parameter.
fn at_caller(ctx: &Context<'_>, function: &Function, shared: &str, caller: &Site) -> Option<String> {
    let call = ctx
        .call(caller, &[function.name.as_str()])
        .filter(|call| call.name == function.name)?;
    let root = root_name(shared);
    let given = if root == "self" && call.callee == Callee::Method {
        call.receiver.as_str()
    } else {
        let of_self = usize::from(function.receiver.is_some() && call.callee == Callee::Function);
        let index = match root {
            "self" => 0,
            _ => of_self + function.parameters.iter().position(|(name, _)| name == root)?,
        };
        call.arguments.get(index)?
    };
    Some(format!("{}{}", plain(given), &shared[root.len()..]))
}
