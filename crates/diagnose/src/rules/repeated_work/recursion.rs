//! A recursive function that computes the same again, because it remembers nothing.

use super::REPEATED_WORK;
use crate::answers::is_answer;
use crate::context::outer_name;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Loop, LoopKind};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Place, Repetition};
use profile::{Arg, Message, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// Below this share a walk of a tree may well be all that it is.
const MIN_SHARE: f64 = 0.2;
/// What is left when every answer is computed once; far less where the branches double at every level.
const LOCAL_FACTOR: f64 = 10.0;
/// What it calls is followed this far.
const MAX_CALLS: usize = 4;
/// Types by which a function may be asked for something that others ask for, too.
const NUMBERS: [&str; 10] = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];

/// The calls of a recursive function from outside of it.
struct Recursive<'c> {
    file: &'c FileSyntax,
    function: &'c Function,
    /// Where its frames begin on the call path.
    outermost: Vec<NodeId>,
}

/// Why the same is computed again.
enum Cause<'c> {
    /// Both of these calls are made, and what they ask for overlaps.
    Branches(&'c CallExpr),
    /// The loop asks for each of many, the call for others of them.
    Each(&'c CallExpr, Repetition),
}

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    out.extend(
        recursive_functions(ctx)
            .iter()
            .filter_map(|found| candidate(ctx, found)),
    );
}

/// Functions that call themselves, with an answer that depends on their arguments alone.
fn recursive_functions<'c>(ctx: &'c Context<'_>) -> Vec<Recursive<'c>> {
    let ledger = ctx.ledger();
    let function = |id: NodeId| ledger.site(ledger.node(id).site).function.as_str();
    let mut by_function: BTreeMap<&str, BTreeSet<NodeId>> = BTreeMap::new();
    for (id, node, _) in ctx.nodes() {
        let name = function(id);
        // Above a closure stands the function that it is written in: no call of itself.
        let is_called_by_itself = node.parent.is_some_and(|parent| outer_name(function(parent)) == name);
        if is_called_by_itself {
            let path = ctx.path(id).map(|(above, ..)| above);
            let outermost = path.take_while(|&above| outer_name(function(above)) == name).last();
            by_function.entry(name).or_default().extend(outermost);
        }
    }
    let recursive = by_function.into_values().filter_map(|outermost| {
        let site = ledger.site(ledger.node(*outermost.first()?).site);
        let (file, function) = (ctx.syntax(site)?, ctx.function(site)?);
        let is_asked_by_number = function
            .parameters
            .iter()
            .any(|(_, declared)| NUMBERS.contains(&declared.as_str()));
        let is_answer = function.output.as_deref().is_some_and(is_answer);
        let is_found = is_asked_by_number && is_answer && ctx.is_pure_recursion(file, function, MAX_CALLS);
        is_found.then(|| Recursive {
            file,
            function,
            outermost: outermost.into_iter().collect(),
        })
    });
    recursive.collect()
}

fn candidate(ctx: &Context<'_>, found: &Recursive<'_>) -> Option<Candidate> {
    let claims: BTreeSet<EntryIdx> = found.outermost.iter().flat_map(|&id| ctx.entries_under(id)).collect();
    if !ctx.is_surely(claims.iter().copied(), MIN_SHARE) {
        return None;
    }
    let cause = branches(found).or_else(|| each(ctx, found))?;
    let (call, why) = match &cause {
        Cause::Branches(call) => (*call, Message::new("repeated-work-why-branches")),
        Cause::Each(call, asking) => (
            *call,
            Message::new("repeated-work-why-each")
                .text("function", asking.asks.function.clone())
                .with("line", Arg::Count(u64::from(asking.head.line))),
        ),
    };
    let site = ctx.ledger().site(ctx.ledger().node(*found.outermost.first()?).site);
    let place = Place {
        line: call.at.line,
        column: call.at.column,
        ..ctx.place(site)
    };
    let mut candidate = Candidate::new(&REPEATED_WORK, place, claims);
    candidate.local_factor = LOCAL_FACTOR;
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new("repeated-work-title-recursion").text("function", found.function.name.clone());
    candidate.why = why.text("call", super::written(call));
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate.fixes = vec![Fix::advice(Message::new("repeated-work-fix-memory"), Effort::Moderate)];
    if let Cause::Each(_, asking) = cause {
        candidate.add_also(asking.asks);
    }
    Some(candidate)
}

/// The calls of itself in a function's body.
fn own_calls<'c>(found: &Recursive<'c>) -> impl Iterator<Item = &'c CallExpr> {
    let function = found.function;
    let is_own = |call: &&CallExpr| {
        let is_of_self =
            matches!(call.callee, Callee::Method) && call.receiver == "self" || call.callee == Callee::Function;
        call.name == function.name && is_of_self && function.body.covers(&call.span)
    };
    found.file.calls.iter().filter(is_own)
}

