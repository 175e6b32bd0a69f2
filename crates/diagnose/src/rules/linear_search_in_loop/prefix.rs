//! Text that is walked from its start up to a position, for one position after another: to count lines, or to turn an
//! offset in bytes into one in characters.

use super::{LINEAR_SEARCH_IN_LOOP, LOCAL_FACTOR};
use crate::context::position;
use crate::lent::{Lent, declared_parameter, element_type, given, lent};
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Loop, LoopKind, Span, is_fixed, last_field, root_name};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Place, Repetition};
use profile::{Arg, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

/// Walking up to a position once in a while shows in no profile.
const MIN_SHARE: f64 = 0.25;
/// The part of the cost that has to be the walk itself, not what is done with a part of the text.
const PLAIN: f64 = 0.7;
/// Names are followed through this many definitions.
const MAX_DEFINITIONS: usize = 3;

const WALKS: [&str; 8] = [
    ".chars()",
    ".bytes()",
    ".char_indices()",
    ".lines()",
    ".matches(",
    ".split",
    ".iter()",
    ".graphemes(",
];
/// From the position backwards: that ends soon.
const BACKWARDS: [&str; 5] = [".rev()", ".rsplit", ".rfind", ".rposition", ".next_back"];

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<(String, u32), Candidate> = BTreeMap::new();
    for (id, _, site) in ctx.nodes() {
        let Some((walk, place)) = walk(ctx, id, site) else {
            continue;
        };
        let Some(repetition) = repetition(ctx, id, site, &walk) else {
            continue;
        };
        let candidate = by_line.entry((place.file.clone(), place.line)).or_insert_with(|| {
            let mut candidate = Candidate::new(&LINEAR_SEARCH_IN_LOOP, place, []);
            candidate.local_factor = LOCAL_FACTOR;
            candidate.confidence = Confidence::Likely;
            candidate.title = Message::new("linear-search-in-loop-title-prefix").text(
                "walked",
                format!("{}[{}]", walk.prefix.receiver, walk.prefix.arguments[0]),
            );
            candidate.why = Message::new("linear-search-in-loop-why-prefix")
                .with("line", Arg::Count(u64::from(repetition.head.line)))
                .text("function", repetition.asks.function.clone());
            candidate.fixes = vec![Fix::advice(
                Message::new("linear-search-in-loop-fix-prefix"),
                Effort::Moderate,
            )];
            candidate
        });
        candidate.claims.extend(ctx.entries_under(id));
        candidate.add_also(repetition.asks);
    }
    let is_plain = |idx: &EntryIdx| matches!(ctx.booked(*idx).entry.work, Work::Own | Work::Compare | Work::Scan);
    let is_long = |candidate: &Candidate| {
        let all = ctx.share_of(candidate.claims.iter().copied());
        let plain = ctx.share_of(candidate.claims.iter().copied().filter(is_plain));
        all >= MIN_SHARE && plain >= PLAIN * all
    };
    out.extend(by_line.into_values().filter(is_long).map(|mut candidate| {
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate
    }));
}

/// A walk over the beginning of a text.
struct Walk<'c> {
    /// The index expression that takes the beginning: `text[..at]`.
    prefix: &'c CallExpr,
    /// The loop that walks it, where it is no method.
    by_loop: Option<&'c Loop>,
}

/// The walk over the beginning of a text that a node belongs to, and where it is written.
fn walk<'c>(ctx: &'c Context<'_>, id: NodeId, site: &Site) -> Option<(Walk<'c>, Place)> {
    let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
    let mut prefixes = syntax
        .calls
        .iter()
        .filter(|call| function.body.covers(&call.span) && is_prefix(ctx, site, function, call))
        .peekable();
    prefixes.peek()?;
    let innermost = ctx.loops_at(id).into_iter().next();
    for prefix in prefixes {
        let place = ctx.place(site);
        if is_walked_by_method(syntax, site, prefix) {
            return Some((Walk { prefix, by_loop: None }, place));
        }
        if let Some(found) = innermost.filter(|found| is_walked_by_loop(syntax, function, prefix, found)) {
            let by_loop = Some(found);
            let (line, column) = (found.head.line, found.head.column);
            return Some((Walk { prefix, by_loop }, Place { line, column, ..place }));
        }
    }
    None
}

