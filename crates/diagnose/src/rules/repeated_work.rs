//! The rule `repeated-work`.

mod hoist;
mod recursion;

use super::repeated_construction::{REPEATED_CONSTRUCTION, is_constructor_name};
use crate::answers::{answer, is_answer, is_small};
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Position, Usage};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Recurrence};
use profile::{Arg, Cost, FdKind, IoCost, Message, NodeId, Site};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A loop that asks for the same answer in every pass: the sum or the maximum of a list that does not change
    /// meanwhile, a text made lower case again, a look-up of the same key, a function called with the same arguments, a
    /// file read once more. And a recursive function without a memory, whose branches ask for the same: `f(n - 1) + f(n - 2)`,
    /// or one that is asked for each of many and asks itself for the others.
    /// ## Why it is slow
    /// The answer of the first pass is the answer of all of them, so all but one computation is wasted. Where the
    /// computation walks a list, the program's time grows with the product of the passes and the list's length.
    /// ## Evidence
    /// The time measured inside the computation, here or in a function that the loop calls. The source shows that nothing it
    /// depends on is bound, made or changed in the loop, that it does nothing beside answering, and that the passes
    /// differ in something else: a loop that only repeats, as a benchmark does, is left alone.
    /// ## How to see it by hand
    /// `perf record -g` and `perf report --no-children`: the computation stands high, and `perf report --caller` shows
    /// the loop's function above it. Print its arguments in the loop (`eprintln!`, or a debugger's breakpoint with a
    /// counter): they are the same every time. The time falls by the whole of it when its result is put into a variable
    /// before the loop.
    /// ## Fix and its safety
    /// Compute it once, before the loop, and use the result in it; pass the result to the function that needs it. Safe
    /// where the compiler accepts it: what is borrowed for the result cannot change meanwhile.
    /// ## When not to
    /// When the loop runs a pass or two, or when the answer is rarely needed: then compute it when it is first needed
    /// (`OnceCell`). When another process may change a file meanwhile and the program must see that.
    pub(super) REPEATED_WORK = "repeated-work", level 1, check, says [
        "repeated-work-title",
        "repeated-work-why",
        "repeated-work-why-caller",
        "repeated-work-fix-before",
        "repeated-work-fix-pass",
        "repeated-work-fix-keep",
        "repeated-work-fix-look-up",
        "repeated-work-title-recursion",
        "repeated-work-why-branches",
        "repeated-work-why-each",
        "repeated-work-fix-memory",
    ]
}

/// What costs less is not worth a change of the code's shape.
const MIN_SHARE: f64 = 0.04;

/// An expression whose time is known: where it stands and what it costs.
struct Asked<'c> {
    site: &'c Site,
    file: &'c FileSyntax,
    call: &'c CallExpr,
    claims: BTreeSet<EntryIdx>,
    /// Whether its answer is a new value of its own, not a number or a reference.
    is_own: bool,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    for (id, _, _) in ctx.nodes() {
        if ctx.share_under(id) < MIN_SHARE / 4.0 {
            continue;
        }
        let asked = library_call(ctx, id).into_iter().chain(own_functions(ctx, id));
        out.extend(asked.filter_map(|asked| found(ctx, id, asked)));
    }
    recursion::check(ctx, out);
}

/// A library call made at a node, when it is one that only computes.
fn library_call<'c>(ctx: &'c Context<'_>, id: NodeId) -> Option<Asked<'c>> {
    let ledger = ctx.ledger();
    let node = ledger.node(id);
    let called = ledger.call(node.call?);
    let is_own = answer(called)?;
    let site = ledger.site(node.site);
    let method = called
        .name
        .rsplit("::")
        .next()
        .unwrap_or(&called.name)
        .trim_end_matches('!');
    let names = [method, "parse"];
    let names = if method == "from_str" { &names[..] } else { &names[..1] };
    let claims: BTreeSet<EntryIdx> = ctx.entries_under(id).into_iter().collect();
    let call = ctx.call(site, names)?;
    Some(Asked {
        site,
        file: ctx.syntax(site)?,
        call,
        claims,
        is_own,
    })
}

