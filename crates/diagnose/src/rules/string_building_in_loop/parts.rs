//! Rebuilding in several statements: a new text, the old one copied into it, the new part behind it, and then the new
//! one put where the old one was.

use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Local, Position, Span, root_name};

const NEW: [&str; 4] = ["String::", "Vec::", "BytesMut::", "VecDeque::"];
const COPIES: [&str; 4] = [".clone()", ".to_owned()", ".to_string()", ".to_vec()"];
const APPENDING: [&str; 6] = ["append", "extend", "extend_from_slice", "push_str", "put", "put_slice"];
/// Names are followed through this many definitions.
const MAX_ALIASES: usize = 3;

/// The assignment of a function that puts what a position works on where the old content came from.
pub(super) fn assignment<'c>(syntax: &'c FileSyntax, function: &Function, at: Position) -> Option<&'c CallExpr> {
    let is_assignment = |call: &&CallExpr| call.callee == Callee::Operator && call.name == "=";
    let mut assignments = calls_in(syntax, function.body).filter(is_assignment);
    assignments.find(|assignment| {
        let locals = syntax.locals.iter().filter(|local| function.body.covers(&local.span));
        { locals }.any(|built| {
            is_assigned(syntax, assignment, built)
                && is_copied_from(syntax, function, assignment, built)
                && works_on(syntax, function, assignment, built, at)
        })
    })
}

fn calls_in(syntax: &FileSyntax, span: Span) -> impl Iterator<Item = &CallExpr> {
    syntax.calls.iter().filter(move |call| span.covers(&call.span))
}

fn is_assigned(syntax: &FileSyntax, assignment: &CallExpr, built: &Local) -> bool {
    let right = assignment.operands.get(1);
    let uses = syntax.flow.uses.iter();
    built.span.end <= assignment.span.start
        && right.is_some_and(|right| { uses }.any(|used| right.covers(&used.span) && used.path == built.name))
}

/// Whether a new text begins with the content of what it is assigned to.
fn is_copied_from(syntax: &FileSyntax, function: &Function, assignment: &CallExpr, built: &Local) -> bool {
    let Some(init) = built.init.as_deref() else {
        return false;
    };
    let target = assignment.receiver.trim_start_matches('*');
    let is_copy = COPIES
        .iter()
        .any(|copy| init.strip_suffix(copy).is_some_and(|copied| copied == target));
    let mut appended = appended_to(syntax, function, built);
    if is_copy {
        return appended.next().is_some();
    }
    let is_new = NEW.iter().any(|new| init.starts_with(new));
    let first = appended.next().filter(|_| is_new);
    first.is_some_and(|call| {
        let argument = call
            .arguments
            .first()
            .map_or("", |argument| argument.trim_start_matches('&'));
        is_part_of(argument, target) || is_defined_by(syntax, argument, call.at, target)
    })
}

/// The calls that append to a new text, in order.
fn appended_to<'c>(syntax: &'c FileSyntax, function: &Function, built: &Local) -> impl Iterator<Item = &'c CallExpr> {
    calls_in(syntax, function.body).filter(move |call| {
        call.callee == Callee::Method
            && call.receiver == built.name
            && call.span.start >= built.span.end
            && APPENDING.contains(&call.name.as_str())
    })
}

/// `self.text` or `self.text.as_str()` of `self.text`.
fn is_part_of(expression: &str, target: &str) -> bool {
    let rest = expression.strip_prefix(target);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with("[.."))
}

/// Whether a name stands for a part of something, through plain definitions.
fn is_defined_by(syntax: &FileSyntax, name: &str, mut at: Position, target: &str) -> bool {
    let mut name = name.to_owned();
    for _ in 0..MAX_ALIASES {
        let Some(local) = syntax.local_at(at, &name) else {
            return false;
        };
        let init = local.init.as_deref().map_or("", |init| init.trim_start_matches('&'));
        if is_part_of(init, target) {
            return true;
        }
        (name, at) = (root_name(init).to_owned(), local.span.start);
    }
    false
}

/// Whether a position makes, fills or assigns a new text.
fn works_on(syntax: &FileSyntax, function: &Function, assignment: &CallExpr, built: &Local, at: Position) -> bool {
    assignment.span.contains(at)
        || built.span.contains(at)
        || appended_to(syntax, function, built).any(|call| call.span.contains(at))
}
