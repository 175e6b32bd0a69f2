//! The rule `linear-search-in-loop`.

mod field;
mod hand_written;
mod index;
mod key_test;
mod prefix;
mod rescan;
mod set_field;

use super::linked_list;
use crate::context::outer_name;
use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Loop, Receiver, Span, Use, is_fixed, last_field, root_name};
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Repetition};
use profile::{Arg, Message, NodeId, Site, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A list that is searched from its start, again and again: `contains`, `position`, `find` or `any` on a slice,
    /// `chars().nth(i)`, or a hand-written loop that compares and leaves, asked for by a loop here or in a caller. Also a
    /// list that is walked as a whole, for its maximum or to check it, by each call of a method that changes it a little;
    /// and text that is walked from its start up to one position after another, to count its lines.
    /// ## Why it is slow
    /// Each search looks at half the list on average, so `n` searches in a list of `n` cost `n²`: what takes a
    /// millisecond for a thousand elements takes a quarter of an hour for a million. A `HashSet` or `HashMap` answers
    /// in constant time, a sorted `Vec` with `binary_search` in a few steps.
    /// ## Evidence
    /// The time measured inside the search at that line; the loop is found by climbing the call path. Searches for a
    /// fixed value, in arrays of a fixed size, and in a list that is another one in every pass are left out: they
    /// cost once per element, not once per pair.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: `memcmp` or the comparison loop below `contains`, `position` or `find`. Double the
    /// input: the time of that line grows four times.
    /// ## Fix and its safety
    /// Build a `HashSet` or `HashMap` once, before the loop, and ask it. Needs `Hash + Eq`; duplicates collapse, and
    /// the order of iteration is lost. A list that is searched often and changed seldom can be sorted and asked with
    /// `binary_search`.
    /// ## When not to
    /// The list has a dozen elements: a scan is as fast as a hash, and simpler. Or it changes so often that the index
    /// would be built anew for every question.
    pub(super) LINEAR_SEARCH_IN_LOOP = "linear-search-in-loop", level 1, check, says [
        "linear-search-in-loop-title",
        "linear-search-in-loop-title-hand-written",
        "linear-search-in-loop-why",
        "linear-search-in-loop-why-caller",
        "linear-search-in-loop-fix-set",
        "linear-search-in-loop-fix-map",
        "linear-search-in-loop-fix-become",
        "linear-search-in-loop-fix-beside",
        "linear-search-in-loop-fix-index",
        "linear-search-in-loop-title-prefix",
        "linear-search-in-loop-why-prefix",
        "linear-search-in-loop-fix-prefix",
        "linear-search-in-loop-title-rescan",
        "linear-search-in-loop-why-rescan",
        "linear-search-in-loop-fix-rescan",
    ]
}

/// A hash look-up takes some twenty nanoseconds; a search that shows in a profile takes far more than ten times that.
const LOCAL_FACTOR: f64 = 20.0;

/// A scan of a handful of elements in a hot loop can cost this much and still be the fastest way.
const MIN_SHARE: f64 = 0.05;

/// See where it is used.
const MIN_SHARE_REVERSED: f64 = 0.8;
/// The part of its function's own work that a search has to be; see [`is_outweighed`].
const MIN_PART: f64 = 0.6;

const SEARCHES: [&str; 10] = [
    "Iterator::nth",
    "slice::contains",
    "VecDeque::contains",
    "LinkedList::contains",
    "Iterator::position",
    "Iterator::rposition",
    "Iterator::find",
    "Iterator::rfind",
    "Iterator::find_map",
    "Iterator::any",
];

/// What drives an iterator that skips to a place first, and walks all that comes before.
const SKIPPING: [&str; 6] = [
    "Iterator::collect",
    "Iterator::count",
    "Iterator::fold",
    "Iterator::for_each",
    "Iterator::last",
    "Iterator::next",
];

