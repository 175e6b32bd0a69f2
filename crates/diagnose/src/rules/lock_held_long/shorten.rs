//! The edit of `lock-held-long` and `lock-contention`: the lock is taken right before its guard's first use and let go of
//! right behind the last.

use crate::editor::Editor;
use crate::locks::ContendedLock;
use crate::syntax::{CallExpr, FileSyntax, Local, Span};
use crate::{Applicability, Context, Effort, Fix};
use profile::Message;

/// Functions are followed through this many calls.
const MAX_CALLS: usize = 5;

/// The fixes that make the critical section of a lock shorter: at its beginning, at its end, at both.
pub(in crate::rules) fn fixes(ctx: &Context<'_>, lock: &ContendedLock<'_>, title: &'static str) -> Vec<Fix> {
    let edited = |ends: &[End]| {
        let site = lock.lines.first()?.first.site;
        let (mut editor, syntax) = (ctx.editor(site.file.as_deref()?)?, ctx.syntax(site)?);
        let call = ctx.call(site, &["lock", "write", "read"])?;
        let mut outside = Vec::new();
        for end in ends {
            outside.extend(shortened(&mut editor, syntax, call, *end)?);
        }
        let mut fix = editor.into_fix(Message::new(title), Effort::Simple)?;
        // The lock may be there for more than its guard: no test shows what two threads do to a file now and then.
        if !outside
            .iter()
            .all(|statement| ctx.is_pure(syntax, *statement, MAX_CALLS))
        {
            fix.applicability = Applicability::Maybe;
        }
        Some(fix)
    };
    let both = edited(&[End::Begin, End::Finish]);
    both.into_iter()
        .chain(edited(&[End::Begin]))
        .chain(edited(&[End::Finish]))
        .collect()
}

/// Which end of the critical section moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum End {
    /// Where it begins.
    Begin,
    /// Where it ends.
    Finish,
}

/// Moves an end of the critical section of a guard that a variable holds, and says what is outside of it then; `None`
/// where it is as close as it can be.
pub(in crate::rules) fn shortened(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    call: &CallExpr,
    end: End,
) -> Option<Vec<Span>> {
    let whole = editor.with_unwrap(call.span)?;
    let mut locals = syntax.locals.iter();
    let guard = locals.find(|local| local.init_span == whole)?;
    let statements = following(editor, guard)?;
    let used: Vec<usize> = (0..statements.len())
        .filter(|index| mentions(editor, statements[*index], &guard.name))
        .collect();
    let (first, last) = (*used.first()?, *used.last()?);
    let is_alone = editor.line(guard.span.start.line).trim() == editor.slice(guard.span).lines().next()?.trim()
        && !editor.has_comment(guard.span);
    match end {
        End::Begin if first > 0 && is_alone => {
            let text = editor.slice(guard.span).to_owned();
            let line = statements[first].start.line;
            editor.insert_line_before(line, &text);
            editor.remove_lines(guard.span);
            Some(statements[..first].to_vec())
        }
        // The value of the block may need the guard still.
        End::Finish if last + 1 < statements.len() => {
            let line = statements[last].end.line;
            editor.insert_line_after(line, &format!("drop({});", guard.name));
            Some(statements[last + 1..].to_vec())
        }
        _ => None,
    }
}

/// The statements behind a declaration in its block, the block's value included.
fn following(editor: &Editor<'_>, guard: &Local) -> Option<Vec<Span>> {
    let mut statements = Vec::new();
    let behind = editor.index_from(guard.span.end);
    let (mut start, mut depth) = (behind, 0);
    let span = |first: usize, last: usize| Span {
        start: editor.tokens()[first].span.start,
        end: editor.tokens()[last].span.end,
    };
    for index in behind..editor.tokens().len() {
        let word = editor.word(index);
        match word {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            if start < index {
                statements.push(span(start, index - 1));
            }
            return Some(statements);
        }
        let next = editor.word(index + 1);
        let is_block = word == "}" && is_statement_with_block(editor.word(start)) && next != "else";
        if depth == 0 && (word == ";" || is_block) {
            statements.push(span(start, index));
            start = index + 1;
        }
    }
    None
}

fn is_statement_with_block(word: &str) -> bool {
    matches!(word, "if" | "for" | "while" | "loop" | "match" | "{" | "unsafe")
}

fn mentions(editor: &Editor<'_>, span: Span, name: &str) -> bool {
    (editor.index_from(span.start)..editor.index_from(span.end)).any(|index| {
        let word = editor.word(index);
        // Formats name what they print.
        word == name || (word.starts_with('"') && crate::syntax::mentions(word, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(end: End, before: &str, after: &str) {
        let wrapped = |body: &str| format!("fn f(m: &M) {{\n{body}}}\n");
        let (before, after) = (wrapped(before), wrapped(after));
        let syntax = FileSyntax::parse(&before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "lock").unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", &before).unwrap();
            assert_eq!(shortened(&mut editor, &syntax, call, end), None);
            return;
        }
        check_edits(&before, &after, |mut editor| {
            shortened(&mut editor, &syntax, call, end).unwrap();
            editor
        });
    }

    #[test]
    fn a_lock_is_taken_when_it_is_needed() {
        check(
            End::Begin,
            "    let mut all = m.all.lock().unwrap();\n    let one = h(m);\n    if one.a { g(); } else { k(); }\n    all.push(one);\n",
            "    let one = h(m);\n    if one.a { g(); } else { k(); }\n    let mut all = m.all.lock().unwrap();\n    all.push(one);\n",
        );
        let needed = "    let mut all = m.all.lock().unwrap();\n    all.push(h(m));\n    println!(\"{all:?}\");\n";
        check(End::Begin, needed, needed);
        check(End::Finish, needed, needed);
    }

    #[test]
    fn a_lock_is_let_go_of_behind_its_last_use() {
        check(
            End::Finish,
            "    let all = m.all.lock().unwrap();\n    let n = all.len();\n    for x in 0..n { h(x); }\n    n + 1\n",
            "    let all = m.all.lock().unwrap();\n    let n = all.len();\n    drop(all);\n    for x in 0..n { h(x); }\n    n + 1\n",
        );
    }
}
