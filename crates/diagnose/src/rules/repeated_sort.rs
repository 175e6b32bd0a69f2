//! The rule `repeated-sort`.

mod insertion;
mod order;

use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::sameness::{Passes, Step, is_sort};
use crate::syntax::{BindingKind, CallExpr, FileSyntax, Loop, LoopKind, Position, Use};
use crate::{Aim, Candidate, Candidates, Climb, Confidence, Context, Effort, Fix, Line, Recurrence};
use profile::{Arg, Message, NodeId, Site};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A list that is sorted in every pass of a loop although it only grew by a few elements, or did not change at all;
    /// and a list that is sorted for the sake of its smallest, largest or middle element.
    /// ## Why it is slow
    /// A sort looks at every element, and at an unordered one some `log n` times. For `n` additions that makes `n²`
    /// steps at the least, where a heap or a tree needs `n log n`. The smallest element is found in one walk, and the
    /// one in the middle in a few.
    /// ## Evidence
    /// The time measured inside the sort. Samples in its merging or partitioning show that the list is not a short one.
    /// The source shows what happens to the list between two sorts: nothing, additions, removals. Where its elements may
    /// change, or it may be another list, nothing is said.
    /// ## How to see it by hand
    /// `perf record -g` and `perf report`: `driftsort`, `ipnsort` or `quicksort` stand high. `perf report --caller`
    /// shows who sorts. Print the list's length there: it hardly changes from line to line, while the lines are many.
    /// ## Fix and its safety
    /// Where the first or last element is taken out each time: `BinaryHeap` (with `Reverse` for the smallest). Where the
    /// order is needed: insert at the position that `partition_point` gives, or a `BTreeSet`. Where no pass needs the
    /// order: sort once, after the loop. For one element: `min`, `max`, `select_nth_unstable`. Elements that compare
    /// equal may come in another order: a heap and `select_nth_unstable` do not keep it.
    /// ## When not to
    /// When the list is short, or when most of it changes between two sorts: then a sort is the best that there is. A
    /// stable sort of a list that is nearly in order takes one walk: below a few hundred elements that is cheap.
    pub(super) REPEATED_SORT = "repeated-sort", level 1, check, says [
        "repeated-sort-title",
        "repeated-sort-title-part",
        "repeated-sort-why-grown",
        "repeated-sort-why-same",
        "repeated-sort-why-part",
        "repeated-sort-fix-heap",
        "repeated-sort-fix-insert",
        "repeated-sort-fix-once",
        "repeated-sort-fix-flag",
        "repeated-sort-fix-end",
        "repeated-sort-fix-select",
    ]
}

/// Sorts that cost less are not worth another structure.
const MIN_SHARE: f64 = 0.05;
/// Finding the place of one element among some hundreds, instead of looking at all of them.
const GROWN_FACTOR: f64 = 20.0;
/// One walk, or two and a half for the middle, instead of some `log n`.
const PART_FACTOR: f64 = 5.0;

/// Passes of a loop that change little whatever is done in each.
const MAX_BRIEF: u64 = 8;

/// Why a sort is one too many.
enum Cause {
    /// Sorted again after additions; whether elements are taken out as well.
    Grown { is_queue: bool },
    /// Sorted again although nothing was added.
    Same,
    /// Only one end is used.
    End,
    /// Only the middle, or one rank, is used.
    Rank,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Candidate> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        let call = ctx.ledger().call_name(node.call);
        let method = call.rsplit("::").next().unwrap_or(call);
        let is_sorting =
            (call.starts_with("slice::") || call.starts_with("Vec::") || call.contains("ParallelSliceMut"))
                && is_sort(method)
                || matches!(
                    call,
                    "Itertools::sorted" | "Itertools::sorted_by" | "Itertools::sorted_by_key"
                );
        if !is_sorting || !is_long(ctx, id) {
            continue;
        }
        let Some((file, call)) = ctx.syntax(site).zip(ctx.call(site, &[method])) else {
            continue;
        };
        let Some((cause, recurrence)) = cause(ctx, id, file, call) else {
            continue;
        };
        let candidate = by_line
            .entry((site.file.as_deref(), site.line))
            .or_insert_with(|| candidate(ctx, site, call, &cause, recurrence.as_ref()));
        candidate.claims.extend(ctx.entries_under(id));
        if let Some(recurrence) = recurrence.filter(|recurrence| recurrence.levels_up > 0) {
            candidate.add_also(recurrence.asks);
        }
    }
    let costly = by_line
        .into_values()
        .filter(|candidate| ctx.is_surely(candidate.claims.iter().copied(), MIN_SHARE));
    out.extend(costly.map(|mut candidate| {
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate
    }));
}

