//! Which loop asks for the same answer again in every pass: climbs the call path with all that an expression depends on.

use crate::context::is_per_element;
use crate::sameness::Passes;
use crate::syntax::{BindingKind, CallExpr, Callee, FileSyntax, Function, How, Loop, Span, Use};
use crate::{Context, Place};
use profile::NodeId;

/// A loop that asks for the same answer in every pass.
pub(crate) struct Recurrence {
    /// How many functions above the expression; 0 when the loop is in its own.
    pub(crate) levels_up: usize,
    /// Where the loop asks.
    pub(crate) asks: Place,
    /// Where the loop begins.
    pub(crate) head: Place,
}

/// What to climb with.
pub(crate) struct Climb {
    /// Where the expression stands.
    pub(crate) expression: Span,
    /// What it depends on.
    pub(crate) inputs: Vec<Use>,
    /// What it is followed for.
    pub(crate) aim: Aim,
}

/// What an expression is followed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Its answer: a function that keeps answers for the next time ends the climb.
    Answer,
    /// The collection that it is, however it changes.
    Collection,
    /// Where it lives: an element of a list is followed to the list.
    Home,
}

/// Locals are followed through this many others.
const MAX_DEPTH: usize = 6;

impl Context<'_> {
    /// The nearest loop in whose every pass an expression at a node gets the same answer.
    pub(crate) fn recurrence(&self, node: NodeId, expression: Span) -> Option<Recurrence> {
        let inputs = self.inputs_at(node, expression)?;
        let aim = Aim::Answer;
        let climb = Climb {
            expression,
            inputs,
            aim,
        };
        let is_same = |passes: &Passes<'_, '_>, inputs: &[Use], here: Span| {
            let is_same = inputs.iter().all(|input| passes.is_same(input))
                && passes.is_repeated(here)
                && passes.has_varying_work();
            is_same.then_some(())
        };
        self.climb(node, climb, is_same).map(|(recurrence, ())| recurrence)
    }

    /// What an expression at a node takes from around it.
    pub(crate) fn inputs_at(&self, node: NodeId, expression: Span) -> Option<Vec<Use>> {
        let site = self.ledger().site(self.ledger().node(node).site);
        Some(self.syntax(site)?.flow.inputs(expression).cloned().collect())
    }

    /// Asks `visit` of every loop around an expression at a node, from the innermost outwards and from its function to
    /// its callers, each time with the expression's inputs as they are known there, until it has an answer.
    pub(crate) fn climb<T>(
        &self,
        node: NodeId,
        Climb {
            expression,
            mut inputs,
            aim,
        }: Climb,
        visit: impl Fn(&Passes<'_, '_>, &[Use], Span) -> Option<T>,
    ) -> Option<(Recurrence, T)> {
        let path: Vec<_> = self.path(node).collect();
        let mut here = expression;
        let mut levels_up = 0;
        for (index, &(id, _, site)) in path.iter().enumerate() {
            let file = self.syntax(site)?;
            for found in self.loops_at(id) {
                if is_behind_closure(file, here, found) {
                    return None;
                }
                let passes = Passes { ctx: self, file, found };
                if let Some(answer) = found
                    .body
                    .covers(&here)
                    .then(|| visit(&passes, &inputs, here))
                    .flatten()
                {
                    let asks = self.place(site);
                    let head = Place {
                        line: found.head.line,
                        column: found.head.column,
                        ..asks.clone()
                    };
                    return Some((Recurrence { levels_up, asks, head }, answer));
                }
            }
            let &(above_id, above, above_site) = path.get(index + 1)?;
            let function = self.function(site)?;
            let called_by = self.ledger().call_name(above.call);
            let is_same_function = site.file == above_site.file
                && site.function != above_site.function
                && self
                    .function(above_site)
                    .is_some_and(|outer| outer.span == function.span);
            if !called_by.is_empty() && !is_per_element(called_by) {
                return None;
            }
            if !is_same_function {
                if self.is_first_time_only(file, function, here)
                    || (aim == Aim::Answer && is_answer_kept(file, function, here))
                {
                    return None;
                }
                let call = self.call(above_site, &[function.name.as_str()])?;
                let above_file = self.syntax(above_site)?;
                // What a recursion asks of one part it asks of another next; and behind a trait, each receiver may have
                // a function of its own.
                if aim == Aim::Answer
                    && (is_recursive(file, function)
                        || (is_of_trait(&site.function) && is_made_by_loop(self, above_id, call, above_file)))
                {
                    return None;
                }
                let homes = || {
                    inputs
                        .iter()
                        .map(|input| home(file, input, function.body))
                        .collect::<Option<Vec<_>>>()
                };
                let inputs_here = if aim == Aim::Home { homes()? } else { inputs };
                let roots = parameters_behind(file, function, &inputs_here, aim)?;
                inputs = at_caller(function, &roots, call, above_file)?;
                here = call.span;
                levels_up += 1;
            }
        }
        None
    }

    /// Whether a function does something only on a condition that doing it changes.
    fn is_first_time_only(&self, file: &FileSyntax, function: &Function, at: Span) -> bool {
        let mut around = file
            .flow
            .conditions
            .iter()
            .filter(|condition| function.body.covers(&condition.branch) && condition.branch.covers(&at));
        around.any(|condition| self.is_once(file, condition.decided_by, condition.branch))
    }
}

