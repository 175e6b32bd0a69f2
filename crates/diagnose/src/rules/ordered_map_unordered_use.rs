//! The rule `ordered-map-unordered-use`.

use super::small_map::CHILDREN_BYTES;
use crate::maps::{MapCall, MapId, MapUses, WALKS};
use crate::retype::{self, LINEAR_UNORDERED, Twin, UNORDERED, rustc_hash, vecmap};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Dependency, Effort, Fix};
use profile::Message;

declare_rule! {
    /// ## What it finds
    /// A `BTreeMap` or `BTreeSet` that is only asked for single keys: nothing walks it in order, nothing asks for a
    /// range, for its first or its last entry, or what is walked is sorted anew or added up.
    /// ## Why it is slow
    /// Each look-up descends from node to node and compares the key with half of each node's keys: for a million
    /// entries some twenty comparisons, most of them in memory that is not in the cache. A hash table goes to the place
    /// at once.
    /// ## Evidence
    /// The time measured in its methods, and the nodes allocated by them: below some thousands of entries a tree is about
    /// as fast. The source shows all that is done with the variable or field, and none of it
    /// needs the order.
    /// ## How to see it by hand
    /// `perf record -g` and `perf report`: `search_tree` below `BTreeMap::get`, `insert` or `entry`. Search the source
    /// for the map's name: `iter`, `keys`, `range`, `first_key_value`, `for` and the like are missing.
    /// ## Fix and its safety
    /// `HashMap` or `HashSet`: the key needs `Hash + Eq`. With the standard hasher short keys may gain little: take
    /// `FxHashMap` where keys do not come from an attacker. Where the map is printed, serialized or compared, the order
    /// of its entries becomes another one in each run.
    /// ## When not to
    /// When the map is small (one or two nodes): then a tree is as fast, or a list (see `small-map`).
    pub(super) ORDERED_MAP_UNORDERED_USE = "ordered-map-unordered-use", level 2, check, says [
        "ordered-map-unordered-use-title",
        "ordered-map-unordered-use-why",
        "ordered-map-unordered-use-fix-hash",
    ]
}

/// Its methods must cost this much of the run.
const MIN_SHARE: f64 = 0.15;
/// Nodes of a tree of some five thousand entries: four levels.
const MIN_NODES: f64 = 700.0;
/// Nodes that live shorter belong to trees that are made again and again, and stay small.
const LIFETIME_NS: u64 = 10_000_000;
/// A look-up in a hash table of integers, against one in a tree of some ten thousand.
const LOCAL_FACTOR: f64 = 3.0;

/// Methods that do not care for the order.
const NOT_BY_ORDER: [&str; 17] = [
    "clear",
    "clone",
    "contains",
    "contains_key",
    "entry",
    "extend",
    "get",
    "get_key_value",
    "get_mut",
    "index",
    "insert",
    "is_empty",
    "len",
    "remove",
    "remove_entry",
    "replace",
    "take",
];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    for (map, calls) in ctx.map_calls() {
        let is_tree = calls.iter().any(|call| call.kind.starts_with("BTree"));
        if !is_tree {
            continue;
        }
        let claims = ctx.costs_of_map(&calls);
        if !ctx.is_surely(claims.iter().copied(), MIN_SHARE) || !is_large(ctx, &calls) {
            continue;
        }
        if is_unordered(&ctx.uses_of_map(&map)) {
            out.extend(candidate(ctx, &map, &calls));
        }
    }
}

fn is_unordered(uses: &MapUses) -> bool {
    let is_free = |method: &String| NOT_BY_ORDER.contains(&method.as_str()) || WALKS.contains(&method.as_str());
    !uses.is_lost && !uses.shows_order && !uses.methods.is_empty() && uses.methods.iter().all(is_free)
}

/// Whether the tree was seen to grow to many nodes: one of a few is about as fast as a hash table with the standard
/// hasher.
fn is_large(ctx: &Context<'_>, calls: &[MapCall<'_>]) -> bool {
    let nodes = ctx.tables_of_map(calls);
    let is_short_lived = nodes.lifetime_ns.median < LIFETIME_NS;
    let kept = nodes.allocations - if is_short_lived { nodes.freed } else { 0.0 };
    kept >= MIN_NODES
}

fn candidate(ctx: &Context<'_>, map: &MapId, calls: &[MapCall<'_>]) -> Option<Candidate> {
    let mut candidate = ctx.candidate_for_map(&ORDERED_MAP_UNORDERED_USE, calls)?;
    let kind = calls
        .iter()
        .map(|call| call.kind)
        .find(|kind| kind.starts_with("BTree"))?;
    candidate.local_factor = LOCAL_FACTOR;
    candidate.title = Message::new("ordered-map-unordered-use-title")
        .text("map", map.name())
        .text("kind", kind);
    candidate.why = Message::new("ordered-map-unordered-use-why");
    candidate.fixes = fixes(ctx, map, calls, &candidate.place.file);
    Some(candidate)
}

/// The map alone is changed: what is done with others of its type was not looked at. Trees of one node each are small
/// maps, for which a list may be faster still.
fn fixes(ctx: &Context<'_>, map: &MapId, calls: &[MapCall<'_>], file: &str) -> Vec<Fix> {
    let edited = |title: &'static str, twins: &[Twin], needed: Dependency| {
        let mut editor = ctx.editor(file)?;
        retype::one(&mut editor, ctx.syntax_of(file)?, map, twins)?;
        let mut fix = editor.into_fix(Message::new(title), Effort::Simple)?;
        fix.dependencies.push(needed);
        Some(fix)
    };
    let nodes = ctx.tables_of_map(calls).size;
    let is_leaf_only = nodes.max < nodes.min + CHILDREN_BYTES;
    let title = "ordered-map-unordered-use-fix-hash";
    let hashed = edited(title, &UNORDERED, rustc_hash());
    let listed = is_leaf_only.then(|| edited("small-map-fix-vecmap", &LINEAR_UNORDERED, vecmap()));
    let mut fixes: Vec<Fix> = hashed.into_iter().chain(listed.flatten()).collect();
    if fixes.is_empty() {
        fixes.push(Fix::advice(Message::new(title), Effort::Simple));
    }
    fixes
}