/// The user's functions called at a node that only compute, and do more than hand out a field.
fn own_functions<'c>(ctx: &'c Context<'_>, id: NodeId) -> Vec<Asked<'c>> {
    let ledger = ctx.ledger();
    let node = ledger.node(id);
    let site = ledger.site(node.site);
    if node.call.is_some() {
        return Vec::new();
    }
    let mut by_function: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for &child in ctx.children(id) {
        let callee = ledger.site(ledger.node(child).site);
        by_function.entry(callee.function.as_str()).or_default().push(child);
    }
    let asked = by_function.into_values().filter_map(|children| {
        let callee = ledger.site(ledger.node(*children.first()?).site);
        let (function, its_file) = (ctx.function(callee)?, ctx.syntax(callee)?);
        let output = function.output.as_deref()?;
        let call = ctx.call(site, &[function.name.as_str()])?;
        let is_function = matches!(call.callee, Callee::Function | Callee::Method) && call.name == function.name;
        if !is_function
            || !is_answer(output)
            || !ctx.is_pure_body(its_file, function, 5)
            || !does_work(ctx, function, &children)
        {
            return None;
        }
        let claims = children.iter().flat_map(|&child| ctx.entries_under(child)).collect();
        Some(Asked {
            site,
            file: ctx.syntax(site)?,
            call,
            claims,
            is_own: !is_small(output),
        })
    });
    asked.collect()
}

/// Whether a function walks something or calls what does: a field's value costs nothing, and samples near it are of
/// something else.
fn does_work(ctx: &Context<'_>, function: &Function, children: &[NodeId]) -> bool {
    let ledger = ctx.ledger();
    let mut open: Vec<NodeId> = children.to_vec();
    while let Some(id) = open.pop() {
        let node = ledger.node(id);
        let site = ledger.site(node.site);
        let is_heavy = node.call.is_some_and(|call| answer(ledger.call(call)).is_some());
        let has_loop = ctx.syntax(site).is_some_and(|file| {
            let its = ctx.function(site).unwrap_or(function);
            file.loops.iter().any(|found| its.span.covers(&found.span))
        });
        if is_heavy || has_loop {
            return true;
        }
        open.extend(ctx.children(id));
    }
    false
}

fn found(ctx: &Context<'_>, id: NodeId, asked: Asked<'_>) -> Option<Candidate> {
    if ctx.share_of(asked.claims.iter().copied()) < MIN_SHARE / 4.0 || does_more(ctx, &asked) {
        return None;
    }
    if !ctx.is_pure(asked.file, asked.call.span, 5) || (asked.is_own && is_kept(asked.file, asked.call)) {
        return None;
    }
    let recurrence = ctx.recurrence(id, asked.call.span)?;
    // What needs nothing from its caller is best changed where it stands, for all callers.
    let is_free = ctx
        .inputs_at(id, asked.call.span)
        .is_some_and(|inputs| inputs.is_empty());
    (!is_watching(ctx, &asked, &recurrence)).then(|| candidate(ctx, asked, &recurrence, is_free))
}

/// Whether it waits, or talks to the world other than by reading a file.
fn does_more(ctx: &Context<'_>, asked: &Asked<'_>) -> bool {
    const READING: [&str; 6] = ["close", "fstat", "lseek", "open", "read", "stat"];
    let costs = || asked.claims.iter().map(|&idx| &ctx.booked(idx).entry.cost);
    let is_reading = |io: &IoCost| {
        let is_file = matches!(io.fd_kind, FdKind::File | FdKind::Other);
        is_file && READING.iter().any(|call| io.call.starts_with(call))
    };
    let talks = |cost: &Cost| !cost.waits.is_empty() || !cost.io.iter().all(is_reading);
    costs().any(talks)
}

/// Whether a loop reads a file to see when it changes: it lets time pass between.
fn is_watching(ctx: &Context<'_>, asked: &Asked<'_>, recurrence: &Recurrence) -> bool {
    let mut costs = asked.claims.iter().map(|&idx| &ctx.booked(idx).entry.cost);
    let at = Position {
        line: recurrence.asks.line,
        column: recurrence.asks.column,
    };
    let lets_time_pass = |file: &FileSyntax| {
        let function = file.function_at(at).map(|function| function.span);
        let is_inside = |call: &CallExpr| function.is_some_and(|function| function.covers(&call.span));
        let mut calls = file.calls.iter();
        calls.any(|call| matches!(call.name.as_str(), "sleep" | "elapsed" | "poll") && is_inside(call))
    };
    costs.any(|cost| !cost.io.is_empty()) && ctx.syntax_of(&recurrence.asks.file).is_some_and(lets_time_pass)
}

