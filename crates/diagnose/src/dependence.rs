//! Whether the passes of a loop depend on each other: whether what one pass asks for follows from what an earlier one got.

use crate::syntax::{CallExpr, Callee, FileSyntax, Local, Loop, LoopKind, Position, root_name};
use std::collections::BTreeSet;

/// Names are followed through this many definitions.
const MAX_STEPS: usize = 4;

/// Whether the question asked at a position is known before the loop's other answers are: it is put together from what
/// the loop walks over, from counters, and from what does not change. Then all questions can be asked at once.
pub(crate) fn is_known_beforehand(syntax: &FileSyntax, found: &Loop, at: Position) -> bool {
    let body_calls: Vec<&CallExpr> = syntax
        .calls
        .iter()
        .filter(|call| found.span.covers(&call.span))
        .collect();
    let is_asking = |call: &&CallExpr| call.span.contains(at) && call.name != "=" && !is_compound(&call.name);
    let mut asking: Vec<&CallExpr> = body_calls.iter().copied().filter(is_asking).collect();
    if asking.is_empty() {
        asking = body_calls
            .iter()
            .copied()
            .filter(|call| call.at.line == at.line)
            .collect();
    }
    let question = names_behind(syntax, found, &body_calls, &asking);
    let answers = names_from(syntax, found, at);
    let is_outer = |name: &str| !found.bound.iter().any(|bound| bound == name) && !is_declared_in(syntax, found, name);
    let changed = |call: &&CallExpr| {
        let target = root_name(&call.receiver);
        match call.callee {
            Callee::Operator if call.name == "=" || is_compound(&call.name) => {
                question.contains(target) && is_outer(target) && !is_step(call)
            }
            Callee::Method => {
                let is_fed = call
                    .arguments
                    .iter()
                    .any(|text| names_in(text).iter().any(|name| answers.contains(name)));
                is_fed && is_outer(target) && (question.contains(target) || is_walked(found, target))
            }
            _ => false,
        }
    };
    if body_calls.iter().any(changed) {
        return false;
    }
    match found.kind {
        LoopKind::For { .. } | LoopKind::Closure { .. } => true,
        // What ends the loop may be an answer: only what it takes from somewhere, or counts, is known.
        LoopKind::While => {
            let counts = |call: &&&CallExpr| is_compound(&call.name) && is_step(call);
            found.bound.iter().any(|name| question.contains(name))
                || body_calls
                    .iter()
                    .filter(counts)
                    .any(|call| question.contains(root_name(&call.receiver)))
        }
    }
}

/// Whether the question asked at a position is about many things at once: what it is put together from is a part of a
/// larger list, or a list that the pass has collected.
pub(crate) fn is_about_many(syntax: &FileSyntax, found: &Loop, at: Position) -> bool {
    let in_parts = match &found.kind {
        LoopKind::For { iterated, .. } => iterated.contains("chunk") || iterated.contains("batch"),
        LoopKind::Closure { receiver, .. } => receiver.contains("chunk") || receiver.contains("batch"),
        LoopKind::While => false,
    };
    let asking = syntax
        .calls
        .iter()
        .filter(|call| found.span.covers(&call.span) && call.span.contains(at));
    let names: BTreeSet<String> = asking
        .flat_map(|call| call.arguments.iter().chain([&call.receiver]))
        .flat_map(|text| names_in(text))
        .collect();
    let inner = |position: Position| {
        let mut loops = syntax
            .loops
            .iter()
            .filter(|inner| found.body.covers(&inner.span) && inner.span != found.span);
        loops.any(|inner| inner.body.contains(position) && !inner.body.contains(at))
    };
    let is_collected = |local: &Local| {
        let is_list = local
            .declared
            .iter()
            .chain(&local.init)
            .any(|text| text.contains("Vec<") || text.contains("collect"));
        let mut filled = syntax
            .calls
            .iter()
            .filter(|call| call.callee == Callee::Method && root_name(&call.receiver) == local.name);
        is_list || filled.any(|call| found.body.covers(&call.span) && inner(call.at))
    };
    let mut locals = syntax
        .locals
        .iter()
        .filter(|local| found.body.contains(local.span.start) && names.contains(&local.name));
    in_parts || locals.any(is_collected)
}

fn is_compound(operator: &str) -> bool {
    matches!(operator, "+=" | "-=" | "*=" | "|=" | "^=")
}

/// Whether an assignment only counts on: by a literal or a constant.
fn is_step(call: &CallExpr) -> bool {
    is_compound(&call.name) && call.arguments.iter().all(|text| crate::syntax::is_fixed(text))
}

/// Whether a loop takes what it walks over from a variable.
fn is_walked(found: &Loop, name: &str) -> bool {
    match &found.kind {
        LoopKind::For { iterated, .. } => root_name(iterated) == name,
        LoopKind::Closure { receiver, .. } => root_name(receiver) == name,
        LoopKind::While => true,
    }
}

fn is_declared_in(syntax: &FileSyntax, found: &Loop, name: &str) -> bool {
    syntax
        .locals
        .iter()
        .any(|local| local.name == name && found.body.contains(local.span.start))
}

