//! The rule `small-vector`.

mod inline;

use crate::rule::declare_rule;
use crate::syntax::{CallExpr, FileSyntax, Position, Usage, last_field};
use crate::{
    Candidate, Candidates, Confidence, Context, Dependency, Effort, EntryIdx, Fix, Generality, Line, Place, Resource,
    evidence,
};
use profile::{Arg, Distribution, HeapCost, Message, NodeId, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `Vec` that is made in great number, is kept (in a struct, in another collection, by whoever it is returned to),
    /// and holds few elements: its whole content would fit where its pointer, capacity and length stand.
    /// ## Why it is slow
    /// Each takes a block from the allocator, often a second when it grows, and gives it back; each access goes through a
    /// pointer. A vector with inline capacity needs a block only for the few that are long.
    /// ## Evidence
    /// The time measured in taking the blocks, the part of all giving back that falls to their number, and the sizes that
    /// they ended up with: nine out of ten fit the inline capacity that is proposed, which is no more than 96 bytes.
    /// ## How to see it by hand
    /// `heaptrack`: a place with very many small allocations that live on. Count the lengths: a line of
    /// `eprintln!("{}", list.len())`, then `sort -n | uniq -c`.
    /// ## Fix and its safety
    /// `SmallVec<[T; N]>` of the crate `smallvec`, or `ArrayVec<T, N>` of `arrayvec` where more never come. Almost the same
    /// methods; `into_boxed_slice` and others that give the block away differ. The struct grows by the inline part, so
    /// that moving, sorting and walking over many of them costs more: measure.
    /// ## When not to
    /// The lengths vary widely; the structs are moved often (sorted, kept in a map that grows); a buffer that can be
    /// kept and cleared, or one long vector with ranges into it, is simpler and faster.
    pub(super) SMALL_VECTOR = "small-vector", level 3, check, says [
        "small-vector-title",
        "small-vector-why",
        "small-vector-fix-elements",
        "small-vector-fix-bytes",
    ]
}