/// Iterators that cannot jump.
const WALKED_BY_NTH: [&str; 7] = [
    ".chars()",
    ".char_indices()",
    ".lines()",
    ".split",
    ".keys()",
    ".values()",
    ".graphemes(",
];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        let call = ctx.ledger().call_name(node.call);
        if SEARCHES.contains(&call) || SKIPPING.contains(&call) {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| library_search(ctx, nodes)));
    hand_written::check(ctx, out);
    rescan::check(ctx, out);
    prefix::check(ctx, out);
}

/// Searches by one of [`SEARCHES`], all at one line.
fn library_search(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut candidate: Option<Candidate> = None;
    for &id in nodes {
        let claims = ctx.entries_under(id);
        if ctx.share_of(claims.iter().copied()) == 0.0 || is_byte_search(ctx, &claims) {
            continue;
        }
        let node = ctx.ledger().node(id);
        let site = ctx.ledger().site(node.site);
        let call = ctx.ledger().call_name(node.call);
        let method = call.rsplit("::").next().unwrap_or(call);
        let written = ctx.call(site, &[method]);
        let skip = written.and_then(|call| skip_in(ctx.syntax(site)?, call));
        if skip.is_none() && !SEARCHES.contains(&call) {
            continue;
        }
        let (call, method) = skip.map_or((call, method), |_| ("Iterator::skip", "nth"));
        let syntax = skip.or(written);
        if syntax.is_some_and(|call| is_no_lookup(ctx, site, call)) {
            continue;
        }
        let searched = syntax.map_or("", |call| call.receiver.as_str());
        let Some(repetition) = ctx.repetition_with_same(id, searched) else {
            continue;
        };
        if syntax.is_some_and(|call| is_same_or_other_list(ctx, id, call, &repetition)) {
            continue;
        }
        if is_outweighed(ctx, id, &claims) || is_short_at_caller(ctx, id, searched) {
            continue;
        }
        // What is searched from its end is a stack, and what is looked for lies near its top, unless it costs all the time.
        if searched.ends_with(".rev()") && ctx.share_of(claims.iter().copied()) < MIN_SHARE_REVERSED {
            continue;
        }
        let found = candidate.get_or_insert_with(|| {
            let mut found = Candidate::new(&LINEAR_SEARCH_IN_LOOP, ctx.place(site), []);
            found.local_factor = LOCAL_FACTOR;
            found.confidence = if syntax.is_some() {
                Confidence::Measured
            } else {
                Confidence::Likely
            };
            found.title = Message::new("linear-search-in-loop-title").text("call", call);
            found.fixes = fixes(ctx, site, syntax, &repetition);
            if found.fixes.is_empty() {
                found.fixes.push(cure(method));
            }
            found
        });
        found.claims.extend(claims);
        if repetition.levels_up > 0 {
            found.add_also(repetition.asks.clone());
        }
        found.why = why(&repetition);
    }
    let mut found = candidate?;
    found.evidence = ctx.cpu_evidence(&found.claims);
    ctx.is_surely(found.claims.iter().copied(), MIN_SHARE).then_some(found)
}

/// Whether a function that is called again and again does as much of its own beside a search: then the list is short, for
/// a search of a hundred elements outweighs some lines of code.
fn is_outweighed(ctx: &Context<'_>, search: NodeId, claims: &[EntryIdx]) -> bool {
    let ledger = ctx.ledger();
    let name = |id: NodeId| outer_name(&ledger.site(ledger.node(id).site).function);
    let of_search = name(search);
    // From the closure that searches to the function that it stands in.
    let path = ctx.path(search).map(|(id, ..)| id);
    let Some(own) = path.take_while(|&id| name(id) == of_search).last() else {
        return false;
    };
    let Some(caller) = ledger.node(own).parent else {
        return false;
    };
    if ctx.repetition(caller).is_none() {
        return false;
    }
    let mut left: Vec<NodeId> = ctx.children(caller).to_vec();
    let mut all = 0.0;
    while let Some(id) = left.pop() {
        if name(id) == of_search {
            all += ctx.share_of(ctx.entries_at(id).iter().copied());
            left.extend(ctx.children(id));
        }
    }
    ctx.share_of(claims.iter().copied()) < MIN_PART * all
}

