//! Who asks for the same thing again and again: climbs the call path, following the data through parameters.

use crate::syntax::{BindingKind, CallExpr, FileSyntax, Function, Loop, LoopKind, Position, root_name};
use crate::{Context, Place, context};
use profile::{Node, NodeId, Site};

/// A loop that repeats what a node does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Repetition {
    /// The node whose function holds the loop.
    pub(crate) node: NodeId,
    /// How many user functions above the one asked about; 0 when the loop is in its own.
    pub(crate) levels_up: usize,
    /// The line that repeats, in the function that holds the loop: there the caller asks.
    pub(crate) asks: Place,
    /// The loop's head.
    pub(crate) head: Place,
}

/// Aliases are followed this far: `let a = &self.b; let c = &a.d;`.
const MAX_ALIASES: usize = 4;

impl Context<'_> {
    /// The nearest loop around a node, in its function or in a caller.
    pub(crate) fn repetition(&self, node: NodeId) -> Option<Repetition> {
        self.repetition_of(node, None, None)
    }

    /// The nearest loop around a node that repeats it with the **same** value of an expression written there: one that
    /// is neither bound by the loop nor made in its body. The value is followed upwards through parameters, `self` and
    /// plain aliases. Where syntax is missing, the benefit of the doubt goes to the value: a loop is a loop.
    pub(crate) fn repetition_with_same(&self, node: NodeId, expression: &str) -> Option<Repetition> {
        self.repetition_of(node, Some(root_name(expression).to_owned()), None)
    }

    /// The same, not counting one loop around the node: the loop that repeats `inner` as a whole.
    pub(crate) fn repetition_around(&self, node: NodeId, inner: &Loop, expression: &str) -> Option<Repetition> {
        self.repetition_of(node, Some(root_name(expression).to_owned()), Some(inner))
    }

    /// `root` is the name to follow; `None` for what is the same everywhere.
    fn repetition_of(&self, node: NodeId, mut root: Option<String>, inner: Option<&Loop>) -> Option<Repetition> {
        let path: Vec<_> = self.path(node).collect();
        let mut levels_up = 0;
        for (index, &(id, _, site)) in path.iter().enumerate() {
            if root.as_deref().is_some_and(is_global) {
                root = None;
            }
            let above = path.get(index + 1);
            let syntax = self.syntax(site);
            if let Some(syntax) = syntax {
                let at = context::position(site);
                let is_inner = |found: &Loop| index == 0 && inner.is_some_and(|inner| inner.span == found.span);
                for found in self.loops_at(id).into_iter().filter(|found| !is_inner(found)) {
                    match root.as_deref().and_then(|name| novelty(syntax, at, name, found)) {
                        None => return Some(self.repetition_at(id, levels_up, site, Some(found))),
                        // Around the loop, the elements are the same when what it runs through is.
                        Some(Novelty::ElementOf(source)) => root = Some(source),
                        Some(Novelty::Made) => return None,
                    }
                }
            }
            if let Some(&(parent, above, above_site)) = above
                && self.is_called_per_element(id, above)
                && !root.as_deref().is_some_and(|name| self.is_handed_in(site, name))
            {
                let levels_up = levels_up + usize::from(!self.is_closure_in(site, above_site));
                return Some(self.repetition_at(parent, levels_up, above_site, None));
            }
            let (_, _, above_site) = above?;
            let function = self.function(site);
            if !self.is_closure_in(site, above_site) {
                levels_up += 1;
                if root.as_deref().is_some_and(|name| self.is_captured(site, name))
                    && !path[index + 1..]
                        .iter()
                        .any(|(_, _, outer)| self.is_closure_in(site, outer))
                {
                    // Kept by a closure that outlived the function that it stands in: the same in all of its calls.
                    root = None;
                }
                if let (Some(name), Some(syntax), Some(function)) = (&root, syntax, function) {
                    root = self.at_caller(syntax, site, function, name, above_site)?;
                }
            }
        }
        None
    }

    /// Whether a site is in a closure that stands in the function of another.
    pub(crate) fn is_closure_in(&self, site: &Site, above: &Site) -> bool {
        match (self.function(site), self.function(above)) {
            (Some(inner), Some(outer)) => {
                inner.span == outer.span && site.file == above.file && site.function != above.function
            }
            _ => false,
        }
    }

    /// Whether a library calls the function of a node once per element: one that is handed over by its name, or whose
    /// source is not known. Closures that stand where they are handed over are loops themselves, and what is called for
    /// the next element belongs to the loop that asks for it.
    fn is_called_per_element(&self, id: NodeId, above: &Node) -> bool {
        let call = self.ledger().call_name(above.call);
        let is_loop = |found: &&Loop| matches!(found.kind, LoopKind::Closure { .. });
        context::is_per_element(call)
            && !matches!(call, "Iterator::next" | "Iterator::next_back" | "Iterator::size_hint")
            && !self.loops_at(id).iter().any(is_loop)
    }

    /// Whether a name is a parameter of the function or closure at a site: another one for every element, except for the
    /// iterator that is asked for them.
    fn is_handed_in(&self, site: &Site, name: &str) -> bool {
        let Some(syntax) = self.syntax(site) else { return false };
        let is_iterator = self
            .function(site)
            .is_some_and(|function| matches!(function.name.as_str(), "next" | "next_back"));
        if is_iterator && name == "self" {
            return false;
        }
        let (name, at) = resolve_alias(syntax, context::position(site), name);
        let handed = if site.function.ends_with("{closure}") {
            BindingKind::Closure
        } else {
            BindingKind::Parameter
        };
        syntax
            .flow
            .binding(&name, at)
            .is_some_and(|binding| binding.kind == handed)
    }

    /// Whether a site is in a closure, and a name in it stands for something from around the closure.
    fn is_captured(&self, site: &Site, name: &str) -> bool {
        if !site.function.ends_with("{closure}") {
            return false;
        }
        let Some(syntax) = self.syntax(site) else { return false };
        let at = context::position(site);
        let around = syntax.flow.closures.iter().filter(|closure| closure.contains(at));
        let binding = syntax.flow.binding(name, at);
        around
            .min_by_key(|closure| closure.size())
            .zip(binding)
            .is_some_and(|(closure, binding)| !closure.contains(binding.scope.start))
    }

    fn repetition_at(&self, node: NodeId, levels_up: usize, site: &Site, found: Option<&Loop>) -> Repetition {
        let asks = self.place(site);
        let head = match found {
            Some(found) => Place {
                line: found.head.line,
                column: found.head.column,
                ..asks.clone()
            },
            None => asks.clone(),
        };
        Repetition {
            node,
            levels_up,
            asks,
            head,
        }
    }

    /// What the caller calls a value that a function knows as `name`: `Some(None)` when it is the same everywhere or
    /// cannot be told, `None` when the function makes it anew in every call.
    pub(crate) fn at_caller(
        &self,
        syntax: &FileSyntax,
        site: &Site,
        function: &Function,
        name: &str,
        caller: &Site,
    ) -> Option<Option<String>> {
        let (name, at) = resolve_alias(syntax, context::position(site), name);
        let call = self.call(caller, &[function.name.as_str()]);
        let argument = |call: &CallExpr, index: usize| call.arguments.get(index).map(|text| root_name(text).to_owned());
        if name == "self" {
            return Some(call.and_then(|call| match call.callee {
                crate::syntax::Callee::Method => Some(root_name(&call.receiver).to_owned()),
                _ => argument(call, 0),
            }));
        }
        if syntax.local_at(at, &name).is_some() {
            return None;
        }
        match function.parameters.iter().position(|(parameter, _)| *parameter == name) {
            Some(index) => Some(call.and_then(|call| match call.callee {
                crate::syntax::Callee::Function if has_receiver_argument(function, call) => argument(call, index + 1),
                _ => argument(call, index),
            })),
            // Captured from around a closure, a pattern of a match, a static.
            None => Some(None),
        }
    }
}

