//! The rule `small-map`.

use crate::maps::{MapCall, MapId, MapUses};
use crate::retype::{self, LINEAR, Made, Twin, vecmap};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, EntryIdx, Fix, Place, Resource, evidence};
use profile::{Arg, Message, NodeId};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// Maps and sets that are made in great number and never hold more than a handful of entries.
    /// ## Why it is slow
    /// A `HashMap` hashes each key, takes a table from the allocator and gives it back; a `BTreeMap` takes a node with
    /// room for eleven entries. A dozen pairs in a row are found by comparing them one after the other, in one or two
    /// cache lines, before a hash would be computed.
    /// ## Evidence
    /// The sizes of the tables that were allocated for it. A hash table of `b` buckets takes `b` times the size of an entry
    /// and `b + 16` bytes of marks, and holds at most `7/8 b` entries; the size of an entry is that of the declared
    /// types, or told from the smallest table, which has four buckets. The time measured in making, filling, asking and
    /// dropping the maps.
    /// ## How to see it by hand
    /// `heaptrack` shows many short-lived allocations of one or two sizes below `RawTable::reserve_rehash`, or of one
    /// size below `BTreeMap::insert`. Print `map.len()` where the map is dropped.
    /// ## Fix and its safety
    /// Keep the entries in a `Vec` of pairs and look them up with `iter().find`, or in a `SmallVec` or `ArrayVec`, which need
    /// no allocation; keep one map and `clear` it where the number of entries may also be large. The order of iteration
    /// becomes that of insertion.
    /// ## When not to
    /// When the number of entries depends on input that others choose: a `Vec` of a million pairs is slow, where a map is
    /// not.
    pub(super) SMALL_MAP = "small-map", level 2, check, says [
        "small-map-title",
        "small-map-why",
        "small-map-fix-vec",
        "small-map-fix-vecmap",
    ]
}

/// Making and asking such maps must cost this much of the run.
const MIN_SHARE: f64 = 0.06;
/// Fewer are no pattern.
const MIN_TABLES: f64 = 1000.0;
/// Up to this many entries, comparing all keys beats hashing one.
const MAX_ENTRIES: f64 = 14.0;
/// Larger entries are not what the smallest table has four of, more often than not.
const MAX_ENTRY_BYTES: u64 = 256;
/// What a scan of some pairs saves: the hash, and the probing of a table that is cold.
const LOCAL_FACTOR: f64 = 3.0;
/// Entries of a B-tree node, from `alloc::collections::btree::node::CAPACITY`.
const NODE_ENTRIES: f64 = 11.0;
/// Pointers to children that an inner node has and a leaf has not, in bytes.
pub(super) const CHILDREN_BYTES: u64 = 12 * 8;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let maps = ctx.map_calls();
    out.extend(maps.iter().filter_map(|(map, calls)| found(ctx, map, calls)));
}

fn found(ctx: &Context<'_>, map: &MapId, calls: &[MapCall<'_>]) -> Option<Candidate> {
    let is_tree = calls.iter().any(|call| call.kind.starts_with("BTree"));
    let tables = ctx.tables_of_map(calls);
    if tables.allocations < MIN_TABLES {
        return None;
    }
    let uses = ctx.uses_of_map(map);
    let entries = if is_tree {
        // One large tree has inner nodes, but they are few: its nodes stay.
        let is_short_lived = tables.freed > 0.5 * tables.allocations;
        let is_leaf_only = tables.size.max < tables.size.min + CHILDREN_BYTES;
        (is_leaf_only && is_short_lived).then_some(NODE_ENTRIES)?
    } else {
        let by_type = uses.declared.as_deref().and_then(bytes_of_entry);
        let entry_bytes = by_type.or_else(|| bytes_by_growth(&uses, calls, tables.size.min))?;
        entries_of_table(tables.size.p90, entry_bytes)
    };
    if entries > MAX_ENTRIES {
        return None;
    }
    let mut candidate = ctx.candidate_for_map(&SMALL_MAP, calls)?;
    candidate.claims.extend(drops(ctx, calls));
    if !ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE) {
        return None;
    }
    candidate.resource = Resource::Heap;
    candidate.local_factor = LOCAL_FACTOR;
    candidate.title = Message::new("small-map-title")
        .text("map", map.name())
        .with("entries", Arg::Count(entries as u64));
    candidate.why = Message::new("small-map-why").with("maps", Arg::Count(tables.allocations.round() as u64));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(tables.allocations),
        evidence::allocated_bytes(tables.bytes),
    ]);
    // One block from the start, where the map is made by itself, or as it grows.
    let roomy = vector(ctx, map, &candidate.place, Made::WithRoom(entries as usize));
    let growing = vector(ctx, map, &candidate.place, Made::Alike).filter(|growing| Some(growing) != roomy.as_ref());
    candidate.fixes = growing.into_iter().chain(roomy).collect();
    if candidate.fixes.is_empty() {
        let advice = Fix::advice(Message::new("small-map-fix-vec"), Effort::Moderate);
        candidate.fixes.push(advice);
    }
    Some(candidate)
}

/// The map as a vector, where the source shows its declaration.
fn vector(ctx: &Context<'_>, map: &MapId, place: &Place, made: Made) -> Option<Fix> {
    let file = match map {
        MapId::Local(file, ..) => file,
        MapId::Field(_) => &place.file,
    };
    let mut editor = ctx.editor(file)?;
    let twins = LINEAR.map(|twin| Twin { made, ..twin });
    retype::one(&mut editor, ctx.syntax_of(file)?, map, &twins)?;
    let mut fix = editor.into_fix(Message::new("small-map-fix-vecmap"), Effort::Moderate)?;
    fix.dependencies.push(vecmap());
    Some(fix)
}

