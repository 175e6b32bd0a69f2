//! How a collection changes in a pass of a loop: by an element, by many, or as a whole.

use super::{MAX_DEPTH, Passes, names};
use crate::syntax::{Binding, Change, FileSyntax, Function, How, Name, Receiver, Span, Use, is_overlapping};
use crate::{Context, sameness};
use std::collections::BTreeSet;

/// What happens to a collection in a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Put in order.
    Sorted,
    /// An element is added.
    Added,
    /// Elements are added.
    ManyAdded,
    /// Elements are taken out; the rest stays as it was.
    Removed,
    /// Anything else: it may be another one altogether.
    Whole,
}

const ADDING: [&str; 7] = [
    "add",
    "insert",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "write_str",
];
const ADDING_MANY: [&str; 4] = ["append", "extend", "extend_from_slice", "write_all"];
const REMOVING: [&str; 9] = [
    "dedup",
    "pop",
    "pop_back",
    "pop_front",
    "pop_first",
    "pop_last",
    "remove",
    "retain",
    "swap_remove",
];
/// Changes of a collection that leave its elements alone.
const HARMLESS: [&str; 4] = ["reserve", "shrink_to_fit", "as_mut_slice", "make_contiguous"];

/// Methods that lend a part to be changed.
const LENDING: [&str; 7] = [
    "as_mut",
    "back_mut",
    "first_mut",
    "front_mut",
    "get_mut",
    "last_mut",
    "peek_mut",
];

/// Whether a method puts a list in order.
pub(crate) fn is_sort(method: &str) -> bool {
    method.starts_with("sort") || method.starts_with("par_sort")
}

impl Passes<'_, '_> {
    /// How what is used changes in a pass.
    pub(crate) fn steps(&self, used: &Use) -> BTreeSet<Step> {
        let flow = &self.file.flow;
        let within = self.found.span;
        let is_mutable = flow
            .binding(used.root(), used.span.start)
            .is_some_and(|binding| binding.is_mutable);
        let changes: Vec<&Change> = flow.changes_of(used, within).collect();
        let mut steps = self
            .ctx
            .steps_of(self.file, used, &changes, self.found.body, is_mutable, MAX_DEPTH);
        if is_mutable {
            steps.extend(self.ctx.steps_of_given(self.file, used, within, MAX_DEPTH));
        }
        steps
    }
}