/// Whether the answer is given away or changed: then every pass needs one of its own.
fn is_kept(file: &FileSyntax, call: &CallExpr) -> bool {
    match file.usage_of(call.span) {
        Usage::Bound(local) => local.is_mut || file.is_given_away(local),
        Usage::Stored | Usage::Returned | Usage::Other => true,
        Usage::Iterated | Usage::Indexed(_) => false,
        Usage::Receiver(user) => user.callee == Callee::Operator && user.name == "+",
        Usage::Argument(user) => {
            let is_borrowed = |operand: &&crate::syntax::Span| {
                operand.covers(&call.span) && operand.start.column < call.span.start.column
            };
            matches!(user.callee, Callee::Function | Callee::Method)
                && !user.operands.iter().any(|operand| is_borrowed(&operand))
        }
    }
}

fn candidate(ctx: &Context<'_>, asked: Asked<'_>, recurrence: &Recurrence, is_free: bool) -> Candidate {
    let here = ctx.place(asked.site);
    let is_here = recurrence.levels_up == 0;
    let is_promised = ctx
        .function(asked.site)
        .is_some_and(|function| ctx.is_of_trait(&function.name));
    let place = if is_here || is_free || is_promised {
        here.clone()
    } else {
        recurrence.asks.clone()
    };
    let payer = asked
        .claims
        .iter()
        .map(|&idx| ctx.booked(idx))
        .max_by(|a, b| a.entry.cost.seconds.total_cmp(&b.entry.cost.seconds));
    let is_made = asked.call.callee == Callee::Function && is_constructor_name(&asked.call.name);
    let rule = if is_made {
        &REPEATED_CONSTRUCTION
    } else {
        &REPEATED_WORK
    };
    let mut candidate = Candidate::new(rule, place, asked.claims);
    candidate.confidence = Confidence::Likely;
    candidate.add_also(here);
    candidate.add_also(recurrence.asks.clone());
    if let Some(payer) = payer {
        candidate.add_also(ctx.place(payer.site));
    }
    let title = if is_made {
        "repeated-construction-title"
    } else {
        "repeated-work-title"
    };
    candidate.title = Message::new(title).text("call", written(asked.call));
    let why = match (is_made, is_here) {
        (true, true) => "repeated-construction-why",
        (true, false) => "repeated-construction-why-caller",
        (false, true) => "repeated-work-why",
        (false, false) => "repeated-work-why-caller",
    };
    candidate.why = Message::new(why)
        .with("line", Arg::Count(u64::from(recurrence.head.line)))
        .text("function", recurrence.asks.function.clone());
    let is_look_up = matches!(asked.call.name.as_str(), "get" | "index" | "contains_key");
    let fix = match (is_look_up, is_here) {
        (true, _) => "repeated-work-fix-look-up",
        (false, true) => "repeated-work-fix-before",
        // What a trait promises takes no further parameter.
        (false, false) if is_promised => "repeated-work-fix-keep",
        (false, false) => "repeated-work-fix-pass",
    };
    let file = asked.site.file.as_deref().unwrap_or_default();
    if is_here || !is_promised {
        candidate.fixes = hoist::fixes(ctx, file, asked.file, asked.call, recurrence, fix);
    }
    if candidate.fixes.is_empty() {
        candidate.fixes.push(Fix::advice(Message::new(fix), Effort::Simple));
    }
    candidate.evidence = ctx.cpu_evidence(&candidate.claims);
    candidate
}

/// A call as it is written, shortened.
fn written(call: &CallExpr) -> String {
    let arguments = call.arguments.join(", ");
    match call.callee {
        Callee::Method => format!("{}.{}({arguments})", call.receiver, call.name),
        Callee::Macro => format!("{}!({arguments})", call.name),
        Callee::Function | Callee::Operator => format!("{}({arguments})", call.receiver),
    }
}
