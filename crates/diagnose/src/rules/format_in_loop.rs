//! The rule `format-in-loop`.

mod text;

use super::allocation_churn::hoist::hoisted;
use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Usage, mentions};
use crate::{Candidate, Candidates, Confidence, Context, Effort, EntryIdx, Fix, Line, Repetition, evidence};
use profile::{HeapCost, Message, NodeId, Site, Work};
use std::collections::BTreeMap;
use text::Plain;

declare_rule! {
    /// ## What it finds
    /// Text that is formatted in a loop for nothing lasting: a `format!` or `to_string` that is compared, looked up
    /// or appended and then dropped; `write!` of a single character or string and nothing else.
    /// ## Why it is slow
    /// `core::fmt` goes through a table of function pointers for each argument and allocates the result; comparing
    /// the parts, or pushing the string itself, needs neither.
    /// ## Evidence
    /// The time measured in formatting and in its allocations at that line, and that the texts were freed soon after.
    /// Text that is kept or printed has to be formatted and is left alone.
    /// ## How to see it by hand
    /// `perf record -g --call-graph dwarf` and `perf report --no-children`: `core::fmt::write`, `pad_integral` and `malloc`
    /// below your function. `heaptrack` shows one temporary allocation for each pass at that line.
    /// ## Fix and its safety
    /// Compare the parts; use them as the key (a tuple, a struct); `write!` into one buffer that is cleared in each
    /// pass; `push`, `push_str` or `write_str` for what is text already.
    /// ## When not to
    /// The text is kept, printed or sent: then it has to be formatted somewhere. A map of a hundred entries that is asked
    /// once a second gains nothing from a cleverer key.
    pub(super) FORMAT_IN_LOOP = "format-in-loop", level 3, check, says [
        "format-in-loop-title",
        "format-in-loop-title-text",
        "format-in-loop-why",
        "format-in-loop-why-text",
        "format-in-loop-why-passed",
        "format-in-loop-fix-parts",
        "format-in-loop-fix-append",
        "format-in-loop-fix-text",
        "format-in-loop-fix-passed",
    ]
}

/// Text that lives longer is kept, not passed through.
const MAX_LIFETIME_NS: u64 = 20_000_000;
/// Calls that keep what they are given.
const KEEPERS: [&str; 8] = ["push", "push_back", "insert", "send", "spawn", "extend", "add", "set"];

/// Methods that look something up by their argument; an entry keeps it the first time only, which its life time shows.
const LOOKUPS: [&str; 6] = ["get", "get_mut", "contains", "contains_key", "entry", "remove"];

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        let is_formatting = node.call.map(|id| ctx.ledger().call(id)).is_some_and(|call| {
            matches!(call.name.as_str(), "format!" | "write!")
                || (call.library == "std" && call.name.ends_with("::to_string"))
        });
        if is_formatting {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    out.extend(by_line.values().filter_map(|nodes| found(ctx, nodes)));
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut candidate: Option<Candidate> = None;
    let mut heap = HeapCost::default();
    for &id in nodes {
        let node = ctx.ledger().node(id);
        let site = ctx.ledger().site(node.site);
        let call = ctx.ledger().call_name(node.call);
        let Some(repetition) = ctx.repetition(id) else { continue };
        let (title, why, fix) = if call == "write!" {
            if !writes_text(ctx, id) || joins_parts(ctx, site) {
                continue;
            }
            (
                "format-in-loop-title-text",
                "format-in-loop-why-text",
                "format-in-loop-fix-text",
            )
        } else {
            match fate(ctx, id, site, call) {
                Fate::Kept => continue,
                Fate::Appended => (
                    "format-in-loop-title",
                    "format-in-loop-why",
                    "format-in-loop-fix-append",
                ),
                Fate::Read => ("format-in-loop-title", "format-in-loop-why", "format-in-loop-fix-parts"),
                Fate::Passed => (
                    "format-in-loop-title",
                    "format-in-loop-why-passed",
                    "format-in-loop-fix-passed",
                ),
            }
        };
        let found = candidate.get_or_insert_with(|| {
            let mut found = Candidate::new(&FORMAT_IN_LOOP, ctx.place(site), []);
            found.title = Message::new(title).text("call", call);
            found.why = Message::new(why);
            found.confidence = Confidence::Likely;
            found.fixes = fixes(ctx, site, call, fix, &repetition);
            found
        });
        let is_passed = found.why.key == "format-in-loop-why-passed";
        let mut claims = formatting(ctx, id);
        // Whoever gets the text would format it all the same: what goes is its memory.
        claims.retain(|&idx| !is_passed || is_memory(ctx, idx));
        for &idx in &claims {
            if let Some(more) = &ctx.booked(idx).entry.cost.heap {
                heap.add(more);
            }
        }
        found.claims.extend(claims);
        if repetition.levels_up > 0 {
            found.add_also(repetition.asks);
        }
    }
    let mut found = candidate?;
    if heap.allocations > 0.0 {
        let is_short = heap.freed > 0.9 * heap.allocations && heap.lifetime_ns.median < MAX_LIFETIME_NS;
        if !is_short {
            return None;
        }
        found.confidence = Confidence::Measured;
    }
    found.evidence = ctx.cpu_evidence(&found.claims);
    if heap.allocations > 0.0 {
        found.evidence.extend([
            evidence::allocations(heap.allocations),
            evidence::allocated_bytes(heap.bytes),
        ]);
    }
    Some(found)
}

