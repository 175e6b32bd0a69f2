//! The edit of `unbuffered-io` for functions that print and are called in a loop: the loop's function makes a buffer and
//! passes it down.

use super::buffer::{around_loop, is_print, to_writer};
use crate::Context;
use crate::context::position;
use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function, Loop, LoopKind, Position};
use profile::{NodeId, Site};
use std::collections::BTreeSet;

/// Buffers are passed down this many functions.
const MAX_LEVELS: usize = 3;

/// One editor for each function above that calls a printing one in a loop, the nearest first.
pub(super) fn down<'c>(ctx: &'c Context<'_>, node: NodeId, site: &Site) -> Vec<Editor<'c>> {
    let mut printing: Vec<&Function> = Vec::new();
    let mut editors = Vec::new();
    let (Some(file), Some(syntax)) = (site.file.as_deref(), ctx.syntax(site)) else {
        return editors;
    };
    for (_, _, above) in ctx.path(node).take(MAX_LEVELS + 1) {
        let Some(function) = ctx.function(above).filter(|_| above.file == site.file) else {
            break;
        };
        let loops = syntax.loops_at(position(above));
        let is_loop = |found: &&&Loop| !matches!(found.kind, LoopKind::Closure { .. });
        if let Some(&around) = loops.iter().rfind(is_loop)
            && !printing.is_empty()
            && !prints_elsewhere(ctx, syntax, around, &printing)
            && let Some(mut editor) = ctx.editor(file)
            && passed(&mut editor, syntax, &printing, around).is_some()
        {
            editors.push(editor);
        }
        if !printing.iter().any(|known| known.span == function.span) {
            printing.push(function);
        }
    }
    editors
}

/// Makes a buffer around a loop and hands it to functions that print, through those between.
fn passed(editor: &mut Editor<'_>, syntax: &FileSyntax, printing: &[&Function], around: &Loop) -> Option<()> {
    let outer = syntax.function_at(around.head)?;
    let is_taken = |name: &str| {
        let functions = || printing.iter().copied().chain([outer]);
        functions().any(|function| {
            let tokens = editor.index_from(function.span.start)..editor.index_from(function.span.end);
            tokens.into_iter().any(|index| editor.word(index) == name)
        })
    };
    let out = ["out", "stdout", "printed"].into_iter().find(|name| !is_taken(name))?;
    let is_inside = |at: Position| {
        let innermost = syntax.function_at(at).map(|function| function.span);
        printing.iter().any(|function| innermost == Some(function.span))
    };
    for function in printing {
        let name = editor.index_from(function.span.start);
        let name = (name..).find(|&index| editor.word(index) == "fn")? + 1;
        let open = (name..).find(|&index| editor.word(index) == "(")?;
        let close = editor.closing(open)?;
        let separator = separator(editor, close);
        let at = editor.tokens()[close].span.start;
        editor.insert(at, format!("{separator}{out}: &mut impl std::io::Write"));
    }
    let names: BTreeSet<&str> = printing.iter().map(|function| function.name.as_str()).collect();
    for call in syntax.calls.iter().filter(|call| is_call_of(call, &names)) {
        let close = editor.index_from(call.span.end).checked_sub(1)?;
        let given = match call.span.start {
            at if is_inside(at) => out.to_owned(),
            at if around.body.contains(at) => format!("&mut {out}"),
            _ => "&mut std::io::stdout()".to_owned(),
        };
        let separator = separator(editor, close);
        let at = editor.tokens().get(close).filter(|token| token.text == ")")?.span.start;
        editor.insert(at, format!("{separator}{given}"));
    }
    let prints = syntax.calls.iter().filter(|call| is_print(call));
    let reached: Vec<&CallExpr> = prints
        .filter(|print| is_inside(print.span.start) || around.body.covers(&print.span))
        .collect();
    to_writer(editor, &reached, out)?;
    around_loop(editor, around, out);
    Some(())
}

/// What stands before one more argument or parameter.
fn separator(editor: &Editor<'_>, close: usize) -> &'static str {
    match editor.word(close - 1) {
        "(" => "",
        "," => " ",
        _ => ", ",
    }
}

fn is_call_of(call: &CallExpr, names: &BTreeSet<&str>) -> bool {
    matches!(call.callee, Callee::Method | Callee::Function) && names.contains(call.name.as_str())
}

/// Whether another function prints while the loop runs: its lines would overtake those in the buffer.
fn prints_elsewhere(ctx: &Context<'_>, syntax: &FileSyntax, around: &Loop, printing: &[&Function]) -> bool {
    let mut known: BTreeSet<&str> = printing.iter().map(|function| function.name.as_str()).collect();
    let spans = printing.iter().map(|function| function.body).chain([around.body]);
    let mut open: Vec<_> = spans.map(|span| (syntax, span)).collect();
    while let Some((file, span)) = open.pop() {
        let called = file.calls.iter().filter(|call| span.covers(&call.span));
        for call in called.filter(|call| matches!(call.callee, Callee::Method | Callee::Function)) {
            if !known.insert(&call.name) {
                continue;
            }
            for (file, function) in ctx.functions_named(&call.name) {
                if file
                    .calls
                    .iter()
                    .any(|call| is_print(call) && function.body.covers(&call.span))
                {
                    return true;
                }
                open.push((file, function.body));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn the_loop_hands_its_buffer_to_what_prints() {
        let before = "struct P { n: u64 }\nimpl P {\n    fn line(&mut self, a: u8) {\n        self.n += 1;\n        println!(\"{a}\");\n    }\n}\nfn all(p: &mut P) {\n    p.line(0);\n    for a in 1..9 {\n        p.line(a);\n    }\n}\n";
        let after = "use std::io::Write as _;\n\nstruct P { n: u64 }\nimpl P {\n    fn line(&mut self, a: u8, out: &mut impl std::io::Write) {\n        self.n += 1;\n        writeln!(out, \"{a}\").expect(\"failed printing to stdout\");\n    }\n}\nfn all(p: &mut P) {\n    p.line(0, &mut std::io::stdout());\n    let mut out = std::io::BufWriter::new(std::io::stdout().lock());\n    for a in 1..9 {\n        p.line(a, &mut out);\n    }\n    out.flush().expect(\"failed printing to stdout\");\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            passed(&mut editor, &syntax, &[&syntax.functions[0]], &syntax.loops[0]).unwrap();
            editor
        });
    }
}
