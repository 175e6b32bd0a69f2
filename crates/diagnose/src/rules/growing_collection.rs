//! The rule `growing-collection`.

mod by_hand;
mod copied;
mod reserve;

use crate::context::position;
use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, Local, LoopKind, Span};
use crate::{
    Booked, Candidate, Candidates, Confidence, Context, Effort, Fix, Generality, Line, Repetition, Resource, evidence,
};
use profile::{Arg, GrowthCost, Message, Node, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `Vec` or `String` that grows by doubling while a loop fills it, although the loop's length is known before. And
    /// storage that grows by a sum, not to a multiple: `reserve_exact` for each few elements, or a program's own blocks that
    /// are allocated anew for just what is asked for.
    /// ## Why it is slow
    /// Each doubling asks the allocator for a new block and may move every element stored so far: about one extra
    /// copy of the whole, and page faults on fresh memory. What grows by a sum copies the whole for each addition: the
    /// cost grows with the square of the size.
    /// ## Evidence
    /// The time measured in `realloc` at that line, at least ten growths, and how many bytes they moved. A lone
    /// collection that the allocator extends in place costs nothing and is not reported. A copy that is added to at once
    /// is the same without a loop: `clone` takes room for what is copied and no more, so the first addition moves it all.
    /// Of a program's own storage: the time spent copying, and a size in the source that is a sum in which no caller asks
    /// for a multiple.
    /// ## How to see it by hand
    /// `heaptrack` (or `valgrind --tool=dhat`) shows many allocations of doubling size at one line; `perf report` shows
    /// `realloc`, `memmove` and page faults below `RawVec::grow_amortized`.
    /// ## Fix and its safety
    /// `with_capacity`, or `reserve` before the loop, with the number of elements to come; or `collect` and `extend`
    /// from an iterator that knows its length. Behaviour does not change; a bound that is far too high wastes memory.
    /// Own storage: grow at least to twice the size (`increment.max(capacity)`); `reserve` in place of `reserve_exact`.
    /// ## When not to
    /// The length is not known and a bound would be far too high. Where few elements come, the first growth gives room for
    /// four and there is nothing to gain.
    pub(super) GROWING_COLLECTION = "growing-collection", level 3, check, says [
        "growing-collection-title",
        "growing-collection-why",
        "growing-collection-why-in-place",
        "growing-collection-fix",
        "growing-collection-title-copy",
        "growing-collection-why-copy",
        "growing-collection-fix-copy",
        "growing-collection-title-by-hand",
        "growing-collection-why-by-hand",
        "growing-collection-fix-by-hand",
        "growing-collection-fix-exact",
    ]
}

/// Fewer growths do not matter.
const MIN_GROWTHS: f64 = 10.0;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, (Candidate, GrowthCost)> = BTreeMap::new();
    for booked in ctx.entries() {
        if booked.entry.work != Work::Grow || !is_filling(booked.call) {
            continue;
        }
        let Some(repetition) = ctx.repetition(booked.entry.node) else {
            continue;
        };
        let copy = copied::copied(ctx, &booked);
        if copy.is_none() && !is_length_known(ctx, booked.entry.node, &repetition) {
            continue;
        }
        let line = (booked.site.file.as_deref(), booked.site.line);
        let (candidate, growth) = by_line.entry(line).or_insert_with(|| {
            let mut candidate = Candidate::new(&GROWING_COLLECTION, ctx.place(booked.site), []);
            let (title, why) = match copy {
                Some(_) => ("growing-collection-title-copy", "growing-collection-why-copy"),
                None => ("growing-collection-title", "growing-collection-why"),
            };
            candidate.title = Message::new(title).text("call", booked.call);
            candidate.why = Message::new(why);
            candidate.fixes = match copy {
                Some(copy) => vec![with_room_from_start(ctx, &booked, copy)],
                None => fixes(ctx, &booked, &repetition),
            };
            (candidate, GrowthCost::default())
        });
        candidate.claims.insert(booked.idx);
        if let Some(more) = &booked.entry.cost.growth {
            growth.add(more);
        }
        if repetition.levels_up > 0 {
            candidate.add_also(repetition.asks);
        }
    }
    let is_measured = ctx.profile().run.heap != profile::HeapMode::Off;
    out.extend(by_line.into_values().filter_map(|(mut candidate, growth)| {
        if is_measured && growth.growths < MIN_GROWTHS {
            return None;
        }
        candidate.resource = Resource::Heap;
        // A buffer that grows in every pass is better kept than sized.
        candidate.generality = Generality::General;
        candidate.confidence = if is_measured {
            Confidence::Measured
        } else {
            Confidence::Likely
        };
        // Blocks that were made larger where they lay, as far as the sample saw.
        let is_in_place = growth.moved_bytes < 1.0 && candidate.why == Message::new("growing-collection-why");
        if is_in_place {
            candidate.why = Message::new("growing-collection-why-in-place");
        }
        candidate.why = candidate
            .why
            .with("growths", Arg::Count(growth.growths.round() as u64))
            .with("moved", Arg::Bytes(growth.moved_bytes.round() as u64));
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        if is_measured {
            candidate.evidence.extend([
                evidence::growths(growth.growths),
                evidence::moved_bytes(growth.moved_bytes),
                evidence::final_size(growth.new_size.p90),
            ]);
        }
        Some(candidate)
    }));
    by_hand::check(ctx, out);
}