/// Whether the loop that searches again looks for the same `nth` element each time, or each time in another list of a
/// list of lists.
fn is_same_or_other_list(ctx: &Context<'_>, id: NodeId, call: &CallExpr, repetition: &Repetition) -> bool {
    let repetition_of = |expression: &str| ctx.repetition_with_same(id, expression);
    if is_by_count(call) {
        let same = call.arguments.first().and_then(|argument| repetition_of(argument));
        return same.is_some_and(|same| same.levels_up <= repetition.levels_up) && !is_counted_on(ctx, id, call);
    }
    match index_of(&call.receiver) {
        Some(index) => repetition_of(index).is_none_or(|same| same.head != repetition.head),
        None => false,
    }
}

/// Whether a call goes to an element by counting up to it.
fn is_by_count(call: &CallExpr) -> bool {
    matches!(call.name.as_str(), "nth" | "skip")
}

/// The call in a chain of iterators that walks up to a place first: `text.chars().skip(at).collect()`.
fn skip_in<'c>(syntax: &'c FileSyntax, call: &CallExpr) -> Option<&'c CallExpr> {
    let chain = *call.operands.first().filter(|_| call.callee == Callee::Method)?;
    let in_chain = |skip: &&CallExpr| skip.name == "skip" && skip.span.start == chain.start && chain.covers(&skip.span);
    syntax.calls.iter().find(in_chain)
}

/// Whether the number of the element is another one each time, although it has the same name: a loop around the same
/// list binds it, or it is counted on in the loop that asks, or in what outlives the function.
fn is_counted_on(ctx: &Context<'_>, id: NodeId, call: &CallExpr) -> bool {
    let site = ctx.ledger().site(ctx.ledger().node(id).site);
    let (Some(syntax), Some(function), Some(number)) = (ctx.syntax(site), ctx.function(site), call.operands.get(1))
    else {
        return false;
    };
    let is_state = |used: &Use| used.root() == "self" && function.receiver == Some(Receiver::Mutable);
    if syntax.flow.inputs(*number).any(is_state) {
        return ctx.is_changed_in(syntax, *number, &[function.body]);
    }
    let loops = ctx.loops_at(id);
    let list = syntax.flow.binding(root_name(&call.receiver), call.span.start);
    let is_bound_by = |found: &Loop| {
        let is_number = |used: &Use| found.bound.iter().any(|name| name == used.root());
        syntax.flow.inputs(*number).any(is_number) && list.is_none_or(|list| !found.span.contains(list.scope.start))
    };
    let bodies: Vec<Span> = loops.iter().map(|found| found.body).collect();
    loops.iter().any(|found| is_bound_by(found)) || ctx.is_changed_in(syntax, *number, &bodies)
}

/// The variable in the square brackets of `lists[index]`.
fn index_of(expression: &str) -> Option<&str> {
    let (_, rest) = expression.split_once('[')?;
    let (index, _) = rest.split_once(']')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    (index.starts_with(|c: char| c.is_alphabetic()) && index.chars().all(is_name)).then_some(index)
}

fn why(repetition: &Repetition) -> Message {
    let key = if repetition.levels_up == 0 {
        "linear-search-in-loop-why"
    } else {
        "linear-search-in-loop-why-caller"
    };
    Message::new(key)
        .with("line", Arg::Count(u64::from(repetition.head.line)))
        .text("function", repetition.asks.function.clone())
}

