//! The rule `repeated-construction`.

mod constant;
mod table;

pub(super) use constant::built_ahead;

use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Local, Span, is_fixed};
use crate::{Candidate, Candidates, Confidence, Context, Effort, Fix, Line, Place, Repetition, evidence};
use profile::{Arg, Entry, Message, NodeId, Site};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// Something expensive that is built again and again from the same parts: a regular expression, a parser, a
    /// template engine, a client, a thread; a table that a function fills with constants each time that it is asked.
    /// ## Why it is slow
    /// Such values are made to be built once and used often: compiling a `Regex` costs thousands of times as much as
    /// one match.
    /// ## Evidence
    /// The time measured inside the constructor, and the loop, here or in a caller, that calls it with arguments that
    /// do not change from pass to pass.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: the constructor (`Regex::new`, `Parser::new` …) with a large share below your
    /// loop, beside a small one for the use.
    /// ## Fix and its safety
    /// Build it once: before the loop, in a field, or in a `static` with `LazyLock`. Safe where the value has no state
    /// that one pass leaves to the next.
    /// ## When not to
    /// The arguments differ in every pass (then keep the built values in a map), or the value carries state from one use
    /// to the next and is not reset.
    pub(super) REPEATED_CONSTRUCTION = "repeated-construction", level 1, check, says [
        "repeated-construction-title",
        "repeated-construction-title-table",
        "repeated-construction-title-thread",
        "repeated-construction-why",
        "repeated-construction-why-caller",
        "repeated-construction-why-thread",
        "repeated-construction-fix-once",
        "repeated-construction-fix-ahead",
        "repeated-construction-fix-pool",
    ]
}

/// Names that constructors go by.
const CONSTRUCTORS: [&str; 12] = [
    "new",
    "try_new",
    "build",
    "compile",
    "connect",
    "from_pattern",
    "from_env",
    "with_config",
    "with_settings",
    "new_with_config",
    "init",
    "load_defaults",
];
/// Constructors by their full name, where the name alone says too little.
const NAMED: [&str; 2] = ["Selector::parse", "Glob::new"];
/// Calls that start a thread.
const THREADS: [&str; 3] = ["thread::spawn", "Builder::spawn", "Scope::spawn"];
/// Fewer threads are a pool.
const MIN_THREADS: f64 = 200.0;
/// A thread that does ten times the work of its start is worth it.
const MIN_SHARE_OF_STARTS: f64 = 0.1;
/// Starting, switching to and joining a thread with an empty closure takes about this long at the least.
const THREAD_S: f64 = 25e-6;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<NodeId>> = BTreeMap::new();
    for (id, node, site) in ctx.nodes() {
        let is_constructor = node.call.is_some_and(|call| is_constructor(ctx.ledger().call(call)));
        if is_constructor {
            by_line.entry((site.file.as_deref(), site.line)).or_default().push(id);
        }
    }
    let of_threads = thread_per_item(ctx);
    // The number of threads says more than the few samples that fall into their starts.
    let is_said = |found: &Candidate| of_threads.as_ref().is_some_and(|said| said.place == found.place);
    let candidates = by_line.values().filter_map(|nodes| found(ctx, nodes));
    out.extend(candidates.filter(|found| !is_said(found)));
    out.extend(of_threads.clone());
    table::check(ctx, out);
}

