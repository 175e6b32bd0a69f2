//! The rule `needless-clone`.

mod borrow;
mod handed;

use crate::context::position;
use crate::rule::declare_rule;
use crate::syntax::{
    CallExpr, Callee, FileSyntax, LoopKind, Receiver, Span, Usage, Use, field_before, is_reader, root_name,
};
use crate::{
    Booked, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Place, Resource, evidence,
};
use profile::{HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `clone`, `to_vec` or `to_owned` that allocates, whose copy is only read and soon thrown away.
    /// ## Why it is slow
    /// Each copy takes memory, moves every byte, and gives the memory back: a borrow would have cost nothing.
    /// ## Evidence
    /// The time measured inside the clone, and that what it allocated was freed soon after. The source shows that the
    /// copy is neither changed nor kept, and that the original does not change while the copy is read. Clones of `Rc` and
    /// `Arc` copy nothing: they are named only where counting the handles takes 5 % of the run.
    /// ## How to see it by hand
    /// `heaptrack`: temporary allocations at `Clone::clone`, as many as calls. `perf record --call-graph dwarf`: `malloc`,
    /// `memcpy` and `free` below that line. `cargo clippy -- -W clippy::redundant_clone` sees some of them.
    /// ## Fix and its safety
    /// Borrow: `&x`, `as_slice()`, an iterator over references; return a reference from an accessor; look a map up
    /// before making an owned key. The borrow checker decides whether it is possible.
    /// ## When not to
    /// The copy is what a snapshot is for: the original changes while it is read, or another thread owns it. A clone that
    /// happens once for each request is no cost.
    pub(super) NEEDLESS_CLONE = "needless-clone", level 3, check, says [
        "needless-clone-title",
        "needless-clone-title-type",
        "needless-clone-why",
        "needless-clone-why-handle",
        "needless-clone-why-key",
        "needless-clone-why-returned",
        "needless-clone-why-stored",
        "needless-clone-fix-borrow",
        "needless-clone-fix-key",
        "needless-clone-fix-return",
        "needless-clone-fix-stored",
    ]
}

const NAMES: [&str; 6] = ["clone", "to_vec", "to_owned", "into_owned", "cloned", "to_string"];
/// A copy that lives longer than this is kept, not passed through.
const MAX_LIFETIME_NS: u64 = 20_000_000;
/// Where the source does not tell what becomes of a copy, only one that is dropped at once is needless.
const MAX_LIFETIME_UNSEEN_NS: u64 = 50_000;
/// Another handle to what is shared copies nothing: it is named only where counting the handles shows.
const MIN_SHARE_OF_HANDLES: f64 = 0.05;

