//! The edit of `read-mostly-mutex`: the mutexes of a file become `RwLock`s.

use crate::editor::Editor;
use crate::maps::MapId;
use crate::retype::{self, RWLOCK};
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

/// The same for the one lock that a field or variable of a name holds, as far as it is taken under that name.
pub(super) fn one_shared(editor: &mut Editor<'_>, syntax: &FileSyntax, name: &str) -> Option<()> {
    if has_only_mutex(editor) {
        return None;
    }
    retype::one(editor, syntax, &MapId::Field(name.to_owned()), &RWLOCK)?;
    renamed(editor, syntax, |editor, lock| {
        lock >= 2 && editor.word(lock - 2) == name
    })
}

fn has_only_mutex(editor: &Editor<'_>) -> bool {
    editor
        .tokens()
        .iter()
        .any(|token| ONLY_MUTEX.contains(&token.text.as_str()))
}

/// Renames `Mutex` to `RwLock`, and each `lock()` to `read()` or `write()` by what is done with its guard.
pub(super) fn shared(editor: &mut Editor<'_>, syntax: &FileSyntax) -> Option<()> {
    if has_only_mutex(editor) {
        return None;
    }
    let tokens = editor.tokens().to_vec();
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
    renamed(editor, syntax, |_, _| true)
}

/// Renames the `lock()` calls that `is_meant`.
fn renamed(editor: &mut Editor<'_>, syntax: &FileSyntax, is_meant: impl Fn(&Editor<'_>, usize) -> bool) -> Option<()> {
    let is_call = |editor: &Editor<'_>, index: usize| {
        let of_stream = index >= 4 && STREAMS.contains(&editor.word(index - 4));
        index > 0
            && [index - 1, index, index + 1, index + 2].map(|index| editor.word(index)) == [".", "lock", "(", ")"]
            && !of_stream
    };
    let meant: Vec<usize> = (0..editor.tokens().len())
        .filter(|index| is_call(editor, *index) && is_meant(editor, *index))
        .collect();
    for index in &meant {
        let method = match is_changing(editor, syntax, *index) {
            true => "write",
            false => "read",
        };
        let span = editor.tokens()[*index].span;
        editor.replace(span, method);
    }
    (!meant.is_empty()).then_some(())
}

/// Whether a guard is used to change what is locked, or might be. The compiler finds out where this is wrong and says
/// that nothing is changed.
fn is_changing(editor: &Editor<'_>, syntax: &FileSyntax, lock: usize) -> bool {
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
    let before = first.checked_sub(1).map_or("", |before| editor.word(before));
    match editor.word(next) {
        "." => {
            let name = editor.word(next + 1);
            if editor.word(next + 2) == "(" {
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
    fn one_lock_changes_and_the_others_stay() {
        let before = "use std::sync::Mutex;\nstruct A { rates: Mutex<R>, log: Mutex<L> }\nfn f(a: &A) {\n    let r = a.rates.lock().unwrap();\n    a.log.lock().unwrap().push(1);\n}\nfn g() -> A { A { rates: Mutex::new(R), log: Mutex::new(L) } }\n";
        let after = "use std::sync::Mutex;\nuse std::sync::RwLock;\nstruct A { rates: RwLock<R>, log: Mutex<L> }\nfn f(a: &A) {\n    let r = a.rates.read().unwrap();\n    a.log.lock().unwrap().push(1);\n}\nfn g() -> A { A { rates: RwLock::new(R), log: Mutex::new(L) } }\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            one_shared(&mut editor, &syntax, "rates").unwrap();
            editor
        });
    }

    #[test]
    fn mutexes_that_are_waited_for_stay() {
        let text = "use std::sync::{Condvar, Mutex};\nfn f(m: &Mutex<T>) { m.lock(); }\n";
        check(text, text);
    }
}
