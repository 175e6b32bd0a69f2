//! What holds an allocation: the local variable, in the function that pays or in a caller, that the memory belongs to
//! while it is alive; or nothing, when it is used up in the expression that makes it.
//!
//! Follows the data, not the time: a buffer that is filled belongs to whoever declared it, a value that is returned to
//! whoever binds it. Where the source does not say, or the value is given away for good, there is no answer.

use crate::syntax::{CallExpr, Callee, FileSyntax, Local, Position, Span, Usage, root_name};
use crate::{Booked, Context, EntryIdx, Place, Repetition, context};
use profile::{NodeId, Site, Work};
use std::collections::BTreeSet;

/// Who holds an allocation, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'c> {
    /// The node in whose function it is held: the one asked about, or a caller.
    pub(crate) node: NodeId,
    /// How many functions up that is.
    pub(crate) levels_up: usize,
    /// What holds it.
    pub(crate) kind: HolderKind<'c>,
}

/// What holds an allocation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HolderKind<'c> {
    /// A local variable that keeps it to itself until it is dropped.
    Local(&'c Local),
    /// Nothing: this expression is used on the spot and dropped at the end of the statement.
    Temporary(&'c CallExpr),
}

impl Holder<'_> {
    /// Where the holder comes into being, in its function.
    pub(crate) fn at(&self) -> Position {
        match self.kind {
            HolderKind::Local(local) => local.span.start,
            HolderKind::Temporary(call) => call.span.start,
        }
    }
}

/// Methods that put something into what they are called on.
const FILLING: [&str; 18] = [
    "append",
    "entry",
    "extend",
    "extend_from_slice",
    "extend_from_within",
    "insert",
    "insert_str",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "reserve",
    "reserve_exact",
    "resize",
    "resize_with",
    "write_all",
    "write_char",
    "write_str",
];
/// Calls that put something into their last argument.
const FILLING_ARGUMENT: [&str; 4] = ["read_line", "read_to_end", "read_to_string", "read_until"];
/// Methods that hand the memory of what they are called on to their result.
const PASSING_ON: [&str; 7] = [
    "into_boxed_slice",
    "into_boxed_str",
    "into_bytes",
    "into_string",
    "into_vec",
    "to_mut",
    "unwrap_or_else",
];