/// More bytes inline cost more to move than a block costs to find.
const MAX_INLINE_BYTES: u64 = 96;
/// Fewer vectors are not what the time goes into.
const MIN_ALLOCATIONS: f64 = 10_000.0;
/// Another type of vector is a change of a type and a dependency: worth a gain of 10 %, of which moving takes a part.
const MIN_SHARE: f64 = 0.15;
/// What is given back sooner is not kept: measuring itself adds some microseconds to a life time.
const AT_ONCE_NS: u64 = 20_000;
/// `Vec` makes room for four elements when the first is pushed, as long as they are larger than a byte.
const FIRST_CAPACITY: u64 = 4;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        let call = ctx.ledger().call_name(node.call);
        if call.starts_with("Vec::") || matches!(call, "Iterator::collect" | "vec!" | "slice::to_vec") {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut heap = HeapCost::default();
    let mut claims: Vec<EntryIdx> = Vec::new();
    for &id in nodes {
        for &idx in ctx.entries_at(id) {
            let entry = ctx.booked(idx).entry;
            if matches!(entry.work, Work::Alloc | Work::Grow) && !makes_text(ctx, idx) {
                claims.push(idx);
                if let Some(more) = &entry.cost.heap {
                    heap.add(more);
                }
            }
        }
    }
    let taking = ctx.share_of(claims.iter().copied());
    let giving = ctx.share_of_frees(heap.freed);
    let inline = final_size(&heap).p90;
    if heap.allocations < MIN_ALLOCATIONS || taking + giving < MIN_SHARE || inline > MAX_INLINE_BYTES {
        return None;
    }
    if heap.freed > 0.5 * heap.allocations && heap.lifetime_ns.median < AT_ONCE_NS {
        return None;
    }
    // What stays in its function is better kept and cleared.
    let node = *nodes
        .iter()
        .max_by(|a, b| ctx.share_under(**a).total_cmp(&ctx.share_under(**b)))?;
    let call = ctx.written_call(node)?;
    if ctx.holder(node).is_some() {
        return None;
    }
    let (_, _, site) = ctx.path(node).next()?;
    let declared = declaration(ctx.syntax(site)?, call);
    let element = declared
        .as_ref()
        .and_then(|(written, _)| element_bytes(element(written)?))
        .or_else(|| pushed_bytes(call, &heap));

    let mut candidate = Candidate::new(&SMALL_VECTOR, ctx.place(site), claims);
    candidate.share = Some(taking + giving);
    candidate.resource = Resource::Heap;
    candidate.generality = Generality::General;
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new("small-vector-title").with("size", Arg::Bytes(inline));
    candidate.why = Message::new("small-vector-why")
        .with("allocations", Arg::Count(heap.allocations.round() as u64))
        .with("size", Arg::Bytes(inline));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.evidence.extend([
        evidence::allocations(heap.allocations),
        evidence::allocated_bytes(heap.bytes),
        evidence::final_size(inline),
        evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
    ]);
    let count = element
        .filter(|bytes| (1..=inline).contains(bytes))
        .map(|bytes| inline / bytes);
    let title = match count {
        Some(count) => Message::new("small-vector-fix-elements").with("count", Arg::Count(count)),
        None => Message::new("small-vector-fix-bytes").with("size", Arg::Bytes(inline)),
    };
    let machine = || {
        let mut editor = ctx.editor(&candidate.place.file)?;
        inline::inline(&mut editor, ctx.syntax(site)?, declared.as_ref()?.1, count?)?;
        let mut fix = editor.into_fix(title.clone(), Effort::Moderate)?;
        fix.dependencies.push(smallvec());
        Some(fix)
    };
    let machine = machine();
    candidate.fixes = vec![machine.unwrap_or_else(|| Fix::advice(title, Effort::Moderate))];
    if let Some((_, at)) = declared {
        let declared_at = Place {
            line: at.line,
            column: at.column,
            ..ctx.place(site)
        };
        candidate.add_also(declared_at);
    }
    Some(candidate)
}

/// A `SmallVec` in the place of the list that a function returns, with room inside for what nine of ten hold; `None` where
/// that is much, or not told.
pub(super) fn returned_inline(ctx: &Context<'_>, node: NodeId, heap: &HeapCost) -> Option<Fix> {
    let (_, _, site) = ctx.path(node).next()?;
    let (call, syntax) = (ctx.written_call(node)?, ctx.syntax(site)?);
    let function = syntax.function_at(call.at)?;
    let output = function.output.as_deref().filter(|output| output.starts_with("Vec<"))?;
    let inline = final_size(heap).p90;
    let bytes = element(output)
        .and_then(element_bytes)
        .or_else(|| pushed_bytes(call, heap))?;
    let is_small = inline <= MAX_INLINE_BYTES && (1..=inline).contains(&bytes);
    let count = is_small.then_some(inline / bytes)?;
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    inline::inline(&mut editor, syntax, function.span.start, count)?;
    let title = Message::new("small-vector-fix-elements").with("count", Arg::Count(count));
    let mut fix = editor.into_fix(title, Effort::Moderate)?;
    fix.dependencies.push(smallvec());
    Some(fix)
}

fn smallvec() -> Dependency {
    Dependency {
        name: "smallvec".to_owned(),
        version: "1".to_owned(),
    }
}

/// Whether an entry's memory is for text.
fn makes_text(ctx: &Context<'_>, idx: EntryIdx) -> bool {
    let booked = ctx.booked(idx);
    ctx.frames_around(&booked)
        .any(|frame| frame.function.contains("alloc::string::String"))
}

/// The sizes that blocks end up with: of those that grew their last, of the others their first.
fn final_size(heap: &HeapCost) -> Distribution {
    let mut first = heap.size;
    first.weight = (heap.allocations - heap.grown).max(0.0);
    if first.weight < 0.1 * heap.allocations {
        return heap.final_size;
    }
    first.merged(&heap.final_size)
}

