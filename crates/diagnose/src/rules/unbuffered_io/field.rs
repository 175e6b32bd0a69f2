//! The edits of `unbuffered-io` for a file that a struct keeps.

use super::buffer::handling;
use crate::editor::Editor;
use crate::outermost::Outermost;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Span};

/// Functions that make an unbuffered file, with the end of their path.
const FILES: [(&str, &str); 3] = [("create", "File"), ("open", "File"), ("connect", "TcpStream")];

/// Wraps what is made for a field: where it is made, bound to a variable of its name or written into a struct, and in
/// the field's type where that is the file itself.
pub(super) fn wrapped(editor: &mut Editor<'_>, syntax: &FileSyntax, field: &str, buffer: &str) -> Option<()> {
    let mut n_made = 0;
    for call in lent(editor, syntax, field) {
        let whole = editor.with_handling(call.span);
        editor.insert(whole.start, format!("{buffer}::new("));
        editor.insert(whole.end, ")");
        n_made += 1;
    }
    for call in syntax.calls.iter().filter(|call| is_file(call)) {
        let mut locals = syntax.locals.iter().filter(|local| local.name == field);
        let is_bound = locals.any(|local| local.init_span.covers(&call.span));
        if !is_bound && !is_value_of(editor, call.span, field) {
            continue;
        }
        let whole = editor.with_handling(call.span);
        editor.insert(whole.start, format!("{buffer}::new("));
        editor.insert(whole.end, ")");
        n_made += 1;
    }
    let declared = syntax.fields.iter().find(|declared| declared.name == field)?;
    let start = editor.index_from(declared.at) + 2;
    let end = editor.until_separator(start)?.end;
    for index in start..editor.index_from(end) {
        if matches!(editor.word(index), "File" | "TcpStream") {
            let span = editor.tokens()[index].span;
            let name = editor.word(index).to_owned();
            editor.replace(span, format!("{buffer}<{name}>"));
        }
    }
    editor.import(&format!("std::io::{buffer}"), buffer);
    (n_made > 0).then_some(())
}

/// Writes what is left in the buffer behind the loop, so that errors are not lost; unless the file does so already.
pub(in crate::rules) fn flushed(editor: &mut Editor<'_>, syntax: &FileSyntax, around: &Outermost<'_>) -> Option<()> {
    let last = around.place.rsplit('.').next()?;
    let is_flush = |call: &&CallExpr| call.name == "flush" && call.receiver.rsplit('.').next() == Some(last);
    if syntax.calls.iter().any(|call| is_flush(&call)) {
        return Some(());
    }
    // As the error of what the loop calls is handled.
    let mut inside = syntax.calls.iter().filter(|call| {
        around.found.body.covers(&call.span) && matches!(call.callee, Callee::Method | Callee::Function)
    });
    let handled = inside.find_map(|call| handling(editor, call))?;
    editor.is_left_at_end(around.found).then_some(())?;
    let flush = format!("{}.flush(){handled};", around.place);
    editor.insert_line_after(around.found.span.end.line, &flush);
    editor.import("std::io::Write", "_");
    Some(())
}

/// What makes the files that functions get as a parameter and put into a field.
fn lent<'c>(editor: &Editor<'_>, syntax: &'c FileSyntax, field: &str) -> Vec<&'c CallExpr> {
    let is_put = |function: &Function, parameter: &str| {
        let body = editor.index_from(function.body.start)..editor.index_from(function.body.end);
        body.into_iter().any(|index| {
            let is_short = parameter == field
                && editor.word(index) == field
                && matches!(editor.word(index.wrapping_sub(1)), "{" | ",")
                && matches!(editor.word(index + 1), "," | "}");
            let is_value = editor.is_named(index, field)
                && editor.word(index + 2) == parameter
                && matches!(editor.word(index + 3), "," | "}");
            is_short || is_value
        })
    };
    let mut made: Vec<&CallExpr> = Vec::new();
    for function in &syntax.functions {
        let places = function.parameters.iter().enumerate();
        for (place, _) in places.filter(|(_, (name, _))| is_put(function, name)) {
            let is_caller = |call: &&CallExpr| call.callee == Callee::Function && call.name == function.name;
            for call in syntax.calls.iter().filter(is_caller) {
                let Some(argument) = call.arguments.get(place) else {
                    continue;
                };
                let of_local = syntax.local_at(call.at, argument).map(|local| local.init_span);
                let Some(value) = of_local.or_else(|| call.operands.get(place).copied()) else {
                    continue;
                };
                made.extend(
                    syntax
                        .calls
                        .iter()
                        .find(|call| is_file(call) && value.covers(&call.span)),
                );
            }
        }
    }
    made.dedup();
    made
}

fn is_file(call: &CallExpr) -> bool {
    let made = |(name, of): &(&str, &str)| {
        call.name == *name && call.receiver.trim_end_matches(&format!("::{name}")).ends_with(of)
    };
    call.callee == Callee::Function && FILES.iter().any(made)
}

/// Whether an expression is, perhaps wrapped, the value of a field in a struct literal.
fn is_value_of(editor: &Editor<'_>, expression: Span, field: &str) -> bool {
    let start = editor.index_from(expression.start);
    (0..start)
        .rev()
        .take_while(|index| !matches!(editor.word(*index), ";" | "{" | "}" | ","))
        .any(|index| editor.is_named(index, field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(field: &str, buffer: &str, before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            wrapped(&mut editor, &syntax, field, buffer).unwrap();
            editor
        });
    }

    #[test]
    fn a_field_holds_the_buffer() {
        check(
            "source",
            "BufReader",
            "use std::io;\nstruct R { source: File }\nfn f() -> io::Result<R> { let source = File::open(p)?; Ok(R { source }) }\n",
            "use std::io;\nuse std::io::BufReader;\nstruct R { source: BufReader<File> }\nfn f() -> io::Result<R> { let source = BufReader::new(File::open(p)?); Ok(R { source }) }\n",
        );
        check(
            "sink",
            "BufWriter",
            "struct J { sink: Box<dyn Write> }\nfn f() -> R { Ok(J { sink: Box::new(File::create(p)?) }) }\nfn g() { File::create(q)?; }\n",
            "use std::io::BufWriter;\n\nstruct J { sink: Box<dyn Write> }\nfn f() -> R { Ok(J { sink: Box::new(BufWriter::new(File::create(p)?)) }) }\nfn g() { File::create(q)?; }\n",
        );
        check(
            "out",
            "BufWriter",
            "struct E<W> { out: W }\nfn start<W>(n: u8, out: W) -> E<W> { E { out } }\nfn g() -> R { let file = File::create(p)?; start(1, file) }\n",
            "use std::io::BufWriter;\n\nstruct E<W> { out: W }\nfn start<W>(n: u8, out: W) -> E<W> { E { out } }\nfn g() -> R { let file = BufWriter::new(File::create(p)?); start(1, file) }\n",
        );
    }
}