/// Whether a function calls itself.
fn is_recursive(file: &FileSyntax, function: &Function) -> bool {
    let is_own = |call: &CallExpr| match call.callee {
        Callee::Method => call.receiver == "self",
        Callee::Function => true,
        Callee::Macro | Callee::Operator => false,
    };
    let mut inside = file.calls.iter().filter(|call| function.body.covers(&call.span));
    inside.any(|call| call.name == function.name && is_own(call))
}

/// Whether a function is a trait's, by the name that the compiler gives it: `<app::Limit as app::Check>::rejects`.
fn is_of_trait(function: &str) -> bool {
    function.starts_with('<') && function.contains(" as ")
}

/// Whether a method is called on another value in every pass of a loop around the call.
fn is_made_by_loop(ctx: &Context<'_>, node: NodeId, call: &CallExpr, file: &FileSyntax) -> bool {
    let Some(receiver) = call.operands.first().filter(|_| call.callee == Callee::Method) else {
        return false;
    };
    let is_bound = |found: &&Loop| {
        let mut uses = file.flow.uses.iter().filter(|used| receiver.covers(&used.span));
        found.body.covers(&call.span) && uses.any(|used| found.bound.iter().any(|name| name == used.root()))
    };
    ctx.loops_at(node).into_iter().any(|found| is_bound(&found))
}

/// Whether a function may keep an answer for the next time: it has a way out before asking, and changes something.
fn is_answer_kept(file: &FileSyntax, function: &Function, at: Span) -> bool {
    let flow = &file.flow;
    let inside = |span: &Span| function.body.covers(span);
    let leaves_before = flow.exits.iter().any(|exit| inside(exit) && exit.end <= at.start);
    let keeps = flow.changes.iter().filter(|change| inside(&change.span)).any(|change| {
        let binding = flow.binding(change.root(), change.span.start);
        let is_own = binding.is_some_and(|binding| binding.kind != BindingKind::Parameter);
        let is_keeping = match &change.how {
            How::Method(name) => {
                matches!(
                    name.as_str(),
                    "insert" | "set" | "entry" | "borrow_mut" | "lock" | "replace" | "push"
                )
            }
            _ => true,
        };
        is_keeping && !is_own
    });
    leaves_before && keeps
}

/// Whether a closure that the loop does not call itself stands between a loop and what it holds.
fn is_behind_closure(file: &FileSyntax, here: Span, found: &Loop) -> bool {
    let is_pass = |closure: &Span| file.loops.iter().any(|inner| inner.body == *closure);
    file.flow.closures.iter().any(|closure| {
        found.body.covers(closure) && *closure != found.body && closure.covers(&here) && !is_pass(closure)
    })
}

