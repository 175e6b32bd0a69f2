//! The rule `temporary-collection`.

mod iterator;

use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Position, Span, Usage};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Repetition, Resource, evidence};
use iterator::Items;
use profile::{Arg, HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `collect()` in a hot loop whose `Vec`, `String` or map is then walked, counted, joined, compared, or asked for
    /// one element, and dropped; also one that a helper function returns to a caller that only walks it.
    /// ## Why it is slow
    /// Every element is written to memory that the allocator has to find, and that grows while it is filled, only to be
    /// read once and given back. An iterator hands over each element as it comes, and stops when the answer is known.
    /// ## Evidence
    /// The time measured in the allocator, in copying and in page faults under that `collect`, and for maps in building
    /// them. The source shows one use of the result in each pass, and nothing in that use that changes what the iterator
    /// reads from.
    /// ## How to see it by hand
    /// `heaptrack`: temporary allocations below `from_iter`. `perf record --call-graph dwarf`: `malloc`, `realloc` and `free`
    /// below `collect`. `cargo clippy -- -W clippy::needless_collect` sees the simple ones.
    /// ## Fix and its safety
    /// Use the iterator itself: `for x in iterator`, `count()`, `any(…)`, `nth(i)`, `eq(…)`; push what was joined onto one
    /// `String`; let the helper return `impl Iterator`. Closures with side effects then run between the passes instead
    /// of before them.
    /// ## When not to
    /// The result is used twice, sorted, or indexed at will. The loop changes what the iterator borrows. Collecting first
    /// is the point: threads that are started before they are joined, a lock that is let go, errors that are found before
    /// anything is done.
    pub(super) TEMPORARY_COLLECTION = "temporary-collection", level 3, check, says [
        "temporary-collection-title",
        "temporary-collection-why",
        "temporary-collection-why-returned",
        "temporary-collection-fix-walked",
        "temporary-collection-fix-counted",
        "temporary-collection-fix-searched",
        "temporary-collection-fix-joined",
        "temporary-collection-fix-indexed",
        "temporary-collection-fix-compared",
        "temporary-collection-fix-returned",
    ]
}

/// A simple edit is worth making from a gain of 5 %, which is what a proof of it would ask for.
const MIN_SHARE: f64 = 0.05;
/// Calls in a chain that collecting sets apart from what follows: threads started before they are joined, locks let go
/// before the work, output that is not to be mixed.
const SEPARATING: [&str; 16] = [
    "borrow",
    "borrow_mut",
    "eprintln",
    "into_par_iter",
    "lock",
    "par_bridge",
    "par_iter",
    "print",
    "println",
    "read",
    "recv",
    "scope",
    "send",
    "spawn",
    "try_iter",
    "write",
];

/// What is collected into, as far as it matters.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    List,
    Text,
    Map,
}

/// What the collection is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Walked,
    Counted,
    Searched,
    Joined,
    Indexed,
    Compared,
}

impl Purpose {
    fn fix(self) -> &'static str {
        match self {
            Self::Walked => "temporary-collection-fix-walked",
            Self::Counted => "temporary-collection-fix-counted",
            Self::Searched => "temporary-collection-fix-searched",
            Self::Joined => "temporary-collection-fix-joined",
            Self::Indexed => "temporary-collection-fix-indexed",
            Self::Compared => "temporary-collection-fix-compared",
        }
    }
}

