//! Storage that a program manages itself and makes larger by no more than is asked for: a new block, a copy of all that is
//! stored, the old block given back, for each few elements. And `reserve_exact` in a loop, which does the same.
//!
//! What grows to a multiple of its size copies each element about once; what grows by a sum copies the whole each time.

use super::GROWING_COLLECTION;
use crate::context::position;
use crate::lent::given;
use crate::rule::Rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, mentions, root_name};
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, Fix, Line, Place, Resource, evidence};
use profile::{GrowthCost, HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

const RULE: &Rule = &GROWING_COLLECTION;
/// Copying everything once shows in no profile; copying it for each addition does.
const MIN_SHARE: f64 = 0.1;
/// Fewer growths do not matter.
const MIN_GROWTHS: f64 = 10.0;
/// By doubling, all growths of a collection together move about its final size.
const MANY_TIMES: f64 = 4.0;
/// Callers are asked for the size through this many functions.
const MAX_CALLERS: usize = 4;
const COPIES: [&str; 5] = [
    "ptr::copy_nonoverlapping",
    "ptr::copy",
    "slice::copy_from_slice",
    "slice::clone_from_slice",
    "Vec::extend_from_slice",
];
const ALLOCATING: [&str; 6] = [
    "alloc",
    "alloc_zeroed",
    "allocate",
    "vec",
    "with_capacity",
    "new_uninit_slice",
];
/// What makes a sum of sizes a multiple of one.
const GEOMETRIC: [&str; 9] = [
    "* 2",
    "2 *",
    "<< 1",
    ">> 1",
    "/ 2",
    "*2",
    "2*",
    ".max(",
    "next_power_of_two",
];

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_function: BTreeMap<Line<'_>, Candidate> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        if !COPIES.contains(&ctx.ledger().call_name(node.call)) {
            continue;
        }
        let Some((function, list)) = grown(ctx, id, site) else {
            continue;
        };
        let key = (site.file.as_deref(), function.span.start.line);
        let claims: Vec<_> = parts(ctx, id, function)
            .flat_map(|part| ctx.entries_under(part))
            .collect();
        let place = ctx.place(site);
        let found = by_function
            .entry(key)
            .or_insert_with(|| new(place, &list, "growing-collection-fix-by-hand"));
        found.claims.extend(claims);
        for (_, _, caller) in ctx.path(id).skip(1).take(2) {
            found.add_also(ctx.place(caller));
        }
    }
    out.extend(by_function.into_values().filter_map(|found| finished(ctx, found)));
    exact(ctx, out);
}

fn new(place: Place, list: &str, fix: &'static str) -> Candidate {
    let mut found = Candidate::new(RULE, place, []);
    found.resource = Resource::Heap;
    found.confidence = Confidence::Likely;
    found.title = Message::new("growing-collection-title-by-hand").text("list", list);
    found.why = Message::new("growing-collection-why-by-hand");
    found.fixes = vec![Fix::advice(Message::new(fix), Effort::Simple)];
    found
}

fn finished(ctx: &Context<'_>, mut found: Candidate) -> Option<Candidate> {
    if !ctx.is_surely(found.claims.iter().copied(), MIN_SHARE) {
        return None;
    }
    let mut heap = HeapCost::default();
    for more in found
        .claims
        .iter()
        .filter_map(|&idx| ctx.booked(idx).entry.cost.heap.as_ref())
    {
        heap.add(more);
    }
    found.evidence = ctx.cpu_evidence(&found.claims);
    if ctx.profile().run.heap != profile::HeapMode::Off {
        if heap.allocations < MIN_GROWTHS {
            return None;
        }
        found.evidence.extend([
            evidence::allocations(heap.allocations),
            evidence::allocated_bytes(heap.bytes),
        ]);
    }
    Some(found)
}

/// The function that makes a list larger by a sum, where a node copies what the list holds, and the list.
fn grown<'c>(ctx: &'c Context<'_>, id: NodeId, site: &Site) -> Option<(&'c Function, String)> {
    let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
    let method = ctx.ledger().call_name(ctx.ledger().node(id).call).rsplit("::").next()?;
    let copy = ctx.call(site, &[method])?;
    let texts = || std::iter::once(&copy.receiver).chain(&copy.arguments);
    let replaced = |call: &&CallExpr| {
        let is_assignment = call.callee == Callee::Operator && call.name == "=" && call.receiver.starts_with("self.");
        is_assignment && function.body.covers(&call.span) && texts().any(|text| mentions(text, &call.receiver))
    };
    let list = syntax.calls.iter().find(replaced)?.receiver.clone();
    let sizes = sizes(syntax, function);
    let sum = sizes.iter().find(|size| size.contains('+'))?;
    let is_by_sum = !sizes.iter().any(|size| is_geometric(size)) && is_asked_by_sum(ctx, id, function, sum);
    let caller = ctx.ledger().node(id).parent?;
    (is_by_sum && ctx.repetition(caller).is_some()).then_some((function, list))
}

