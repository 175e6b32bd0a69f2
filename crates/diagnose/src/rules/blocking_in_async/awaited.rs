//! The edits of `blocking-in-async`: tokio's own timer and file functions in the place of those that block.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Span};

/// Functions of `std::fs` that `tokio::fs` has under the same name with the same arguments.
const FILES: [&str; 14] = [
    "canonicalize",
    "copy",
    "create_dir",
    "create_dir_all",
    "metadata",
    "read",
    "read_link",
    "read_to_string",
    "remove_dir",
    "remove_dir_all",
    "remove_file",
    "rename",
    "try_exists",
    "write",
];

/// Has a call of `std::thread::sleep` or `std::fs` awaited by way of tokio. `None` where it stands in no asynchronous code.
pub(super) fn awaited(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let path: Vec<&str> = call.receiver.split("::").collect();
    let module = match path.as_slice() {
        ["std", "thread", "sleep"] | ["thread", "sleep"] | ["sleep"] => "time",
        ["std", "fs", name] | ["fs", name] if FILES.contains(name) => "fs",
        _ => return None,
    };
    let is_path = call.callee == Callee::Function && is_asynchronous(editor, syntax, call);
    is_path.then_some(())?;
    let open = (editor.index_from(call.span.start)..).find(|&index| matches!(editor.word(index), "(" | ""))?;
    let name = Span {
        start: call.span.start,
        end: editor.tokens().get(open)?.span.start,
    };
    editor.replace(name, format!("tokio::{module}::{}", call.name));
    editor.insert(call.span.end, ".await");
    let used = path.len().checked_sub(2).map(|place| path[place]);
    if let Some(used) = used.filter(|_| path.len() == 2) {
        editor.forget(&[(used, 1)]);
    }
    Some(())
}

/// Whether a call stands in an `async` function, block or closure, and in no closure within that.
fn is_asynchronous(editor: &Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> bool {
    let Some(function) = syntax.function_at(call.at) else {
        return false;
    };
    let from = editor.index_from(function.span.start);
    let is_async = |index: &usize| editor.word(*index) == "async";
    let Some(last) = (from..editor.index_from(call.at)).rev().find(is_async) else {
        return false;
    };
    let start = editor.tokens()[last].span.start;
    let is_between = |closure: &&Span| closure.contains(call.at) && closure.start > start;
    !syntax.flow.closures.iter().any(|closure| is_between(&closure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn call_of(text: &str, name: &str) -> (FileSyntax, CallExpr) {
        let syntax = FileSyntax::parse(text).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == name).unwrap().clone();
        (syntax, call)
    }

    #[test]
    fn asynchronous_code_awaits() {
        for (before, after, name) in [
            (
                "use std::thread;\n\nasync fn f(p: D) {\n    thread::sleep(p * 2);\n}\n",
                "async fn f(p: D) {\n    tokio::time::sleep(p * 2).await;\n}\n",
                "sleep",
            ),
            (
                "fn f() { tokio::spawn(async move { let t = std::fs::read_to_string(&p)?; g(t) }); }\n",
                "fn f() { tokio::spawn(async move { let t = tokio::fs::read_to_string(&p).await?; g(t) }); }\n",
                "read_to_string",
            ),
        ] {
            let (syntax, call) = call_of(before, name);
            check_edits(before, after, |mut editor| {
                awaited(&mut editor, &syntax, &call).unwrap();
                editor
            });
        }
    }

    #[test]
    fn other_code_stays() {
        for text in [
            "fn f() { std::thread::sleep(p); }",
            "async fn f() { g(|| std::thread::sleep(p)); }",
            "async fn f() { other::sleep(p); }",
        ] {
            let (syntax, call) = call_of(text, "sleep");
            let mut editor = Editor::of("main.rs", text).unwrap();
            assert_eq!(awaited(&mut editor, &syntax, &call), None, "{text}");
        }
    }
}