/// One node where something is collected for one use.
struct Temporary {
    target: Target,
    purpose: Purpose,
    /// The node in whose function it is used and dropped.
    user: NodeId,
    is_returned: bool,
    repetition: Repetition,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        if ctx.ledger().call_name(node.call) == "Iterator::collect" {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut candidate: Option<Candidate> = None;
    let mut heap = HeapCost::default();
    let (mut share, mut other_share) = (0.0, 0.0);
    for &id in nodes {
        let Some(temporary) = temporary(ctx, id) else {
            other_share += ctx.share_of(ctx.entries_at(id).iter().copied());
            continue;
        };
        let claims: Vec<EntryIdx> = ctx.entries_at(id).to_vec();
        let claims = claims
            .into_iter()
            .filter(|&idx| is_collecting(ctx, idx, temporary.target));
        let claims: Vec<EntryIdx> = claims.collect();
        let mut own = HeapCost::default();
        for &idx in &claims {
            if let Some(more) = &ctx.booked(idx).entry.cost.heap {
                own.add(more);
            }
        }
        share += ctx.share_of(ctx.entries_at(id).iter().copied());
        let found = candidate.get_or_insert_with(|| new_candidate(ctx, id, &temporary));
        found.claims.extend(claims);
        found.claims.extend(ctx.frees_in([temporary.user], own.freed));
        found.add_also(ctx.place(ctx.ledger().site(ctx.ledger().node(temporary.user).site)));
        found.add_also(temporary.repetition.head);
        heap.add(&own);
    }
    let mut found = candidate?;
    if other_share > share || !ctx.is_surely(found.claims.iter().copied(), MIN_SHARE) {
        return None;
    }
    found.evidence = ctx.cpu_evidence(&found.claims);
    if heap.allocations > 0.0 {
        found.evidence.extend([
            evidence::allocations(heap.allocations),
            evidence::allocated_bytes(heap.bytes),
            evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
        ]);
    }
    Some(found)
}

fn new_candidate(ctx: &Context<'_>, node: NodeId, temporary: &Temporary) -> Candidate {
    let site = ctx.ledger().site(ctx.ledger().node(node).site);
    let mut found = Candidate::new(&TEMPORARY_COLLECTION, ctx.place(site), []);
    found.resource = Resource::Heap;
    found.confidence = Confidence::Likely;
    let purpose = match temporary.purpose {
        Purpose::Walked => "walked",
        Purpose::Counted => "counted",
        Purpose::Searched => "searched",
        Purpose::Joined => "joined",
        Purpose::Indexed => "indexed",
        Purpose::Compared => "compared",
    };
    found.title = Message::new("temporary-collection-title").text("purpose", purpose);
    let why = if temporary.is_returned {
        "temporary-collection-why-returned"
    } else {
        "temporary-collection-why"
    };
    let line = Arg::Count(u64::from(temporary.repetition.head.line));
    found.why = Message::new(why).with("line", line);
    if temporary.is_returned {
        found.fixes = fixes_of_returned(ctx, node, temporary);
    } else {
        found.fixes = fixes(ctx, site, temporary);
    }
    found
}

/// The iterator in place of the collection.
fn fixes(ctx: &Context<'_>, site: &Site, temporary: &Temporary) -> Vec<Fix> {
    let title = || Message::new(temporary.purpose.fix());
    let edited = |items| {
        let (syntax, call) = (ctx.syntax(site)?, ctx.written_call(temporary.user)?);
        let mut editor = ctx.editor(&ctx.place(site).file)?;
        let dependency = iterator::uncollected(&mut editor, syntax, call, items)?;
        let mut fix = editor.into_fix(title(), Effort::Simple)?;
        fix.dependencies.extend(dependency);
        Some(fix)
    };
    let mut fixes: Vec<Fix> = [Items::Own, Items::Borrowed].into_iter().filter_map(edited).collect();
    if fixes.is_empty() {
        fixes.push(Fix::advice(title(), Effort::Simple));
    }
    fixes
}

/// The iterator as the result of the function that collects.
fn fixes_of_returned(ctx: &Context<'_>, node: NodeId, temporary: &Temporary) -> Vec<Fix> {
    let title = || Message::new("temporary-collection-fix-returned");
    let edited = |captures| {
        let call = ctx.written_call(node)?;
        let site = |node: NodeId| ctx.ledger().site(ctx.ledger().node(node).site);
        let (inner, outer) = (site(node), site(temporary.user));
        let asked = ctx.call(outer, &[ctx.function(inner)?.name.as_str()])?;
        let is_one_file = inner.file == outer.file;
        let mut editor = ctx.editor(inner.file.as_deref().filter(|_| is_one_file)?)?;
        let dependency = iterator::returned(&mut editor, ctx.syntax(inner)?, call, asked, captures)?;
        let mut fix = editor.into_fix(title(), Effort::Moderate)?;
        fix.dependencies.extend(dependency);
        Some(fix)
    };
    let mut fixes: Vec<Fix> = ["", " + '_"].into_iter().filter_map(edited).collect();
    if fixes.is_empty() {
        fixes.push(Fix::advice(title(), Effort::Moderate));
    }
    fixes
}

/// What an entry at a `collect` costs for the collection, not for the elements.
fn is_collecting(ctx: &Context<'_>, idx: EntryIdx, target: Target) -> bool {
    matches!(
        ctx.booked(idx).entry.work,
        Work::Alloc | Work::Grow | Work::Copy | Work::PageFault
    ) || target == Target::Map
}

fn temporary(ctx: &Context<'_>, node: NodeId) -> Option<Temporary> {
    let (_, _, site) = ctx.path(node).next()?;
    let syntax = ctx.syntax(site)?;
    let call = ctx.written_call(node).filter(|call| call.name == "collect")?;
    let chain = *call.operands.first()?;
    let in_chain = |other: &&CallExpr| chain.covers(&other.span);
    if syntax
        .calls
        .iter()
        .filter(in_chain)
        .any(|call| SEPARATING.contains(&call.name.as_str()))
    {
        return None;
    }
    let target = target(ctx, node, site, call)?;
    if let Usage::Returned = syntax.usage_of(call.span) {
        let function = ctx.function(site)?;
        let (user, _, caller) = ctx
            .path(node)
            .skip(1)
            .find(|(_, _, outer)| !ctx.is_same_function(site, outer))?;
        let asked = ctx
            .call(caller, &[function.name.as_str()])
            .filter(|call| call.name == function.name)?;
        let purpose = purpose(ctx, ctx.syntax(caller)?, asked, asked.span, target)?;
        return Some(Temporary {
            target,
            purpose,
            user,
            is_returned: true,
            repetition: ctx.repetition(user)?,
        });
    }
    Some(Temporary {
        target,
        purpose: purpose(ctx, syntax, call, chain, target)?,
        user: node,
        is_returned: false,
        repetition: ctx.repetition(node)?,
    })
}

/// What is collected into: as the source says, else as the names of the library's functions tell.
fn target(ctx: &Context<'_>, node: NodeId, site: &Site, call: &CallExpr) -> Option<Target> {
    let syntax = ctx.syntax(site)?;
    let declared = match syntax.usage_of(call.span) {
        Usage::Bound(local) => local.declared.clone(),
        Usage::Returned => ctx.function(site)?.output.clone(),
        _ => None,
    };
    let written = call.turbofish.clone().or(declared).unwrap_or_default();
    let known = [
        ("Vec", Target::List),
        ("VecDeque", Target::List),
        ("Box<[", Target::List),
        ("String", Target::Text),
        ("HashMap", Target::Map),
        ("HashSet", Target::Map),
        ("BTreeMap", Target::Map),
        ("BTreeSet", Target::Map),
    ];
    if let Some((_, target)) = known.iter().find(|(name, _)| {
        written
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('<') || name.ends_with('['))
    }) {
        return Some(*target);
    }
    if !matches!(written.as_str(), "" | "_") {
        return None;
    }
    let idx = ctx.entries_at(node).first()?;
    let booked = ctx.booked(*idx);
    let names: Vec<&str> = ctx
        .frames_around(&booked)
        .map(|frame| frame.function.as_str())
        .collect();
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if has("HashMap") || has("HashSet") || has("hashbrown") || has("BTree") {
        Some(Target::Map)
    } else if has("alloc::string::String") {
        Some(Target::Text)
    } else {
        has("alloc::vec").then_some(Target::List)
    }
}

