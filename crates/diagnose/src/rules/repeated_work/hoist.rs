//! The edits of `repeated-work`: the answer computed before the loop and used in it, or passed down to who needs it.

use crate::editor::Editor;
use crate::lent::given;
use crate::rules::repeated_construction;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Loop, Position, Span};
use crate::{Context, Effort, Fix, Recurrence};
use profile::Message;

/// How a passed answer is taken.
#[derive(Clone, Copy)]
enum By {
    Value,
    Reference,
}

/// The fixes for an answer that a loop of the same file asks for again and again; which of them can be, the compiler
/// knows.
pub(super) fn fixes(
    ctx: &Context<'_>,
    file: &str,
    syntax: &FileSyntax,
    call: &CallExpr,
    recurrence: &Recurrence,
    title: &'static str,
) -> Vec<Fix> {
    let edited = |title: &'static str, effort: Effort, edit: &dyn Fn(&mut Editor<'_>) -> Option<()>| {
        let mut editor = ctx.editor(file).filter(|_| recurrence.asks.file == file)?;
        edit(&mut editor)?;
        editor.into_fix(Message::new(title), effort)
    };
    let around = |call: Span| loop_at(syntax, call, recurrence);
    let own = |call: &CallExpr| {
        let mut named = syntax.functions.iter().filter(|function| function.name == call.name);
        named.next().filter(|_| named.next().is_none())
    };
    let mut made = Vec::new();
    if recurrence.levels_up == 0 {
        for reference in ["", "&"] {
            made.push(edited(title, Effort::Simple, &|editor| {
                before(editor, call, around(call.span)?, reference)
            }));
        }
    } else if recurrence.levels_up == 1 {
        for by in [By::Value, By::Reference] {
            made.push(edited(title, Effort::Moderate, &|editor| {
                let function = syntax.function_at(call.span.start)?;
                let asked = only_call(syntax, function)?;
                passed(
                    editor,
                    function,
                    asked,
                    call,
                    around(asked.span)?,
                    own(call)?.output.as_deref()?,
                    by,
                )
            }));
        }
    }
    made.push(edited("repeated-construction-fix-once", Effort::Simple, &|editor| {
        let function = own(call).filter(|_| call.arguments.is_empty() && call.callee == Callee::Function)?;
        repeated_construction::lent(editor, function)
    }));
    for is_shared in [true, false] {
        made.push(edited("repeated-construction-fix-ahead", Effort::Simple, &|editor| {
            repeated_construction::built_ahead(editor, syntax, call, is_shared)
        }));
    }
    made.into_iter().flatten().collect()
}

/// `let answer = …;` before the loop, and its name in it.
fn before(editor: &mut Editor<'_>, call: &CallExpr, around: &Loop, reference: &str) -> Option<()> {
    let line = editor.statement_line(around.head)?;
    let answer = editor.fresh(noun(&call.name));
    let text = on_one_line(editor.slice(call.span));
    if editor.has_comment(call.span) || text.contains('?') {
        return None;
    }
    editor.insert_line_before(line, &format!("let {answer} = {text};"));
    editor.replace(call.span, format!("{reference}{answer}"));
    Some(())
}

/// A name for what a call answers: `lowercase` of `to_lowercase`.
fn noun(call: &str) -> &str {
    let verbs = ["to_", "as_", "get_", "into_", "compute_", "find_"];
    let rest = verbs.iter().find_map(|verb| call.strip_prefix(verb));
    // `to_mut` would become a keyword.
    rest.filter(|rest| syn::parse_str::<syn::Ident>(rest).is_ok())
        .unwrap_or(call)
}

/// A chain of calls that is broken over lines, as it reads.
fn on_one_line(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines().map(str::trim) {
        let is_chain = line.starts_with(['.', ')', '?']) || joined.ends_with('(') || joined.is_empty();
        joined.push_str(if is_chain { "" } else { " " });
        joined.push_str(line);
    }
    joined
}

/// The answer as a parameter of the function that asks, computed by the caller before its loop.
fn passed(
    editor: &mut Editor<'_>,
    function: &Function,
    asked: &CallExpr,
    call: &CallExpr,
    around: &Loop,
    of: &str,
    by: By,
) -> Option<()> {
    let text = in_caller(editor, function, asked, call)?;
    let line = editor.statement_line(around.head)?;
    let answer = editor.fresh(noun(&call.name));
    let reference = match by {
        By::Value => "",
        By::Reference if is_copied(of) => return None,
        By::Reference => "&",
    };
    if of.starts_with('&') || of.contains("impl ") || of.contains("Self") {
        return None;
    }
    let name = editor.index_from(function.span.start)..editor.index_from(function.body.start);
    let open = { name }.find(|index| editor.word(*index) == "(" && editor.word(index - 1) != "pub")?;
    let close = editor.closing(open)?;
    append(editor, open, close, &format!("{answer}: {reference}{of}"));
    let start = editor.index_from(asked.at);
    let open = (start..editor.index_from(asked.span.end)).find(|index| editor.word(*index) == "(")?;
    let close = editor.closing(open)?;
    append(editor, open, close, &format!("{reference}{answer}"));
    editor.replace(call.span, answer.clone());
    editor.insert_line_before(line, &format!("let {answer} = {text};"));
    Some(())
}

