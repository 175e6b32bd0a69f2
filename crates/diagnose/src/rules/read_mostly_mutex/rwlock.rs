//! The edit of `read-mostly-mutex`: the mutexes of a file become `RwLock`s.

use crate::editor::Editor;
use crate::syntax::{FileSyntax, Receiver, Span, is_reader};

/// What only a mutex has, or what shows that the lock is of another kind.
const ONLY_MUTEX: [&str; 6] = [
    "Condvar",
    "MutexGuard",
    "try_lock",
    "lock_arc",
    "await",
    "MappedMutexGuard",
];
/// What has a `lock` that is no mutex.
const STREAMS: [&str; 3] = ["stdin", "stdout", "stderr"];

/// Renames `Mutex` to `RwLock`, and each `lock()` to `read()` or `write()` by what is done with its guard.
pub(super) fn shared(editor: &mut Editor<'_>, syntax: &FileSyntax) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    if tokens.iter().any(|token| ONLY_MUTEX.contains(&token.text.as_str())) {
        return None;
    }
    let has_import = tokens.iter().any(|token| token.is_import && token.text == "RwLock");
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "Mutex") {
        if !token.is_import || !has_import {
            editor.replace(token.span, "RwLock");
            continue;
        }
        // Imported already: leave the mutex out, with the comma that follows it.
        let end = match tokens.get(index + 1) {
            Some(comma) if comma.text == "," => tokens.get(index + 2).unwrap_or(comma).span.start,
            _ => return None,
        };
        editor.replace(
            Span {
                start: token.span.start,
                end,
            },
            "",
        );
    }
    let mut locks = 0;
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "lock") {
        let is_call = index > 0 && word(index - 1) == "." && word(index + 1) == "(" && word(index + 2) == ")";
        let of_stream = index >= 4 && STREAMS.contains(&word(index - 4));
        if !is_call || of_stream {
            continue;
        }
        let method = if is_changing(editor, syntax, index) {
            "write"
        } else {
            "read"
        };
        editor.replace(token.span, method);
        locks += 1;
    }
    (locks > 0).then_some(())
}

/// Whether a guard is used to change what is locked, or might be. The compiler finds out where this is wrong and says
/// that nothing is changed.
fn is_changing(editor: &Editor<'_>, syntax: &FileSyntax, lock: usize) -> bool {
    let word = |index: usize| editor.word(index);
    let at = editor.tokens()[lock].span.start;
    let Some(call) = syntax.calls.iter().find(|call| call.at == at) else {
        return true;
    };
    let whole = editor.with_unwrap(call.span).unwrap_or(call.span);
    if let Some(local) = syntax.locals.iter().find(|local| local.init_span.covers(&call.span)) {
        let is_guard = local.init_span == whole || local.init_span == call.span;
        if is_guard {
            return local.is_mut;
        }
    }
    let next = editor.index_from(whole.end);
    let first = editor.index_from(call.span.start);
    let before = first.checked_sub(1).map_or("", word);
    match word(next) {
        "." => {
            let name = word(next + 1);
            if word(next + 2) == "(" {
                let mut declared = syntax.functions.iter().filter(|function| function.name == name);
                return match declared.next().map(|function| function.receiver) {
                    Some(Some(Receiver::Mutable)) => true,
                    Some(Some(Receiver::Shared)) => false,
                    _ => !is_reader(name),
                };
            }
            is_assigned(editor, next + 2)
        }
        "[" => editor.closing(next).is_none_or(|close| is_assigned(editor, close + 1)),
        _ if before == "*" => is_assigned(editor, next),
        _ if before == "&" => false,
        _ => true,
    }
}

/// Whether `=`, `+=` or the like stands at an index.
fn is_assigned(editor: &Editor<'_>, index: usize) -> bool {
    let (first, second, third) = (editor.word(index), editor.word(index + 1), editor.word(index + 2));
    let is_operator = matches!(first, "+" | "-" | "*" | "/" | "%" | "|" | "&" | "^");
    match first {
        "=" => second != "=",
        "<" | ">" => second == first && third == "=",
        "." => true,
        _ => is_operator && second == "=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", before).unwrap();
            assert_eq!(shared(&mut editor, &syntax), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            shared(&mut editor, &syntax).unwrap();
            editor
        });
    }

    #[test]
    fn guards_that_change_nothing_read() {
        check(
            "use std::sync::Mutex;\nfn f(m: &Mutex<T>) {\n    let a = m.lock().unwrap();\n    let mut b = m.lock().unwrap();\n}\n",
            "use std::sync::RwLock;\nfn f(m: &RwLock<T>) {\n    let a = m.read().unwrap();\n    let mut b = m.write().unwrap();\n}\n",
        );
        for (before, after) in [
            ("*m.lock().unwrap() += 1;", "*m.write().unwrap() += 1;"),
            ("let n = *m.lock().unwrap();", "let n = *m.read().unwrap();"),
            ("m.lock().unwrap().n = 1;", "m.write().unwrap().n = 1;"),
            ("g(m.lock().unwrap().n == 1);", "g(m.read().unwrap().n == 1);"),
            ("m.lock().unwrap().insert(1);", "m.write().unwrap().insert(1);"),
            ("m.lock().unwrap().get(&1);", "m.read().unwrap().get(&1);"),
            ("m.lock().change();", "m.write().change();"),
            (
                "let o = stdout().lock(); m.lock().get(1);",
                "let o = stdout().lock(); m.read().get(1);",
            ),
        ] {
            let methods = "fn f() { BODY }\nimpl T { fn change(&mut self) {} }\n";
            check(&methods.replace("BODY", before), &methods.replace("BODY", after));
        }
    }

    #[test]
    fn mutexes_that_are_waited_for_stay() {
        let text = "use std::sync::{Condvar, Mutex};\nfn f(m: &Mutex<T>) { m.lock(); }\n";
        check(text, text);
    }
}
