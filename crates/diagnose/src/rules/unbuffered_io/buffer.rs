//! The edits of `unbuffered-io`: a buffer around the file, or around standard output for a loop that prints.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Local, Loop, Position, Span};

/// What makes an unbuffered file.
const FILES: [&str; 4] = [
    "File::create(",
    "File::open(",
    "OpenOptions::new(",
    "TcpStream::connect(",
];

/// Wraps the file that a local variable holds. What is written is flushed behind `around`, the loop that writes, so that
/// errors are not lost.
pub(super) fn file(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    local: &Local,
    call: &CallExpr,
    around: Option<&Loop>,
    buffer: &str,
) -> Option<()> {
    let init = editor.slice(local.init_span);
    FILES.iter().any(|made| init.contains(made)).then_some(())?;
    wrapped(editor, syntax, local, call, around, buffer)
}

/// Wraps what a local variable holds, whatever it is.
pub(in crate::rules) fn wrapped(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    local: &Local,
    call: &CallExpr,
    around: Option<&Loop>,
    buffer: &str,
) -> Option<()> {
    reach_through(editor, syntax, local, around, call)?;
    editor.insert(local.init_span.start, format!("std::io::{buffer}::new("));
    editor.insert(local.init_span.end, ")");
    if !local.is_mut {
        let name = Position {
            column: local.span.start.column + "let ".len() as u32,
            ..local.span.start
        };
        editor.insert(name, "mut ");
    }
    if buffer == "BufWriter" {
        let handled = handling(editor, call)?;
        let end = around.map_or(call.span.end, |around| around.span.end);
        editor.insert_line_after(
            end.line,
            &format!("std::io::Write::flush(&mut {}){handled};", local.name),
        );
    }
    Some(())
}

/// What a file can do that a buffer around it cannot.
const OF_THE_FILE: [&str; 9] = [
    "metadata",
    "set_len",
    "set_modified",
    "set_permissions",
    "sync_all",
    "sync_data",
    "peer_addr",
    "set_nodelay",
    "as_raw_fd",
];

/// Asks the file itself for what the buffer around it cannot do. `None` where that stands before the buffer is flushed,
/// or read ahead of.
fn reach_through(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    local: &Local,
    around: Option<&Loop>,
    call: &CallExpr,
) -> Option<()> {
    let end = around.map_or(call.span.end, |around| around.span.end);
    let is_declared = |at: Position| {
        let binding = syntax.flow.binding(&local.name, at);
        binding.is_some_and(|binding| binding.scope.start == local.span.end)
    };
    let is_asked = |asked: &&CallExpr| {
        asked.callee == Callee::Method
            && asked.receiver == local.name
            && OF_THE_FILE.contains(&asked.name.as_str())
            && is_declared(asked.span.start)
    };
    for asked in syntax.calls.iter().filter(is_asked) {
        let is_of_the_connection = matches!(asked.name.as_str(), "peer_addr" | "set_nodelay" | "as_raw_fd");
        if asked.span.start < end && !is_of_the_connection {
            return None;
        }
        editor.insert(asked.at, "get_ref().");
    }
    Some(())
}

/// What the user does with the result of a call: `?`, `.unwrap()`, `.expect(…)`.
pub(super) fn handling(editor: &Editor<'_>, call: &CallExpr) -> Option<String> {
    match editor.with_unwrap(call.span) {
        None => Some("?".to_owned()),
        Some(whole) if whole == call.span => None,
        Some(whole) => {
            let behind = Span {
                start: call.span.end,
                end: whole.end,
            };
            Some(editor.slice(behind).to_owned())
        }
    }
}

/// Makes the `println!` and `print!` of a loop write to a buffer that is flushed behind it. They panic when standard
/// output is closed, and so does this.
pub(super) fn printing(editor: &mut Editor<'_>, syntax: &FileSyntax, around: &Loop) -> Option<()> {
    let inside = syntax.calls.iter().filter(|call| around.body.covers(&call.span));
    let prints: Vec<&CallExpr> = inside.filter(|call| is_print(call)).collect();
    to_writer(editor, &prints, "out")?;
    around_loop(editor, around, "out");
    Some(())
}

pub(super) fn is_print(call: &CallExpr) -> bool {
    call.callee == Callee::Macro && matches!(call.name.as_str(), "println" | "print")
}