/// Whether a type is a number or the like, which nobody lends.
fn is_copied(of: &str) -> bool {
    const PLAIN: [&str; 15] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "usize",
    ];
    PLAIN.contains(&of)
}

/// Adds to the list between two brackets.
fn append(editor: &mut Editor<'_>, open: usize, close: usize, text: &str) {
    let at = editor.tokens()[close].span.start;
    let last = editor.word(close - 1);
    let separator = match last {
        _ if close == open + 1 => "",
        "," => " ",
        _ => ", ",
    };
    editor.insert(at, format!("{separator}{text}"));
}

/// What a function asks for, as its caller would write it: every name in it is a parameter of the function.
fn in_caller(editor: &Editor<'_>, function: &Function, asked: &CallExpr, call: &CallExpr) -> Option<String> {
    let mut text = String::new();
    let mut end = call.span.start;
    for index in editor.index_from(call.span.start)..editor.index_from(call.span.end) {
        let token = &editor.tokens()[index];
        let before = index.checked_sub(1).map_or("", |before| editor.word(before));
        let is_name = token.text.starts_with(|c: char| c.is_lowercase() || c == '_')
            && !matches!(before, "." | ":")
            && !matches!(editor.word(index + 1), "(" | "!")
            && !matches!(
                token.text.as_str(),
                "mut" | "as" | "u8" | "u16" | "u32" | "u64" | "usize" | "f32" | "f64"
            );
        text.push_str(editor.slice(Span {
            start: end,
            end: token.span.start,
        }));
        end = token.span.end;
        if !is_name || editor.word(index + 1) == ":" {
            text.push_str(&token.text);
            continue;
        }
        let lent = given(function, &token.text, asked)?;
        let is_receiver = editor.word(index + 1) == ".";
        let lent = if is_receiver {
            lent.trim_start_matches('&')
        } else {
            lent
        };
        text.push_str(lent);
    }
    (!text.contains(['|', '{', '?', '\n', '…'])).then_some(text)
}

/// The one call of a function in its file.
fn only_call<'s>(syntax: &'s FileSyntax, function: &Function) -> Option<&'s CallExpr> {
    let is_call =
        |call: &&CallExpr| call.name == function.name && matches!(call.callee, Callee::Function | Callee::Method);
    let mut calls = syntax.calls.iter().filter(is_call);
    calls.next().filter(|_| calls.next().is_none())
}

fn loop_at<'s>(syntax: &'s FileSyntax, inner: Span, recurrence: &Recurrence) -> Option<&'s Loop> {
    let head = Position {
        line: recurrence.head.line,
        column: recurrence.head.column,
    };
    let is_it = |found: &&Loop| found.head == head && found.span.covers(&inner);
    syntax.loops.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn syntax(text: &str) -> FileSyntax {
        FileSyntax::parse(text).unwrap()
    }

    #[test]
    fn an_answer_is_computed_before_the_loop() {
        let text = "fn f(all: &[u8]) {\n    g();\n    for x in xs {\n        h(x, total(all));\n    }\n}\n";
        let after = "fn f(all: &[u8]) {\n    g();\n    let total_once = total(all);\n    for x in xs {\n        h(x, total_once);\n    }\n}\n";
        let syntax = syntax(text);
        let call = syntax.calls.iter().find(|call| call.name == "total").unwrap();
        check_edits(text, after, |mut editor| {
            before(&mut editor, call, &syntax.loops[0], "").unwrap();
            editor
        });
    }

    #[test]
    fn a_chain_over_several_lines_is_computed_once() {
        let text = "fn f(name: &[u8]) -> bool {\n    for t in TAGS {\n        if text(&name[1..])\n            .to_lowercase()\n            .starts_with(t)\n        {\n            return true;\n        }\n    }\n    false\n}\n";
        let after = "fn f(name: &[u8]) -> bool {\n    let lowercase = text(&name[1..]).to_lowercase();\n    for t in TAGS {\n        if lowercase\n            .starts_with(t)\n        {\n            return true;\n        }\n    }\n    false\n}\n";
        let syntax = syntax(text);
        let call = syntax.calls.iter().find(|call| call.name == "to_lowercase").unwrap();
        check_edits(text, after, |mut editor| {
            before(&mut editor, call, &syntax.loops[0], "").unwrap();
            editor
        });
    }

    #[test]
    fn an_answer_is_passed_down() {
        let text = "impl C {\n    fn part(&self, row: usize) -> f64 {\n        self.all[row] / self.sum(2)\n    }\n}\nfn f(c: &C) -> S {\n    let mut all: Vec<f64> = (0..9)\n        .map(|row| c.part(row))\n        .collect();\n}\n";
        let after = "impl C {\n    fn part(&self, row: usize, sum: f64) -> f64 {\n        self.all[row] / sum\n    }\n}\nfn f(c: &C) -> S {\n    let sum = c.sum(2);\n    let mut all: Vec<f64> = (0..9)\n        .map(|row| c.part(row, sum))\n        .collect();\n}\n";
        let syntax = syntax(text);
        let named = |name: &str| syntax.calls.iter().find(|call| call.name == name).unwrap();
        check_edits(text, after, |mut editor| {
            let (call, asked) = (named("sum"), named("part"));
            passed(
                &mut editor,
                &syntax.functions[0],
                asked,
                call,
                &syntax.loops[0],
                "f64",
                By::Value,
            )
            .unwrap();
            editor
        });
    }
}
