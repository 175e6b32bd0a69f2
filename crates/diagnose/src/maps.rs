//! Which map or set a library call is on, and what else the program does with it.

#[cfg(test)]
mod tests;

use crate::recurrence::at_caller;
use crate::syntax::{BindingKind, CallExpr, Callee, FileSyntax, Local, LoopKind, Position, Span, Usage, Use};
use crate::{Candidate, Confidence, Context, EntryIdx, Place, Rule};
use profile::{HeapCost, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// A map or set of the program, as far as the source tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MapId {
    /// A field, by its name: of whatever struct, for a field of a map's type is hardly ever called like another.
    Field(String),
    /// A local variable: file, where it becomes known, name.
    Local(String, (u32, u32), String),
}

impl MapId {
    /// Name of the field or variable.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Field(name) | Self::Local(_, _, name) => name,
        }
    }
}

/// A node that calls a map's method.
#[derive(Clone, Copy)]
pub(crate) struct MapCall<'c> {
    pub(crate) node: NodeId,
    /// `HashMap`, `BTreeSet` …
    pub(crate) kind: &'c str,
    /// The call as written.
    pub(crate) call: &'c CallExpr,
}

/// How the program uses a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MapUses {
    /// Methods called on it, `index` and `for` included.
    pub(crate) methods: BTreeSet<String>,
    /// Whether a walk over it lets anything see the order of its entries.
    pub(crate) shows_order: bool,
    /// Keys that are written where it is asked: the first argument of a method, the index.
    pub(crate) keys: Vec<String>,
    /// Whether it is handed to something that the source does not show.
    pub(crate) is_lost: bool,
    /// Its type, as written.
    pub(crate) declared: Option<String>,
}

/// Types that look up by key.
const KINDS: [&str; 6] = ["BTreeMap", "BTreeSet", "HashMap", "HashSet", "IndexMap", "Entry"];
/// Methods that walk over all entries.
pub(crate) const WALKS: [&str; 7] = [
    "into_iter",
    "into_keys",
    "into_values",
    "iter",
    "keys",
    "values",
    "values_mut",
];
/// What an iterator can end in whatever the order of its elements. The largest by a key is another one where several are.
const ORDERLESS: [&str; 8] = ["all", "any", "count", "len", "max", "min", "product", "sum"];
/// Adaptors that look at one element at a time.
const PER_ELEMENT: [&str; 9] = [
    "cloned",
    "copied",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "inspect",
    "map",
    "by_ref",
];
/// Other places of a map that a finding names.
const MAX_OTHERS: usize = 4;
/// Parameters and borrows are followed this far.
const MAX_DEPTH: usize = 4;

