//! The edit of `lock-contention` for numbers: an atomic in place of the mutex.

use crate::editor::Editor;
use crate::syntax::{CallExpr, FileSyntax, Span, Usage};

/// What is read and written as a whole; sequentially consistent, as what is locked is.
const ORDER: &str = "atomic::Ordering::SeqCst";

/// Makes the mutexes of a file atomics. `None` when one of them guards something else than `number`, or is used for more
/// than one addition, assignment or reading at a time.
pub(super) fn counted(editor: &mut Editor<'_>, syntax: &FileSyntax, number: &str) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    let unknown = ["Condvar", "MutexGuard", "atomic", "get_mut", "try_lock"];
    if tokens.iter().any(|token| unknown.contains(&token.text.as_str())) {
        return None;
    }
    let atomic = format!("Atomic{}{}", number[..1].to_uppercase(), &number[1..]);
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "Mutex") {
        if token.is_import {
            editor.replace(token.span, format!("atomic::{{self, {atomic}}}"));
            continue;
        }
        let is_type = [editor.word(index + 1), editor.word(index + 2), editor.word(index + 3)] == ["<", number, ">"];
        let is_made = [editor.word(index + 1), editor.word(index + 2), editor.word(index + 3)] == [":", ":", "new"];
        let is_plain = index > 0 && editor.word(index - 1) != ":" || index > 1 && editor.word(index - 2) != ":";
        if !is_plain || !is_type && !is_made {
            return None;
        }
        let end = if is_type { index + 3 } else { index };
        let whole = Span {
            start: token.span.start,
            end: tokens[end].span.end,
        };
        editor.replace(whole, atomic.clone());
    }
    let is_lock = |call: &&CallExpr| call.name == "lock" && call.arguments.is_empty();
    let mut locks = 0;
    for call in syntax.calls.iter().filter(is_lock) {
        locked(editor, syntax, call)?;
        locks += 1;
    }
    for call in syntax.calls.iter().filter(|call| call.name == "into_inner") {
        let whole = editor.with_unwrap(call.span)?;
        let behind = Span {
            start: call.span.end,
            end: whole.end,
        };
        editor.replace(behind, "");
    }
    (locks > 0).then_some(())
}

/// Makes one use of a lock one of an atomic.
fn locked(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let whole = editor.with_unwrap(call.span)?;
    if let Usage::Bound(local) = syntax.usage_of(call.span)
        && local.init_span == whole
    {
        // `let mut guard = x.lock().unwrap(); *guard += 1;`
        let mut uses = syntax.uses_of(local);
        let only = uses.next().filter(|_| uses.next().is_none())?;
        let next = editor.index_from(local.span.end);
        if editor.index_from(only.span.start) != next + 1 || editor.has_comment(local.span) {
            return None;
        }
        changed(editor, next, only.span, &call.receiver)?;
        editor.remove_statement(local.span);
        return Some(());
    }
    let star = editor.index_from(call.span.start).checked_sub(1)?;
    if changed(editor, star, whole, &call.receiver).is_none() {
        let read = Span {
            start: editor.tokens()[star].span.start,
            end: whole.end,
        };
        if editor.word(star) != "*" || is_operator_assignment(editor, whole) {
            return None;
        }
        editor.replace(read, format!("{}.load({ORDER})", call.receiver));
    }
    Some(())
}

fn is_operator_assignment(editor: &Editor<'_>, guard: Span) -> bool {
    let next = editor.index_from(guard.end);
    editor.word(next + 1) == "=" && !matches!(editor.word(next), "=" | "!" | "<" | ">")
        || editor.word(next + 2) == "="
            && editor.word(next) == editor.word(next + 1)
            && matches!(editor.word(next), "<" | ">")
}

/// `*guard += n` and the like, the star at an index; `None` when the guard is not changed so.
fn changed(editor: &mut Editor<'_>, star: usize, guard: Span, receiver: &str) -> Option<()> {
    let next = editor.index_from(guard.end);
    let (method, operator) = match (editor.word(next), editor.word(next + 1)) {
        ("+", "=") => ("fetch_add", 2),
        ("-", "=") => ("fetch_sub", 2),
        ("|", "=") => ("fetch_or", 2),
        ("&", "=") => ("fetch_and", 2),
        ("=", second) if !matches!(second, "=" | ">") => ("store", 1),
        _ => return None,
    };
    if editor.word(star) != "*" {
        return None;
    }
    let mut depth = 0;
    let end = (next + operator..editor.tokens().len()).find(|index| {
        let word = editor.word(*index);
        let is_end = depth == 0 && matches!(word, ";" | "," | ")" | "]" | "}");
        depth += i32::from(matches!(word, "(" | "[" | "{")) - i32::from(matches!(word, ")" | "]" | "}"));
        is_end
    })?;
    let value = Span {
        start: editor.tokens()[next + operator].span.start,
        end: editor.tokens()[end - 1].span.end,
    };
    let whole = Span {
        start: editor.tokens()[star].span.start,
        end: value.end,
    };
    let value = editor.slice(value);
    let call = format!("{receiver}.{method}({value}, {ORDER})");
    let is_statement = editor.word(end) == ";";
    // What is added comes back, which is not wanted where the assignment was the value of a block.
    editor.replace(whole, if is_statement { call } else { format!("{{ {call}; }}") });
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", before).unwrap();
            assert_eq!(counted(&mut editor, &syntax, "u64"), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            counted(&mut editor, &syntax, "u64").unwrap();
            editor
        });
    }

    #[test]
    fn counters_become_atomics() {
        check(
            "use std::sync::{Arc, Mutex};\nfn f(n: &Mutex<u64>) {\n    *n.lock().unwrap() += g(2);\n    h(*n.lock().unwrap());\n}\nfn main() {\n    let n = Mutex::new(0);\n    p(n.into_inner().unwrap());\n}\n",
            "use std::sync::{Arc, atomic::{self, AtomicU64}};\nfn f(n: &AtomicU64) {\n    n.fetch_add(g(2), atomic::Ordering::SeqCst);\n    h(n.load(atomic::Ordering::SeqCst));\n}\nfn main() {\n    let n = AtomicU64::new(0);\n    p(n.into_inner());\n}\n",
        );
        check(
            "use std::sync::Mutex;\nfn f(s: &S<Mutex<u64>>) {\n    let mut n = s.n.lock().unwrap();\n    *n += 1; // one more\n    e(|| *s.n.lock().unwrap() = 0);\n}\n",
            "use std::sync::atomic::{self, AtomicU64};\nfn f(s: &S<AtomicU64>) {\n    s.n.fetch_add(1, atomic::Ordering::SeqCst); // one more\n    e(|| { s.n.store(0, atomic::Ordering::SeqCst); });\n}\n",
        );
    }

    #[test]
    fn locks_over_more_than_one_step_stay() {
        for body in [
            "let mut g = n.lock().unwrap(); if *g > 3 { *g += 1; }",
            "*n.lock().unwrap() *= 2;",
            "h(n.lock().unwrap());",
            "let m = Mutex::new(vec![1]); let k: Mutex<Vec<u8>> = m;",
        ] {
            let text = format!("fn f(n: &Mutex<u64>) {{ {body} }}\n");
            check(&text, &text);
        }
    }
}