/// What dropping the maps costs, in the functions that use them.
fn drops(ctx: &Context<'_>, calls: &[MapCall<'_>]) -> BTreeSet<EntryIdx> {
    let function = |node: NodeId| ctx.ledger().site(ctx.ledger().node(node).site).function.as_str();
    let mut kinds: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for call in calls {
        kinds
            .entry(function(call.node))
            .or_default()
            .insert(format!("drop {}", call.kind));
    }
    let is_drop = |node: NodeId, name: &str| kinds.get(function(node)).is_some_and(|kinds| kinds.contains(name));
    ctx.entries()
        .filter(|booked| is_drop(booked.entry.node, booked.call))
        .map(|booked| booked.idx)
        .collect()
}

/// Entries that a hash table of this size holds at most, with entries of this size: hashbrown keeps `b` entries, aligned
/// to 16 bytes, and `b + 16` marks, `b` a power of two; seven of eight buckets may be taken, of four all but one.
fn entries_of_table(table_bytes: u64, entry_bytes: u64) -> f64 {
    let mut buckets = 4;
    while (buckets * entry_bytes).next_multiple_of(16) + buckets + 16 < table_bytes {
        buckets *= 2;
    }
    if buckets < 8 { 3.0 } else { buckets as f64 * 7.0 / 8.0 }
}

/// Size of an entry, told from the smallest table of maps that began empty: that has four buckets. Where a capacity was
/// asked for, or the entries are very large, it does not tell.
fn bytes_by_growth(uses: &MapUses, calls: &[MapCall<'_>], table_bytes: u64) -> Option<u64> {
    let asks = |name: &str| {
        name.contains("capacity") || matches!(name, "collect" | "extend" | "from" | "from_iter" | "reserve")
    };
    let is_grown = !uses.methods.iter().any(|method| asks(method)) && !calls.iter().any(|call| asks(&call.call.name));
    let bytes = table_bytes.checked_sub(4 + 16)? / 4;
    (is_grown && (1..=MAX_ENTRY_BYTES).contains(&bytes)).then_some(bytes)
}

/// Size of an entry of a map whose type is written down, where its types are well known.
fn bytes_of_entry(declared: &str) -> Option<u64> {
    let parsed: syn::Type = syn::parse_str(declared.trim_start_matches(['&', ' ']).trim_start_matches("mut ")).ok()?;
    let syn::Type::Path(path) = parsed else {
        return None;
    };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let is_map = last.ident.to_string().ends_with("Map");
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(of) => Some(of),
        _ => None,
    });
    struct_of(types.take(if is_map { 2 } else { 1 })).map(|(bytes, _)| bytes)
}

/// Size and alignment of some types one after the other, in the order that needs least room.
fn struct_of<'t>(types: impl Iterator<Item = &'t syn::Type>) -> Option<(u64, u64)> {
    let parts: Vec<(u64, u64)> = types.map(size_of).collect::<Option<_>>()?;
    let align = parts.iter().map(|&(_, align)| align).max().unwrap_or(1);
    let bytes: u64 = parts.iter().map(|&(bytes, _)| bytes).sum();
    Some((bytes.next_multiple_of(align), align))
}

/// Size and alignment of a type, where its name tells.
fn size_of(of: &syn::Type) -> Option<(u64, u64)> {
    match of {
        syn::Type::Reference(reference) => {
            let is_wide = match &*reference.elem {
                syn::Type::Slice(_) | syn::Type::TraitObject(_) => true,
                syn::Type::Path(path) => path.path.is_ident("str"),
                _ => false,
            };
            Some((if is_wide { 16 } else { 8 }, 8))
        }
        syn::Type::Tuple(tuple) => struct_of(tuple.elems.iter()),
        syn::Type::Path(path) => {
            let name = path.path.segments.last()?.ident.to_string();
            Some(match name.as_str() {
                "bool" | "u8" | "i8" => (1, 1),
                "u16" | "i16" => (2, 2),
                "u32" | "i32" | "f32" | "char" => (4, 4),
                "u64" | "i64" | "f64" | "usize" | "isize" | "Box" | "Rc" | "Arc" => (8, 8),
                "u128" | "i128" => (16, 16),
                "String" | "Vec" | "PathBuf" | "BTreeMap" | "BTreeSet" => (24, 8),
                "HashMap" | "HashSet" => (48, 8),
                _ => return None,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes_of_entry, entries_of_table};

    #[test]
    fn entries_are_measured_by_their_types() {
        for (declared, expected) in [
            ("HashMap<u32, f64>", Some(16)),
            ("&mut HashMap<String, Vec<u8>>", Some(48)),
            ("std::collections::HashSet<&str>", Some(16)),
            ("FxHashMap<(u32, u8), bool>", Some(12)),
            ("HashMap<Key, u32>", None),
        ] {
            assert_eq!(bytes_of_entry(declared), expected, "{declared}");
        }
    }

    /// The sizes are those that a program of this machine kind asked the allocator for, with 16 bytes an entry.
    #[test]
    fn entries_are_told_from_the_size_of_the_table() {
        for (table_bytes, expected) in [(84, 3.0), (152, 7.0), (288, 14.0), (560, 28.0), (1104, 56.0)] {
            assert_eq!(entries_of_table(table_bytes, 16), expected, "{table_bytes}");
        }
    }
}
