//! Whether the same is asked for in every pass of a loop, as far as the source tells: who changes what, and what a
//! function's answer depends on. Where it does not tell, the answer is no.

mod names;
mod steps;
#[cfg(test)]
mod tests;

pub(crate) use steps::{Step, is_sort};

use crate::context::Context;
use crate::syntax::{BindingKind, CallExpr, Callee, Change, FileSyntax, Function, How, Loop, Receiver, Span, Use};

/// Locals are followed through this many others, and functions through this many calls.
const MAX_DEPTH: usize = 6;

/// One loop, in the file that holds it.
#[derive(Clone, Copy)]
pub(crate) struct Passes<'c, 'a> {
    pub(crate) ctx: &'c Context<'a>,
    pub(crate) file: &'c FileSyntax,
    pub(crate) found: &'c Loop,
}

impl Passes<'_, '_> {
    /// Whether what is used has the same value in every pass.
    pub(crate) fn is_same(&self, used: &Use) -> bool {
        self.is_same_within(used, MAX_DEPTH)
    }

    fn is_same_within(&self, used: &Use, depth: usize) -> bool {
        let flow = &self.file.flow;
        let Some(binding) = flow.binding(used.root(), used.span.start) else {
            return is_steady_global(self.file, used.root());
        };
        if !self.found.span.contains(binding.scope.start) {
            return !self.is_changed(used, binding.is_mutable);
        }
        if binding.is_mutable || depth == 0 {
            return false;
        }
        match (binding.kind, binding.from) {
            (BindingKind::Let | BindingKind::Part, Some(from)) => {
                self.ctx.is_pure(self.file, from, depth - 1)
                    && flow.inputs(from).all(|input| self.is_same_within(input, depth - 1))
            }
            _ => false,
        }
    }

    /// Whether something in the loop may change what is used.
    fn is_changed(&self, used: &Use, is_mutable: bool) -> bool {
        let flow = &self.file.flow;
        let is_given = || {
            self.file
                .moves
                .iter()
                .any(|given| given.name == used.root() && self.found.span.contains(given.at))
        };
        let may_change = |change: &Change| self.ctx.may_change(used, change, is_mutable, MAX_DEPTH);
        flow.changes_of(used, self.found.span).any(may_change) || (is_mutable && is_given())
    }

    /// Whether the passes differ from each other in more than a count of them: a loop that only repeats, as a
    /// benchmark does, asks for the same thing on purpose.
    pub(crate) fn has_varying_work(&self) -> bool {
        let flow = &self.file.flow;
        let body = self.found.span;
        let is_said = |used: &Use| {
            let of_output =
                |call: &&CallExpr| call.callee == Callee::Macro && !matches!(call.name.as_str(), "format" | "vec");
            self.file
                .calls
                .iter()
                .filter(of_output)
                .any(|call| call.span.covers(&used.span))
        };
        // `for _ in 0..n` and what stands in the head of a `for` do not belong to a pass.
        let repeated = Span {
            start: self.found.body.start,
            ..body
        };
        let varying = flow.uses.iter().filter(|used| repeated.covers(&used.span)).any(|used| {
            let Some(binding) = flow.binding(used.root(), used.span.start) else {
                return false;
            };
            let is_own = binding.scope == self.found.body || self.found.bound.contains(&binding.name);
            let is_outside = !body.contains(binding.scope.start);
            (is_own || is_outside) && !self.is_same(used) && !self.is_accumulated(used) && !is_said(used)
        });
        varying || self.asks_anew(repeated)
    }

    /// Whether a use is a part of summing up: `n += …`, `n = n.max(…)`, `results.push(…)`.
    fn is_accumulated(&self, used: &Use) -> bool {
        const COLLECTING: [&str; 12] = [
            "add",
            "elapsed",
            "extend",
            "insert",
            "max",
            "min",
            "push",
            "push_back",
            "push_str",
            "record",
            "update",
            "wrapping_add",
        ];
        self.file.flow.changes_of(used, self.found.span).any(|change| {
            let is_around = change.span.covers(&used.span);
            is_around
                && match &change.how {
                    How::Assigned | How::Updated => change.path == used.path,
                    How::Method(name) => {
                        (COLLECTING.contains(&name.as_str()) || is_sort(name)) && change.span.start == used.span.start
                    }
                    How::Borrowed | How::Opaque => false,
                }
        })
    }

    fn asks_anew(&self, within: Span) -> bool {
        let calls = self.file.calls.iter().filter(|call| within.covers(&call.span));
        { calls }.any(|call| {
            call.callee == Callee::Function
                && names::UNSTEADY_FUNCTIONS.contains(&call.name.as_str())
                && !matches!(call.name.as_str(), "black_box" | "now")
        })
    }