/// Threads that live too short for samples still cost their start and end: priced by their number, at the place that
/// starts most of them.
fn thread_per_item(ctx: &Context<'_>) -> Option<Candidate> {
    let threads = ctx.profile().threads.len() as f64;
    if threads < MIN_THREADS {
        return None;
    }
    let ledger = ctx.ledger();
    let share = ledger.share_of(threads * THREAD_S).min(0.9);
    // Of the processor time: how long threads wait for each other depends on what else the machine does.
    if threads * THREAD_S < MIN_SHARE_OF_STARTS * ctx.profile().totals.cpu_s() {
        return None;
    }
    let (place, call, node) = most_starts(ctx).or_else(|| started_before_join(ctx))?;
    let repetition = ctx.repetition(node)?;
    let mut candidate = Candidate::new(&REPEATED_CONSTRUCTION, place, []);
    candidate.share = Some(share);
    candidate.confidence = Confidence::Likely;
    candidate.title = Message::new("repeated-construction-title-thread").text("call", call);
    candidate.why = Message::new("repeated-construction-why-thread").with("threads", Arg::Count(threads as u64));
    candidate.evidence = vec![evidence::threads_started(threads as u64)];
    candidate.fixes = vec![Fix::advice(
        Message::new("repeated-construction-fix-pool"),
        Effort::Moderate,
    )];
    if repetition.levels_up > 0 {
        candidate.add_also(repetition.asks);
    }
    Some(candidate)
}

/// Whether a function has a name that constructors go by.
pub(super) fn is_constructor_name(name: &str) -> bool {
    CONSTRUCTORS.contains(&name)
}

/// The call that starts most threads, by what it allocates for them.
fn most_starts<'c>(ctx: &'c Context<'_>) -> Option<(Place, &'c str, NodeId)> {
    let ledger = ctx.ledger();
    let starts = ledger.entries.iter().filter(|entry| {
        let node = ledger.node(entry.node);
        ledger.site(node.site).is_user && THREADS.contains(&ledger.call_name(node.call))
    });
    let started = |entry: &&Entry| entry.cost.heap.as_ref().map_or(0.0, |heap| heap.allocations);
    let most = starts.max_by(|a, b| started(a).total_cmp(&started(b)))?;
    let node = ledger.node(most.node);
    Some((
        ctx.place(ledger.site(node.site)),
        ledger.call_name(node.call),
        most.node,
    ))
}

/// The call that starts threads in a function that waits for their end: starting takes so little memory that it may not
/// be in the sample, and each wait is counted.
fn started_before_join<'c>(ctx: &'c Context<'_>) -> Option<(Place, &'c str, NodeId)> {
    ctx.nodes().find_map(|(id, node, site)| {
        let is_join = node.call.is_some() && ctx.ledger().call_name(node.call).ends_with("JoinHandle::join");
        let (file, function) = (ctx.syntax(site)?, ctx.function(site).filter(|_| is_join)?);
        let mut calls = file.calls.iter().filter(|call| function.span.covers(&call.span));
        let start = calls.find(|call| call.name == "spawn")?;
        let place = Place {
            line: start.at.line,
            column: start.at.column,
            ..ctx.place(site)
        };
        Some((place, "thread::spawn", id))
    })
}

fn is_constructor(call: &profile::Call) -> bool {
    let method = call.name.rsplit("::").next().unwrap_or(&call.name);
    NAMED.contains(&call.name.as_str())
        || THREADS.contains(&call.name.as_str())
        || (call.library != "std" && CONSTRUCTORS.contains(&method))
}

fn found(ctx: &Context<'_>, nodes: &[NodeId]) -> Option<Candidate> {
    let mut candidate: Option<Candidate> = None;
    for &id in nodes {
        let node = ctx.ledger().node(id);
        let site = ctx.ledger().site(node.site);
        let call = ctx.ledger().call_name(node.call);
        let method = call.rsplit("::").next().unwrap_or(call);
        let is_thread = method == "spawn";
        let syntax = ctx.call(site, &[method]);
        if is_thread && (ctx.profile().threads.len() as f64) < MIN_THREADS {
            continue;
        }
        let repetition = match (syntax, ctx.syntax(site)) {
            (Some(call), Some(file)) if !is_thread => same_every_time(ctx, id, file, call),
            _ => ctx.repetition(id),
        };
        let Some(repetition) = repetition else { continue };
        let found = candidate.get_or_insert_with(|| {
            let mut found = Candidate::new(&REPEATED_CONSTRUCTION, ctx.place(site), []);
            found.confidence = if syntax.is_some() {
                Confidence::Measured
            } else {
                Confidence::Likely
            };
            let title = if is_thread {
                "repeated-construction-title-thread"
            } else {
                "repeated-construction-title"
            };
            found.title = Message::new(title).text("call", call);
            found.fixes = match syntax {
                _ if is_thread => vec![Fix::advice(
                    Message::new("repeated-construction-fix-pool"),
                    Effort::Moderate,
                )],
                Some(call) => fixes(ctx, site, call, &repetition),
                None => vec![once()],
            };
            found
        });
        found.claims.extend(ctx.entries_under(id));
        if repetition.levels_up > 0 {
            found.add_also(repetition.asks.clone());
        }
        found.why = why(&repetition);
    }
    let mut found = candidate?;
    found.evidence = ctx.cpu_evidence(&found.claims);
    Some(found)
}

