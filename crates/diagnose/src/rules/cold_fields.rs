//! The rule `cold-fields`.

use crate::memory::{
    RARE, Walk, advice, declaration, lines_per_element, place_of, used_evidence, walk_evidence, walks,
};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, evidence};
use profile::{Field, Message, Trace, TypeKind};

declare_rule! {
    /// ## What it finds
    /// A loop that reads a few fields of each element, while the others lie between them in the same cache lines: the type
    /// and the fields are named.
    /// ## Why it is slow
    /// Memory comes in lines of 64 bytes. What the loop does not read is fetched all the same, takes the place of what it
    /// does read, and uses up the width of the way from memory.
    /// ## Evidence
    /// `cargo whyslow trace` runs every access through a model of this machine's caches, and notes of a sample of the
    /// fetched lines which bytes were used before the line was gone. Debug information tells the type of the elements and
    /// the fields that these bytes are. The gain is predicted from how many lines an element takes today and how many it would
    /// take with the cold fields elsewhere, for all loops over that type, and what the model's misses cost: a ratio of
    /// lines, not a second run of the model.
    /// ## How to see it by hand
    /// `pahole` shows the layout where it knows Rust; `cargo rustc -- -Zprint-type-sizes` on a nightly compiler. On a
    /// machine with counters `perf mem record` and `perf annotate`: loads of one field miss, of the others there are none.
    /// ## Fix and its safety
    /// Keep the fields that the loop reads together: the cold ones behind a `Box` in a struct of their own, or in a second `Vec`
    /// with the same indices; where the loop reads a single field, an array of just that field. Nothing but the layout changes.
    /// Where the type is part of the crate's interface its users change, too.
    /// ## When not to
    /// Other loops read the cold fields of most elements: each then takes a line more. Few elements, which all fit the cache.
    pub(super) COLD_FIELDS = "cold-fields", level 4, check, says [
        "cold-fields-title",
        "cold-fields-why",
        "cold-fields-fix-split",
        "cold-fields-fix-arrays",
    ]
}

/// More of the fetched bytes than this, and there is little to win.
const MAX_USED: f64 = 0.6;
/// Fewer misses tell nothing.
const MIN_MISSES: u64 = 10_000;
/// Fewer cold bytes are not worth a type of their own.
const MIN_COLD_BYTES: u64 = 16;
/// Share of the run that must be saved.
const MIN_SAVED: f64 = 0.05;
/// What leads to the cold fields.
const POINTER_BYTES: u64 = 8;

/// A split that would pay.
pub(super) struct Split {
    walk: Walk,
    hot: Vec<Field>,
    cold: Vec<Field>,
    /// Predicted cycles that all loops over the type save.
    saved: f64,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let all = ctx.memory_costs().cycles;
    out.extend(splits(ctx).iter().filter_map(|split| candidate(ctx, split, all)));
}

/// The splits that would pay, one for each type.
pub(super) fn splits(ctx: &Context<'_>) -> Vec<Split> {
    let Some(trace) = &ctx.profile().trace else {
        return Vec::new();
    };
    let all = ctx.memory_costs().cycles;
    let walks = walks(ctx);
    let mut found: Vec<Split> = Vec::new();
    for walk in &walks {
        if found.iter().any(|split| split.walk.of == walk.of) {
            continue;
        }
        found.extend(split(ctx, trace, walk, &walks).filter(|split| split.saved >= all * MIN_SAVED));
    }
    found
}

/// True when a split is proposed for what some line does to an object.
pub(super) fn tells_of(splits: &[Split], row: &crate::memory::Misses) -> bool {
    splits
        .iter()
        .any(|split| split.walk.objects.contains(&row.object) && split.walk.site.function == row.site.function)
}