impl Context<'_> {
    /// What holds the memory that a node takes.
    pub(crate) fn holder(&self, node: NodeId) -> Option<Holder<'_>> {
        let (_, _, site) = self.path(node).next()?;
        let call = self.written_call(node)?;
        match filled(call) {
            Some(name) => self.holder_named(node, &name),
            None => self.holder_of_value(node, site, call, 0),
        }
    }

    /// The call in the source that a node stands at: the one that debug information points to, or the nearest of the
    /// name that the ledger gives.
    pub(crate) fn written_call(&self, node: NodeId) -> Option<&CallExpr> {
        let (_, node, site) = self.path(node).next()?;
        let (syntax, at) = (self.syntax(site)?, context::position(site));
        let called = self.ledger().call_name(node.call);
        let name = called.rsplit("::").next().unwrap_or(called).trim_end_matches('!');
        let exact = syntax.call_at(at, &[]).filter(|call| call.at == at);
        exact.or_else(|| syntax.call_at(at, &[name]))
    }

    /// The declaration of the variable that a function knows as `name`, climbing through parameters.
    fn holder_named(&self, node: NodeId, name: &str) -> Option<Holder<'_>> {
        let mut name = name.to_owned();
        let mut levels_up = 0;
        let mut path = self.path(node).peekable();
        while let Some((id, _, site)) = path.next() {
            let syntax = self.syntax(site)?;
            if let Some(local) = self.declaration(syntax, context::position(site), &mut name) {
                return self.holder_of_local(id, local, levels_up);
            }
            let (_, _, caller) = path.peek()?;
            let function = self.function(site)?;
            if self.is_same_function(site, caller) {
                continue;
            }
            // An element of something larger is not the caller's to keep.
            let call = self.call(caller, &[function.name.as_str()])?;
            let given = std::iter::once(&call.receiver).chain(&call.arguments);
            if name == "self" && call.callee == Callee::Method && call.receiver.contains('(')
                || name != "self" && { given.skip(1) }
                    .any(|argument| argument.starts_with("&mut ") && argument.contains('('))
            {
                return None;
            }
            name = self.at_caller(syntax, site, function, &name, caller)??;
            levels_up += 1;
        }
        None
    }

    /// The variable that owns what `name` stands for here. Follows borrows, and leaves in `name` what they borrow from.
    fn declaration<'c>(&self, syntax: &'c FileSyntax, at: Position, name: &mut String) -> Option<&'c Local> {
        let mut at = at;
        loop {
            let local = syntax.local_at(at, name)?;
            let init = local.init.as_deref().unwrap_or("");
            if !init.starts_with('&') {
                return Some(local);
            }
            *name = root_name(init).to_owned();
            at = local.span.start;
        }
    }

    /// A local holds what it does not give away; what it returns, its caller holds.
    fn holder_of_local<'c>(&'c self, node: NodeId, local: &'c Local, levels_up: usize) -> Option<Holder<'c>> {
        let (_, _, site) = self.path(node).next()?;
        let syntax = self.syntax(site)?;
        match syntax.fate_of(local) {
            Fate::Stays => Some(Holder {
                node,
                levels_up,
                kind: HolderKind::Local(local),
            }),
            Fate::Returned => self.holder_at_caller(node, site, levels_up),
            Fate::GivenAway => {
                let next = syntax.assigned_to(local)?;
                (syntax.fate_of(next) == Fate::Stays).then_some(Holder {
                    node,
                    levels_up,
                    kind: HolderKind::Local(local),
                })
            }
        }
    }

    fn holder_at_caller(&self, node: NodeId, site: &Site, levels_up: usize) -> Option<Holder<'_>> {
        let function = self.function(site)?;
        let (id, _, caller) = self
            .path(node)
            .skip(1)
            .find(|(_, _, caller)| !self.is_same_function(site, caller))?;
        let call = self.call(caller, &[function.name.as_str()])?;
        (call.name == function.name).then_some(())?;
        self.holder_of_value(id, caller, call, levels_up + 1)
    }

    /// What becomes of the value of a call.
    fn holder_of_value<'c>(
        &'c self,
        node: NodeId,
        site: &Site,
        call: &'c CallExpr,
        levels_up: usize,
    ) -> Option<Holder<'c>> {
        let syntax = self.syntax(site)?;
        let temporary = Some(Holder {
            node,
            levels_up,
            kind: HolderKind::Temporary(call),
        });
        match syntax.usage_of(call.span) {
            Usage::Bound(local) => self.holder_of_local(node, local, levels_up),
            Usage::Returned => self.holder_at_caller(node, site, levels_up),
            Usage::Iterated | Usage::Indexed(_) => temporary,
            Usage::Receiver(outer) if outer.callee == Callee::Operator => {
                (!matches!(outer.name.as_str(), "+" | "+=" | "=")).then_some(temporary?)
            }
            Usage::Receiver(outer) if PASSING_ON.contains(&outer.name.as_str()) => {
                self.holder_of_value(node, site, outer, levels_up)
            }
            Usage::Receiver(_) => temporary,
            Usage::Argument(outer) if borrows(outer, call) => temporary,
            Usage::Argument(_) | Usage::Stored | Usage::Other => None,
        }
    }

    /// The loop that makes the holder anew in every pass: in its own function, or around a call of it.
    pub(crate) fn remade_by(&self, holder: &Holder<'_>) -> Option<Repetition> {
        let at = holder.at();
        let site = self.ledger().site(self.ledger().node(holder.node).site);
        let own = self
            .loops_at(holder.node)
            .into_iter()
            .find(|found| found.body.contains(at));
        if let Some(found) = own {
            let head = Place {
                line: found.head.line,
                column: found.head.column,
                ..self.place(site)
            };
            return Some(Repetition {
                node: holder.node,
                levels_up: 0,
                asks: self.place(site),
                head,
            });
        }
        let (caller, _, _) = self
            .path(holder.node)
            .skip(1)
            .find(|(_, _, outer)| !self.is_same_function(site, outer))?;
        let found = self.repetition(caller)?;
        Some(Repetition {
            levels_up: found.levels_up + 1,
            ..found
        })
    }

    /// What giving back `freed` blocks costs in the functions of some nodes, where they are dropped. Other blocks may be
    /// freed there too: nothing is said when the time is more than twice what so many frees cost on average.
    pub(crate) fn frees_in(&self, holders: impl IntoIterator<Item = NodeId>, freed: f64) -> Vec<EntryIdx> {
        let function = |node: NodeId| {
            let node = self.ledger().node(node);
            (node.parent, self.ledger().site(node.site).function.as_str())
        };
        let holders: BTreeSet<(Option<NodeId>, &str)> = holders.into_iter().map(function).collect();
        let all = self.entries().filter(|booked| booked.entry.work == Work::Free);
        let is_here = |booked: &Booked<'_>| holders.contains(&function(booked.entry.node));
        let here: Vec<EntryIdx> = all.filter(is_here).map(|booked| booked.idx).collect();
        if self.share_of(here.iter().copied()) <= 2.0 * self.share_of_frees(freed) {
            here
        } else {
            Vec::new()
        }
    }

    /// The part of all time spent giving memory back that falls to so many blocks.
    pub(crate) fn share_of_frees(&self, freed: f64) -> f64 {
        let entries = self.ledger().entries.iter().filter(|entry| entry.work == Work::Free);
        let seconds: f64 = entries.map(|entry| entry.cost.seconds).sum();
        let part = freed / self.profile().totals.frees.max(1) as f64;
        self.ledger().share_of(seconds) * part.min(1.0)
    }

    /// Whether two frames stand in one function of the source: a closure and what is around it.
    pub(crate) fn is_same_function(&self, inner: &Site, outer: &Site) -> bool {
        match (self.function(inner), self.function(outer)) {
            (Some(a), Some(b)) => a.span == b.span && inner.file == outer.file && inner.function.contains("{closure}"),
            _ => false,
        }
    }

    /// Where a holder comes into being.
    pub(crate) fn holder_place(&self, holder: &Holder<'_>) -> Place {
        let site = self.ledger().site(self.ledger().node(holder.node).site);
        let at = holder.at();
        Place {
            line: at.line,
            column: at.column,
            ..self.place(site)
        }
    }
}