/// Whether the samples show that more than a handful of elements are sorted: up to twenty go through an insertion sort
/// without merging and partitioning.
fn is_long(ctx: &Context<'_>, id: NodeId) -> bool {
    const LONG: [&str; 6] = ["driftsort", "ipnsort", "quicksort", "::merge", "heapsort", "drift::"];
    let tables = &ctx.profile().tables;
    ctx.entries_under(id).into_iter().any(|idx| {
        let mut frames = tables.frames_of(ctx.booked(idx).entry.stack);
        frames.any(|(_, frame)| LONG.iter().any(|part| frame.function.contains(part)))
    })
}

fn cause(ctx: &Context<'_>, id: NodeId, file: &FileSyntax, call: &CallExpr) -> Option<(Cause, Option<Recurrence>)> {
    let receiver = *call.operands.first()?;
    let is_place = |used: &&Use| used.span.start == receiver.start && !used.path.is_empty();
    let sorted = file.flow.inputs(receiver).find(is_place)?;
    let is_copy = !is_sort(&call.name);
    if !is_copy && let Some((recurrence, cause)) = again(ctx, id, call, sorted_and_keys(file, call, sorted)) {
        return Some((cause, Some(recurrence)));
    }
    if let Some(origin) = origin(file, call, sorted, is_copy)
        && let Some((recurrence, cause)) = again(ctx, id, call, origin)
    {
        return Some((cause, Some(recurrence)));
    }
    part(file, call, sorted).map(|cause| (cause, None))
}

/// The list and what its order depends on.
fn sorted_and_keys(file: &FileSyntax, call: &CallExpr, sorted: &Use) -> Vec<Use> {
    let keys = call
        .operands
        .iter()
        .skip(1)
        .flat_map(|operand| file.flow.inputs(*operand));
    std::iter::once(sorted).chain(keys).cloned().collect()
}

/// What a list that is sorted was copied from, and what its order depends on.
fn origin(file: &FileSyntax, call: &CallExpr, sorted: &Use, is_copy: bool) -> Option<Vec<Use>> {
    let keys = call
        .operands
        .iter()
        .skip(1)
        .flat_map(|operand| file.flow.inputs(*operand));
    let from = if is_copy {
        *call.operands.first()?
    } else {
        let binding = file.flow.binding(sorted.root(), sorted.span.start)?;
        (binding.kind == BindingKind::Let && binding.name == sorted.path).then_some(binding.from)??
    };
    let copied: Vec<Use> = file.flow.inputs(from).cloned().collect();
    (!copied.is_empty()).then(|| copied.into_iter().chain(keys.cloned()).collect())
}

/// The loop that sorts the same list again, and what happens to it between.
fn again(ctx: &Context<'_>, id: NodeId, call: &CallExpr, inputs: Vec<Use>) -> Option<(Recurrence, Cause)> {
    let climb = Climb {
        expression: call.span,
        inputs,
        aim: Aim::Collection,
    };
    ctx.climb(id, climb, |passes, inputs, here| {
        let mut steps = BTreeSet::new();
        for input in inputs {
            let is_outside = is_outside(passes, input);
            if is_outside {
                steps.extend(passes.steps(input));
            } else if !passes.is_same(input) {
                return None;
            }
        }
        if steps.contains(&Step::Whole) || !passes.is_repeated(here) {
            return None;
        }
        let is_grown = steps.contains(&Step::Added) || steps.contains(&Step::ManyAdded);
        if is_grown {
            return Some(Cause::Grown {
                is_queue: steps.contains(&Step::Removed),
            });
        }
        (passes.has_varying_work() && !is_brief(passes.found)).then_some(Cause::Same)
    })
}