impl Context<'_> {
    fn steps_of(
        &self,
        file: &FileSyntax,
        used: &Use,
        changes: &[&Change],
        body: Span,
        is_mutable: bool,
        depth: usize,
    ) -> BTreeSet<Step> {
        let mut steps = BTreeSet::new();
        for change in changes {
            let is_again = is_in_inner_loop(file, body, change.span);
            let of_change = self.steps_of_change(file, used, change, is_mutable, depth);
            steps.extend(of_change.into_iter().map(|step| match step {
                Step::Added if is_again => Step::ManyAdded,
                step => step,
            }));
        }
        steps
    }

    fn steps_of_change(
        &self,
        file: &FileSyntax,
        used: &Use,
        change: &Change,
        is_mutable: bool,
        depth: usize,
    ) -> BTreeSet<Step> {
        let one = |step: Step| BTreeSet::from([step]);
        let How::Method(name) = &change.how else {
            let rest = used.path.get(change.path.len()..).unwrap_or_default();
            let of_argument = || self.steps_of_argument(file, rest, change.span, depth);
            let is_lent = change.how == How::Borrowed && used.path.starts_with(change.path.as_str()) && depth > 0;
            return is_lent.then(of_argument).flatten().unwrap_or_else(|| one(Step::Whole));
        };
        if let "truncate" | "drain" = name.as_str() {
            return one(if empties(file, change) {
                Step::Whole
            } else {
                Step::Removed
            });
        }
        let name = name.as_str();
        if LENDING.contains(&name) {
            return self.steps_of_lent(file, change, depth);
        }
        let is_itself = change.path == used.path;
        if is_itself && is_sort(name) {
            return one(Step::Sorted);
        }
        let methods = self.functions_named(name);
        let mut own = methods
            .iter()
            .filter(|(_, function)| function.receiver.is_some())
            .peekable();
        // A method of the user's own type may be called like one of a collection: the path tells them apart.
        let is_part_of_it = used.path.len() > change.path.len();
        if is_part_of_it && own.peek().is_some() && depth > 0 {
            let part = &used.path[change.path.len()..];
            return own
                .flat_map(|(file, method)| self.steps_of_method(file, method, part, depth - 1))
                .collect();
        }
        if is_itself && ADDING.contains(&name) {
            one(Step::Added)
        } else if is_itself && ADDING_MANY.contains(&name) {
            one(Step::ManyAdded)
        } else if is_itself && REMOVING.contains(&name) {
            one(Step::Removed)
        } else if HARMLESS.contains(&name)
            || names::READERS.contains(&name)
            || !is_mutable && !names::UNSTEADY.contains(&name)
        {
            BTreeSet::new()
        } else if self.may_change(used, change, is_mutable, depth) {
            one(Step::Whole)
        } else {
            BTreeSet::new()
        }
    }

    /// How a part that a method lends is changed, by the name that it is bound to.
    fn steps_of_lent(&self, file: &FileSyntax, lent: &Change, depth: usize) -> BTreeSet<Step> {
        let is_made_of_it = |binding: &&Binding| binding.from.is_some_and(|from| from.covers(&lent.span));
        let names: Vec<&Binding> = file.flow.bindings.iter().filter(is_made_of_it).collect();
        if names.is_empty() || depth == 0 {
            return BTreeSet::from([Step::Whole]);
        }
        let of_name = |binding: &Binding| {
            let used = Use {
                path: binding.name.clone(),
                span: binding.scope,
            };
            let changes: Vec<&Change> = file.flow.changes_of(&used, binding.scope).collect();
            let mut steps = self.steps_of(file, &used, &changes, binding.scope, true, depth - 1);
            steps.extend(self.steps_of_given(file, &used, binding.scope, depth - 1));
            steps
        };
        names.into_iter().flat_map(of_name).collect()
    }

    /// How what is passed on by its plain name, a mutable reference, changes where it goes.
    fn steps_of_given(&self, file: &FileSyntax, used: &Use, within: Span, depth: usize) -> BTreeSet<Step> {
        let is_it = |given: &&Name| given.name == used.root() && within.contains(given.at);
        let rest = &used.path[used.root().len()..];
        let of_move = |given: &Name| {
            let mut uses = file.flow.uses.iter();
            let known = uses.find(|other| other.span.start == given.at).filter(|_| depth > 0)?;
            self.steps_of_argument(file, rest, known.span, depth)
        };
        let given = file.moves.iter().filter(is_it);
        given
            .flat_map(|given| of_move(given).unwrap_or_else(|| BTreeSet::from([Step::Whole])))
            .collect()
    }

    /// How a function of the user's changes what it is lent as an argument; `None` when there is no such function.
    fn steps_of_argument(&self, file: &FileSyntax, rest: &str, lent: Span, depth: usize) -> Option<BTreeSet<Step>> {
        let call = file.calls.iter().find(|call| call.operands.contains(&lent))?;
        let index = call.operands.iter().position(|operand| *operand == lent)?;
        let functions = self.functions_named(&call.name);
        let mut steps = BTreeSet::new();
        for (its_file, function) in &functions {
            let index = index.checked_sub(usize::from(function.receiver.is_some()))?;
            let (name, _) = function.parameters.get(index)?;
            let used = Use {
                path: format!("{name}{rest}"),
                span: function.body,
            };
            steps.extend(self.steps_in_function(its_file, function, &used, depth - 1));
        }
        (!functions.is_empty()).then_some(steps)
    }

    /// How a method changes the part `.field` of its `self`.
    fn steps_of_method(&self, file: &FileSyntax, method: &Function, part: &str, depth: usize) -> BTreeSet<Step> {
        match method.receiver {
            Some(Receiver::Shared) | None => return BTreeSet::new(),
            Some(Receiver::Value) => return BTreeSet::from([Step::Whole]),
            Some(Receiver::Mutable) => {}
        }
        self.steps_in_function(file, method, &sameness::own_part(method, part), depth)
    }

    /// How a function changes a part of one of its parameters.
    fn steps_in_function(&self, file: &FileSyntax, function: &Function, used: &Use, depth: usize) -> BTreeSet<Step> {
        let is_of_it =
            |change: &&Change| function.span.covers(&change.span) && is_overlapping(&change.path, &used.path);
        let changes: Vec<&Change> = file.flow.changes.iter().filter(is_of_it).collect();
        let mut steps = self.steps_of(file, used, &changes, function.body, true, depth);
        steps.extend(self.steps_of_given(file, used, function.span, depth));
        steps
    }
}

/// Whether `truncate` or `drain` takes everything.
fn empties(file: &FileSyntax, change: &Change) -> bool {
    let call = file.calls.iter().find(|call| call.span == change.span);
    let argument = call.and_then(|call| call.arguments.first());
    argument.is_none_or(|argument| matches!(argument.as_str(), "0" | ".."))
}

/// Whether a loop inside of a body repeats what stands at a span.
fn is_in_inner_loop(file: &FileSyntax, body: Span, at: Span) -> bool {
    let is_inner = |span: &Span| body.covers(span) && *span != body && span.covers(&at);
    file.loops.iter().any(|found| is_inner(&found.body))
}