/// Whether an expression is `text[..at]` of a text that the function was lent to read.
fn is_prefix(ctx: &Context<'_>, site: &Site, function: &Function, call: &CallExpr) -> bool {
    let is_index = call.callee == Callee::Operator && call.name == "index";
    let end = call.arguments.first().and_then(|index| index.strip_prefix(".."));
    if !is_index || end.is_none_or(|end| end.is_empty() || is_fixed(end.trim_start_matches('='))) {
        return false;
    }
    let is_text = match last_field(&call.receiver) {
        Some(_) => element_type(ctx, site, &call.receiver).is_some_and(|declared| {
            ["str", "String", "u8", "char"]
                .iter()
                .any(|text| declared.contains(text))
        }),
        // Bytes that are handed over with a length are a buffer as often as a text.
        None => declared_parameter(function, &call.receiver).is_some_and(|declared| declared.contains("str")),
    };
    let root = root_name(&call.receiver);
    let lent = ctx
        .syntax(site)
        .and_then(|syntax| lent(syntax, function, call.span.start, root));
    is_text && lent.is_some_and(|(lent, _)| lent == Lent::ToRead)
}

/// `text[..at].chars().count()` around a site.
fn is_walked_by_method(syntax: &FileSyntax, site: &Site, prefix: &CallExpr) -> bool {
    let around = syntax.calls.iter().filter(|call| {
        call.callee == Callee::Method && call.span.start == prefix.span.start && call.span.contains(position(site))
    });
    let chain = around.max_by_key(|call| call.span.end);
    chain.is_some_and(|call| is_forwards(&format!("{}.{}()", call.receiver, call.name)))
}

fn is_forwards(walked: &str) -> bool {
    WALKS.iter().any(|walk| walked.contains(walk)) && !BACKWARDS.iter().any(|walk| walked.contains(walk))
}

/// Whether a loop walks the beginning of a text, or what was made of it: `let mut rest = text[..at].chars();`.
fn is_walked_by_loop(syntax: &FileSyntax, function: &Function, prefix: &CallExpr, found: &Loop) -> bool {
    let mut walked: Vec<(&str, &str)> = Vec::new();
    for _ in 0..MAX_DEFINITIONS {
        for local in syntax.locals.iter().filter(|local| function.body.covers(&local.span)) {
            let Some(init) = local.init.as_deref() else { continue };
            let is_made_of_it = local.init_span.covers(&prefix.span) || is_of(init, &walked);
            if is_made_of_it && !walked.contains(&(local.name.as_str(), init)) {
                walked.push((&local.name, init));
            }
        }
    }
    let is_forwards = |last: &str| {
        let parts = walked.iter().map(|(_, init)| *init).chain([last]);
        is_forwards(&parts.collect::<String>())
    };
    match &found.kind {
        LoopKind::For { iterated, at } => {
            (at.covers(&prefix.span) || is_of(iterated, &walked)) && is_forwards(iterated)
        }
        LoopKind::While => {
            let is_step = |call: &CallExpr| call.name == "next" && is_of(&call.receiver, &walked);
            is_forwards("") && calls_in(syntax, found.body).any(is_step)
        }
        LoopKind::Closure { .. } => false,
    }
}

fn is_of(expression: &str, names: &[(&str, &str)]) -> bool {
    names.iter().any(|(name, _)| root_name(expression) == *name)
}

fn calls_in(syntax: &FileSyntax, span: Span) -> impl Iterator<Item = &CallExpr> {
    syntax.calls.iter().filter(move |call| span.covers(&call.span))
}

/// The loop that walks the same text up to one position after another.
fn repetition(ctx: &Context<'_>, id: NodeId, site: &Site, walk: &Walk<'_>) -> Option<Repetition> {
    let text = walk.prefix.receiver.as_str();
    let of_same = match walk.by_loop {
        Some(inner) => ctx.repetition_around(id, inner, text),
        None => ctx.repetition_with_same(id, text),
    };
    of_same.or_else(|| ctx.repetition(kept_by(ctx, id, site, text)?))
}

/// The node, from a walk upwards, that takes the text from a field that only refers to it. A position that knows its
/// text may be another one in every pass; the text is not.
fn kept_by(ctx: &Context<'_>, id: NodeId, site: &Site, text: &str) -> Option<NodeId> {
    let mut expression = text.to_owned();
    let mut below = site;
    for (node, _, site) in ctx.path(id) {
        let (syntax, function) = (ctx.syntax(site)?, ctx.function(site)?);
        if node != id {
            let callee = ctx.function(below)?;
            let call = ctx.call(site, &[callee.name.as_str()])?;
            expression = given(callee, root_name(&expression), call)?.to_owned();
        }
        if let Some(field) = last_field(&expression) {
            let mut declared = syntax.fields.iter().filter(|other| other.name == field);
            return declared
                .next()
                .filter(|other| other.declared.starts_with('&'))
                .map(|_| node);
        }
        lent(syntax, function, position(site), root_name(&expression)).filter(|(lent, _)| *lent == Lent::ToRead)?;
        below = site;
    }
    None
}