/// All names that some calls in a loop's body are put together from, through definitions in that body and through what
/// is written into the variables that they use.
fn names_behind(syntax: &FileSyntax, found: &Loop, body: &[&CallExpr], asking: &[&CallExpr]) -> BTreeSet<String> {
    let texts_of = |call: &CallExpr| {
        let mut names = names_in(&call.receiver);
        names.extend(call.arguments.iter().flat_map(|text| names_in(text)));
        names
    };
    let mut names: BTreeSet<String> = asking.iter().flat_map(|call| texts_of(call)).collect();
    for _ in 0..MAX_STEPS {
        let mut more = BTreeSet::new();
        for local in syntax
            .locals
            .iter()
            .filter(|local| found.body.contains(local.span.start))
        {
            if names.contains(&local.name) {
                more.extend(local.init.iter().flat_map(|init| names_in(init)));
            }
        }
        for call in body
            .iter()
            .filter(|call| call.callee == Callee::Macro && call.name.starts_with("write"))
        {
            let written: Vec<String> = call.arguments.iter().flat_map(|text| names_in(text)).collect();
            if written.first().is_some_and(|target| names.contains(target)) {
                more.extend(written);
            }
        }
        if more.is_subset(&names) {
            break;
        }
        names.extend(more);
    }
    names
}

/// The names that a loop's body binds at a position, and from these.
fn names_from(syntax: &FileSyntax, found: &Loop, at: Position) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let locals = || {
        syntax
            .locals
            .iter()
            .filter(|local| found.body.contains(local.span.start))
    };
    for _ in 0..MAX_STEPS {
        for local in locals() {
            let is_answer = local.init_span.contains(at);
            let follows = || {
                local
                    .init
                    .iter()
                    .flat_map(|init| names_in(init))
                    .any(|name| names.contains(&name))
            };
            if is_answer || follows() {
                names.insert(local.name.clone());
            }
        }
    }
    names
}

/// The names in an expression; of a text in quotes only what stands in braces.
fn names_in(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let (mut is_quoted, mut is_in_braces) = (false, false);
    for c in expression.chars().chain([' ']) {
        let is_read = !is_quoted || is_in_braces;
        if is_read && (c.is_alphanumeric() || c == '_') {
            name.push(c);
            continue;
        }
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if is_name {
            names.push(std::mem::take(&mut name));
        }
        name.clear();
        match c {
            '"' => (is_quoted, is_in_braces) = (!is_quoted, false),
            '{' if is_quoted => is_in_braces = true,
            '}' | ':' if is_quoted => is_in_braces = false,
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(marked: &str, expected: bool) {
        let found = ask(marked, is_known_beforehand);
        assert_eq!(found, expected, "{marked}");
    }

    fn ask(marked: &str, question: fn(&FileSyntax, &Loop, Position) -> bool) -> bool {
        let at = marked.find('$').expect("a mark");
        let line = marked[..at].matches('\n').count() as u32 + 1;
        let column = (at - marked[..at].rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
        let syntax = FileSyntax::parse(&marked.replace('$', "")).expect("valid source");
        let at = Position { line, column };
        let loops = syntax.loops_at(at);
        question(&syntax, loops[0], at)
    }

    #[test]
    fn questions_about_known_items_are_known() {
        for source in [
            "fn f() { for id in ids { let a = db.$get(id); all.push(a); } }",
            "fn f() { let mut sum = 0;\n for &item in &cart.items {\n sum += $price(con, item)?;\n }\n Ok(sum + cart.user) }",
            "fn f() { ids.iter().map(|id| db.$get(id)).collect() }",
            "fn f() { while let Some(id) = queue.pop() { all.push(db.$get(id)); } }",
            "fn f() { let mut i = 0; while i < n { sum += db.$get(ids[i]); i += 1; } }",
            "fn f() { for id in ids { let key = format!(\"user:{id}\"); last = db.$get(&key); } }",
            "fn f() { for id in ids { writeln!(out, \"{id}\"); out.$flush(); line.clear(); input.read_line(&mut line); } }",
        ] {
            check(source, true);
        }
    }

    #[test]
    fn questions_that_follow_from_answers_are_not_known() {
        for source in [
            "fn f() { let mut at = 0; for _ in 0..n { let a = db.$get(at); at = a.next; } }",
            "fn f() { let mut at = 0; for _ in 0..n {\n writeln!(out, \"{at}\");\n out.$flush();\n input.read_line(&mut line);\n at = line.parse(); } }",
            "fn f() { let mut from = 0; loop { let page = db.$get(from); if page.is_empty() { break; } from += page.len(); } }",
            "fn f() { loop { let job = db.$next(); if job.is_none() { break; } } }",
            "fn f() { while let Some(url) = queue.pop() { let page = web.$get(url); queue.extend(page.links); } }",
            "fn f() { for turn in 0..n { let answer = engine.$ask(&board); board.play(answer); } }",
            "fn f() { let mut key = k; for _ in 0..n { let text = format!(\"get {key}\"); let a = db.$get(&text); key = a.next; } }",
        ] {
            check(source, false);
        }
    }

    #[test]
    fn a_question_about_a_collected_list_is_about_many() {
        for (source, expected) in [
            (
                "fn f() { for u in users { let keys: Vec<K> = u.keys(); all.extend(db.$mget(&keys)); } }",
                true,
            ),
            (
                "fn f() { for part in ids.chunks(100) { all.extend(db.$mget(part)); } }",
                true,
            ),
            (
                "fn f() { for u in users { let mut p = pipe(); for k in u.keys { p.get(k); } p.$query(&mut db); } }",
                true,
            ),
            (
                "fn f() { for u in users { let key = u.key(); all.push(db.$get(&key)); } }",
                false,
            ),
            (
                "fn f() { for u in users { for k in u.keys { all.push(db.$get(&k)); } } }",
                false,
            ),
        ] {
            assert_eq!(ask(source, is_about_many), expected, "{source}");
        }
    }
}