/// What the source shows how to change, else the advice.
fn fixes(ctx: &Context<'_>, site: &Site, call: &str, title: &'static str, repetition: &Repetition) -> Vec<Fix> {
    let edited = |edit: &dyn Fn(&mut Editor<'_>, &FileSyntax) -> Option<()>| {
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        edit(&mut editor, ctx.syntax(site)?)?;
        editor.into_fix(Message::new(title), Effort::Simple)
    };
    let made: Vec<Fix> = if call == "write!" {
        let write = ctx.call(site, &["write"]);
        let kinds = [Plain::Str, Plain::Char, Plain::Bytes].into_iter();
        kinds
            .filter_map(|kind| edited(&|editor, _| text::plain(editor, write?, kind)))
            .collect()
    } else {
        let formatted = ctx.call(site, &["format", "to_string"]);
        let appended = edited(&|editor, syntax| text::appended(editor, syntax, formatted?));
        let kept = edited(&|editor, syntax| {
            let Usage::Bound(local) = syntax.usage_of(formatted?.span) else {
                return None;
            };
            let is_here = repetition.levels_up == 0;
            hoisted(editor, syntax, local, is_here.then_some(repetition.head.line)?)
        });
        appended.into_iter().chain(kept).collect()
    };
    if made.is_empty() {
        return vec![Fix::advice(Message::new(title), Effort::Simple)];
    }
    made
}

/// What formatting a text costs: the machinery, and implementations of `Display` that only hand parts on to it. One that
/// computes, prints what it holds, or loops is work of its own: it stays when the text between is left out.
fn formatting(ctx: &Context<'_>, id: NodeId) -> Vec<EntryIdx> {
    let is_thin = |&&child: &&NodeId| ctx.children(child).is_empty() && ctx.loops_at(child).is_empty();
    let thin = ctx.children(id).iter().filter(is_thin);
    let nodes = std::iter::once(&id).chain(thin);
    nodes.flat_map(|&node| ctx.entries_at(node)).copied().collect()
}

fn is_memory(ctx: &Context<'_>, idx: EntryIdx) -> bool {
    matches!(
        ctx.booked(idx).entry.work,
        Work::Alloc | Work::Free | Work::Grow | Work::PageFault
    )
}

/// What becomes of a formatted text.
enum Fate {
    Kept,
    Appended,
    Read,
    /// One of the user's functions puts it into a larger text.
    Passed,
}

/// What the function does with it; when it is returned, what the caller does.
fn fate(ctx: &Context<'_>, id: NodeId, site: &Site, call: &str) -> Fate {
    let names: &[&str] = if call == "format!" { &["format"] } else { &["to_string"] };
    let (Some(file), Some(call)) = (ctx.syntax(site), ctx.call(site, names)) else {
        return Fate::Kept;
    };
    match file.usage_of(call.span) {
        Usage::Returned => fate_at_caller(ctx, id, site),
        Usage::Argument(outer) if writes_argument(ctx, outer, call) => Fate::Passed,
        usage => fate_of(file, usage),
    }
}