fn once() -> Fix {
    Fix::advice(Message::new("repeated-construction-fix-once"), Effort::Simple)
}

/// Two ways to build it once: before the loop, or in a static. The compiler knows which of them can be.
fn fixes(ctx: &Context<'_>, site: &Site, call: &CallExpr, repetition: &Repetition) -> Vec<Fix> {
    let Some(syntax) = ctx.syntax(site) else {
        return vec![once()];
    };
    let file = ctx.place(site).file;
    let edited = |edit: &dyn Fn(&mut Editor<'_>) -> Option<()>| {
        let mut editor = ctx.editor(&file)?;
        edit(&mut editor)?;
        editor.into_fix(Message::new("repeated-construction-fix-once"), Effort::Simple)
    };
    let of_call = |local: &&Local| local.init_span.covers(&call.span);
    let local = syntax
        .locals
        .iter()
        .filter(of_call)
        .min_by_key(|local| local.span.size());
    let is_here = repetition.levels_up == 0;
    let hoisted = edited(&|editor| hoisted(editor, local.filter(|_| is_here)?, &repetition.head));
    let in_static = edited(&|editor| in_static(editor, call));
    let ahead = |is_shared| {
        let mut editor = ctx.editor(&file)?;
        built_ahead(&mut editor, syntax, call, is_shared)?;
        editor.into_fix(Message::new("repeated-construction-fix-ahead"), Effort::Simple)
    };
    let made: Vec<Fix> = hoisted
        .into_iter()
        .chain(in_static)
        .chain([true, false].into_iter().filter_map(ahead))
        .collect();
    if made.is_empty() { vec![once()] } else { made }
}

/// Moves a `let` before the loop whose head stands at a line.
fn hoisted(editor: &mut Editor<'_>, local: &Local, head: &Place) -> Option<()> {
    let lines: Vec<&str> = (local.span.start.line..=local.span.end.line)
        .map(|line| editor.line(line))
        .collect();
    let is_alone = lines[0].trim_start().starts_with("let ");
    if !is_alone || local.span.start.line <= head.line {
        return None;
    }
    // Whole lines, so that a comment behind the statement moves along.
    editor.insert_line_before(head.line, lines.join("\n").trim());
    editor.remove_lines(local.span);
    Some(())
}

