//! Loops that walk a list, compare, and leave early, in a function or loop that is itself repeated.

use super::{LINEAR_SEARCH_IN_LOOP, LOCAL_FACTOR, MIN_SHARE, cure, key_test, why};
use crate::syntax::LoopKind;
use crate::{Candidate, Candidates, Confidence, Context, EntryIdx, Place};
use profile::{Message, NodeId, Work};
use std::collections::BTreeMap;

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_loop: BTreeMap<(String, u32), Candidate> = BTreeMap::new();
    for (id, _, site) in ctx.nodes() {
        let (Some(syntax), Some(found)) = (ctx.syntax(site), ctx.loops_at(id).into_iter().next()) else {
            continue;
        };
        let LoopKind::For { iterated, .. } = &found.kind else {
            continue;
        };
        let Some(list) = list_of(iterated).filter(|_| found.exits_early) else {
            continue;
        };
        let claims = steps(ctx, id);
        if claims.is_empty() || !key_test::leads_a_loop(syntax, &found.bound, found.body) {
            continue;
        }
        let Some(repetition) = ctx.repetition_around(id, found, list) else {
            continue;
        };
        let place = Place {
            line: found.head.line,
            column: found.head.column,
            ..ctx.place(site)
        };
        let candidate = by_loop.entry((place.file.clone(), place.line)).or_insert_with(|| {
            let mut candidate = Candidate::new(&LINEAR_SEARCH_IN_LOOP, place, []);
            candidate.local_factor = LOCAL_FACTOR;
            candidate.confidence = Confidence::Likely;
            candidate.title = Message::new("linear-search-in-loop-title-hand-written").text("list", iterated.clone());
            candidate.why = why(&repetition);
            candidate.fixes = vec![cure("find")];
            candidate
        });
        candidate.claims.extend(claims);
        if repetition.levels_up > 0 {
            candidate.add_also(repetition.asks);
        }
    }
    let is_long = |candidate: &Candidate| ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE);
    out.extend(by_loop.into_values().filter(is_long).map(|mut candidate| {
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate
    }));
}

/// Going from element to element and comparing them, at a node and in the small functions that it asks.
fn steps(ctx: &Context<'_>, id: NodeId) -> Vec<EntryIdx> {
    let is_leaf = |&&child: &&NodeId| ctx.children(child).is_empty() && ctx.loops_at(child).is_empty();
    let asked = ctx.children(id).iter().filter(is_leaf);
    let nodes = std::iter::once(&id).chain(asked);
    let is_step = |idx: &&EntryIdx| {
        let booked = ctx.booked(**idx);
        let is_call = booked.call.is_empty()
            || booked.call == "Iterator::next"
            || ["::eq", "::ne", "::index"].iter().any(|end| booked.call.ends_with(end));
        matches!(booked.entry.work, Work::Own | Work::Compare) && is_call && booked.entry.cost.seconds > 0.0
    };
    nodes
        .flat_map(|&node| ctx.entries_at(node))
        .filter(is_step)
        .copied()
        .collect()
}

/// The list that a `for` walks over: itself, its iterator, or by index up to its length.
pub(super) fn list_of(iterated: &str) -> Option<&str> {
    let plain = iterated.trim_start_matches(['&', '(']).trim_start_matches("mut ");
    let ends = [".iter()", ".iter().enumerate()", ".iter_mut()"];
    let base = match plain.strip_prefix("0..") {
        Some(end) => end
            .trim_end_matches(')')
            .strip_suffix(".len(")
            .or_else(|| end.strip_suffix(".len()"))?,
        None => ends.iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(plain),
    };
    let is_path = base
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    (!base.is_empty() && !base.contains("..") && is_path).then_some(base)
}