/// Whether a function that is given a text writes it on: by a macro, or by appending it.
fn writes_argument(ctx: &Context<'_>, outer: &CallExpr, text: &CallExpr) -> bool {
    let Some(place) = outer.operands.iter().position(|operand| operand.covers(&text.span)) else {
        return false;
    };
    let mut functions = ctx.functions_named(&outer.name).into_iter();
    functions.any(|(file, function)| {
        let index = place.checked_sub(usize::from(function.receiver.is_some()));
        let Some((name, _)) = index.and_then(|index| function.parameters.get(index)) else {
            return false;
        };
        let writes = |call: &&CallExpr| {
            let is_writer =
                call.callee == Callee::Macro || matches!(call.name.as_str(), "push_str" | "write_str" | "+=");
            is_writer
                && function.body.covers(&call.span)
                && call.arguments.iter().any(|argument| mentions(argument, name))
        };
        file.calls.iter().any(|call| writes(&call))
    })
}

/// A text that a function returns is what it is for, unless the caller only looks something up by it.
fn fate_at_caller(ctx: &Context<'_>, id: NodeId, site: &Site) -> Fate {
    let caller = ctx.path(id).nth(1).map(|(_, _, caller)| caller);
    let usage = caller.and_then(|caller| {
        let function = ctx.function(site)?;
        let call = ctx.call(caller, &[function.name.as_str()])?;
        Some(ctx.syntax(caller)?.usage_of(call.span))
    });
    match usage {
        Some(Usage::Argument(call)) if call.callee == Callee::Method && LOOKUPS.contains(&call.name.as_str()) => {
            Fate::Read
        }
        _ => Fate::Kept,
    }
}

fn fate_of(file: &FileSyntax, usage: Usage<'_>) -> Fate {
    match usage {
        Usage::Bound(local) if local.is_mut || file.is_given_away(local) => Fate::Kept,
        Usage::Bound(_) | Usage::Receiver(_) | Usage::Indexed(_) => Fate::Read,
        Usage::Argument(call) => match (call.callee, call.name.as_str()) {
            (Callee::Operator, "+" | "+=") | (_, "push_str" | "write_str" | "extend_from_slice" | "write_all") => {
                Fate::Appended
            }
            (Callee::Operator, "=") | (Callee::Function, _) => Fate::Kept,
            (_, name) if KEEPERS.contains(&name) => Fate::Kept,
            (Callee::Macro, _) => Fate::Kept,
            _ => Fate::Read,
        },
        Usage::Iterated | Usage::Returned | Usage::Stored | Usage::Other => Fate::Kept,
    }
}

/// Whether the source shows a `write!` that puts several parts together, or ends a line: that is what formatting is for.
fn joins_parts(ctx: &Context<'_>, site: &Site) -> bool {
    let Some(call) = ctx.call(site, &["write", "writeln", "write_fmt"]) else {
        return false;
    };
    let tokens = call.arguments.join(",");
    let template = tokens.split('"').nth(1).unwrap_or("{}");
    let is_one_placeholder = template.starts_with('{') && template.find('}') == Some(template.len() - 1);
    call.name == "writeln" || !is_one_placeholder
}

/// Whether a `write!` sends characters or strings through the formatting machinery, and nothing else.
fn writes_text(ctx: &Context<'_>, id: NodeId) -> bool {
    const TEXT: [&str; 3] = ["<char as ", "<str as ", "<alloc::string::String as "];
    let (mut text, mut other) = (0, 0);
    for (samples, stack) in ctx.samples_at(id) {
        let is_display = |function: &&str| function.ends_with(" as core::fmt::Display>::fmt");
        // The user's own implementation above the site says nothing of what is written here.
        let mut frames = ctx.frames_below(stack).map(|frame| frame.function.as_str());
        match frames.find(is_display) {
            Some(display) if TEXT.iter().any(|prefix| display.starts_with(prefix)) => text += samples,
            Some(_) => other += samples,
            None => {}
        }
    }
    text > 0 && other * 10 < text
}