impl Context<'_> {
    /// The nodes that call methods of maps, by map.
    pub(crate) fn map_calls(&self) -> BTreeMap<MapId, Vec<MapCall<'_>>> {
        let mut by_map: BTreeMap<MapId, Vec<MapCall<'_>>> = BTreeMap::new();
        for (id, node, site) in self.nodes() {
            let Some((kind, method)) = self.ledger().call_name(node.call).split_once("::") else {
                continue;
            };
            if is_making(method) {
                if let Some((map, call)) = self.map_made_at(id, method) {
                    by_map.entry(map).or_default().push(call);
                }
                continue;
            }
            if !KINDS.contains(&kind) {
                continue;
            }
            let Some((file, call)) = self.syntax(site).zip(self.call(site, &[method])) else {
                continue;
            };
            let Some(used) = call.operands.first().and_then(|receiver| place_in(file, *receiver)) else {
                continue;
            };
            if let Some(map) = self.map_of(id, used) {
                by_map.entry(map).or_default().push(MapCall { node: id, kind, call });
            }
        }
        by_map
    }

    /// The local map that a node makes from elements.
    fn map_made_at(&self, id: NodeId, method: &str) -> Option<(MapId, MapCall<'_>)> {
        let tables = &self.profile().tables;
        let kind_of = |idx: &EntryIdx| {
            let mut frames = tables.frames_of(self.booked(*idx).entry.stack);
            frames.find_map(|(_, frame)| match frame.function.as_str() {
                function if function.contains("hashbrown::") => Some("HashMap"),
                function if function.contains("::btree::") => Some("BTreeMap"),
                _ => None,
            })
        };
        let kind = self.entries_at(id).iter().find_map(kind_of)?;
        let site = self.ledger().site(self.ledger().node(id).site);
        let (file, call) = self.syntax(site).zip(self.call(site, &[method]))?;
        let Usage::Bound(local) = file.usage_of(call.span) else {
            return None;
        };
        let end = local.span.end;
        let map = MapId::Local(site.file.clone()?, (end.line, end.column), local.name.clone());
        Some((map, MapCall { node: id, kind, call }))
    }

    /// The map that a variable or field at a node is, through borrows, parameters and callers.
    fn map_of(&self, node: NodeId, used: &Use) -> Option<MapId> {
        let path: Vec<_> = self.path(node).collect();
        let mut used = used.clone();
        for (index, &(_, _, site)) in path.iter().enumerate() {
            let file = self.syntax(site)?;
            for _ in 0..MAX_DEPTH {
                if let Some((_, field)) = used.path.rsplit_once('.') {
                    return Some(MapId::Field(field.to_owned()));
                }
                let binding = file.flow.binding(used.root(), used.span.start)?;
                let borrowed = binding.from.filter(|_| binding.kind != BindingKind::Parameter);
                match borrowed.and_then(|from| borrowed_place(file, from)) {
                    Some(place) => used = place.clone(),
                    None if binding.kind == BindingKind::Parameter => break,
                    None => {
                        let start = binding.scope.start;
                        let owned = owner(file, start, &used.path)?;
                        return Some(MapId::Local(
                            site.file.clone()?,
                            (start.line, start.column),
                            owned.name.clone(),
                        ));
                    }
                }
            }
            let function = self.function(site)?;
            let &(_, _, above) = path.get(index + 1)?;
            if self.function(above).map(|outer| outer.span) == Some(function.span) && site.function != above.function {
                continue;
            }
            let call = self.call(above, &[function.name.as_str()])?;
            used = at_caller(function, &[used], call, self.syntax(above)?)?
                .into_iter()
                .next()?;
        }
        None
    }

    /// All that the sources show of what is done with a map.
    pub(crate) fn uses_of_map(&self, map: &MapId) -> MapUses {
        let mut uses = MapUses::default();
        match map {
            MapId::Field(field) => {
                for file in self.files() {
                    let is_it = |used: &&Use| used.path.rsplit_once('.').is_some_and(|(_, last)| last == field);
                    for used in file.flow.uses.iter().filter(is_it) {
                        self.note_use(file, used, &mut uses, MAX_DEPTH);
                    }
                    let declared = file.fields.iter().filter(|other| other.name == *field);
                    // The files come in no fixed order.
                    uses.declared = declared.map(|field| field.declared.clone()).chain(uses.declared).min();
                }
            }
            MapId::Local(path, start, name) => {
                if let Some(file) = self.syntax_of(path) {
                    let is_start = |span: Span| (span.start.line, span.start.column) == *start;
                    self.note_local(file, name, &is_start, &mut uses, MAX_DEPTH);
                    let local = file
                        .locals
                        .iter()
                        .find(|local| local.name == *name && (local.span.end.line, local.span.end.column) == *start);
                    uses.declared = local.and_then(|local| local.declared.clone());
                }
            }
        }
        uses
    }

    fn note_local(
        &self,
        file: &FileSyntax,
        name: &str,
        is_it: &dyn Fn(Span) -> bool,
        uses: &mut MapUses,
        depth: usize,
    ) {
        for used in file.flow.uses.iter().filter(|used| used.root() == name) {
            let binding = file.flow.binding(name, used.span.start);
            if !binding.is_some_and(|binding| is_it(binding.scope)) {
                continue;
            }
            if used.path == name {
                self.note_use(file, used, uses, depth);
            } else {
                uses.is_lost = true;
            }
        }
    }

    /// Writes down what one use of a map does with it.
    fn note_use(&self, file: &FileSyntax, used: &Use, uses: &mut MapUses, depth: usize) {
        let is_whole = |span: &Span| span.covers(&used.span) && is_borrow_of(*span, used.span);
        let operand_of = |call: &&CallExpr| call.operands.iter().any(is_whole);
        let iterated = file
            .loops
            .iter()
            .any(|found| matches!(&found.kind, LoopKind::For { at, .. } if is_whole(at)));
        if iterated {
            uses.methods.insert("for".to_owned());
            uses.shows_order = true;
            return;
        }
        let Some(call) = file.calls.iter().filter(operand_of).min_by_key(|call| call.span.size()) else {
            // Its making in a struct literal, or something that is not understood.
            uses.is_lost |= !file.flow.changes.iter().any(|change| change.span.covers(&used.span));
            return;
        };
        let index = call.operands.iter().position(is_whole).unwrap_or(0);
        let is_function = call.callee == Callee::Function;
        if index == 0 && !is_function && call.callee != Callee::Macro {
            if call.name == "=" {
                return;
            }
            uses.methods.insert(call.name.clone());
            uses.shows_order |= WALKS.contains(&call.name.as_str()) && !is_order_lost(file, call);
            if let Some(key) = call.arguments.first().filter(|_| takes_key(&call.name)) {
                uses.keys.push(key.clone());
            }
            return;
        }
        // An argument of one of the user's functions: what that does with it.
        let functions = self.functions_named(&call.name);
        if functions.is_empty() || depth == 0 || call.callee == Callee::Macro {
            uses.is_lost = true;
            return;
        }
        for (its_file, function) in functions {
            let index = index.checked_sub(usize::from(function.receiver.is_some()));
            let Some((parameter, _)) = index.and_then(|index| function.parameters.get(index)) else {
                uses.is_lost = true;
                continue;
            };
            let is_body = |scope: Span| scope == function.body;
            self.note_local(its_file, parameter, &is_body, uses, depth - 1);
        }
    }

    /// The tables or nodes that the calls of a map took memory for.
    pub(crate) fn tables_of_map(&self, calls: &[MapCall<'_>]) -> HeapCost {
        let mut tables = HeapCost::default();
        for call in calls {
            // What makes a map from elements may take memory for these, too: the stack tells.
            let is_making = is_making(&call.call.name);
            for &idx in self.entries_at(call.node) {
                let entry = self.booked(idx).entry;
                let mut frames = self.profile().tables.frames_of(entry.stack);
                let mut is_of_table = || {
                    frames.any(|(_, frame)| {
                        ["hashbrown::raw", "::btree::"]
                            .iter()
                            .any(|part| frame.function.contains(part))
                    })
                };
                if let Some(heap) = entry.cost.heap.as_deref().filter(|_| !is_making || is_of_table()) {
                    tables.add(heap);
                }
            }
        }
        tables
    }

    /// A candidate for a map: at its costliest call, with the lines of the others.
    pub(crate) fn candidate_for_map(&self, rule: &'static Rule, calls: &[MapCall<'_>]) -> Option<Candidate> {
        let seconds = |call: &&MapCall<'_>| -> f64 {
            let costs = self.entries_at(call.node).iter();
            costs.map(|&idx| self.booked(idx).entry.cost.seconds).sum()
        };
        let place = |call: &MapCall<'_>| self.place(self.ledger().site(self.ledger().node(call.node).site));
        let costliest = calls.iter().max_by(|a, b| seconds(a).total_cmp(&seconds(b)))?;
        let mut candidate = Candidate::new(rule, place(costliest), self.costs_of_map(calls));
        for other in calls.iter().map(place) {
            let is_new = |known: &Place| (&known.file, known.line) != (&other.file, other.line);
            if is_new(&candidate.place) && candidate.also.iter().all(is_new) && candidate.also.len() < MAX_OTHERS {
                candidate.also.push(other);
            }
        }
        candidate.confidence = Confidence::Likely;
        candidate.evidence = self.cpu_evidence(&candidate.claims);
        Some(candidate)
    }

    /// What the calls of a map cost, hashing and comparing of the user's key types included, closures of the user's not.
    pub(crate) fn costs_of_map(&self, calls: &[MapCall<'_>]) -> BTreeSet<EntryIdx> {
        let mut costs = BTreeSet::new();
        let mut open: Vec<NodeId> = calls.iter().map(|call| call.node).collect();
        while let Some(node) = open.pop() {
            costs.extend(self.entries_at(node));
            let is_of_key = |child: &&NodeId| {
                let function = &self.ledger().site(self.ledger().node(**child).site).function;
                [" as Hash>", " as PartialEq>", " as Ord>", " as PartialOrd>"]
                    .iter()
                    .any(|part| function.contains(part))
            };
            open.extend(self.children(node).iter().filter(is_of_key));
        }
        costs
    }
}