    /// Whether what stands at a span runs in most passes, as far as the source tells: it does not end the loop, and no
    /// condition keeps it to one pass.
    pub(crate) fn is_repeated(&self, at: Span) -> bool {
        let flow = &self.file.flow;
        let body = self.found.body;
        let around = flow
            .conditions
            .iter()
            .filter(|condition| body.covers(&condition.branch) && condition.branch.covers(&at));
        let mut innermost = body;
        for condition in around {
            if self.ctx.is_once(self.file, condition.decided_by, condition.branch)
                || self.picks_a_pass(condition.decided_by)
            {
                return false;
            }
            if condition.branch.size() <= innermost.size() {
                innermost = condition.branch;
            }
        }
        let ends = |exit: &&Span| {
            let is_later = exit.covers(&at) || exit.start >= at.start;
            let in_other_branch = flow.conditions.iter().any(|condition| {
                innermost.covers(&condition.branch)
                    && condition.branch != innermost
                    && condition.branch.covers(exit)
                    && !condition.branch.covers(&at)
            });
            let in_inner_loop = self
                .file
                .loops
                .iter()
                .any(|inner| innermost.covers(&inner.span) && inner.body.covers(exit) && !inner.body.covers(&at));
            let in_closure = flow
                .closures
                .iter()
                .any(|closure| innermost.covers(closure) && closure.covers(exit) && !closure.covers(&at));
            is_later && innermost.covers(exit) && !in_other_branch && !in_inner_loop && !in_closure
        };
        !flow.exits.iter().any(|exit| ends(&exit))
    }

    /// Whether a condition compares the loop's own variable: `i == 0`, `i % 100 == 0`.
    fn picks_a_pass(&self, decided_by: Span) -> bool {
        let calls = self.file.calls.iter().filter(|call| {
            call.callee == Callee::Operator && matches!(call.name.as_str(), "==" | "%") && decided_by.covers(&call.span)
        });
        { calls }.any(|call| {
            self.file
                .flow
                .uses
                .iter()
                .any(|used| call.span.covers(&used.span) && self.found.bound.contains(&used.path))
        })
    }
}

impl<'a> Context<'a> {
    /// Whether a condition is no longer met once its branch has run: a value made when first needed.
    pub(crate) fn is_once(&self, file: &FileSyntax, decided_by: Span, branch: Span) -> bool {
        let uses = file.flow.uses.iter().filter(|used| decided_by.covers(&used.span));
        { uses }.any(|used| {
            let is_changed = |change: &Change| self.may_change(used, change, true, MAX_DEPTH);
            file.flow.changes_of(used, branch).any(is_changed)
        })
    }

    /// Whether something in some parts of a function may change what an expression elsewhere in it takes from around it.
    pub(crate) fn is_changed_in(&self, file: &FileSyntax, expression: Span, parts: &[Span]) -> bool {
        file.flow.inputs(expression).any(|used| {
            let binding = file.flow.binding(used.root(), used.span.start);
            let is_mutable = binding.is_none_or(|binding| binding.is_mutable);
            parts.iter().any(|&part| {
                let changes = file.flow.changes_of(used, part);
                let is_apart = |change: &&Change| !expression.covers(&change.span) && !change.span.covers(&expression);
                { changes.filter(is_apart) }.any(|change| self.may_change(used, change, is_mutable, MAX_DEPTH))
            })
        })
    }

    /// Whether a change changes what is used.
    fn may_change(&self, used: &Use, change: &Change, is_mutable: bool, depth: usize) -> bool {
        let How::Method(name) = &change.how else {
            return is_mutable || change.how != How::Opaque;
        };
        if names::UNSTEADY.contains(&name.as_str()) {
            return true;
        }
        if !is_mutable || names::READERS.contains(&name.as_str()) {
            return false;
        }
        let methods = self
            .functions_named(name)
            .into_iter()
            .filter(|(_, function)| function.receiver.is_some());
        let mut methods = methods.peekable();
        if methods.peek().is_none() || depth == 0 {
            return true;
        }
        { methods }.any(|(its_file, method)| match method.receiver {
            Some(Receiver::Shared) => false,
            // The part of it that is used, as the method knows it.
            Some(Receiver::Mutable) => match used.path.strip_prefix(change.path.as_str()) {
                Some(rest) if rest.starts_with('.') => self.changes_own_part(its_file, method, rest, depth - 1),
                _ => true,
            },
            Some(Receiver::Value) | None => true,
        })
    }

    /// Whether a method may change the part `.field` of its `self`.
    fn changes_own_part(&self, file: &FileSyntax, method: &Function, part: &str, depth: usize) -> bool {
        let used = own_part(method, part);
        let is_given = file
            .moves
            .iter()
            .any(|given| given.name == "self" && method.span.contains(given.at));
        let changes = file.flow.changes.iter().filter(|change| {
            method.span.covers(&change.span) && crate::syntax::is_overlapping(&change.path, &used.path)
        });
        is_given || { changes }.any(|change| self.may_change(&used, change, true, depth))
    }