/// Puts an expression with fixed arguments into a static of its own: `Regex::new("…").unwrap()`.
fn in_static(editor: &mut Editor<'_>, call: &CallExpr) -> Option<()> {
    let of_type = call.receiver.rsplit_once("::").map(|(path, _)| path)?;
    if call.callee != Callee::Function || !call.arguments.iter().all(|argument| is_fixed(argument)) {
        return None;
    }
    let next = editor.index_from(call.span.end);
    let behind = [0, 1, 2, 3, 4].map(|ahead| editor.word(next + ahead));
    let (whole, of_type, built) = match behind {
        [".", "ok", "(", ")", "?"] => {
            let whole = Span {
                end: editor.tokens()[next + 3].span.end,
                ..call.span
            };
            (whole, format!("Option<{of_type}>"), "BUILT.as_ref()")
        }
        _ => (editor.with_unwrap(call.span)?, of_type.to_owned(), "&*BUILT"),
    };
    let value = editor.slice(whole).to_owned();
    // What is declared in a statement of its own reads better than in an expression.
    let line = whole.start.line;
    let first = editor.index_from(whole.start);
    let behind = editor.index_from(whole.end);
    let is_last = editor.word(behind) == ";" || (editor.word(behind), editor.word(behind + 1)) == ("?", ";");
    let name = first
        .checked_sub(2)
        .filter(|_| editor.word(first - 1) == "=" && is_last);
    let is_statement = name.is_some_and(|name| {
        let start = editor.indentation(line).len();
        editor.line(line)[start..].starts_with("let ") && editor.word(name) != ">"
    });
    let declared = |name: &str| format!("static {name}: LazyLock<{of_type}> = LazyLock::new(|| {value});");
    match name.filter(|_| is_statement && whole.end.line == line) {
        Some(name) => {
            let name = editor.word(name).to_uppercase();
            editor.insert_line_before(line, &declared(&name));
            editor.replace(whole, built.replace("BUILT", &name));
        }
        None => editor.replace(whole, format!("{{ {} {built} }}", declared("BUILT"))),
    }
    editor.import("std::sync::LazyLock", "LazyLock");
    Some(())
}

/// Keeps what a function without parameters makes in a static, and lends it to the callers.
pub(super) fn lent(editor: &mut Editor<'_>, function: &Function) -> Option<()> {
    let output = function.output.as_deref()?;
    if !function.parameters.is_empty() || function.receiver.is_some() || output.starts_with(['&', '(']) {
        return None;
    }
    let tokens = editor.tokens();
    let (open, close) = (
        editor.index_from(function.body.start),
        editor.index_from(function.body.end).checked_sub(1)?,
    );
    let body = Span {
        start: tokens.get(open)?.span.end,
        end: tokens.get(close)?.span.start,
    };
    let mut head = editor.index_from(function.span.start)..open;
    let arrow = head.rfind(|index| editor.word(*index) == "-" && editor.word(index + 1) == ">")?;
    let start = tokens.get(arrow + 2)?.span.start;
    let of = editor.slice(Span {
        start,
        end: tokens[open - 1].span.end,
    });
    // A static in a function knows no `Self`, and a module of the file no import of it.
    let has_self = (editor.index_from(function.span.start)..close).any(|index| editor.word(index) == "Self");
    let is_inner = editor
        .inline_modules()
        .iter()
        .any(|module| module.covers(&function.span));
    let lazy = if is_inner { "std::sync::LazyLock" } else { "LazyLock" };
    if has_self || of.contains("impl ") || (open..close).any(|index| matches!(editor.word(index), "return" | "?")) {
        return None;
    }
    let declared = format!("static BUILT: {lazy}<{of}> = {lazy}::new(|| ");
    let is_expression = !(open + 1..close).any(|index| editor.word(index) == ";");
    let indentation = format!("{}    ", editor.indentation(function.body.end.line));
    let value = editor.slice(body).trim();
    let kept = match is_expression {
        true => format!("\n{indentation}{declared}{value});\n{indentation}&BUILT\n"),
        false => {
            let value = value.replace('\n', "\n    ");
            format!("\n{indentation}{declared}{{\n{indentation}    {value}\n{indentation}}});\n{indentation}&BUILT\n")
        }
    };
    editor.insert(start, "&'static ");
    editor.replace(body, kept + editor.indentation(function.body.end.line));
    if !is_inner {
        editor.import("std::sync::LazyLock", "LazyLock");
    }
    Some(())
}

fn why(repetition: &Repetition) -> Message {
    let key = if repetition.levels_up == 0 {
        "repeated-construction-why"
    } else {
        "repeated-construction-why-caller"
    };
    Message::new(key)
        .with("line", Arg::Count(u64::from(repetition.head.line)))
        .text("function", repetition.asks.function.clone())
}

