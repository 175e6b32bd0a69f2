//! The edits of `flush-per-line`: one flush behind the loop.

use crate::editor::Editor;
use crate::rules::unbuffered_io::buffer;
use crate::syntax::{CallExpr, FileSyntax, Local, Loop, LoopKind, Span, last_field, root_name};

/// Moves a statement that flushes behind the loop around it; in a function that only writes one record, takes it out
/// when the same writer is flushed elsewhere in the file.
pub(super) fn flushed_once(editor: &mut Editor<'_>, syntax: &FileSyntax, flush: &CallExpr) -> Option<()> {
    let Some(statement) = editor.statement(flush.span) else {
        return last_of_record(editor, syntax, flush);
    };
    let text = editor.slice(statement).to_owned();
    match around(syntax, flush.span, root_name(&flush.receiver)) {
        Some(around) if editor.is_left_at_end(around) => editor.insert_line_after(around.span.end.line, &text),
        Some(_) => return None,
        None => {
            is_flushed_elsewhere(syntax, flush).then_some(())?;
        }
    }
    editor.remove_statement(statement);
    Some(())
}

/// Leaves out the flush whose result a function returns, when the same writer is flushed elsewhere in the file.
fn last_of_record(editor: &mut Editor<'_>, syntax: &FileSyntax, flush: &CallExpr) -> Option<()> {
    let function = syntax.function_at(flush.at)?;
    let end = editor.index_from(function.body.end).checked_sub(1)?;
    let is_tail = editor.index_from(flush.span.end) == end
        && matches!(editor.word(editor.index_from(flush.span.start) - 1), ";" | "}");
    if !is_tail || !is_flushed_elsewhere(syntax, flush) {
        return None;
    }
    editor.replace(flush.span, "Ok(())");
    Some(())
}

/// Whether another function flushes the same writer.
fn is_flushed_elsewhere(syntax: &FileSyntax, flush: &CallExpr) -> bool {
    let function = syntax.function_at(flush.at).map(|function| function.span);
    let is_other = |call: &CallExpr| {
        call.name == "flush"
            && writer(call) == writer(flush)
            && function.is_some_and(|function| !function.contains(call.at))
    };
    syntax.calls.iter().any(is_other)
}

/// Puts a buffer around a line-buffered writer that a local variable holds, and flushes it behind the loop.
pub(super) fn buffered(editor: &mut Editor<'_>, syntax: &FileSyntax, write: &CallExpr, local: &Local) -> Option<()> {
    let init = editor.slice(local.init_span);
    let is_locked = init.trim_end().ends_with(".lock()") && ["stdout()", "stderr()"].iter().any(|of| init.contains(of));
    let is_standard = init.trim_end().ends_with("stdout()");
    if !is_locked && !is_standard || init.contains("BufWriter") {
        return None;
    }
    let around = around(syntax, write.span, &local.name)?;
    buffer::wrapped(editor, syntax, local, write, Some(around), "BufWriter")
}

/// Makes the line-buffered writer that a field holds one that is buffered in full.
pub(super) fn field_buffered(editor: &mut Editor<'_>, syntax: &FileSyntax, field: &str) -> Option<()> {
    let mut declared = syntax.fields.iter().filter(|declared| declared.name == field);
    declared.next().filter(|field| field.declared.contains("LineWriter<"))?;
    let is_known = editor.tokens().iter().any(|token| token.text == "BufWriter");
    if is_known {
        return None;
    }
    for token in editor.tokens().to_vec() {
        if token.text == "LineWriter" {
            editor.replace(token.span, "BufWriter");
        }
    }
    Some(())
}

/// The outermost loop of the function around an expression that does not bring forth a variable.
fn around<'s>(syntax: &'s FileSyntax, inner: Span, variable: &str) -> Option<&'s Loop> {
    let is_kept = |found: &&Loop| {
        let is_declared_inside = syntax
            .local_at(inner.start, variable)
            .is_some_and(|local| found.span.contains(local.span.start));
        !matches!(found.kind, LoopKind::Closure { .. })
            && !found.bound.iter().any(|name| name == variable)
            && !is_declared_inside
    };
    syntax.loops_at(inner.start).into_iter().rev().find(is_kept)
}

fn writer(flush: &CallExpr) -> &str {
    last_field(&flush.receiver).unwrap_or(&flush.receiver)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "flush").unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", before).unwrap();
            assert_eq!(flushed_once(&mut editor, &syntax, call), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            flushed_once(&mut editor, &syntax, call).unwrap();
            editor
        });
    }

    #[test]
    fn a_flush_moves_behind_the_loop_that_keeps_the_writer() {
        check(
            "fn f(out: &mut W) -> R {\n    for a in all {\n        for b in a {\n            w(out, b)?;\n            out.flush()?;\n        }\n    }\n    Ok(())\n}\n",
            "fn f(out: &mut W) -> R {\n    for a in all {\n        for b in a {\n            w(out, b)?;\n        }\n    }\n    out.flush()?;\n    Ok(())\n}\n",
        );
        check(
            "fn f() {\n    for a in all {\n        let mut out = open(a);\n        for b in a {\n            out.flush().unwrap(); // now\n        }\n    }\n}\n",
            "fn f() {\n    for a in all {\n        let mut out = open(a);\n        for b in a {\n            // now\n        }\n        out.flush().unwrap();\n    }\n}\n",
        );
    }

    #[test]
    fn a_record_is_flushed_by_who_finishes() {
        let before = "impl T {\n    fn add(&mut self) -> R {\n        self.out.flush()?;\n        Ok(())\n    }\n    fn finish(mut self) -> R {\n        self.out.flush()\n    }\n}\n";
        check(before, &before.replacen("        self.out.flush()?;\n", "", 1));
    }

    #[test]
    fn a_record_whose_flush_is_returned_is_flushed_by_who_finishes() {
        let before = "impl T {\n    fn add(&mut self) -> R {\n        w(&mut self.out)?;\n        self.out.flush()\n    }\n}\nfn f(t: T) -> R { g(t)?; t.log.out.flush()?; Ok(()) }\n";
        check(before, &before.replacen("self.out.flush()", "Ok(())", 1));
    }

    #[test]
    fn a_flush_that_is_needed_stays() {
        for text in [
            "fn f(out: &mut W) -> R {\n    out.flush()?;\n    Ok(())\n}\n",
            "fn f(out: &mut W) -> R {\n    loop {\n        out.flush()?;\n    }\n}\n",
            "fn f(out: &mut W) -> R {\n    for a in all {\n        out.flush()?;\n        if a { return Ok(()); }\n    }\n}\n",
            "fn f(out: &mut W) {\n    for a in all {\n        if out.flush().is_err() { return; }\n    }\n}\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn locked_standard_output_gets_a_buffer() {
        let before = "fn f() -> R {\n    let mut out = io::stdout().lock();\n    for a in all {\n        writeln!(out, \"{a}\")?;\n    }\n    Ok(())\n}\n";
        let after = "fn f() -> R {\n    let mut out = std::io::BufWriter::new(io::stdout().lock());\n    for a in all {\n        writeln!(out, \"{a}\")?;\n    }\n    \
                     std::io::Write::flush(&mut out)?;\n    Ok(())\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let write = syntax.calls.iter().find(|call| call.name == "writeln").unwrap();
        check_edits(before, after, |mut editor| {
            buffered(&mut editor, &syntax, write, &syntax.locals[0]).unwrap();
            editor
        });
    }
}