fn split(ctx: &Context<'_>, trace: &Trace, walk: &Walk, walks: &[Walk]) -> Option<Split> {
    let row = trace.types.row(walk.of);
    let TypeKind::Struct(fields) = &row.kind else {
        return None;
    };
    if walk.l1 < MIN_MISSES || walk.used_share() > MAX_USED || row.name.starts_with('(') {
        return None;
    }
    declaration(ctx, &row.name)?;
    let bytes = |field: &Field| trace.types.row(field.of).bytes;
    let filled = fields.iter().filter(|field| bytes(field) > 0);
    let (hot, cold): (Vec<Field>, Vec<Field>) = filled
        .cloned()
        .partition(|field| walk.used_part(field.offset, bytes(field)) >= RARE);
    let cold_bytes: u64 = cold.iter().map(bytes).sum();
    if hot.is_empty() || cold_bytes < MIN_COLD_BYTES {
        return None;
    }
    let same = walks.iter().filter(|other| other.of == walk.of);
    let saved = same.map(|other| saved(trace, other, &hot, &cold)).sum();
    Some(Split {
        walk: walk.clone(),
        hot,
        cold,
        saved,
    })
}

/// Predicted cycles that a loop saves when the cold fields lie elsewhere; less than nothing when it needs them.
fn saved(trace: &Trace, walk: &Walk, hot: &[Field], cold: &[Field]) -> f64 {
    let bytes = trace.types.row(walk.of).bytes;
    let is_sequential = walk.is_sequential(bytes);
    let is_used = |byte: u64| walk.used_part(byte, 1) >= RARE;
    let today = lines_per_element(bytes, is_used, is_sequential);
    let of_hot = lines_of(trace, walk, hot, POINTER_BYTES, is_sequential);
    // Each cold part is a block of its own.
    let of_cold = lines_of(trace, walk, cold, 0, false);
    walk.cycles * (1.0 - (of_hot + of_cold) / today.max(f64::MIN_POSITIVE))
}

/// Lines that a struct of some of the fields would take, and `more` bytes.
fn lines_of(trace: &Trace, walk: &Walk, fields: &[Field], more: u64, is_sequential: bool) -> f64 {
    let mut used: Vec<bool> = Vec::new();
    for field in fields {
        let bytes = trace.types.row(field.of).bytes;
        used.extend((field.offset..field.offset + bytes).map(|byte| walk.used_part(byte, 1) >= RARE));
    }
    let bytes = (used.len() as u64 + more).next_multiple_of(trace.types.row(walk.of).alignment.max(1));
    lines_per_element(
        bytes,
        |byte| used.get(byte as usize).copied().unwrap_or(false),
        is_sequential,
    )
}

fn candidate(ctx: &Context<'_>, split: &Split, all: f64) -> Option<Candidate> {
    let trace = ctx.profile().trace.as_ref()?;
    let row = trace.types.row(split.walk.of);
    let place = place_of(&split.walk.site)?;
    let mut candidate = ctx.memory_candidate(&COLD_FIELDS, place, split.walk.cycles, all);
    candidate.local_factor = 1.0 / (1.0 - split.saved / split.walk.cycles).max(0.05);
    candidate.title = Message::new("cold-fields-title").text("type", row.short_name());
    candidate.why = Message::new("cold-fields-why");
    candidate.evidence = vec![
        evidence::text("evidence-hot-fields", names(trace, &split.hot)),
        evidence::text("evidence-cold-fields", names(trace, &split.cold)),
        evidence::size("evidence-element-size", row.bytes),
        used_evidence(split.walk.used_share()),
    ];
    candidate.evidence.extend(walk_evidence(&split.walk));
    candidate.also = declaration(ctx, &row.name)
        .map(|found| found.place())
        .into_iter()
        .collect();
    candidate.fixes.push(advice("cold-fields-fix-split"));
    candidate.fixes.push(advice("cold-fields-fix-arrays"));
    Some(candidate)
}

/// Fields with their sizes: `x 8, name 24`.
fn names(trace: &Trace, fields: &[Field]) -> String {
    const MAX_NAMED: usize = 8;
    let mut names: Vec<String> = fields
        .iter()
        .take(MAX_NAMED)
        .map(|field| format!("{} ({})", field.name, trace.types.row(field.of).bytes))
        .collect();
    if fields.len() > MAX_NAMED {
        names.push("…".to_owned());
    }
    names.join(", ")
}