/// An index beside the list, where list and loop are in one function, or a set in the list's place.
fn fixes(ctx: &Context<'_>, site: &Site, call: Option<&CallExpr>, repetition: &Repetition) -> Vec<Fix> {
    let Some(((call, syntax), file)) = call.zip(ctx.syntax(site)).zip(site.file.as_deref()) else {
        return Vec::new();
    };
    let edited = |edit: &dyn Fn(&mut Editor<'_>) -> Option<()>| {
        let mut editor = ctx.editor(file)?;
        edit(&mut editor)?;
        editor.into_fix(cure(&call.name).title, Effort::Simple)
    };
    let around = index::loop_at(syntax, call.span, repetition.head.line).filter(|_| repetition.levels_up == 0);
    let beside = match (call.name.as_str(), around) {
        ("contains", Some(around)) => vec![edited(&|editor| index::set(editor, syntax, call, around))],
        // Whether the key is a reference already, the compiler knows.
        ("find", Some(around)) => vec![
            edited(&|editor| index::map(editor, syntax, call, around, "&")),
            edited(&|editor| index::map(editor, syntax, call, around, "")),
        ],
        ("nth", _) => return linked_list::deques(ctx, site),
        _ => Vec::new(),
    };
    let mut made: Vec<Fix> = beside.into_iter().flatten().collect();
    if call.name == "contains" {
        let set = edited(&|editor| set_field::field(editor, syntax, call));
        made.extend(set.map(|fix| Fix {
            title: Message::new("linear-search-in-loop-fix-become"),
            ..fix
        }));
        if made.is_empty() {
            let set = edited(&|editor| field::with_set(editor, syntax, call));
            made.extend(set.map(beside_list));
        }
    }
    if made.is_empty() && matches!(call.name.as_str(), "find" | "position" | "any") {
        let by = |by: &'static str| edited(&move |editor: &mut Editor<'_>| field::indexed(editor, syntax, call, by));
        made.extend(["&", ""].into_iter().filter_map(by).map(beside_list));
    }
    made
}

/// An index that a struct keeps beside its list changes more than a line.
fn beside_list(fix: Fix) -> Fix {
    Fix {
        title: Message::new("linear-search-in-loop-fix-beside"),
        effort: Effort::Moderate,
        ..fix
    }
}

fn cure(method: &str) -> Fix {
    let title = match method {
        "contains" | "any" => "linear-search-in-loop-fix-set",
        "nth" => "linear-search-in-loop-fix-index",
        _ => "linear-search-in-loop-fix-map",
    };
    Fix::advice(Message::new(title), Effort::Moderate)
}

/// Searching bytes for a byte is `memchr`: it runs through text, it does not look up.
fn is_byte_search(ctx: &Context<'_>, claims: &[EntryIdx]) -> bool {
    let seconds = |is_wanted: &dyn Fn(&Booked<'_>) -> bool| -> f64 {
        let booked = claims.iter().map(|&idx| ctx.booked(idx));
        booked.filter(is_wanted).map(|booked| booked.entry.cost.seconds).sum()
    };
    seconds(&|booked| booked.entry.work == Work::Scan) > 0.5 * seconds(&|_| true)
}