/// What the source says about a copy.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// Read and dropped.
    Read,
    /// The same, after it left its function.
    ReadByCaller,
    /// The key of a comparison, made anew for each.
    ReadAsKey,
    /// Put into a field that is only read, while what was copied cannot change.
    ReadFromField,
    /// Changed, kept, or passed on as a value.
    Used,
    /// The source does not say.
    Unknown,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, _, site) in ctx.nodes() {
        if is_clone(ctx, id) && !is_inside_clone(ctx, id) {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

/// Whether a node stands where a clone is asked for: of a library type, or of a user type with its own `clone` below.
fn is_clone(ctx: &Context<'_>, id: NodeId) -> bool {
    let call = ctx.ledger().call_name(ctx.ledger().node(id).call);
    let is_library = matches!(
        call,
        "slice::to_vec" | "ToOwned::to_owned" | "slice::to_owned" | "str::to_owned" | "Cow::into_owned"
    ) || call.ends_with("::clone");
    if call.ends_with("::make_mut") || call.ends_with("::unwrap_or_clone") || call == "Cow::to_mut" {
        return false;
    }
    is_library || ctx.children(id).iter().any(|&child| is_clone_function(ctx, child))
}

fn is_clone_function(ctx: &Context<'_>, id: NodeId) -> bool {
    let site = ctx.ledger().site(ctx.ledger().node(id).site);
    site.function.ends_with(" as Clone>::clone")
}

/// Whether the frame is itself part of a clone: then the place to look at is further up.
fn is_inside_clone(ctx: &Context<'_>, id: NodeId) -> bool {
    is_clone_function(ctx, id)
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut candidate: Option<Candidate> = None;
    let mut heap = HeapCost::default();
    let mut copies = 0.0;
    let mut is_shared = false;
    for &id in nodes {
        let site = ctx.ledger().site(ctx.ledger().node(id).site);
        let fate = fate(ctx, id, site);
        if fate == Fate::Used || ctx.repetition(id).is_none() {
            continue;
        }
        let claims: Vec<EntryIdx> = ctx
            .entries_under(id)
            .into_iter()
            .filter(|&idx| is_copying(ctx, id, idx))
            .collect();
        let mut own = HeapCost::default();
        let (mut whole, mut part) = (0.0, 0.0);
        for &idx in &claims {
            if let Some(more) = &ctx.booked(idx).entry.cost.heap {
                own.add(more);
                if ctx.booked(idx).entry.node == id {
                    whole += more.allocations;
                }
                part = f64::max(part, more.allocations);
            }
        }
        // The block of the whole tells how many copies there were; without one, the part that takes most does.
        copies += if whole > 0.0 { whole } else { part };
        is_shared |= is_handle(ctx, id);
        let found = candidate.get_or_insert_with(|| {
            let mut found = Candidate::new(&NEEDLESS_CLONE, place(ctx, site), []);
            found.resource = Resource::Heap;
            found.title = match cloned_type(ctx, id) {
                Some(of) => Message::new("needless-clone-title-type").text("type", of),
                None => Message::new("needless-clone-title"),
            };
            found.title = found.title.text("clone", written(ctx, site));
            let (why, fix) = match fate {
                _ if is_handle(ctx, id) => ("needless-clone-why-handle", "needless-clone-fix-borrow"),
                Fate::ReadByCaller => ("needless-clone-why-returned", "needless-clone-fix-return"),
                Fate::ReadAsKey => ("needless-clone-why-key", "needless-clone-fix-key"),
                Fate::ReadFromField => ("needless-clone-why-stored", "needless-clone-fix-stored"),
                _ => ("needless-clone-why", "needless-clone-fix-borrow"),
            };
            found.why = Message::new(why);
            found.fixes = match fate {
                Fate::Read => without(ctx, site, fix),
                Fate::ReadFromField => vec![Fix::advice(Message::new(fix), Effort::Moderate)],
                Fate::ReadByCaller => borrow::fixes(ctx, site, fix, &[borrow::returned, borrow::returned_in_option]),
                Fate::ReadAsKey => vec![Fix::advice(Message::new(fix), Effort::Simple)],
                _ => borrow::fixes(ctx, site, fix, &[borrow::lent_elements]),
            };
            found.confidence = match fate {
                Fate::Unknown => Confidence::Possible,
                _ => Confidence::Likely,
            };
            found
        });
        found.claims.extend(claims);
        found.claims.extend(drops(ctx, id));
        let around = ctx.path(id).take(2).map(|(around, _, _)| around);
        found.claims.extend(ctx.frees_in(around, own.freed));
        heap.add(&own);
        if matches!(fate, Fate::ReadByCaller | Fate::ReadFromField)
            && let Some((_, _, caller)) = ctx.path(id).nth(1)
        {
            found.add_also(ctx.place(caller));
        }
    }
    let mut found = candidate?;
    if is_shared && !ctx.is_surely(found.claims.iter().copied(), MIN_SHARE_OF_HANDLES) {
        return None;
    }
    let is_measured = heap.allocations > 0.0;
    let max_lifetime_ns = match found.confidence {
        Confidence::Possible => MAX_LIFETIME_UNSEEN_NS,
        _ => MAX_LIFETIME_NS,
    };
    let is_short = heap.freed > 0.9 * heap.allocations && heap.lifetime_ns.median < max_lifetime_ns;
    if (is_measured && !is_short) || (!is_measured && found.confidence == Confidence::Possible) {
        return None;
    }
    found.evidence = ctx.cpu_evidence(&found.claims);
    if is_measured {
        found.evidence.extend([
            evidence::copies(copies),
            evidence::allocations(heap.allocations),
            evidence::allocated_bytes(heap.bytes),
            evidence::lifetime(heap.lifetime_ns.median as f64 / 1e9),
        ]);
    }
    Some(found)
}

/// Whether a clone is another handle to what is shared.
fn is_handle(ctx: &Context<'_>, id: NodeId) -> bool {
    matches!(
        ctx.ledger().call_name(ctx.ledger().node(id).call),
        "Arc::clone" | "Rc::clone"
    )
}

/// The type that is cloned, as far as names tell: the library's collection, with the user's type that is in it.
fn cloned_type(ctx: &Context<'_>, id: NodeId) -> Option<String> {
    let ledger = ctx.ledger();
    let call = ledger.call_name(ledger.node(id).call);
    let user = ctx.children(id).iter().find_map(|&child| {
        let function = ledger.site(ledger.node(child).site).function.as_str();
        let path = function.strip_suffix(" as Clone>::clone")?;
        Some(
            path.rsplit("::")
                .next()
                .unwrap_or(path)
                .trim_start_matches('<')
                .to_owned(),
        )
    });
    let library = match call.split_once("::") {
        Some(("slice", _)) => Some("Vec"),
        Some(("str" | "Cow", _)) => Some("String"),
        Some((of, "clone")) if of != "Clone" && !of.contains("Iterator") => Some(of),
        _ => None,
    };
    match (library, user) {
        (Some(library), Some(user)) => Some(format!("{library}<{user}>")),
        (Some(library), None) => Some(library.to_owned()),
        (None, user) => user,
    }
}

/// The call that clones: at the site, or in the chain of iterators that the call there drives.
fn clone_call<'c>(ctx: &'c Context<'_>, site: &Site) -> Option<&'c CallExpr> {
    let syntax = ctx.syntax(site)?;
    let driver = syntax
        .call_at(position(site), &[])
        .filter(|call| call.at == position(site));
    let in_chain = driver.and_then(|driver| {
        let chain = *driver.operands.first().filter(|_| driver.callee == Callee::Method)?;
        let cloning = syntax.calls.iter().filter(|call| call.name == "cloned");
        cloning
            .filter(|call| call.span.start == chain.start && chain.covers(&call.span))
            .max_by_key(|call| call.span.size())
    });
    let is_clone = driver.is_some_and(|driver| NAMES.contains(&driver.name.as_str()));
    in_chain.filter(|_| !is_clone).or_else(|| ctx.call(site, &NAMES))
}

fn place(ctx: &Context<'_>, site: &Site) -> Place {
    let here = ctx.place(site);
    match clone_call(ctx, site) {
        Some(call) if call.name == "cloned" => Place {
            line: call.at.line,
            column: call.at.column,
            ..here
        },
        _ => here,
    }
}

/// The clone as it stands in the source.
fn written(ctx: &Context<'_>, site: &Site) -> String {
    match clone_call(ctx, site) {
        Some(call) if call.callee == Callee::Function => {
            format!(
                "{}({})",
                call.receiver,
                call.arguments.first().map_or("", String::as_str)
            )
        }
        Some(call) => format!("{}.{}()", call.receiver, call.name),
        None => "clone".to_owned(),
    }
}

/// The copy replaced by a reference to what was copied, or by that itself: which of both, the compiler knows.
fn without(ctx: &Context<'_>, site: &Site, title: &'static str) -> Vec<Fix> {
    let edited = |reference: &str| {
        let call = ctx.call(site, &NAMES).filter(|call| call.callee == Callee::Method)?;
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        let copied = editor.slice(*call.operands.first()?);
        editor.replace(call.span, format!("{reference}{copied}"));
        editor.into_fix(Message::new(title), Effort::Simple)
    };
    let made: Vec<Fix> = ["&", ""].into_iter().filter_map(edited).collect();
    match made.is_empty() {
        true => vec![Fix::advice(Message::new(title), Effort::Simple)],
        false => made,
    }
}

/// What dropping the copies costs, where it is the user's own type that is cloned: in the same function, or its caller.
fn drops<'c>(ctx: &'c Context<'_>, id: NodeId) -> impl Iterator<Item = EntryIdx> + 'c {
    let ledger = ctx.ledger();
    let functions = ctx
        .children(id)
        .iter()
        .map(|&child| &ledger.site(ledger.node(child).site).function);
    let cloned = functions
        .filter_map(|function| function.strip_suffix(" as Clone>::clone"))
        .next();
    let handle = ledger
        .call_name(ledger.node(id).call)
        .strip_suffix("::clone")
        .filter(|_| is_handle(ctx, id));
    let drop = cloned
        .and_then(|path| path.rsplit("::").next())
        .or(handle)
        .map(|name| format!("drop {name}"));
    let around: Vec<&str> = ctx
        .path(id)
        .take(2)
        .map(|(_, _, site)| site.function.as_str())
        .collect();
    let is_drop = move |booked: &Booked<'_>| {
        drop.as_deref() == Some(booked.call) && around.contains(&booked.site.function.as_str())
    };
    ctx.entries().filter(is_drop).map(|booked| booked.idx)
}

/// At the line of the clone itself, other work than copying belongs to something else.
fn is_copying(ctx: &Context<'_>, base: NodeId, idx: EntryIdx) -> bool {
    let booked = ctx.booked(idx);
    booked.entry.node != base
        || matches!(
            booked.entry.work,
            Work::Alloc | Work::Copy | Work::Own | Work::PageFault | Work::Grow
        )
}

fn fate(ctx: &Context<'_>, id: NodeId, site: &Site) -> Fate {
    let Some(file) = ctx.syntax(site) else {
        return Fate::Unknown;
    };
    let Some(call) = clone_call(ctx, site) else {
        // Something else is called: the clone is a part of what that does, `next` of a cloning iterator say.
        let is_here = |call: &CallExpr| call.at == position(site) && call.callee == Callee::Method;
        return if file.calls.iter().any(is_here) {
            Fate::Used
        } else {
            Fate::Unknown
        };
    };
    if is_key(file, call) {
        return Fate::ReadAsKey;
    }
    if is_snapshot(ctx, file, call) {
        return Fate::Used;
    }
    // The elements go to closures and adaptors that the source does not follow; what collects them keeps them.
    if call.name == "cloned" && matches!(file.usage_of(call.span), Usage::Receiver(next) if next.name != "collect") {
        return Fate::Unknown;
    }
    match file.usage_of(call.span) {
        Usage::Bound(local) if local.is_mut || file.is_given_away(local) => Fate::Used,
        Usage::Bound(_) | Usage::Iterated | Usage::Indexed(_) => Fate::Read,
        Usage::Receiver(call) | Usage::Argument(call) if is_reading(call) => Fate::Read,
        Usage::Returned => fate_at_caller(ctx, id, site),
        Usage::Stored if is_read_from_field(ctx, site, call) => Fate::ReadFromField,
        Usage::Argument(taker) if handed::is_only_read(ctx, site, call, taker) => Fate::ReadFromField,
        Usage::Receiver(_) | Usage::Argument(_) | Usage::Stored | Usage::Other => Fate::Used,
    }
}

/// Whether a copy is what a closure answers that only makes keys to be compared: `sort_by_key(|x| x.name.clone())`.
fn is_key(file: &FileSyntax, call: &CallExpr) -> bool {
    const KEYED: [&str; 6] = [
        "sort_by_key",
        "sort_unstable_by_key",
        "min_by_key",
        "max_by_key",
        "dedup_by_key",
        "binary_search_by_key",
    ];
    let around = file.loops.iter().filter(|found| found.body.covers(&call.span));
    let innermost = around.min_by_key(|found| found.body.size());
    let makes_keys = innermost.is_some_and(
        |found| matches!(&found.kind, LoopKind::Closure { method, .. } if KEYED.contains(&method.as_str())),
    );
    makes_keys && matches!(file.usage_of(call.span), Usage::Returned | Usage::Other)
}

/// Whether the original may change while the copy is read.
fn is_snapshot(ctx: &Context<'_>, file: &FileSyntax, call: &CallExpr) -> bool {
    let of = match call.callee {
        Callee::Function => call.operands.first(),
        _ => call.operands.first().or(Some(&call.span)),
    };
    let read_in: Vec<Span> = match file.usage_of(call.span) {
        Usage::Bound(local) => {
            let until = file
                .uses_of(local)
                .map(|used| match file.for_loop_over(used.span.start) {
                    Some(walk) => walk.span.end,
                    None => used.span.end,
                });
            let end = until.max().unwrap_or(local.span.end);
            vec![Span {
                start: local.span.end,
                end,
            }]
        }
        Usage::Iterated => file.for_loop_over(call.at).map(|walk| walk.span).into_iter().collect(),
        _ => Vec::new(),
    };
    of.is_some_and(|of| ctx.is_changed_in(file, *of, &read_in))
}

/// Whether a call only looks at what it is given, or at what it is called on.
fn is_reading(call: &CallExpr) -> bool {
    match call.callee {
        Callee::Operator => !matches!(call.name.as_str(), "=" | "+" | "+="),
        Callee::Macro => call.name != "vec",
        Callee::Method => is_reader(&call.name),
        Callee::Function => false,
    }
}

/// Whether a value comes from what is shared, goes into a field, and all that the sources do with fields of that name is
/// to read them.
fn is_read_from_field(ctx: &Context<'_>, site: &Site, call: &CallExpr) -> bool {
    let Some((text, function)) = site
        .file
        .as_deref()
        .and_then(|file| ctx.text(file))
        .zip(ctx.function(site))
    else {
        return false;
    };
    let root = root_name(&call.receiver);
    let is_shared = function
        .parameters
        .iter()
        .any(|(name, declared)| name == root && declared.starts_with('&') && !declared.starts_with("&mut"))
        || (root == "self" && function.receiver == Some(Receiver::Shared));
    let Some(field) = field_before(text, call.span.start).filter(|_| is_shared) else {
        return false;
    };
    let mut is_read = false;
    for file in ctx.files() {
        let is_it = |used: &&Use| used.path.rsplit_once('.').is_some_and(|(_, last)| last == field);
        for used in file.flow.uses.iter().filter(is_it) {
            let of_call = |call: &&CallExpr| call.operands.first().is_some_and(|operand| operand.covers(&used.span));
            let nearest = file.calls.iter().filter(of_call).min_by_key(|call| call.span.size());
            let is_indexed = file.indexed.iter().any(|indexed| indexed.base.covers(&used.span));
            if !is_indexed && !nearest.is_some_and(is_reading) {
                return false;
            }
            is_read = true;
        }
    }
    is_read
}

/// What the callers do with a copy that a function returns.
fn fate_at_caller(ctx: &Context<'_>, id: NodeId, site: &Site) -> Fate {
    let Some((_, _, caller)) = ctx.path(id).nth(1) else {
        return Fate::Unknown;
    };
    let (Some(function), Some(file)) = (ctx.function(site), ctx.syntax(caller)) else {
        return Fate::Unknown;
    };
    let Some(call) = ctx.call(caller, &[function.name.as_str()]) else {
        return Fate::Unknown;
    };
    match file.usage_of(call.span) {
        Usage::Bound(local) if local.is_mut || file.is_given_away(local) => Fate::Used,
        Usage::Bound(_) | Usage::Iterated | Usage::Indexed(_) => Fate::ReadByCaller,
        Usage::Receiver(call) | Usage::Argument(call) if is_reading(call) => Fate::ReadByCaller,
        Usage::Stored if is_read_from_field(ctx, caller, call) => Fate::ReadFromField,
        Usage::Receiver(_) | Usage::Argument(_) | Usage::Stored | Usage::Returned | Usage::Other => Fate::Used,
    }
}
