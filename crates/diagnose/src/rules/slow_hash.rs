//! The rule `slow-hash`.

use crate::retype::{self, FAST, rustc_hash};
use crate::rule::declare_rule;
use crate::syntax::{last_field, root_name};
use crate::{Applicability, Booked, Candidate, Candidates, Context, Edit, Effort, Fix, Lines};
use profile::{Message, NodeId, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `HashMap` or `HashSet` with the standard hasher whose hashing shows in the profile.
    /// ## Why it is slow
    /// The standard hasher, SipHash 1-3, withstands an attacker who chooses the keys. That costs some twenty
    /// nanoseconds for a short key; a multiplication does for keys that nobody attacks.
    /// ## Evidence
    /// The time measured in SipHash under the map's calls. Look-ups that miss the cache are not blamed on it.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: `core::hash::sip::Hasher::write` and `finish` below the map's calls.
    /// ## Fix and its safety
    /// `rustc_hash::FxHashMap` for integers and short strings, `ahash` or `foldhash` for the rest: a change of the
    /// map's type and of `new` to `default`. The order of iteration changes.
    /// ## When not to
    /// The keys come from outside and could be chosen to collide: HTTP headers, JSON keys, user names. There the slow hash
    /// is a protection.
    pub(super) SLOW_HASH = "slow-hash", level 2, check, says [
        "slow-hash-title",
        "slow-hash-title-call",
        "slow-hash-why",
        "slow-hash-fix",
    ]
}

/// FxHash and foldhash take about a quarter of SipHash's time for short keys.
const LOCAL_FACTOR: f64 = 4.0;
/// Hashing that costs less gains too little to give up its protection.
const MIN_SHARE: f64 = 0.06;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_map: BTreeMap<String, Lines<'_>> = BTreeMap::new();
    let is_sip = |booked: &Booked<'_>| matches!(&booked.entry.work, Work::Hash(name) if name == "SipHash");
    for booked in ctx.entries().filter(is_sip) {
        by_map.entry(map_of(ctx, &booked)).or_default().claim(&booked, || {
            let mut candidate = Candidate::new(&SLOW_HASH, ctx.place(booked.site), []);
            candidate.title = title(ctx, &booked);
            candidate
        });
    }
    let maps = by_map.into_values().filter_map(Lines::into_one);
    let worthwhile = maps.filter(|candidate| ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE));
    out.extend(worthwhile.map(|mut candidate| {
        candidate.local_factor = LOCAL_FACTOR;
        candidate.why = Message::new("slow-hash-why");
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate.fixes = fixes(ctx, &candidate);
        candidate
    }));
}

/// The map alone, the maps of its file, or those of all files: which of it the program's types allow, the compiler knows.
fn fixes(ctx: &Context<'_>, candidate: &Candidate) -> Vec<Fix> {
    let file = candidate.place.file.as_str();
    let edits_of = |file: &str| {
        let edited = ctx.editor(file).map(|mut editor| {
            retype::all(&mut editor, &FAST);
            editor.into_edits()
        });
        edited.unwrap_or_default()
    };
    let everywhere: Vec<Edit> = ctx.file_paths().flat_map(edits_of).collect();
    let mut tried: Vec<Vec<Edit>> = Vec::new();
    let alone = of_map(ctx, candidate).unwrap_or_default();
    for edits in [alone, edits_of(file), everywhere] {
        if !edits.is_empty() && !tried.contains(&edits) {
            tried.push(edits);
        }
    }
    let advice = || Fix::advice(Message::new("slow-hash-fix"), Effort::Simple);
    let fix = |edits: Vec<Edit>| Fix {
        applicability: Applicability::Machine,
        edits,
        dependencies: vec![rustc_hash()],
        ..advice()
    };
    match tried.is_empty() {
        true => vec![advice()],
        false => tried.into_iter().map(fix).collect(),
    }
}

/// The edits of the one map whose calls a candidate is about.
fn of_map(ctx: &Context<'_>, candidate: &Candidate) -> Option<Vec<Edit>> {
    let file = candidate.place.file.as_str();
    let is_of_candidate = |node: NodeId| candidate.claims.iter().any(|&idx| ctx.booked(idx).entry.node == node);
    let maps = ctx.map_calls();
    let (map, _) = maps
        .iter()
        .find(|(_, calls)| calls.iter().any(|call| is_of_candidate(call.node)))?;
    let mut editor = ctx.editor(file)?;
    retype::one(&mut editor, ctx.syntax_of(file)?, map, &FAST)?;
    Some(editor.into_edits())
}

/// Which map a call is on, as far as the source tells: the field, or the variable and its function; else the line.
fn map_of(ctx: &Context<'_>, booked: &Booked<'_>) -> String {
    let function = &booked.site.function;
    match receiver(ctx, booked) {
        Some(receiver) => match last_field(receiver) {
            Some(field) => format!(".{field}"),
            None => format!("{function} {}", root_name(receiver)),
        },
        None => format!("{function} {}", booked.site.line),
    }
}

fn receiver<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>) -> Option<&'c str> {
    let method = booked.call.rsplit("::").next()?;
    ctx.call(booked.site, &[method]).map(|call| call.receiver.as_str())
}

fn title(ctx: &Context<'_>, booked: &Booked<'_>) -> Message {
    match receiver(ctx, booked) {
        Some(map) => Message::new("slow-hash-title")
            .text("map", map)
            .text("call", booked.call),
        None => Message::new("slow-hash-title-call").text("call", booked.call),
    }
}
