//! Whether code asks an element whether it is the one looked for: by equality with a key, by the bounds of a range around
//! it, or by a function that does nothing but that.

use crate::syntax::{CallExpr, Callee, FileSyntax, Span, is_fixed, mentions};

const EQUALITY: [&str; 2] = ["==", "eq"];
const ORDER: [&str; 4] = ["<", "<=", ">", ">="];
/// Calls that a plain comparison may make.
const PLAIN: [&str; 8] = ["&&", "||", "index", "!=", "as_str", "len", "start", "end"];

/// Elements are followed through this many definitions and patterns.
const MAX_PARTS: usize = 3;

/// Whether the elements that a closure or loop knows by these names are compared with a key in its body.
pub(super) fn is_in(syntax: &FileSyntax, elements: &[String], body: Span) -> bool {
    is_within(syntax, &parts(syntax, elements, body), body)
}

/// Whether an equality of an element and a key stands in a loop, or a comparison of them decides whether it is left.
pub(super) fn leads_a_loop(syntax: &FileSyntax, elements: &[String], body: Span) -> bool {
    let elements = parts(syntax, elements, body);
    let flow = &syntax.flow;
    let leaves = |branch: &Span| flow.exits.iter().any(|exit| branch.covers(exit));
    let mut conditions = flow
        .conditions
        .iter()
        .filter(|condition| body.covers(&condition.branch) && leaves(&condition.branch));
    let mut equalities = syntax
        .calls
        .iter()
        .filter(|call| call.name == "==" && body.covers(&call.span));
    equalities.any(|call| sets_apart(call, &elements))
        || conditions.any(|condition| is_within(syntax, &elements, condition.decided_by))
}

/// Elements and what is taken from them: `header` in `if let Some(header) = element.header.get(..n)`.
fn parts(syntax: &FileSyntax, elements: &[String], body: Span) -> Vec<String> {
    let mut parts = elements.to_vec();
    for _ in 0..MAX_PARTS {
        let is_part = |from: Span| {
            let mut uses = syntax.flow.uses.iter().filter(|used| from.covers(&used.span));
            uses.any(|used| parts.iter().any(|part| part == used.root()))
        };
        let bindings = syntax.flow.bindings.iter().filter(|binding| {
            let from = binding.from.filter(|from| body.covers(from));
            !parts.contains(&binding.name) && from.is_some_and(is_part)
        });
        let found: Vec<String> = bindings.map(|binding| binding.name.clone()).collect();
        if found.is_empty() {
            break;
        }
        parts.extend(found);
    }
    parts
}

fn is_within(syntax: &FileSyntax, elements: &[String], within: Span) -> bool {
    let calls = || syntax.calls.iter().filter(|call| within.covers(&call.span));
    let ends_of_range = calls().filter(|call| is_order(call) && sets_apart(call, elements));
    calls().any(|call| is_equality(call) && sets_apart(call, elements))
        || ends_of_range.count() >= 2
        || calls().any(|call| sets_apart(call, elements) && is_plain_comparison(syntax, &call.name))
}

fn is_equality(call: &CallExpr) -> bool {
    EQUALITY.contains(&call.name.as_str()) && matches!(call.callee, Callee::Operator | Callee::Method)
}

fn is_order(call: &CallExpr) -> bool {
    call.callee == Callee::Operator && ORDER.contains(&call.name.as_str())
}

/// Whether an element stands on one side of a call, and something that is neither one nor fixed on another.
fn sets_apart(call: &CallExpr, elements: &[String]) -> bool {
    let receiver = (call.callee != Callee::Function).then_some(&call.receiver);
    let mut sides = receiver.into_iter().chain(&call.arguments);
    let is_element = |side: &&String| elements.iter().any(|name| mentions(side, name));
    sides.clone().any(|side| is_element(&side)) && sides.any(|side| !is_element(&side) && !is_fixed(side))
}

/// Whether a function of the file only compares what it is given: then a call of it is a comparison.
fn is_plain_comparison(syntax: &FileSyntax, name: &str) -> bool {
    let mut named = syntax
        .functions
        .iter()
        .filter(|function| function.name == name && function.output.as_deref() == Some("bool"));
    let (Some(function), None) = (named.next(), named.next()) else {
        return false;
    };
    let body = function.body;
    let calls = || syntax.calls.iter().filter(|call| body.covers(&call.span));
    let is_comparison = |call: &&CallExpr| is_equality(call) || is_order(call);
    let is_plain = |call: &CallExpr| is_comparison(&call) || PLAIN.contains(&call.name.as_str());
    let (equal, ordered) = (calls().any(is_equality), calls().filter(|call| is_order(call)).count());
    let has_loop = syntax.loops.iter().any(|found| body.covers(&found.span));
    !has_loop && (equal || ordered >= 2) && calls().all(is_plain)
}
