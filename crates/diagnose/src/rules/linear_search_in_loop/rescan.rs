//! Lists that are walked from end to end, only to be asked something, by each call of a method that changes them:
//! `max()` on every push, a check of the whole after every insertion.
//!
//! That the change is a small one is measured: changing all of a list, or making it, costs as much as walking it.

use super::hand_written::list_of;
use super::{LINEAR_SEARCH_IN_LOOP, LOCAL_FACTOR, is_small_array};
use crate::context::position;
use crate::lent::{Lent, element_type, given, lent};
use crate::rules::linked_list;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, LoopKind, last_field, root_name};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Place, Repetition};
use profile::{Arg, Message, NodeId, Site, Work};
use std::collections::{BTreeMap, BTreeSet};

/// Walking a list costs nothing to speak of in most programs where it belongs.
const MIN_SHARE: f64 = 0.25;
/// The part of the loop's cost that the walk has to be: what changes a list as a whole costs as much again.
const DOMINANT: f64 = 0.5;
/// The part of the walk that goes from element to element, and is not spent on one of them.
const PLAIN: f64 = 0.7;
const WALKS: [&str; 20] = [
    "Iterator::all",
    "Iterator::any",
    "Iterator::count",
    "Iterator::find",
    "Iterator::find_map",
    "Iterator::fold",
    "Iterator::max",
    "Iterator::max_by",
    "Iterator::max_by_key",
    "Iterator::min",
    "Iterator::min_by",
    "Iterator::min_by_key",
    "Iterator::position",
    "Iterator::reduce",
    "Iterator::rfind",
    "Iterator::rposition",
    "Iterator::sum",
    "Iterator::try_fold",
    "Iterator::try_rfold",
    "slice::is_sorted",
];
const WALKERS: [&str; 6] = [
    ".iter()",
    ".values()",
    ".keys()",
    ".windows(",
    ".chunks(",
    ".into_iter()",
];
const PARTIAL: [&str; 6] = [".skip", ".take", ".step_by", ".nth", ".chars", ".bytes"];
/// Elements of text and of bytes: walking them is how they are read.
const TEXT: [&str; 4] = ["u8", "str", "String", "char"];

/// The walks that start at one line.
struct Found {
    list: String,
    place: Place,
    claims: BTreeSet<EntryIdx>,
    /// Where the method that changes the list asks.
    changing: Place,
    /// Calls in the loops that repeat them, each loop by its function's caller.
    loops: BTreeSet<NodeId>,
    repetition: Repetition,
}

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<(String, u32), Found> = BTreeMap::new();
    for (id, _, site) in ctx.nodes() {
        let Some((list, place)) = walk(ctx, id, site) else {
            continue;
        };
        let Some(changing) = changing_caller(ctx, id, site, &list) else {
            continue;
        };
        let Some(repetition) = ctx.repetition(changing) else {
            continue;
        };
        let changing = ctx.place(ctx.ledger().site(ctx.ledger().node(changing).site));
        let found = by_line
            .entry((place.file.clone(), place.line))
            .or_insert_with(|| Found {
                list,
                place,
                claims: BTreeSet::new(),
                changing,
                loops: BTreeSet::new(),
                repetition: repetition.clone(),
            });
        found.claims.extend(ctx.entries_under(id));
        found.loops.extend(calls_in_loop(ctx, &repetition));
    }
    out.extend(by_line.into_values().filter_map(|found| candidate(ctx, found)));
}

fn candidate(ctx: &Context<'_>, found: Found) -> Option<Candidate> {
    let walked = ctx.share_of(found.claims.iter().copied());
    let is_plain = |idx: &EntryIdx| matches!(ctx.booked(*idx).entry.work, Work::Own | Work::Compare);
    let plain = ctx.share_of(found.claims.iter().copied().filter(is_plain));
    let around: f64 = found.loops.iter().map(|&id| ctx.share_under(id)).sum();
    if walked < MIN_SHARE || walked < DOMINANT * around || plain < PLAIN * walked {
        return None;
    }
    let mut candidate = Candidate::new(&LINEAR_SEARCH_IN_LOOP, found.place, found.claims);
    candidate.local_factor = LOCAL_FACTOR;
    candidate.confidence = Confidence::Likely;
    let list = found.list.clone();
    candidate.title = Message::new("linear-search-in-loop-title-rescan").text("list", found.list);
    candidate.why = Message::new("linear-search-in-loop-why-rescan")
        .with("line", Arg::Count(u64::from(found.repetition.head.line)))
        .text("function", found.repetition.asks.function.clone());
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.fixes = as_one_block(ctx, &candidate, &list);
    candidate.fixes.push(Fix::advice(
        Message::new("linear-search-in-loop-fix-rescan"),
        Effort::Moderate,
    ));
    candidate.add_also(found.changing);
    candidate.add_also(found.repetition.asks);
    Some(candidate)
}

