//! The rule `large-element`.

use crate::memory::{
    Declaration, RARE, Walk, advice, declaration, lines_per_element, place_of, used_evidence, walk_evidence, walks,
};
use crate::relayout::{self, boxed_variants};
use crate::rule::declare_rule;
use crate::{Applicability, Candidate, Candidates, Context, Edit, Effort, Evidence, Fix, evidence};
use profile::{Arg, Field, Message, Trace, TypeKind, TypeRow, Variant};

declare_rule! {
    /// ## What it finds
    /// Elements that are much larger than what is used of them: an `enum` as large as its largest variant, which hardly
    /// any element is; a struct whose fields stand in an order that needs much padding.
    /// ## Why it is slow
    /// Every element takes the room of the largest variant. The list is longer in memory than what is in it, so that more
    /// cache lines are fetched for the same work, and fewer elements fit each level of the cache.
    /// ## Evidence
    /// `cargo whyslow trace` runs every access through a model of this machine's caches, and notes of a sample of the
    /// fetched lines which bytes were used before the line was gone. Debug information tells the type, its variants and their
    /// sizes. An `enum` is reported when the bytes that only the large variants have were used in one of ten elements at most, and
    /// without them it would have half the size. The gain is predicted from how many lines an element takes at either size
    /// and what the model's misses cost: a ratio of lines, not a second run of the model.
    /// ## How to see it by hand
    /// `cargo rustc -- -Zprint-type-sizes` on a nightly compiler prints sizes, variants and padding; `clippy::large_enum_variant`
    /// names candidates without knowing which variant is rare or which list is hot.
    /// ## Fix and its safety
    /// Put the large part of the rare variant into a `Box`: the values stay the same, making one costs an allocation. Of a struct
    /// with `#[repr(C)]`, put the fields in order of falling alignment, unless other languages or files rely on the order.
    /// `cargo whyslow fix` boxes the largest field of the rare variants, and keeps it when it is measured to be faster.
    /// ## When not to
    /// The large variant is the usual one: then each element costs an allocation and a jump. Elements are made and dropped far
    /// more often than they are read.
    pub(super) LARGE_ELEMENT = "large-element", level 4, check, says [
        "large-element-title-variant",
        "large-element-title-padding",
        "large-element-why-variant",
        "large-element-why-padding",
        "large-element-fix-box",
        "large-element-fix-order",
    ]
}

/// Fewer misses tell nothing.
const MIN_MISSES: u64 = 10_000;
/// A variant that more of the elements have is not rare.
const MAX_RARE: f64 = 0.1;
/// How much smaller the element has to become.
const MAX_LEFT: f64 = 0.5;
/// The same for a struct that only loses padding.
const MAX_LEFT_OF_PADDED: f64 = 0.8;
/// Share of the run that must be saved.
const MIN_SAVED: f64 = 0.05;
/// A box in a variant.
const POINTER_BYTES: u64 = 8;

/// What an element could be.
pub(super) struct Smaller {
    pub(super) walk: Walk,
    pub(super) bytes: u64,
    /// The variants to put into boxes; none where only padding goes.
    pub(super) rare: Vec<Variant>,
    /// In which part of the elements they were used.
    rare_part: f64,
    saved: f64,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let all = ctx.memory_costs().cycles;
    out.extend(smaller(ctx).iter().filter_map(|smaller| candidate(ctx, smaller, all)));
}

/// The types that would pay to be smaller.
pub(super) fn smaller(ctx: &Context<'_>) -> Vec<Smaller> {
    let Some(trace) = &ctx.profile().trace else {
        return Vec::new();
    };
    let all = ctx.memory_costs().cycles;
    let mut found: Vec<Smaller> = Vec::new();
    for walk in walks(ctx) {
        let row = trace.types.row(walk.of);
        let is_known = found.iter().any(|other| other.walk.of == walk.of);
        if is_known || walk.l1 < MIN_MISSES || declaration(ctx, &row.name, walk.site.file.as_deref()).is_none() {
            continue;
        }
        let smaller = match &row.kind {
            TypeKind::Enum { tag, variants } => without_rare(trace, row, *tag, variants, walk),
            TypeKind::Struct(fields) => without_padding(trace, row, fields, walk),
            TypeKind::Array { .. } | TypeKind::Plain => None,
        };
        found.extend(smaller.filter(|smaller| smaller.saved >= all * MIN_SAVED));
    }
    found
}

/// Where a variant ends.
fn end_of(trace: &Trace, variant: &Variant) -> u64 {
    let ends = variant
        .fields
        .iter()
        .map(|field| field.offset + trace.types.row(field.of).bytes);
    ends.max().unwrap_or(0)
}

/// The enum with its largest variants in boxes: as few of them as halve it.
fn without_rare(
    trace: &Trace,
    row: &TypeRow,
    tag: Option<(u64, u64)>,
    variants: &[Variant],
    walk: Walk,
) -> Option<Smaller> {
    let mut by_size: Vec<(u64, &Variant)> = variants
        .iter()
        .map(|variant| (end_of(trace, variant), variant))
        .collect();
    by_size.sort_by_key(|(end, _)| std::cmp::Reverse(*end));
    let tag_end = tag.map_or(0, |(offset, bytes)| offset + bytes);
    for n_rare in 1..by_size.len() {
        let left = by_size[n_rare].0;
        let with_pointer = tag_end.max(1).next_multiple_of(POINTER_BYTES) + POINTER_BYTES;
        let bytes = left
            .max(tag_end)
            .max(with_pointer)
            .next_multiple_of(row.alignment.max(1));
        if bytes as f64 > row.bytes as f64 * MAX_LEFT {
            continue;
        }
        let rare_part = walk.used_part(left, row.bytes - left);
        if rare_part > MAX_RARE {
            return None;
        }
        // Each element that is a rare one takes at least a line more.
        let saved = saved(&walk, row.bytes, bytes, rare_part);
        return Some(Smaller {
            walk,
            bytes,
            rare: by_size[..n_rare]
                .iter()
                .map(|(_, variant)| (*variant).clone())
                .collect(),
            rare_part,
            saved,
        });
    }
    None
}