/// Whether a loop has a handful of passes, as it says itself: then what is around it matters.
fn is_brief(found: &Loop) -> bool {
    let LoopKind::For { iterated, .. } = &found.kind else {
        return false;
    };
    let end = iterated.split_once("..").map(|(_, end)| end.trim_start_matches('='));
    end.and_then(|end| end.parse::<u64>().ok())
        .is_some_and(|end| end <= MAX_BRIEF)
}

/// Whether what is used lives longer than a pass.
fn is_outside(passes: &Passes<'_, '_>, used: &Use) -> bool {
    let binding = passes.file.flow.binding(used.root(), used.span.start);
    binding.is_none_or(|binding| !passes.found.span.contains(binding.scope.start))
}

/// Whether all that becomes of a sorted local list is that an element of a certain rank is read.
fn part(file: &FileSyntax, call: &CallExpr, sorted: &Use) -> Option<Cause> {
    let is_end = |rank: &Rank| matches!(rank, Rank::First | Rank::Last);
    match ranks(file, call, sorted)?.as_slice() {
        [] => None,
        ranks if ranks.iter().all(is_end) => Some(Cause::End),
        ranks if !ranks.iter().any(is_end) => Some(Cause::Rank),
        _ => None,
    }
}

/// Which elements of a sorted local list are read, when nothing else becomes of it.
fn ranks(file: &FileSyntax, call: &CallExpr, sorted: &Use) -> Option<Vec<Rank>> {
    let flow = &file.flow;
    let binding = flow.binding(&sorted.path, sorted.span.start)?;
    if binding.kind != BindingKind::Let
        || file
            .loops_at(call.at)
            .iter()
            .any(|found| !found.span.contains(binding.scope.start))
    {
        return None;
    }
    let later = flow.uses.iter().filter(|used| {
        used.root() == sorted.path
            && used.span.start >= call.span.end
            && binding.scope.covers(&used.span)
            && flow.binding(used.root(), used.span.start) == Some(binding)
    });
    let mut ranks = Vec::new();
    for used in later {
        match rank(file, used)? {
            Rank::Length => {}
            rank => ranks.push(rank),
        }
    }
    Some(ranks)
}

/// Which element of a sorted list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    First,
    /// The lower of the two in the middle.
    Lower,
    Middle,
    Last,
    /// None: how many there are.
    Length,
}

/// Which element a use of a list reads, when it reads one and the source says which.
fn rank(file: &FileSyntax, used: &Use) -> Option<Rank> {
    let is_of_it = |call: &&CallExpr| call.operands.first().is_some_and(|operand| *operand == used.span);
    let call = file.calls.iter().filter(is_of_it).min_by_key(|call| call.span.size())?;
    let argument = call.arguments.first().map(|argument| argument.replace(' ', ""));
    let of_argument = || {
        let argument = argument.as_deref()?;
        let length = format!("{}.len()", used.path);
        match argument.strip_prefix(&length) {
            Some("-1") => Some(Rank::Last),
            Some("/2") => Some(Rank::Middle),
            Some("/2-1") => Some(Rank::Lower),
            _ => (argument == "0").then_some(Rank::First),
        }
    };
    match call.name.as_str() {
        "len" | "is_empty" => Some(Rank::Length),
        "first" => Some(Rank::First),
        "last" => Some(Rank::Last),
        "index" | "get" => of_argument(),
        _ => None,
    }
}