/// Whether the source shows that this is no look-up by key in a list: it walks text or a range, the list is a small
/// array, or what it compares with is fixed or no equality at all.
fn is_no_lookup(ctx: &Context<'_>, site: &Site, call: &CallExpr) -> bool {
    const WALKS: [&str; 14] = [
        ".chars()",
        ".bytes()",
        ".char_indices()",
        ".lines()",
        ".split",
        ".windows(",
        ".chunks",
        "..",
        ".keys()",
        ".values()",
        ".as_bytes()",
        ".drain(",
        ".components()",
        ".matches(",
    ];
    if is_by_count(call) {
        // Of these, `nth` and `skip` walk all that comes before; of a slice they do not.
        let is_walk = WALKED_BY_NTH.iter().any(|walk| call.receiver.contains(walk))
            || is_declared(ctx, site, &call.receiver, |declared| declared.contains("LinkedList<"));
        return !is_walk || call.arguments.first().is_none_or(|argument| is_fixed(argument));
    }
    if call.callee != Callee::Method || WALKS.iter().any(|walk| without_indices(&call.receiver).contains(walk)) {
        return true;
    }
    if call.receiver.starts_with(['[', '"'])
        || call.receiver.starts_with("b\"")
        || is_small_array(ctx, site, &call.receiver)
    {
        return true;
    }
    let argument = call.arguments.first().map_or("", String::as_str);
    if !argument.contains('|') {
        return is_fixed(argument);
    }
    // A closure: a comparison with something that is not fixed must be in it.
    let Some(syntax) = ctx.syntax(site) else { return false };
    let closure = syntax.loops.iter().find(|found| found.span == call.span);
    !closure.is_some_and(|closure| key_test::is_in(syntax, &closure.bound, closure.body))
}

/// An expression without what stands in its square brackets: `self.tables[a..b].iter()` is no range.
fn without_indices(expression: &str) -> String {
    let mut depth = 0;
    let outside = expression.chars().filter(|&c| {
        depth += i32::from(c == '[');
        let is_outside = depth == 0;
        depth -= i32::from(c == ']');
        is_outside
    });
    outside.collect()
}

/// Whether the searched list is declared as an array of a fixed size.
fn is_small_array(ctx: &Context<'_>, site: &Site, receiver: &str) -> bool {
    let is_array = |declared: &str| declared.trim_start_matches('&').starts_with('[') && declared.contains(';');
    let local = ctx.local(site, root_name(receiver.trim_end_matches(".iter()")));
    let is_literal = |init: &str| init.trim_start_matches('&').starts_with('[');
    is_declared(ctx, site, receiver, is_array)
        || last_field(receiver.trim_end_matches(".iter()")).is_none()
            && local.is_some_and(|local| local.init.as_deref().is_some_and(is_literal))
}

/// Whether a list is a parameter, and the caller gives it an array of a fixed size, or a part of one.
fn is_short_at_caller(ctx: &Context<'_>, search: NodeId, receiver: &str) -> bool {
    let mut path = ctx.path(search).map(|(_, _, site)| site);
    let Some((site, above)) = path.next().zip(path.next()) else {
        return false;
    };
    let given = ctx.function(site).and_then(|function| {
        let name = root_name(receiver);
        let index = function
            .parameters
            .iter()
            .position(|(parameter, _)| parameter == name)?;
        ctx.call(above, &[function.name.as_str()])?.arguments.get(index)
    });
    given.is_some_and(|given| {
        let list = given.trim_start_matches('&').split('[').next().unwrap_or(given);
        !list.is_empty() && is_small_array(ctx, above, list)
    })
}

/// Whether all declarations that a list can have in the source are of a kind.
fn is_declared(ctx: &Context<'_>, site: &Site, receiver: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
    let name = receiver.trim_end_matches(".iter()");
    let field = last_field(name);
    let root = root_name(name);
    let Some(syntax) = ctx.syntax(site) else { return false };
    match field {
        Some(field) => {
            let mut fields = syntax.fields.iter().filter(|other| other.name == field).peekable();
            fields.peek().is_some() && fields.all(|other| is_wanted(&other.declared))
        }
        None => {
            let of_global = syntax
                .globals
                .iter()
                .filter(|global| global.name == root)
                .any(|global| is_wanted(&global.declared));
            let local = ctx.local(site, root);
            let of_local = local.is_some_and(|local| local.declared.as_deref().is_some_and(&is_wanted));
            let function = ctx.function(site);
            let of_parameter = function.is_some_and(|function| {
                function
                    .parameters
                    .iter()
                    .any(|(parameter, declared)| parameter == root && is_wanted(declared))
            });
            of_global || of_local || of_parameter
        }
    }
}