/// Whether what comes of a walk over a map is the same in any order: a sum, a largest element, a list that is sorted next.
fn is_order_lost(file: &FileSyntax, walk: &CallExpr) -> bool {
    let mut call = walk;
    while let Usage::Receiver(next) = file.usage_of(call.span) {
        let name = next.name.as_str();
        if ORDERLESS.contains(&name) {
            return true;
        }
        if name == "collect" {
            let Usage::Bound(list) = file.usage_of(next.span) else {
                return false;
            };
            return is_sorted_next(file, list);
        }
        if !PER_ELEMENT.contains(&name) {
            return false;
        }
        call = next;
    }
    false
}

/// Whether the first thing done with a list is to sort it, and no two elements keep the order that they came in.
fn is_sorted_next(file: &FileSyntax, list: &Local) -> bool {
    let Some(first) = file.uses_of(list).min_by_key(|used| used.span.start) else {
        return false;
    };
    let is_complete = |call: &CallExpr| {
        call.name == "sort"
            || call.name.starts_with("sort_unstable")
            || call.name.starts_with("sort_by") && call.arguments.iter().any(|by| by.contains(".then"))
    };
    let is_of_list = |call: &CallExpr| {
        call.operands
            .first()
            .is_some_and(|receiver| receiver.covers(&first.span))
    };
    file.calls.iter().any(|call| is_of_list(call) && is_complete(call))
}