/// The type that the source declares for what a call makes or fills, and where: of a field, of a variable, of what a
/// function returns.
fn declaration(syntax: &FileSyntax, call: &CallExpr) -> Option<(String, Position)> {
    let of_field = |name: &str| {
        let mut fields = syntax
            .fields
            .iter()
            .filter(|field| field.name == name && field.declared.contains("Vec<"));
        fields.next().map(|field| (field.declared.clone(), field.at))
    };
    let filled = last_field(&call.receiver).and_then(of_field);
    let of_name = |name: &str| {
        let local = syntax.local_at(call.at, name)?;
        local
            .declared
            .clone()
            .map(|declared| (declared, local.span.start))
            .or_else(|| of_field(name))
    };
    let made = || match syntax.usage_of(call.span) {
        Usage::Bound(local) => {
            let declared = local.declared.clone().map(|declared| (declared, local.span.start));
            declared.or_else(|| of_field(&local.name))
        }
        Usage::Returned => {
            let function = syntax.function_at(call.at)?;
            Some((function.output.clone()?, function.span.start))
        }
        _ => None,
    };
    filled.or_else(|| of_name(&call.receiver)).or_else(made)
}

/// The type of the elements: `u32` of `Option<Vec<u32>>`.
fn element(declared: &str) -> Option<&str> {
    let inner = declared
        .rsplit("Vec<")
        .next()
        .filter(|inner| inner.len() < declared.len())?;
    let mut depth = 0;
    let end = inner.find(|c| match c {
        '<' | '(' | '[' => {
            depth += 1;
            false
        }
        '>' if depth == 0 => true,
        '>' | ')' | ']' => {
            depth -= 1;
            false
        }
        _ => false,
    })?;
    Some(inner[..end].trim())
}

/// The size of a type whose name tells it.
fn element_bytes(of: &str) -> Option<u64> {
    Some(match of {
        "u8" | "i8" | "bool" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" | "char" => 4,
        "u64" | "i64" | "usize" | "isize" | "f64" => 8,
        "&str" | "u128" | "i128" => 16,
        "String" => 24,
        _ if of.starts_with("&'") && of.ends_with(" str") => 16,
        _ if of.starts_with("Vec<") => 24,
        _ if of.starts_with("Box<dyn ") => 16,
        _ if (of.starts_with('&') && !of.contains('[')) || of.starts_with("Box<") => 8,
        _ => return None,
    })
}

/// The size of an element as the first block that `push` takes tells it.
fn pushed_bytes(call: &CallExpr, heap: &HeapCost) -> Option<u64> {
    let is_even = heap.size.p10 == heap.size.p90 && heap.size.median.is_multiple_of(FIRST_CAPACITY);
    // Eight bytes are room for four elements of two bytes, or for eight of one.
    (call.name == "push" && is_even && heap.size.median > 8).then_some(heap.size.median / FIRST_CAPACITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_an_element_is_read_from_its_type() {
        for (declared, bytes) in [
            ("Vec<u16>", Some(2)),
            ("Option<Vec<usize>>", Some(8)),
            ("Vec<Vec<u32>>", Some(4)),
            ("Vec<&'a str>", Some(16)),
            ("Vec<Box<dyn Fn(u8) -> u8>>", Some(16)),
            ("Vec<Point>", None),
            ("String", None),
        ] {
            assert_eq!(element(declared).and_then(element_bytes), bytes, "{declared}");
        }
    }

    #[test]
    fn blocks_that_grew_count_by_their_last_size() {
        let mut heap = HeapCost {
            allocations: 100.0,
            grown: 95.0,
            size: Distribution::of([(16, 100.0)]),
            final_size: Distribution::of([(64, 95.0)]),
            ..HeapCost::default()
        };
        assert_eq!(final_size(&heap).p90, 64);
        heap.grown = 2.0;
        heap.final_size = Distribution::of([(640, 2.0)]);
        assert_eq!(final_size(&heap).p90, 16);
    }
}