/// Two calls that one pass makes both, each for a number that is a little smaller or larger: `f(n - 1) + f(n - 2)`.
fn branches<'c>(found: &Recursive<'c>) -> Option<Cause<'c>> {
    let is_near = |argument: &str| {
        let (name, step) = argument
            .split_once(['-', '+'])
            .map_or((argument, None), |(name, step)| (name, Some(step)));
        let is_parameter = found.function.parameters.iter().any(|(known, _)| known == name.trim());
        is_parameter && step.is_none_or(|step| step.trim().parse::<u64>().is_ok())
    };
    let steps = |call: &&CallExpr| {
        call.arguments.iter().all(|argument| is_near(argument))
            && call.arguments.iter().any(|argument| argument.contains(['-', '+']))
    };
    let calls: Vec<&CallExpr> = own_calls(found).filter(steps).collect();
    let branch_of = |call: &CallExpr| {
        let branches = found.file.branches.iter().filter(|branch| branch.covers(&call.span));
        branches.min_by_key(|branch| branch.size())
    };
    let first = *calls.first()?;
    let is_made_too = |other: &&&CallExpr| other.arguments != first.arguments && branch_of(other) == branch_of(first);
    calls[1..].iter().find(is_made_too).map(|_| Cause::Branches(first))
}

/// A call of itself for each number of a list, in a function that is asked for every number there is.
fn each<'c>(ctx: &Context<'_>, found: &Recursive<'c>) -> Option<Cause<'c>> {
    let is_of_list = |call: &&CallExpr| {
        let is_bound = |around: &&Loop| {
            around.body.covers(&call.span)
                && call
                    .arguments
                    .iter()
                    .any(|argument| around.bound.iter().any(|name| argument.trim_start_matches('*') == name))
        };
        found.file.loops.iter().any(|around| is_bound(&around))
    };
    let call = own_calls(found).find(is_of_list)?;
    let ledger = ctx.ledger();
    let asks_for_all = |&outermost: &NodeId| {
        let caller = ledger.node(outermost).parent?;
        let asking = ctx.repetition(caller)?;
        let file = ctx.syntax_of(&asking.asks.file)?;
        let is_it = |around: &&Loop| (around.head.line, around.head.column) == (asking.head.line, asking.head.column);
        let around = file.loops.iter().find(is_it)?;
        runs_through_all(around).then_some(asking)
    };
    found
        .outermost
        .iter()
        .find_map(asks_for_all)
        .map(|asking| Cause::Each(call, asking))
}

/// Whether a loop runs through the numbers of all elements of something.
fn runs_through_all(around: &Loop) -> bool {
    let walked = match &around.kind {
        LoopKind::For { iterated, .. } => iterated,
        LoopKind::Closure { receiver, .. } => receiver,
        LoopKind::While => return false,
    };
    [".len()", "enumerate()", ".keys()", ".indices()"]
        .iter()
        .any(|part| walked.contains(part))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::check;

    const TWICE: &str = "app::f @1 < app::f @1 < app::main @2";

    #[test]
    fn branches_that_ask_for_the_same() {
        for source in [
            "fn f(n: u64) -> u64 { if n < 2 { return n; }\n $1f(n - 1) + f(n - 2) }\nfn main() { $2f(40); }",
            "fn f(i: usize, j: usize) -> usize { if i == 0 { return j; }\n $1f(i - 1, j).min(f(i, j - 1)) + 1 }\nfn main() { $2f(9, 9); }",
        ] {
            check(source, TWICE, &["repeated-work 2"]);
        }
    }

    #[test]
    fn what_is_asked_for_each_and_asks_for_the_others() {
        let each = "fn f(all: &[Vec<usize>], at: usize) -> usize { let mut sum = 1; for &next in &all[at] {\n sum += $1f(all, next); } sum }\nfn main() { for at in 0..all.len() { g($2f(&all, at)); } }";
        check(each, TWICE, &["repeated-work 2"]);
        // A tree that is walked once, from its root.
        check(&each.replace("0..all.len()", "roots"), TWICE, &[]);
        let once = each.replace("for at in 0..all.len() { g($2f(&all, at)); }", "g($2f(&all, 0));");
        check(&once, TWICE, &[]);
    }

    #[test]
    fn parts_that_do_not_overlap_and_answers_that_are_kept() {
        for source in [
            "fn f(lo: usize, hi: usize) -> usize { if hi < lo + 2 { return 1; } let mid = (lo + hi) / 2;\n $1f(lo, mid) + f(mid, hi) }\nfn main() { $2f(0, 900); }",
            "fn f(xs: &[u8], at: usize, x: u8) -> usize { if xs[at] < x {\n $1f(xs, at + 1, x) } else { f(xs, at - 1, x) } }\nfn main() { $2f(&xs, 5, 3); }",
            "fn f(known: &mut Vec<u64>, n: usize) -> u64 { if known[n] > 0 { return known[n]; }\n let sum = $1f(known, n - 1) + f(known, n - 2); known[n] = sum; sum }\nfn main() { $2f(&mut known, 40); }",
            "fn f(n: usize) -> usize { if n == 0 { return 0; }\n $1f(n - 1) + 1 }\nfn main() { $2f(40); }",
        ] {
            check(source, TWICE, &[]);
        }
    }
}
