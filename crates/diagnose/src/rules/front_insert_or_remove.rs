//! The rule `front-insert-or-remove`.

mod deque;
mod turned;

use crate::context::position;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, LoopKind, last_field, root_name};
use crate::{Booked, Candidate, Candidates, Context, Effort, Fix, Line};
use profile::{Message, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `Vec` or `String` that is changed at its front or middle: `remove(0)`, `insert(0, x)`, `drain(..n)`, an
    /// insertion into a sorted list.
    /// ## Why it is slow
    /// Everything behind the place moves by `memmove`: each call costs as much as the list is long, so emptying a
    /// list from its front costs the square of its length.
    /// ## Evidence
    /// The time measured in `memmove` under the call at that line. A short list that is shifted for next to nothing
    /// stays below the threshold and is not reported.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: `memmove` right below `Vec::remove`, `Vec::insert` or `Vec::drain`. Double the input:
    /// the time of that line grows four times.
    /// ## Fix and its safety
    /// At the front: `VecDeque` with `pop_front` and `push_front`, or reverse the list once and `pop`, or walk it with
    /// an index. Where order does not matter: `swap_remove`. In a sorted list: `BTreeMap`, or push all and sort once.
    /// Each changes the type or the order, so the compiler and the tests must agree.
    /// ## When not to
    /// The list holds a few dozen small elements: moving them takes less time than a cleverer structure needs to find
    /// its place. A `VecDeque` is two slices: code that needs one (`&list[..]`, sorting) wants `make_contiguous` first.
    pub(super) FRONT_INSERT_OR_REMOVE = "front-insert-or-remove", level 1, check, says [
        "front-insert-or-remove-title-front",
        "front-insert-or-remove-title-middle",
        "front-insert-or-remove-why",
        "front-insert-or-remove-fix-deque",
        "front-insert-or-remove-title-text",
        "front-insert-or-remove-fix-text",
        "front-insert-or-remove-fix-tree",
    ]
}

/// Calls that shift the rest of the list; `drain` and `splice` do it when they are dropped.
const SHIFTING: [&str; 13] = [
    "Vec::remove",
    "Vec::insert",
    "Vec::drain",
    "Vec::splice",
    "drop Drain",
    "drop Splice",
    "VecDeque::insert",
    "VecDeque::remove",
    "String::remove",
    "String::insert",
    "String::insert_str",
    "String::drain",
    "String::replace_range",
];

/// Shifting a handful of elements in a hot loop can cost this much and still be the fastest way.
const MIN_SHARE: f64 = 0.05;

/// Names of these calls in the source.
const NAMES: [&str; 7] = [
    "remove",
    "insert",
    "insert_str",
    "drain",
    "splice",
    "replace_range",
    "extract_if",
];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Candidate> = BTreeMap::new();
    for booked in ctx.entries() {
        if booked.entry.work != Work::Copy || !(SHIFTING.contains(&booked.call) || ends_drain(ctx, &booked)) {
            continue;
        }
        let key = (booked.site.file.as_deref(), booked.site.line);
        let candidate = by_line
            .entry(key)
            .or_insert_with(|| found(ctx, booked.site, booked.call));
        candidate.claims.insert(booked.idx);
        if let Some(repetition) = ctx
            .repetition(booked.entry.node)
            .filter(|repetition| repetition.levels_up > 0)
        {
            candidate.add_also(repetition.asks);
        }
    }
    let is_long = |candidate: &Candidate| ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE);
    out.extend(by_line.into_values().filter(is_long).map(|mut candidate| {
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate
    }));
}

/// The `drain` that a `for` loop walks over, for a site at the loop's end, where it is dropped.
fn drained_by_loop<'c>(ctx: &'c Context<'_>, site: &Site) -> Option<&'c CallExpr> {
    let file = ctx.syntax(site)?;
    let at = position(site);
    let walks = file.loops.iter().filter_map(|found| match &found.kind {
        LoopKind::For { at: walked, .. } if found.span.end.line == at.line && found.span.covers(walked) => Some(walked),
        _ => None,
    });
    let mut drains = walks.flat_map(|walked| file.calls.iter().filter(|call| walked.covers(&call.span)));
    drains.find(|call| NAMES.contains(&call.name.as_str()))
}

/// Whether what runs is the end of a `drain` that an iterator's method used up: `list.drain(..n).for_each(f)`.
fn ends_drain(ctx: &Context<'_>, booked: &Booked<'_>) -> bool {
    let mut frames = ctx.frames_around(booked).map(|frame| frame.function.as_str());
    booked.call.starts_with("Iterator::")
        && frames.any(|function| function.contains("drain::Drain") && function.contains("drop"))
}

fn found(ctx: &Context<'_>, site: &Site, call: &str) -> Candidate {
    let syntax = ctx.call(site, &NAMES).or_else(|| drained_by_loop(ctx, site));
    let argument = syntax
        .and_then(|call| call.arguments.first())
        .map_or("", String::as_str);
    let is_front = argument == "0" || argument.starts_with("..") || argument.starts_with("0..");
    let mut place = ctx.place(site);
    if let Some(call) = syntax {
        (place.line, place.column) = (call.at.line, call.at.column);
    }
    let mut candidate = Candidate::new(&FRONT_INSERT_OR_REMOVE, place, []);
    let is_text = call.starts_with("String::");
    let (title, fix) = if is_front && is_text {
        ("front-insert-or-remove-title-text", "front-insert-or-remove-fix-text")
    } else if is_front {
        ("front-insert-or-remove-title-front", "front-insert-or-remove-fix-deque")
    } else {
        ("front-insert-or-remove-title-middle", "front-insert-or-remove-fix-tree")
    };
    candidate.title = Message::new(title).text("call", written(call, syntax.map(|call| call.name.as_str())));
    candidate.why = Message::new("front-insert-or-remove-why");
    let list = syntax
        .filter(|_| is_front)
        .map(|call| last_field(&call.receiver).unwrap_or(root_name(&call.receiver)));
    let machine = list.and_then(|list| {
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        match is_text {
            true => turned::turned(&mut editor, ctx.syntax(site)?, list)?,
            false => editor = deque::deque(editor, list),
        }
        editor.into_fix(Message::new(fix), Effort::Simple)
    });
    candidate.fixes = vec![machine.unwrap_or_else(|| Fix::advice(Message::new(fix), Effort::Moderate))];
    candidate
}

/// What the user wrote for `drop Drain`.
fn written(call: &str, name: Option<&str>) -> String {
    match (call.strip_prefix("drop "), name) {
        (Some(_), Some(name)) => format!("Vec::{name}"),
        (Some(guard), None) => format!("Vec::{}", guard.to_lowercase()),
        (None, Some("drain")) => "Vec::drain".to_owned(),
        (None, _) => call.to_owned(),
    }
}