/// The struct with its fields in order of falling alignment.
fn without_padding(trace: &Trace, row: &TypeRow, fields: &[Field], walk: Walk) -> Option<Smaller> {
    let of = |field: &Field| trace.types.row(field.of);
    let alignment = fields.iter().map(|field| of(field).alignment).max()?.max(1);
    let filled: u64 = fields.iter().map(|field| of(field).bytes).sum();
    let bytes = filled.next_multiple_of(alignment);
    // An alignment beyond that of the fields was asked for.
    let is_padded = row.alignment <= alignment && bytes as f64 <= row.bytes as f64 * MAX_LEFT_OF_PADDED;
    if !is_padded || row.name.starts_with('(') {
        return None;
    }
    let is_sequential = walk.is_sequential(row.bytes);
    let used: Vec<bool> = fields
        .iter()
        .flat_map(|field| field.offset..field.offset + of(field).bytes)
        .map(|byte| walk.used_part(byte, 1) >= RARE)
        .collect();
    let today = lines_per_element(row.bytes, |byte| walk.used_part(byte, 1) >= RARE, is_sequential);
    let then = lines_per_element(
        bytes,
        |byte| used.get(byte as usize).copied().unwrap_or(false),
        is_sequential,
    );
    let saved = walk.cycles * (1.0 - then / today.max(f64::MIN_POSITIVE));
    Some(Smaller {
        walk,
        bytes,
        rare: Vec::new(),
        rare_part: 0.0,
        saved,
    })
}

/// Predicted cycles that a smaller element saves.
fn saved(walk: &Walk, bytes: u64, smaller: u64, rare_part: f64) -> f64 {
    let is_sequential = walk.is_sequential(bytes);
    let is_used = |byte: u64| walk.used_part(byte, 1) >= RARE;
    let today = lines_per_element(bytes, is_used, is_sequential);
    let then = lines_per_element(smaller, is_used, is_sequential) + rare_part;
    walk.cycles * (1.0 - then / today.max(f64::MIN_POSITIVE))
}

fn candidate(ctx: &Context<'_>, smaller: &Smaller, all: f64) -> Option<Candidate> {
    let trace = ctx.profile().trace.as_ref()?;
    let row = trace.types.row(smaller.walk.of);
    let mut candidate = ctx.memory_candidate(&LARGE_ELEMENT, place_of(&smaller.walk.site)?, smaller.walk.cycles, all);
    candidate.local_factor = 1.0 / (1.0 - smaller.saved / smaller.walk.cycles).max(0.05);
    let (title, why, fix) = match smaller.rare.is_empty() {
        true => (
            "large-element-title-padding",
            "large-element-why-padding",
            "large-element-fix-order",
        ),
        false => (
            "large-element-title-variant",
            "large-element-why-variant",
            "large-element-fix-box",
        ),
    };
    candidate.title = Message::new(title).text("type", row.short_name());
    candidate.why = Message::new(why);
    candidate.evidence = vec![
        evidence::size("evidence-element-size", row.bytes),
        evidence::size("evidence-small-size", smaller.bytes),
    ];
    if !smaller.rare.is_empty() {
        let names: Vec<&str> = smaller.rare.iter().map(|variant| variant.name.as_str()).collect();
        candidate
            .evidence
            .push(evidence::text("evidence-rare-variant", names.join(", ")));
        candidate.evidence.push(Evidence {
            name: "evidence-rare-part".into(),
            value: Arg::Share(smaller.rare_part),
        });
    }
    candidate.evidence.push(used_evidence(smaller.walk.used_share()));
    candidate.evidence.extend(walk_evidence(&smaller.walk));
    candidate.also = declaration(ctx, &row.name, smaller.walk.site.file.as_deref())
        .map(|found| found.place())
        .into_iter()
        .collect();
    candidate.fixes.extend(cure(ctx, trace, smaller));
    candidate.fixes.push(advice(fix));
    Some(candidate)
}

/// The largest field of each rare variant in a box, or the fields in their order.
fn cure(ctx: &Context<'_>, trace: &Trace, smaller: &Smaller) -> Option<Fix> {
    let row = trace.types.row(smaller.walk.of);
    let of = declaration(ctx, &row.name, smaller.walk.site.file.as_deref())?;
    if smaller.rare.is_empty() {
        // Whether others rely on the order, no test tells.
        let fix = relayout::fix("large-element-fix-order", Effort::Simple, ordered(ctx, trace, row, &of));
        return fix.map(|fix| Fix {
            applicability: Applicability::Maybe,
            ..fix
        });
    }
    let mut fields: Vec<(&str, &str)> = Vec::new();
    for variant in &smaller.rare {
        let largest = variant
            .fields
            .iter()
            .max_by_key(|field| trace.types.row(field.of).bytes)?;
        fields.push((&variant.name, &largest.name));
    }
    relayout::fix(
        "large-element-fix-box",
        Effort::Moderate,
        boxed_variants(ctx, &of, &fields),
    )
}

fn ordered(ctx: &Context<'_>, trace: &Trace, row: &TypeRow, of: &Declaration<'_>) -> Option<Vec<Edit>> {
    let mut fields: Vec<&Field> = row.fields().iter().collect();
    fields.sort_by_key(|field| std::cmp::Reverse(trace.types.row(field.of).alignment));
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    relayout::in_order(ctx, of, &names)
}