/// Makes prints write to a variable. `None` when there are none.
pub(super) fn to_writer(editor: &mut Editor<'_>, prints: &[&CallExpr], out: &str) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    for print in prints {
        let start = tokens.iter().position(|token| token.span.start == print.span.start)?;
        let (open, close) = (start + 2, editor.closing(start + 2)?);
        let separator = if close == open + 1 { "" } else { ", " };
        let head = Span {
            start: print.span.start,
            end: tokens[open].span.end,
        };
        let name = if print.name == "println" { "writeln" } else { "write" };
        editor.replace(head, format!("{name}!({out}{separator}"));
        editor.replace(tokens[close].span, ").expect(\"failed printing to stdout\")");
    }
    editor.import("std::io::Write", "_");
    (!prints.is_empty()).then_some(())
}

/// Makes a buffer for standard output before a loop, and flushes it behind.
pub(super) fn around_loop(editor: &mut Editor<'_>, around: &Loop, out: &str) {
    editor.insert_line_before(
        around.span.start.line,
        &format!("let mut {out} = std::io::BufWriter::new(std::io::stdout().lock());"),
    );
    editor.insert_line_after(
        around.span.end.line,
        &format!("{out}.flush().expect(\"failed printing to stdout\");"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn a_file_gets_a_buffer_that_is_flushed_behind_the_loop() {
        let before = "fn f() -> R {\n    let file = File::create(p)?;\n    for l in ls {\n        file.write_all(l)?;\n    }\n    Ok(())\n}\n";
        let after = "fn f() -> R {\n    let mut file = std::io::BufWriter::new(File::create(p)?);\n    for l in ls {\n        file.write_all(l)?;\n    }\n    \
                     std::io::Write::flush(&mut file)?;\n    Ok(())\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "write_all").unwrap();
        check_edits(before, after, |mut editor| {
            file(
                &mut editor,
                &syntax,
                &syntax.locals[0],
                call,
                syntax.loops.first(),
                "BufWriter",
            )
            .unwrap();
            editor
        });
    }

    #[test]
    fn what_only_the_file_can_do_is_asked_of_the_file() {
        let text = |made: &str, last: &str, inside: &str| {
            format!(
                "fn f() -> R {{\n    let {made};\n    for l in ls {{\n        file.write_all(l)?;{inside}\n    }}{last}\n}}\n"
            )
        };
        let before = text("mut file = File::create(p)?", "\n    file.metadata()", "");
        let after = text(
            "mut file = std::io::BufWriter::new(File::create(p)?)",
            "\n    std::io::Write::flush(&mut file)?;\n    file.get_ref().metadata()",
            "",
        );
        let is_write = |call: &&CallExpr| call.name == "write_all";
        let syntax = FileSyntax::parse(&before).unwrap();
        let call = syntax.calls.iter().find(is_write).unwrap();
        check_edits(&before, &after, |mut editor| {
            file(
                &mut editor,
                &syntax,
                &syntax.locals[0],
                call,
                syntax.loops.first(),
                "BufWriter",
            )
            .unwrap();
            editor
        });
        // What is synchronized in each pass would not be written yet.
        let before = text("mut file = File::create(p)?", "", " file.sync_all()?;");
        let syntax = FileSyntax::parse(&before).unwrap();
        let call = syntax.calls.iter().find(is_write).unwrap();
        let mut editor = Editor::of("main.rs", &before).unwrap();
        let found = file(
            &mut editor,
            &syntax,
            &syntax.locals[0],
            call,
            syntax.loops.first(),
            "BufWriter",
        );
        assert_eq!(found, None);
    }

    #[test]
    fn a_loop_that_prints_writes_to_a_buffer() {
        let before =
            "use a::B;\n\nfn f() {\n    for l in ls {\n        println!(\"{l}\");\n        println!();\n    }\n}\n";
        let after = "use a::B;\nuse std::io::Write as _;\n\nfn f() {\n    let mut out = std::io::BufWriter::new(std::io::stdout().lock());\n    for l in ls {\n        \
                     writeln!(out, \"{l}\").expect(\"failed printing to stdout\");\n        writeln!(out).expect(\"failed printing to stdout\");\n    }\n    \
                     out.flush().expect(\"failed printing to stdout\");\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            printing(&mut editor, &syntax, &syntax.loops[0]).unwrap();
            editor
        });
    }
}