/// The loop that repeats a constructor with the same arguments, those of a builder's chain included.
fn same_every_time(ctx: &Context<'_>, id: NodeId, file: &FileSyntax, call: &CallExpr) -> Option<Repetition> {
    let parts = file
        .calls
        .iter()
        .filter(|part| call.span.covers(&part.span) && part.callee != Callee::Operator);
    let arguments = parts.flat_map(|part| &part.arguments);
    let mut farthest = ctx.repetition(id)?;
    for argument in arguments.filter(|argument| !is_fixed(argument)) {
        let repetition = ctx.repetition_with_same(id, argument)?;
        if repetition.levels_up > farthest.levels_up {
            farthest = repetition;
        }
    }
    let builder = (call.callee == Callee::Method).then_some(call.receiver.as_str());
    if let Some(receiver) = builder.filter(|receiver| receiver.starts_with(char::is_lowercase)) {
        // `builder.build()` of a builder that lives outside of the loop.
        farthest = ctx.repetition_with_same(id, receiver)?;
    }
    Some(farthest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    const BEFORE: &str = "fn f(log: &[&str]) {\n    for line in log {\n        let re = Regex::new(\"a+\").expect(\"valid\"); // slow\n        g(re, line);\n    }\n}\n";

    fn call() -> (CallExpr, Local) {
        let syntax = FileSyntax::parse(BEFORE).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "new").unwrap().clone();
        (call, syntax.locals[0].clone())
    }

    #[test]
    fn a_let_moves_before_its_loop() {
        let head = Place {
            line: 2,
            ..Place::default()
        };
        check_edits(
            BEFORE,
            "fn f(log: &[&str]) {\n    let re = Regex::new(\"a+\").expect(\"valid\"); // slow\n    for line in log {\n        g(re, line);\n    }\n}\n",
            |mut editor| {
                hoisted(&mut editor, &call().1, &head).unwrap();
                editor
            },
        );
    }

    #[test]
    fn an_expression_with_fixed_arguments_moves_into_a_static() {
        check_edits(
            BEFORE,
            "use std::sync::LazyLock;\n\nfn f(log: &[&str]) {\n    for line in log {\n        static RE: LazyLock<Regex> = LazyLock::new(|| Regex::new(\"a+\").expect(\"valid\"));\n        let re = &*RE; // slow\n        g(re, line);\n    }\n}\n",
            |mut editor| {
                in_static(&mut editor, &call().0).unwrap();
                editor
            },
        );
    }

    #[test]
    fn a_failure_is_kept_as_well() {
        let before = "fn f(t: &str) -> Option<u8> {\n    g(Regex::new(\"a\").ok()?)\n}\n";
        let after = "use std::sync::LazyLock;\n\nfn f(t: &str) -> Option<u8> {\n    g({ static BUILT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(\"a\").ok()); BUILT.as_ref() }?)\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "new").unwrap();
        check_edits(before, after, |mut editor| {
            in_static(&mut editor, call).unwrap();
            editor
        });
    }

    #[test]
    fn a_function_lends_what_it_makes_once() {
        for (before, after) in [
            (
                "fn words() -> Set<&'static str> {\n    WORDS.split(' ').collect()\n}\n",
                "use std::sync::LazyLock;\n\nfn words() -> &'static Set<&'static str> {\n    static BUILT: LazyLock<Set<&'static str>> = LazyLock::new(|| WORDS.split(' ').collect());\n    &BUILT\n}\n",
            ),
            (
                "impl A {\n    fn words() -> Set {\n        let mut set = Set::new();\n        set\n    }\n}\n",
                "use std::sync::LazyLock;\n\nimpl A {\n    fn words() -> &'static Set {\n        static BUILT: LazyLock<Set> = LazyLock::new(|| {\n            let mut set = Set::new();\n            set\n        });\n        &BUILT\n    }\n}\n",
            ),
        ] {
            let syntax = FileSyntax::parse(before).unwrap();
            check_edits(before, after, |mut editor| {
                lent(&mut editor, &syntax.functions[0]).unwrap();
                editor
            });
        }
    }
}
