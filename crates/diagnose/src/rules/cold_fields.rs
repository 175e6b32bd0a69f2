//! The rule `cold-fields`.

use crate::memory::{
    RARE, Walk, advice, declaration, lines_per_element, place_of, used_evidence, walk_evidence, walks,
};
use crate::relayout::{self, Wrapper, wrapped_fields};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, Fix, evidence};
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
    /// Where the type is part of the crate's interface its users change, too. `cargo whyslow fix` moves the cold fields
    /// behind a `Box`, where every mention of them is understood, and keeps it when it is measured to be faster.
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
    pub(super) walk: Walk,
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

fn split(ctx: &Context<'_>, trace: &Trace, walk: &Walk, walks: &[Walk]) -> Option<Split> {
    let row = trace.types.row(walk.of);
    let TypeKind::Struct(fields) = &row.kind else {
        return None;
    };
    if walk.l1 < MIN_MISSES || walk.used_share() > MAX_USED || row.name.starts_with('(') {
        return None;
    }
    declaration(ctx, &row.name, walk.site.file.as_deref())?;
    let bytes = |field: &Field| trace.types.row(field.of).bytes;
    // What other loops over the type read may be better kept with it.
    let same: Vec<&Walk> = walks.iter().filter(|other| other.of == walk.of).collect();
    let wasteful: Vec<&Walk> = same
        .iter()
        .copied()
        .filter(|other| other.used_share() <= MAX_USED)
        .collect();
    let ways = [vec![walk], wasteful].map(|readers| {
        let is_read = |field: &Field| {
            readers
                .iter()
                .any(|reader| reader.used_part(field.offset, bytes(field)) >= RARE)
        };
        let filled = fields.iter().filter(|field| bytes(field) > 0);
        let (hot, cold): (Vec<Field>, Vec<Field>) = filled.cloned().partition(is_read);
        let saved = same.iter().map(|other| saved(trace, other, &hot, &cold)).sum();
        Split {
            walk: walk.clone(),
            hot,
            cold,
            saved,
        }
    });
    let is_worthwhile = |way: &Split| !way.hot.is_empty() && way.cold.iter().map(bytes).sum::<u64>() >= MIN_COLD_BYTES;
    ways.into_iter()
        .filter(is_worthwhile)
        .max_by(|a, b| a.saved.total_cmp(&b.saved))
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
    candidate.also = declaration(ctx, &row.name, split.walk.site.file.as_deref())
        .map(|found| found.place())
        .into_iter()
        .collect();
    let cold: Vec<&str> = split.cold.iter().map(|field| field.name.as_str()).collect();
    candidate.fixes.extend(cures(ctx, trace, split, &cold));
    candidate.fixes.push(advice("cold-fields-fix-split"));
    candidate.fixes.push(advice("cold-fields-fix-arrays"));
    Some(candidate)
}

/// All cold fields in a struct behind a box, or the one that is most of them in a box of its own.
fn cures(ctx: &Context<'_>, trace: &Trace, split: &Split, cold: &[&str]) -> Vec<Fix> {
    let Some(of) = declaration(
        ctx,
        &trace.types.row(split.walk.of).name,
        split.walk.site.file.as_deref(),
    ) else {
        return Vec::new();
    };
    let bytes = |field: &Field| trace.types.row(field.of).bytes;
    let all: u64 = split.cold.iter().map(bytes).sum();
    let largest = split.cold.iter().max_by_key(|field| bytes(field));
    let boxed = largest.filter(|field| bytes(field) * 4 >= all * 3);
    let boxed = boxed.and_then(|field| wrapped_fields(ctx, &of, &[&field.name], Wrapper::Box));
    let title = "cold-fields-fix-split";
    let fixes = [
        relayout::fix(title, Effort::Moderate, boxed),
        relayout::fix(title, Effort::Moderate, relayout::split(ctx, &of, cold)),
    ];
    fixes.into_iter().flatten().collect()
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