/// Room for all elements where the collection is made or before the loop that fills it.
fn fixes(ctx: &Context<'_>, booked: &Booked<'_>, repetition: &Repetition) -> Vec<Fix> {
    let title = || Message::new("growing-collection-fix");
    let made = || {
        let (site, syntax) = (booked.site, ctx.syntax(booked.site)?);
        let call = filling_call(ctx, booked)?;
        let local = syntax
            .local_at(call.at, &call.receiver)
            .filter(|_| repetition.levels_up == 0)?;
        let loops = ctx.loops_at(repetition.node);
        let filling = loops.iter().find(|found| !found.body.contains(local.span.start))?;
        let LoopKind::For { iterated, .. } = &filling.kind else {
            return None;
        };
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        with_room(&mut editor, local, &length(iterated)?.in_full())?;
        editor.into_fix(title(), Effort::Simple)
    };
    let reserved = |has_casts| reserve::before_loop(ctx, booked, has_casts)?.into_fix(title(), Effort::Simple);
    // Whether a range is one of `usize`, the compiler knows.
    let mut fixes: Vec<Fix> = Vec::new();
    for fix in [made(), reserved(false), reserved(true)].into_iter().flatten() {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    if fixes.is_empty() {
        fixes.push(Fix::advice(title(), Effort::Simple));
    }
    fixes
}

/// Room for what is added in the copy from the start.
fn with_room_from_start(ctx: &Context<'_>, booked: &Booked<'_>, copy: &Local) -> Fix {
    let title = || Message::new("growing-collection-fix-copy");
    let edited = || {
        let mut editor = ctx.editor(booked.site.file.as_deref()?)?;
        copied::with_room(&mut editor, ctx.syntax(booked.site)?, copy, booked)?;
        editor.into_fix(title(), Effort::Simple)
    };
    edited().unwrap_or_else(|| Fix::advice(title(), Effort::Simple))
}

/// The call that adds to the collection.
fn filling_call<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>) -> Option<&'c CallExpr> {
    let calls = ctx
        .syntax(booked.site)?
        .calls
        .iter()
        .filter(|call| call.callee == Callee::Method && call.span.contains(position(booked.site)));
    calls.min_by_key(|call| call.span.size())
}

/// Gives an empty collection room for so many elements.
fn with_room(editor: &mut Editor<'_>, local: &Local, length: &str) -> Option<()> {
    let init = editor.slice(local.init_span).to_owned();
    let made = match init.strip_suffix("::new()") {
        Some(path) => format!("{path}::with_capacity({length})"),
        None if init == "vec![]" => format!("Vec::with_capacity({length})"),
        None => return None,
    };
    editor.replace(local.init_span, made);
    Some(())
}

/// How often a `for` loop over an expression passes, as an expression.
fn length(iterated: &str) -> Option<Length> {
    if let Some((from, to)) = iterated.split_once("..") {
        let is_plain = |text: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'))
        };
        return (from == "0" && is_plain(to)).then(|| Length::Range(to.to_owned()));
    }
    let walked = iterated.trim_start_matches('&').trim_start_matches("mut ");
    let walks = [".iter().enumerate()", ".iter_mut()", ".into_iter()", ".iter()"];
    let walked = walks
        .iter()
        .find_map(|walk| walked.strip_suffix(walk))
        .unwrap_or(walked);
    let is_path = walked
        .chars()
        .all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
    is_path.then(|| Length::Of(format!("{walked}.len()")))
}