/// The parameters, with their fields, that some uses in a function come from; `None` when one comes from elsewhere.
fn parameters_behind(file: &FileSyntax, function: &Function, uses: &[Use], aim: Aim) -> Option<Vec<Use>> {
    let mut found: Vec<Use> = Vec::new();
    let mut open: Vec<(Use, usize)> = uses.iter().map(|used| (used.clone(), MAX_DEPTH)).collect();
    while let Some((used, depth)) = open.pop() {
        let Some(binding) = file.flow.binding(used.root(), used.span.start) else {
            // Constants and functions; a static with state was told from them in no loop, so it is told here.
            let is_static = file.globals.iter().any(|global| global.name == used.root());
            if is_static && !is_constant_like(file, used.root()) {
                return None;
            }
            continue;
        };
        match (binding.kind, binding.from) {
            (BindingKind::Parameter, _) if function.body == binding.scope => found.push(used),
            // A collection may be changed through the name that lends a part of it.
            (BindingKind::Let | BindingKind::Part, Some(from))
                if depth > 0
                    && (!binding.is_mutable || (aim == Aim::Collection && binding.kind == BindingKind::Part)) =>
            {
                open.extend(file.flow.inputs(from).map(|input| (input.clone(), depth - 1)));
            }
            _ => return None,
        }
    }
    Some(found)
}

fn is_constant_like(file: &FileSyntax, name: &str) -> bool {
    let state = ["Cell<", "Mutex<", "RwLock<", "Atomic"];
    let mut globals = file.globals.iter().filter(|global| global.name == name);
    globals.all(|global| !state.iter().any(|part| global.declared.contains(part)))
}

/// Calls by which a value is made a moment ago, from a text or from the world.
const FRESH: [&str; 18] = [
    "args",
    "bytes",
    "chars",
    "drain",
    "format",
    "into_iter",
    "lines",
    "matches",
    "next",
    "parse",
    "read",
    "recv",
    "to_string",
    "find_iter",
    "captures",
    "captures_iter",
    "from_utf8",
    "words",
];

/// What an element, a part or another name of something belongs to, outside of a span: `graph.edges` for the `edge` of
/// `for edge in &graph.edges`. `None` when it is made inside of it.
pub(crate) fn home(file: &FileSyntax, used: &Use, inside: Span) -> Option<Use> {
    let mut used = used.clone();
    for _ in 0..MAX_DEPTH {
        let Some(binding) = file.flow.binding(used.root(), used.span.start) else {
            return Some(used);
        };
        let is_of_inside = inside.contains(binding.scope.start) && binding.scope != inside;
        if !is_of_inside || binding.kind == BindingKind::Parameter {
            return Some(used);
        }
        let from = binding.from?;
        let is_fresh =
            |name: &str| FRESH.contains(&name) || ["split", "read_", "token"].iter().any(|part| name.contains(part));
        if file
            .calls
            .iter()
            .any(|call| from.covers(&call.span) && is_fresh(&call.name))
        {
            return None;
        }
        let known =
            file.flow.uses.iter().filter(|other| {
                from.covers(&other.span) && file.flow.binding(other.root(), other.span.start).is_some()
            });
        used = known.min_by_key(|other| other.span.start)?.clone();
    }
    None
}

/// What the caller gives for some parameters.
pub(crate) fn at_caller(
    function: &Function,
    parameters: &[Use],
    call: &CallExpr,
    file: &FileSyntax,
) -> Option<Vec<Use>> {
    let mut inputs = Vec::new();
    for used in parameters {
        let root = used.root();
        let operand = if root == "self" {
            0
        } else {
            let index = function.parameters.iter().position(|(name, _)| name == root)?;
            index + usize::from(function.receiver.is_some())
        };
        let operand = *call.operands.get(operand)?;
        let given: Vec<&Use> = file.flow.inputs(operand).collect();
        match given.as_slice() {
            [whole] if is_plain(operand, whole.span) => {
                let rest = &used.path[root.len()..];
                inputs.push(Use {
                    path: format!("{}{rest}", whole.path),
                    span: whole.span,
                });
            }
            given => inputs.extend(given.iter().map(|&used| used.clone())),
        }
    }
    Some(inputs)
}

/// Whether an operand is nothing but a borrow of a path: `x`, `&x`, `&mut x`.
fn is_plain(operand: Span, path: Span) -> bool {
    operand.end == path.end && operand.start.line == path.start.line && path.start.column - operand.start.column <= 5
}