/// The name of the variable that a call fills; `None` when it makes something new instead.
fn filled(call: &CallExpr) -> Option<String> {
    let root = |expression: &str| {
        let is_path = !expression.contains('(');
        is_path.then(|| root_name(expression).to_owned())
    };
    let name = call.name.as_str();
    match call.callee {
        Callee::Method if FILLING_ARGUMENT.contains(&name) => root(call.arguments.last()?),
        Callee::Method if FILLING.contains(&name) => Some(root(&call.receiver).unwrap_or_default()),
        Callee::Operator if name == "+=" => root(&call.receiver),
        Callee::Macro if matches!(name, "write" | "writeln") => {
            root(call.arguments.first()?.split(',').next().unwrap_or_default())
        }
        _ => None,
    }
}

/// Whether a call only borrows an argument, or is a macro or operator that looks at it.
fn borrows(outer: &CallExpr, argument: &CallExpr) -> bool {
    match outer.callee {
        Callee::Macro => outer.name != "vec",
        Callee::Operator => outer.name != "=",
        Callee::Method | Callee::Function => {
            let n_receivers = usize::from(outer.callee == Callee::Method);
            let operand = outer.operands.iter().position(|operand| operand.covers(&argument.span));
            let text = operand.and_then(|index| outer.arguments.get(index.checked_sub(n_receivers)?));
            text.is_some_and(|text| text.starts_with('&'))
        }
    }
}

/// What becomes of a local variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// It is dropped where it was declared.
    Stays,
    /// It leaves its function as the result, and in no other way.
    Returned,
    /// It is moved somewhere else.
    GivenAway,
}

impl FileSyntax {
    /// The variable of the same function that takes over a local's value, `previous = current`, when nothing else does.
    fn assigned_to(&self, local: &Local) -> Option<&Local> {
        let function = self.function_at(local.span.start)?.span;
        let mut moves = self
            .moves
            .iter()
            .filter(|given| given.name == local.name && given.at >= local.span.end && function.contains(given.at));
        let (only, other) = (moves.next()?, moves.next());
        let is_assignment = |call: &&CallExpr| {
            call.callee == Callee::Operator
                && call.name == "="
                && call.operands.get(1).is_some_and(|right| right.start == only.at)
        };
        let assignment = self.calls.iter().find(is_assignment).filter(|_| other.is_none())?;
        self.local_at(assignment.at, &assignment.receiver)
    }

    /// What becomes of a local variable.
    pub(crate) fn fate_of(&self, local: &Local) -> Fate {
        if !self.is_given_away(local) {
            return Fate::Stays;
        }
        let function = self.function_at(local.span.start).map(|function| function.span);
        let mut moves = self.moves.iter().filter(|given| {
            given.name == local.name
                && given.at >= local.span.end
                && function.is_some_and(|function| function.contains(given.at))
        });
        let wraps = |value: &Span, at: Position| {
            let wrappers = ["Some", "Ok", "Err"];
            let is_wrapper = |call: &&CallExpr| call.span == *value && wrappers.contains(&call.name.as_str());
            self.calls
                .iter()
                .filter(is_wrapper)
                .any(|call| call.operands.iter().any(|operand| operand.start == at))
        };
        let is_result = |at: Position| self.returned.iter().any(|value| value.start == at || wraps(value, at));
        // What a loop binds from it may be given away as well: then no move of its own name is seen.
        let first = moves.next();
        if first.is_some_and(|given| is_result(given.at)) && moves.all(|given| is_result(given.at)) {
            Fate::Returned
        } else {
            Fate::GivenAway
        }
    }
}