/// How often a loop passes, as an expression.
enum Length {
    /// The end of a range, of whatever integer.
    Range(String),
    /// A number of elements.
    Of(String),
}

impl Length {
    /// Of the type that capacities have.
    fn in_full(self) -> String {
        match self {
            Self::Range(end) => format!("{end} as usize"),
            Self::Of(length) => length,
        }
    }
}

/// Whether the loop knows how many elements it adds: it walks something that has a length, and adds in every pass.
fn is_length_known(ctx: &Context<'_>, node: NodeId, repetition: &Repetition) -> bool {
    const OPEN_ENDED: [&str; 13] = [
        ".lines()",
        ".split",
        ".filter",
        ".chars()",
        ".char_indices()",
        ".flat_map(",
        ".flatten()",
        ".take_while(",
        ".skip_while(",
        ".map_while(",
        ".matches(",
        ".bytes()",
        ".find_iter(",
    ];
    let loops = ctx.loops_at(repetition.node);
    let walked = match loops.first().map(|found| &found.kind) {
        Some(LoopKind::For { iterated, .. }) => iterated.as_str(),
        Some(LoopKind::Closure { receiver, .. }) => receiver.as_str(),
        Some(LoopKind::While) => return false,
        None => "",
    };
    // A closure that is not a loop's body is called when others like it.
    let is_on_call = |(_, _, site): (NodeId, &Node, &Site)| {
        let at = position(site);
        ctx.syntax(site).is_some_and(|file| {
            let is_body = |closure: &Span| file.loops.iter().any(|found| found.body == *closure);
            let holds_loop = |closure: &Span| {
                let mut inside = file.loops.iter().filter(|found| closure.covers(&found.span));
                inside.any(|found| found.span.contains(at))
            };
            let mut around = file.flow.closures.iter().filter(|closure| closure.contains(at));
            around.any(|closure| !is_body(closure) && !holds_loop(closure))
        })
    };
    if ctx.path(node).take(repetition.levels_up + 1).any(is_on_call) {
        return false;
    }
    let is_conditional = |(id, _, site): (NodeId, &Node, &Site)| {
        let within = loops.first().filter(|_| id == repetition.node).map(|found| found.body);
        ctx.syntax(site)
            .is_some_and(|syntax| syntax.is_conditional(position(site), within))
    };
    let mut up_to_loop = ctx.path(node).take(repetition.levels_up + 1);
    !OPEN_ENDED.iter().any(|part| walked.contains(part)) && !up_to_loop.any(is_conditional)
}

/// Whether a call adds to a collection. Formatting and reading grow buffers too, but their length is not known before.
fn is_filling(call: &str) -> bool {
    [
        "Vec::push",
        "Vec::extend",
        "Vec::append",
        "Vec::insert",
        "String::push",
        "String::extend",
        "VecDeque::push",
        "VecDeque::extend",
        "BinaryHeap::push",
        "String::add",
    ]
    .iter()
    .any(|prefix| call.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;
    use crate::syntax::FileSyntax;

    #[test]
    fn lengths_of_loops() {
        for (iterated, expected) in [
            ("&self.items", Some("self.items.len()")),
            ("items.iter().enumerate()", Some("items.len()")),
            ("0..count", Some("count as usize")),
            ("1..count", None),
            ("items.chunks(3)", None),
        ] {
            assert_eq!(length(iterated).map(Length::in_full).as_deref(), expected, "{iterated}");
        }
    }

    #[test]
    fn an_empty_collection_gets_room() {
        for (before, after) in [
            ("Vec::new()", "Vec::with_capacity(all.len())"),
            ("Vec::<u8>::new()", "Vec::<u8>::with_capacity(all.len())"),
            ("vec![]", "Vec::with_capacity(all.len())"),
            ("vec![1]", "vec![1]"),
        ] {
            let text = |init: &str| format!("fn f() {{ let v = {init}; }}");
            let syntax = FileSyntax::parse(&text(before)).unwrap();
            check_edits(&text(before), &text(after), |mut editor| {
                with_room(&mut editor, &syntax.locals[0], "all.len()");
                editor
            });
        }
    }
}