/// The declaration of a local variable that owns what it names: it is made there, not borrowed or taken out of something.
fn owner<'c>(file: &'c FileSyntax, known_from: Position, name: &str) -> Option<&'c Local> {
    let is_it = |local: &&Local| local.name == name && local.span.end == known_from;
    let local = file.locals.iter().find(is_it)?;
    let made_by = file
        .calls
        .iter()
        .filter(|call| local.init_span.covers(&call.span))
        .max_by_key(|call| call.span.size())?;
    let is_of_variable =
        place_in(file, local.init_span).is_some_and(|used| file.flow.binding(used.root(), used.span.start).is_some());
    (!is_of_variable || matches!(made_by.name.as_str(), "collect" | "clone")).then_some(local)
}

/// Functions that make a map from elements, or for some.
fn is_making(method: &str) -> bool {
    matches!(method, "collect" | "from" | "from_iter" | "with_capacity")
}

/// Methods whose first argument is a key.
fn takes_key(method: &str) -> bool {
    matches!(
        method,
        "contains"
            | "contains_key"
            | "entry"
            | "get"
            | "get_key_value"
            | "get_mut"
            | "index"
            | "insert"
            | "remove"
            | "remove_entry"
    )
}

/// The variable or field that an expression begins with: `self.counts` of `self.counts.entry(key)`.
fn place_in(file: &FileSyntax, expression: Span) -> Option<&Use> {
    let inside = file.flow.uses.iter().filter(|used| expression.covers(&used.span));
    let first = inside.min_by_key(|used| used.span.start)?;
    (first.span.start.line == expression.start.line && first.span.start.column <= expression.start.column + 6)
        .then_some(first)
}

/// The place that an expression borrows, when it does nothing else: `&mut self.counts`.
fn borrowed_place(file: &FileSyntax, expression: Span) -> Option<&Use> {
    let place = place_in(file, expression)?;
    (is_borrow_of(expression, place.span) && expression.start != place.span.start).then_some(place)
}

/// Whether a span is a place, or a borrow of it: `x`, `&x`, `&mut x`.
fn is_borrow_of(expression: Span, place: Span) -> bool {
    expression.end == place.end
        && expression.start.line == place.start.line
        && place.start.column - expression.start.column <= 5
}