/// What the value of an expression is used for, once and harmlessly. `chain` is what an iterator in its place would
/// borrow from until the use has ended.
fn purpose(ctx: &Context<'_>, syntax: &FileSyntax, value: &CallExpr, chain: Span, target: Target) -> Option<Purpose> {
    let (at, usage) = match syntax.usage_of(value.span) {
        Usage::Bound(local) if !local.is_mut => {
            let only = syntax.single_use(local)?;
            (only.at, only.usage)
        }
        usage => (value.span.start, usage),
    };
    let purpose = match (usage, target) {
        (Usage::Iterated, Target::List) => Purpose::Walked,
        (Usage::Indexed(index), Target::List) if !index.contains("..") => Purpose::Indexed,
        (Usage::Receiver(outer) | Usage::Argument(outer), Target::List | Target::Text)
            if outer.callee == Callee::Operator && matches!(outer.name.as_str(), "==" | "!=") =>
        {
            Purpose::Compared
        }
        (Usage::Receiver(outer), _) if outer.callee == Callee::Method => by_method(&outer.name, target)?,
        (Usage::Argument(outer), Target::List) if outer.callee == Callee::Method && outer.name == "extend" => {
            Purpose::Walked
        }
        _ => return None,
    };
    let is_free = purpose != Purpose::Walked || !is_changed_meanwhile(ctx, syntax, chain, at);
    is_free.then_some(purpose)
}

fn by_method(name: &str, target: Target) -> Option<Purpose> {
    Some(match (target, name) {
        (Target::List, "iter" | "into_iter") | (Target::Text, "chars" | "bytes") => Purpose::Walked,
        (Target::List | Target::Text, "len" | "is_empty") => Purpose::Counted,
        (Target::List, "contains" | "get" | "first" | "last") => Purpose::Searched,
        (Target::Map, "contains" | "contains_key" | "get") => Purpose::Searched,
        (Target::List, "join" | "concat") => Purpose::Joined,
        _ => return None,
    })
}

/// Whether what is done with the elements changes something that the iterator reads from or writes to: then it had to
/// be finished first.
fn is_changed_meanwhile(ctx: &Context<'_>, syntax: &FileSyntax, chain: Span, at: Position) -> bool {
    // The statement that walks: the body of the `for`, and the rest of the chain of methods.
    let walking = syntax.for_loop_over(at).map(|found| found.span);
    let rest = syntax
        .calls
        .iter()
        .filter(|call| call.span.start <= at && call.span.contains(at));
    let rest = rest.map(|call| call.span).max_by_key(Span::size);
    let regions: Vec<Span> = walking.into_iter().chain(rest).collect();
    ctx.is_changed_in(syntax, chain, &regions)
}