    /// Whether an expression only computes: the same answer from the same inputs, and nothing done beside.
    pub(crate) fn is_pure(&self, file: &FileSyntax, expression: Span, depth: usize) -> bool {
        let calls = file.calls.iter().filter(|call| expression.covers(&call.span));
        { calls }.all(|call| self.is_pure_call(file, call, expression, depth))
    }

    fn is_pure_call(&self, file: &FileSyntax, call: &CallExpr, within: Span, depth: usize) -> bool {
        let name = call.name.as_str();
        match call.callee {
            Callee::Operator => true,
            Callee::Macro => names::PURE_MACROS.contains(&name),
            Callee::Function => {
                let of_type = call
                    .receiver
                    .rsplit("::")
                    .nth(1)
                    .map(|of| of.split('<').next().unwrap_or(of));
                let is_it = |function: &Function| match (
                    of_type.filter(|of| of.starts_with(char::is_uppercase)),
                    &function.self_type,
                ) {
                    (Some("Self") | None, _) => true,
                    (Some(of), Some(its)) => its.starts_with(of),
                    (Some(_), None) => false,
                };
                !names::UNSTEADY_FUNCTIONS.contains(&name) && self.are_pure(name, &is_it, depth)
            }
            Callee::Method if names::READERS.contains(&name) => true,
            Callee::Method => {
                let is_outside = is_of_outside(file, call, within);
                let is_method = |function: &Function| function.receiver.is_some();
                let changes_it = || {
                    let methods = self.functions_named(name).into_iter();
                    { methods }.any(|(_, function)| function.receiver == Some(Receiver::Mutable))
                };
                let is_unsteady = is_outside && (names::UNSTEADY.contains(&name) || changes_it());
                !is_unsteady && self.are_pure(name, &is_method, depth)
            }
        }
    }

    /// Whether all of the user's functions of a name only compute, apart from changing what they are called on; true
    /// when there is none.
    fn are_pure(&self, name: &str, is_it: &dyn Fn(&Function) -> bool, depth: usize) -> bool {
        let functions = self.functions_named(name);
        let mut candidates = functions.into_iter().filter(|(_, function)| is_it(function)).peekable();
        if candidates.peek().is_none() {
            return true;
        }
        depth > 0 && { candidates }.all(|(file, function)| self.only_computes(file, function, depth - 1))
    }

    /// Whether a function only computes, by what it takes and what it does.
    pub(crate) fn is_pure_body(&self, file: &FileSyntax, function: &Function, depth: usize) -> bool {
        function.receiver != Some(Receiver::Mutable) && self.only_computes(file, function, depth)
    }

    /// The same for a function that calls itself.
    pub(crate) fn is_pure_recursion(&self, file: &FileSyntax, function: &Function, depth: usize) -> bool {
        let others = file
            .calls
            .iter()
            .filter(|call| function.body.covers(&call.span) && call.name != function.name);
        function.receiver != Some(Receiver::Mutable) && has_plain_parameters(function) && { others }
            .all(|call| self.is_pure_call(file, call, function.body, depth))
    }

    fn only_computes(&self, file: &FileSyntax, function: &Function, depth: usize) -> bool {
        has_plain_parameters(function) && self.is_pure(file, function.body, depth)
    }
}

/// Whether a function is given nothing through which others may change what it sees.
fn has_plain_parameters(function: &Function) -> bool {
    let is_plain = |declared: &str| !names::SHARED_STATE.iter().any(|state| declared.contains(state));
    function.parameters.iter().all(|(_, declared)| is_plain(declared))
}

/// Whether a method is called on a variable that was not made inside of the expression.
fn is_of_outside(file: &FileSyntax, call: &CallExpr, within: Span) -> bool {
    let mut changes = file.flow.changes.iter();
    changes.any(|change| {
        change.span == call.span
            && file
                .flow
                .binding(change.root(), change.span.start)
                .is_none_or(|binding| !within.contains(binding.scope.start))
    })
}

/// The part `.field` of a method's `self`, as it is known in its body.
fn own_part(method: &Function, part: &str) -> Use {
    Use {
        path: format!("self{part}"),
        span: method.body,
    }
}

/// Whether a name that is bound nowhere around is the same everywhere: a function, a constant, a static without state.
pub(crate) fn is_steady_global(file: &FileSyntax, name: &str) -> bool {
    let mut globals = file.globals.iter().filter(|global| global.name == name);
    globals.all(|global| !names::SHARED_STATE.iter().any(|state| global.declared.contains(state)))
}
