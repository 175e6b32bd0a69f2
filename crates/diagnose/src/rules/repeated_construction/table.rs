//! Tables that a function fills with nothing but constants, each time that it is asked.

use super::{REPEATED_CONSTRUCTION, once};
use crate::holder::HolderKind;
use crate::sameness::is_steady_global;
use crate::syntax::{BindingKind, CallExpr, Callee, FileSyntax, Function, How, Local, LoopKind, Span, Use, mentions};
use crate::{Candidate, Candidates, Confidence, Context, Place};
use profile::{Arg, Message};
use std::collections::BTreeMap;

/// A static is a small change.
const MIN_SHARE: f64 = 0.05;
const FILLING: [&str; 6] = ["append", "extend", "insert", "push", "push_back", "reserve"];
const ASKING: [&str; 14] = [
    "binary_search",
    "contains",
    "contains_key",
    "first",
    "get",
    "get_key_value",
    "into_iter",
    "is_empty",
    "iter",
    "keys",
    "last",
    "len",
    "range",
    "values",
];
/// Functions that make a value out of what they are given.
const MAKING: [&str; 6] = [
    "default",
    "from",
    "from_iter",
    "new",
    "with_capacity",
    "with_capacity_and_hasher",
];
/// Names are followed through this many others.
const MAX_DEPTH: usize = 4;

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_table: BTreeMap<Place, Candidate> = BTreeMap::new();
    for (id, _, site) in ctx.nodes() {
        let Some(holder) = ctx.holder(id).filter(|holder| holder.levels_up == 0) else {
            continue;
        };
        let HolderKind::Local(table) = holder.kind else {
            continue;
        };
        let (Some(file), Some(function)) = (ctx.syntax(site), ctx.function(site)) else {
            continue;
        };
        if !is_constant_table(ctx, file, function, table) {
            continue;
        }
        // A loop around the table itself, or one that asks for the function.
        let own = file.loops_at(table.span.start).first().map(|found| found.head.line);
        let caller = ctx.path(id).find(|(_, _, outer)| !ctx.is_same_function(site, outer));
        let asked = caller.and_then(|(caller, ..)| ctx.repetition(caller));
        let why = match (own, &asked) {
            (Some(line), _) => Message::new("repeated-construction-why").with("line", Arg::Count(u64::from(line))),
            (None, Some(asked)) => Message::new("repeated-construction-why-caller")
                .with("line", Arg::Count(u64::from(asked.head.line)))
                .text("function", asked.asks.function.clone()),
            (None, None) => continue,
        };
        let place = Place {
            line: table.span.start.line,
            column: table.span.start.column,
            ..ctx.place(site)
        };
        let found = by_table.entry(place.clone()).or_insert_with(|| {
            let mut found = Candidate::new(&REPEATED_CONSTRUCTION, place, []);
            found.confidence = Confidence::Likely;
            found.title = Message::new("repeated-construction-title-table").text("table", table.name.clone());
            found.why = why;
            found.fixes = vec![once()];
            found
        });
        found.claims.extend(ctx.entries_under(id));
        found.add_also(ctx.place(site));
    }
    let is_dear = |found: &Candidate| ctx.is_surely(found.claims.iter().copied(), MIN_SHARE);
    out.extend(by_table.into_values().filter(is_dear).map(|mut found| {
        found.evidence = ctx.cpu_evidence(&found.claims);
        found
    }));
}

/// Whether a local holds the same in every call: made and filled from constants alone, and then only asked.
fn is_constant_table(ctx: &Context<'_>, file: &FileSyntax, function: &Function, table: &Local) -> bool {
    let is_constant = |expression: Span| is_constant(ctx, file, function, expression, MAX_DEPTH);
    let is_its = |scope: Option<Span>| scope.is_some_and(|scope| scope.start == table.span.end);
    let mut changes = file.flow.changes.iter().filter(|change| {
        change.root() == table.name
            && function.span.covers(&change.span)
            && is_its(
                file.flow
                    .binding(change.root(), change.span.start)
                    .map(|binding| binding.scope),
            )
    });
    let mut is_filled = !file.calls.iter().any(|call| {
        // An empty one holds nothing that could be the same.
        table.init_span.covers(&call.span) && matches!(call.name.as_str(), "new" | "default" | "with_capacity")
    });
    let are_harmless = changes.all(|change| {
        let How::Method(method) = &change.how else { return false };
        if ASKING.contains(&method.as_str()) {
            return true;
        }
        let call = file.calls.iter().find(|call| call.span == change.span);
        is_filled = true;
        FILLING.contains(&method.as_str())
            && call.is_some_and(|call| call.operands.iter().skip(1).all(|&operand| is_constant(operand)))
    });
    are_harmless && is_filled && !is_in_macro(file, function, &table.name) && is_constant(table.init_span)
}

/// Whether a macro may change what a name stands for. What macros get is one text, so that the flow does not see it.
fn is_in_macro(file: &FileSyntax, function: &Function, name: &str) -> bool {
    const READING: [&str; 9] = [
        "assert",
        "assert_eq",
        "assert_ne",
        "eprintln",
        "format",
        "matches",
        "panic",
        "print",
        "println",
    ];
    let mut macros = file
        .calls
        .iter()
        .filter(|call| call.callee == Callee::Macro && function.span.covers(&call.span));
    macros.any(|call| match call.name.as_str() {
        // What is written elsewhere is only read.
        "write" | "writeln" => call
            .arguments
            .iter()
            .any(|text| text.split(',').next().is_some_and(|of| mentions(of, name))),
        known if READING.contains(&known) => false,
        _ => call.arguments.iter().any(|text| mentions(text, name)),
    })
}

/// Whether an expression has the same value in every call of the function that it stands in.
fn is_constant(ctx: &Context<'_>, file: &FileSyntax, function: &Function, expression: Span, depth: usize) -> bool {
    // What a function answers that nobody knows may be another thing each time.
    let is_known = |call: &CallExpr| {
        call.callee != Callee::Function
            || MAKING.contains(&call.name.as_str())
            || call.name.starts_with(char::is_uppercase)
            || !ctx.functions_named(&call.name).is_empty()
    };
    let mut calls = file.calls.iter().filter(|call| expression.covers(&call.span));
    calls.all(is_known)
        && ctx.is_pure(file, expression, depth)
        && file
            .flow
            .inputs(expression)
            .all(|input| comes_from_constants(ctx, file, function, input, depth))
}

/// Whether a name stands for something that no call of a function can change.
fn comes_from_constants(ctx: &Context<'_>, file: &FileSyntax, function: &Function, used: &Use, depth: usize) -> bool {
    let Some(binding) = file.flow.binding(used.root(), used.span.start) else {
        // A constant, a type, a variant; what else is bound nowhere, a macro may have made.
        return used.root().starts_with(char::is_uppercase) && is_steady_global(file, used.root());
    };
    let may_change = binding.is_mutable && binding.kind != BindingKind::Pass;
    if depth == 0 || may_change || !function.body.contains(binding.scope.start) {
        return false;
    }
    let from = match binding.kind {
        BindingKind::Let | BindingKind::Part => binding.from,
        // An element of what a `for` walks.
        BindingKind::Pass => file.loops.iter().find_map(|found| match &found.kind {
            LoopKind::For { at, .. } if found.body.covers(&binding.scope) => Some(*at),
            _ => None,
        }),
        BindingKind::Closure | BindingKind::Parameter => None,
    };
    from.is_some_and(|from| is_constant(ctx, file, function, from, depth - 1))
}