fn candidate(
    ctx: &Context<'_>,
    site: &Site,
    call: &CallExpr,
    cause: &Cause,
    recurrence: Option<&Recurrence>,
) -> Candidate {
    let mut candidate = Candidate::new(&REPEATED_SORT, ctx.place(site), []);
    let (title, why, factor) = match cause {
        Cause::Grown { .. } => ("repeated-sort-title", "repeated-sort-why-grown", GROWN_FACTOR),
        Cause::Same => ("repeated-sort-title", "repeated-sort-why-same", f64::INFINITY),
        Cause::End | Cause::Rank => ("repeated-sort-title-part", "repeated-sort-why-part", PART_FACTOR),
    };
    let fix = match cause {
        Cause::Grown { is_queue: true } => "repeated-sort-fix-heap",
        Cause::Grown { is_queue: false } => "repeated-sort-fix-insert",
        Cause::Same => "repeated-sort-fix-once",
        Cause::End => "repeated-sort-fix-end",
        Cause::Rank => "repeated-sort-fix-select",
    };
    let effort = match cause {
        Cause::Grown { .. } => Effort::Moderate,
        _ => Effort::Simple,
    };
    candidate.local_factor = factor;
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new(title).text("call", format!("{}.{}", call.receiver, call.name));
    candidate.why = Message::new(why);
    if let Some(recurrence) = recurrence {
        candidate.why = Message::new(why)
            .with("line", Arg::Count(u64::from(recurrence.head.line)))
            .text("function", recurrence.asks.function.clone());
    }
    let machine = edited(ctx, site, call, cause, recurrence);
    let machine = machine.and_then(|(editor, title)| editor.into_fix(Message::new(title), effort));
    candidate.fixes = vec![machine.unwrap_or_else(|| Fix::advice(Message::new(fix), effort))];
    candidate
}

/// The file without the sort that is one too many, and what was done, where the source shows how.
fn edited<'c>(
    ctx: &'c Context<'_>,
    site: &Site,
    call: &CallExpr,
    cause: &Cause,
    recurrence: Option<&Recurrence>,
) -> Option<(Editor<'c>, &'static str)> {
    let syntax = ctx.syntax(site)?;
    let receiver = *call.operands.first()?;
    let sorted = syntax
        .flow
        .inputs(receiver)
        .find(|used| used.span.start == receiver.start)?;
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    if let Some(ranks) = ranks(syntax, call, sorted).filter(|ranks| !ranks.is_empty()) {
        order::selected(&mut editor, call, ranks)?;
        return Some((editor, "repeated-sort-fix-select"));
    }
    let is_here = recurrence?.levels_up == 0;
    let title = match cause {
        Cause::Grown { .. } if !is_here => {
            order::inserted_into_field(&mut editor, syntax, call)?;
            "repeated-sort-fix-insert"
        }
        Cause::Same if recurrence?.levels_up == 1 => {
            let head = &recurrence?.head;
            let is_one_file = Some(head.file.as_str()) == site.file.as_deref();
            let head = Position {
                line: head.line,
                column: head.column,
            };
            let head = Some(head).filter(|_| is_one_file);
            let by_caller = head.and_then(|head| order::by_caller(&mut editor, syntax, call, head));
            if by_caller.is_none() {
                editor = ctx.editor(site.file.as_deref()?)?;
                order::remembered(&mut editor, syntax, call)?;
                return Some((editor, "repeated-sort-fix-flag"));
            }
            "repeated-sort-fix-once"
        }
        Cause::Same if !is_here => {
            order::remembered(&mut editor, syntax, call)?;
            "repeated-sort-fix-flag"
        }
        _ if !is_here => return None,
        Cause::Grown { is_queue: false } => {
            order::after(&mut editor, syntax, call, sorted).or_else(|| order::inserted(&mut editor, syntax, call))?;
            "repeated-sort-fix-insert"
        }
        Cause::Same => {
            order::before(&mut editor, syntax, call, sorted)?;
            "repeated-sort-fix-once"
        }
        _ => return None,
    };
    Some((editor, title))
}