/// A linked list that is walked again and again costs less when it is one block of memory.
fn as_one_block(ctx: &Context<'_>, candidate: &Candidate, list: &str) -> Vec<Fix> {
    let site = candidate.claims.first().map(|&idx| ctx.booked(idx).site);
    let is_linked = |site: &&Site| {
        let fields = ctx.syntax(site).into_iter().flat_map(|syntax| &syntax.fields);
        let mut named = fields.filter(|field| Some(field.name.as_str()) == last_field(list));
        named.any(|field| field.declared.contains("LinkedList<"))
    };
    site.filter(is_linked)
        .map_or_else(Vec::new, |site| linked_list::deques(ctx, site))
}

/// The list that is walked as a whole at a node, and where the walk is written.
fn walk(ctx: &Context<'_>, id: NodeId, site: &Site) -> Option<(String, Place)> {
    let call = ctx.ledger().call_name(ctx.ledger().node(id).call);
    let loops = ctx.loops_at(id);
    let (walked, place) = match loops.as_slice() {
        [] if WALKS.contains(&call) => {
            let method = call.rsplit("::").next().unwrap_or(call);
            let call = ctx.call(site, &[method])?;
            (call.receiver.as_str(), ctx.place(site))
        }
        [found] => {
            let LoopKind::For { iterated, .. } = &found.kind else {
                return None;
            };
            let place = Place {
                line: found.head.line,
                column: found.head.column,
                ..ctx.place(site)
            };
            (iterated.as_str(), place)
        }
        _ => return None,
    };
    let list = whole_list(walked)?;
    let is_text = element_type(ctx, site, list).is_some_and(|declared| TEXT.iter().any(|text| declared.contains(text)));
    (!is_text && !is_small_array(ctx, site, list)).then(|| (list.to_owned(), place))
}

/// The list in `list.iter().enumerate()…`, when all of it is walked.
fn whole_list(walked: &str) -> Option<&str> {
    if PARTIAL.iter().any(|part| walked.contains(part)) || walked.contains('…') {
        return None;
    }
    let end = WALKERS.iter().filter_map(|walker| walked.find(walker)).min();
    list_of(&walked[..end.unwrap_or(walked.len())])
}

/// The node of the first function, from a walk upwards, that may change what is walked; `None` where a loop comes first.
fn changing_caller(ctx: &Context<'_>, id: NodeId, site: &Site, list: &str) -> Option<NodeId> {
    let mut name = root_name(list).to_owned();
    let mut below = site;
    for (node, _, site) in ctx.path(id) {
        if node != id && ctx.is_closure_in(below, site) {
            below = site;
            continue;
        }
        let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
        if node != id {
            let call = ctx.call(site, &[ctx.function(below)?.name.as_str()])?;
            name = root_name(given(ctx.function(below)?, &name, call)?).to_owned();
            if !ctx.loops_at(node).is_empty() {
                return None;
            }
        }
        let (lent, parameter) = lent(syntax, function, position(site), &name)?;
        if lent == Lent::ToChange && (node != id || is_changed(syntax, function, list)) {
            return Some(node);
        }
        (name, below) = (parameter, site);
    }
    None
}

/// Whether a function that walks a list changes it as well.
fn is_changed(syntax: &FileSyntax, function: &Function, list: &str) -> bool {
    const CHANGING: [&str; 9] = [
        "append",
        "extend",
        "insert",
        "pop",
        "push",
        "push_back",
        "push_front",
        "remove",
        "swap_remove",
    ];
    let is_change = |call: &CallExpr| match call.callee {
        Callee::Method => call.receiver == list && CHANGING.contains(&call.name.as_str()),
        Callee::Operator => {
            call.name.ends_with('=')
                && !matches!(call.name.as_str(), "==" | "<=" | ">=" | "!=")
                && call.receiver.starts_with(&format!("{list}["))
        }
        _ => false,
    };
    let mut calls = syntax.calls.iter().filter(|call| function.body.covers(&call.span));
    calls.any(is_change)
}

/// The calls that a repeating loop makes, to see what else it does.
fn calls_in_loop(ctx: &Context<'_>, repetition: &Repetition) -> Vec<NodeId> {
    let ledger = ctx.ledger();
    let node = ledger.node(repetition.node);
    let site = ledger.site(node.site);
    let mut loops = ctx.loops_at(repetition.node).into_iter();
    let head = |line: u32, column: u32| (line, column) == (repetition.head.line, repetition.head.column);
    let Some(found) = loops.find(|found| head(found.head.line, found.head.column)) else {
        return vec![repetition.node];
    };
    let is_within = |other: &NodeId| {
        let other = ledger.site(ledger.node(*other).site);
        other.file == site.file && other.function == site.function && found.span.contains(position(other))
    };
    let roots = || {
        ctx.nodes()
            .filter(|(_, node, _)| node.parent.is_none())
            .map(|(id, ..)| id)
    };
    let beside = node
        .parent
        .map_or_else(|| roots().collect(), |parent| ctx.children(parent).to_vec());
    beside.into_iter().filter(is_within).collect()
}
