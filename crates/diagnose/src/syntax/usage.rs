//! What becomes of a value: bound, passed on, stored, returned, or used up on the spot.

use super::{CallExpr, Callee, FileSyntax, Local, Position, Span, Use};

/// What becomes of the value of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Usage<'a> {
    /// `let name = value`.
    Bound(&'a Local),
    /// An argument of this call.
    Argument(&'a CallExpr),
    /// A method is called on it, or an operator takes it on the left.
    Receiver(&'a CallExpr),
    /// Walked over by `for`.
    Iterated,
    /// One element is taken: `value[index]`; the index as written.
    Indexed(&'a str),
    /// Leaves the function.
    Returned,
    /// Put into a field.
    Stored,
    /// Something else, or nothing.
    Other,
}

/// The one place where a local variable is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SingleUse<'a> {
    /// Where its name stands.
    pub(crate) at: Position,
    /// What becomes of it there.
    pub(crate) usage: Usage<'a>,
}

/// Functions and methods that hand their operand on in another wrapping.
const WRAPPING_FUNCTIONS: [&str; 3] = ["Some", "Ok", "Err"];
const WRAPPING_METHODS: [&str; 9] = [
    "unwrap",
    "expect",
    "unwrap_or_default",
    "unwrap_or",
    "ok",
    "as_str",
    "as_ref",
    "as_slice",
    "as_bytes",
];

/// Methods that only look at what they are called on, or take it by value although a reference would do.
const READERS: [&str; 30] = [
    "all",
    "any",
    "as_bytes",
    "as_slice",
    "as_str",
    "binary_search",
    "bytes",
    "chars",
    "contains",
    "contains_key",
    "ends_with",
    "entry",
    "eq",
    "find",
    "first",
    "get",
    "into_iter",
    "is_empty",
    "iter",
    "join",
    "keys",
    "last",
    "len",
    "lines",
    "max",
    "min",
    "split",
    "starts_with",
    "trim",
    "values",
];

/// Whether a method only looks at what it is called on.
pub(crate) fn is_reader(method: &str) -> bool {
    READERS.contains(&method)
}

fn is_wrapper(call: &CallExpr) -> bool {
    match call.callee {
        Callee::Function => WRAPPING_FUNCTIONS.contains(&call.name.as_str()),
        Callee::Method => WRAPPING_METHODS.contains(&call.name.as_str()),
        Callee::Macro | Callee::Operator => false,
    }
}

impl FileSyntax {
    /// What becomes of the value of an expression, through `Some`, `Ok`, `unwrap` and the like.
    pub(crate) fn usage_of(&self, expression: Span) -> Usage<'_> {
        let mut expression = expression;
        loop {
            let usage = self.direct_usage(expression);
            match usage {
                Usage::Argument(call) | Usage::Receiver(call) if is_wrapper(call) => expression = call.span,
                usage => return usage,
            }
        }
    }

    /// The uses of a local variable.
    pub(crate) fn uses_of<'a>(&'a self, local: &'a Local) -> impl Iterator<Item = &'a Use> {
        let is_declared_here = |used: &Use| {
            let binding = self.flow.binding(used.root(), used.span.start);
            binding.is_some_and(|binding| binding.scope.start == local.span.end)
        };
        let uses = self.flow.uses.iter().filter(|used| used.root() == local.name);
        uses.filter(move |used| is_declared_here(used))
    }

    /// The use of a local variable that is used once for each time that it is declared; `None` when it is used in
    /// several places, or in a loop that does not declare it.
    pub(crate) fn single_use<'a>(&'a self, local: &'a Local) -> Option<SingleUse<'a>> {
        let mut uses = self.uses_of(local);
        let at = uses.next()?.span.start;
        let is_repeated = |at| {
            self.loops_at(at)
                .iter()
                .any(|found| !found.body.contains(local.span.start))
        };
        if uses.next().is_some() || is_repeated(at) {
            return None;
        }
        let end = Position {
            column: at.column + local.name.len() as u32,
            ..at
        };
        Some(SingleUse {
            at,
            usage: self.usage_of(Span { start: at, end }),
        })
    }

    fn direct_usage(&self, expression: Span) -> Usage<'_> {
        if let Some(indexed) = self.indexed.iter().find(|indexed| indexed.base == expression) {
            return Usage::Indexed(&indexed.index);
        }
        // A borrow or a `?` around it changes its span by a character or two.
        let is_it = |span: &Span| {
            span.covers(&expression)
                && span.start.line == expression.start.line
                && span.start.column + 5 >= expression.start.column
                && (span.end.line, span.end.column) <= (expression.end.line, expression.end.column + 2)
        };
        let smallest = self
            .calls
            .iter()
            .filter(|call| call.span != expression && call.operands.iter().any(is_it))
            .min_by_key(|call| call.span.size());
        let is_assigned = smallest.is_none_or(|call| call.callee == Callee::Operator && call.name == "=");
        if is_assigned && self.stored.iter().any(is_it) {
            return Usage::Stored;
        }
        if let Some(call) = smallest {
            let is_first = call.operands.first().is_some_and(is_it);
            let has_receiver = matches!(call.callee, Callee::Method | Callee::Operator);
            return if has_receiver && is_first {
                Usage::Receiver(call)
            } else {
                Usage::Argument(call)
            };
        }
        if let Some(local) = self.locals.iter().find(|local| is_it(&local.init_span)) {
            return Usage::Bound(local);
        }
        if self.iterated.iter().any(is_it) {
            return Usage::Iterated;
        }
        if self.returned.iter().any(is_it) {
            Usage::Returned
        } else {
            Usage::Other
        }
    }
}