/// Whether a method is called as `Type::method(receiver, ..)`.
fn has_receiver_argument(function: &Function, call: &CallExpr) -> bool {
    function.self_type.is_some() && call.arguments.len() > function.parameters.len()
}

fn is_global(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_')
}

/// How a value comes to be another one in every pass of a loop.
enum Novelty {
    /// The loop runs through what has this name.
    ElementOf(String),
    /// The pass makes it.
    Made,
}

/// Whether a value is new in every pass of a loop, and how.
fn novelty(syntax: &FileSyntax, mut at: Position, name: &str, found: &Loop) -> Option<Novelty> {
    let mut name = name.to_owned();
    for _ in 0..MAX_ALIASES {
        let local = syntax
            .local_at(at, &name)
            .filter(|local| found.body.contains(local.span.start));
        let Some(local) = local else {
            return found.bound.contains(&name).then(|| element_of(found));
        };
        let Some(target) = local.init.as_deref().and_then(alias_of) else {
            return Some(Novelty::Made);
        };
        // What stands in an initializer was known before: `let list = list.borrow();`.
        (name, at) = (target.to_owned(), local.span.start);
    }
    Some(Novelty::Made)
}

/// Where the values that a loop binds come from.
fn element_of(found: &Loop) -> Novelty {
    let source = match &found.kind {
        LoopKind::For { iterated, .. } => iterated,
        LoopKind::Closure { receiver, .. } => receiver,
        LoopKind::While => return Novelty::Made,
    };
    match root_name(source) {
        "" => Novelty::Made,
        root => Novelty::ElementOf(root.to_owned()),
    }
}

/// The name that a local variable stands for, through plain aliases, and from where that is looked up.
fn resolve_alias(syntax: &FileSyntax, mut at: Position, name: &str) -> (String, Position) {
    let mut name = name.to_owned();
    for _ in 0..MAX_ALIASES {
        let Some(local) = syntax.local_at(at, &name) else { break };
        let Some(target) = local.init.as_deref().and_then(alias_of) else {
            break;
        };
        (name, at) = (target.to_owned(), local.span.start);
    }
    (name, at)
}

/// The root of an initializer that makes nothing new: a borrow, a path of fields, a lock guard, an unwrapped reference.
fn alias_of(init: &str) -> Option<&str> {
    const PLAIN: [&str; 14] = [
        ".borrow()",
        ".borrow_mut()",
        ".lock()",
        ".read()",
        ".write()",
        ".unwrap()",
        ".as_ref()",
        ".as_mut()",
        ".as_slice()",
        ".as_mut_slice()",
        ".iter()",
        ".iter_mut()",
        ".deref()",
        ".as_str()",
    ];
    let mut rest = init.trim_end_matches('?');
    while let Some(shorter) = PLAIN.iter().find_map(|suffix| rest.strip_suffix(suffix)) {
        rest = shorter.trim_end_matches('?');
    }
    let path = rest.trim_start_matches(['&', '*', '(']).trim_start_matches("mut ");
    let is_path = !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    (is_path && !path.starts_with(|c: char| c.is_ascii_digit())).then(|| root_name(path))
}