/// The sizes that a function allocates, as expressions: what stands in the calls, and the variables behind it.
fn sizes(syntax: &FileSyntax, function: &Function) -> Vec<String> {
    let is_allocating = |call: &&CallExpr| {
        matches!(call.callee, Callee::Function | Callee::Macro)
            && ALLOCATING.contains(&call.name.as_str())
            && function.body.covers(&call.span)
    };
    let mut sizes: Vec<String> = Vec::new();
    for call in syntax.calls.iter().filter(is_allocating) {
        sizes.extend(call.arguments.iter().cloned());
    }
    let locals = || {
        let of_function = syntax.locals.iter().filter(|local| function.body.covers(&local.span));
        of_function.filter_map(|local| Some((local.name.as_str(), local.init.as_deref()?)))
    };
    let mut index = 0;
    while index < sizes.len() {
        let more: Vec<String> = locals()
            .filter(|(name, init)| mentions(&sizes[index], name) && !sizes.iter().any(|size| size == init))
            .map(|(_, init)| init.to_owned())
            .collect();
        sizes.extend(more);
        index += 1;
    }
    sizes
}

fn is_geometric(size: &str) -> bool {
    GEOMETRIC.iter().any(|part| size.contains(part))
}

/// Whether no caller asks for a multiple, where the sum names a parameter.
fn is_asked_by_sum(ctx: &Context<'_>, id: NodeId, function: &Function, sum: &str) -> bool {
    let mut callers: Vec<&Site> = Vec::new();
    let mut inner = ctx.ledger().site(ctx.ledger().node(id).site);
    for (_, _, site) in ctx.path(id).skip(1) {
        if !ctx.is_same_function(inner, site) {
            callers.push(site);
        }
        inner = site;
    }
    let (mut function, mut sum) = (function, sum.to_owned());
    let mut callers = callers.into_iter().peekable();
    for _ in 0..MAX_CALLERS {
        let Some(&caller) = callers.peek() else { break };
        let named = function.parameters.iter().map(|(name, _)| name.as_str());
        let Some(parameter) = { named }.find(|name| mentions(&sum, name)) else {
            return true;
        };
        let Some((syntax, above, call)) = calling(ctx, caller, function) else {
            return false;
        };
        let Some(asked) = given(function, parameter, call) else {
            return false;
        };
        let local = syntax.local_at(call.at, root_name(asked));
        sum = local
            .and_then(|local| local.init.clone())
            .unwrap_or_else(|| asked.to_owned());
        if is_geometric(&sum) {
            return false;
        }
        if ctx.function(caller).is_some_and(|other| other.span == above.span) {
            callers.next();
        }
        function = above;
    }
    true
}

/// Where a function is called: at a site, or in a function that is called there and leaves no frame because it ends with
/// the call.
fn calling<'c>(
    ctx: &'c Context<'_>,
    caller: &Site,
    function: &Function,
) -> Option<(&'c FileSyntax, &'c Function, &'c CallExpr)> {
    let (syntax, above) = (ctx.syntax(caller)?, ctx.function(caller)?);
    let at = syntax.call_at(position(caller), &[])?;
    if at.name == function.name {
        return Some((syntax, above, at));
    }
    let between = ctx.functions_named(&at.name).into_iter();
    let mut calls = between.filter_map(|(file, between)| {
        let mut calls = file.calls.iter().filter(|call| between.body.covers(&call.span));
        Some((file, between, calls.find(|call| call.name == function.name)?))
    });
    calls.next()
}

/// The nodes of one function, asked by the same caller.
fn parts<'c>(ctx: &'c Context<'_>, id: NodeId, function: &'c Function) -> impl Iterator<Item = NodeId> + 'c {
    let ledger = ctx.ledger();
    let (parent, file) = (ledger.node(id).parent, ledger.site(ledger.node(id).site).file.clone());
    let is_part = move |(_, node, site): &(NodeId, &profile::Node, &Site)| {
        node.parent == parent && site.file == file && function.body.contains(position(site))
    };
    ctx.nodes().filter(is_part).map(|(id, ..)| id)
}

/// Calls of `reserve_exact` that make the same collection a little larger each time.
fn exact(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, (Candidate, GrowthCost)> = BTreeMap::new();
    let is_exact = |booked: &Booked<'_>| booked.entry.work == Work::Grow && booked.call.ends_with("::reserve_exact");
    for booked in ctx.entries().filter(is_exact) {
        let Some(call) = ctx.call(booked.site, &["reserve_exact"]) else {
            continue;
        };
        if ctx.repetition_with_same(booked.entry.node, &call.receiver).is_none() {
            continue;
        }
        let (found, growth) = by_line
            .entry((booked.site.file.as_deref(), booked.site.line))
            .or_insert_with(|| {
                let place = ctx.place(booked.site);
                (
                    new(place, &call.receiver, "growing-collection-fix-exact"),
                    GrowthCost::default(),
                )
            });
        found.claims.insert(booked.idx);
        if let Some(more) = &booked.entry.cost.growth {
            growth.add(more);
        }
    }
    out.extend(by_line.into_values().filter_map(|(mut found, growth)| {
        let is_quadratic = growth.moved_bytes > MANY_TIMES * growth.new_size.p90 as f64;
        if growth.growths < MIN_GROWTHS || !is_quadratic || !ctx.is_surely(found.claims.iter().copied(), MIN_SHARE) {
            return None;
        }
        found.confidence = Confidence::Measured;
        found.evidence = ctx.cpu_evidence(&found.claims);
        found.evidence.extend([
            evidence::growths(growth.growths),
            evidence::moved_bytes(growth.moved_bytes),
            evidence::final_size(growth.new_size.p90),
        ]);
        Some(found)
    }));
}
