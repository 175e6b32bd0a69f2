//! The edit for clippy's `format_collect`, for which it has words only: the pieces are written into one text.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Position, Span};

/// Makes `items.map(|item| format!(…)).collect()` a fold that writes. The call stands around a position.
pub(super) fn written(editor: &mut Editor<'_>, syntax: &FileSyntax, at: Position) -> Option<()> {
    let Parts {
        map,
        closure,
        format,
        collecting,
    } = parts(editor, syntax, at)?;
    let bar = editor.index_from(closure.start);
    let body = editor.index_from(format.span.start);
    let end = editor.index_from(collecting.end);
    let name = if editor.tokens()[bar..end].iter().any(|token| token.text == "text") {
        "folded"
    } else {
        "text"
    };
    let span = |index: usize| editor.tokens()[index].span;
    let (head, close) = (span(body + 2), editor.closing(body + 2)?);
    let (first, last) = (span(bar), span(close));
    let renamed = Span {
        start: map.at,
        end: Position {
            column: map.at.column + "map".len() as u32,
            ..map.at
        },
    };
    editor.replace(renamed, "fold");
    editor.insert(first.start, "String::new(), ");
    editor.insert(first.end, format!("mut {name}, "));
    let opening = Span {
        start: format.span.start,
        end: head.end,
    };
    editor.replace(opening, format!("{{ let _ = write!({name}, "));
    editor.replace(last, format!("); {name} }}"));
    editor.replace(collecting, "");
    editor.import("std::fmt::Write", "_");
    Some(())
}

/// Makes `bytes.map(|byte| format!("{byte:02x}")).collect()` push the two digits of each byte. Whether the closure gets
/// bytes or references to them, `of` says: the compiler knows.
pub(super) fn hexadecimal(editor: &mut Editor<'_>, syntax: &FileSyntax, at: Position, of: &str) -> Option<()> {
    let Parts {
        map,
        closure,
        format,
        collecting,
    } = parts(editor, syntax, at)?;
    let (bar, open) = (
        editor.index_from(closure.start),
        editor.index_from(format.span.start) + 2,
    );
    let byte = editor.word(bar + 1).to_owned();
    let close = editor.closing(open)?;
    let template = editor.word(open + 1);
    let is_named = close == open + 2;
    let is_given = editor.word(open + 2) == "," && close == open + 4 && editor.word(open + 3) == byte;
    let digits = ["x", "X"].into_iter().find(|case| {
        (is_named && template == format!("\"{{{byte}:02{case}}}\""))
            || (is_given && template == format!("\"{{:02{case}}}\""))
    })?;
    let digits = match digits {
        "x" => "0123456789abcdef",
        _ => "0123456789ABCDEF",
    };
    if editor.word(bar + 2) != "|" || matches!(byte.as_str(), "text" | "digit") {
        return None;
    }
    let whole = Span {
        start: map.at,
        end: collecting.end,
    };
    editor.replace(
        whole,
        format!(
            "fold(String::new(), |mut text, {byte}: {of}| {{ text.extend([{byte} >> 4, {byte} & 15].map(|digit| char::from(b\"{digits}\"[usize::from(digit)]))); text }})"
        ),
    );
    Some(())
}

fn parts<'c>(editor: &Editor<'_>, syntax: &'c FileSyntax, at: Position) -> Option<Parts<'c>> {
    let is_collect = |call: &&CallExpr| call.name == "collect" && call.span.contains(at);
    let collect = syntax
        .calls
        .iter()
        .filter(is_collect)
        .min_by_key(|call| call.span.size())?;
    let mapped = *collect.operands.first()?;
    let map = syntax
        .calls
        .iter()
        .find(|call| call.name == "map" && call.span == mapped)?;
    let closure = *map.operands.get(1)?;
    let format = syntax.calls.iter().find(|call| {
        call.callee == Callee::Macro
            && call.name == "format"
            && closure.covers(&call.span)
            && call.span.end == closure.end
    })?;
    let bar = editor.index_from(closure.start);
    let body = editor.index_from(format.span.start);
    let collecting = Span {
        start: mapped.end,
        end: collect.span.end,
    };
    // `|item| format!(…)`, with nothing between.
    if editor.word(bar) != "|" || editor.word(body - 1) != "|" || body < bar + 3 || editor.has_comment(collecting) {
        return None;
    }
    Some(Parts {
        map,
        closure,
        format,
        collecting,
    })
}

/// The parts of `items.map(|item| format!(…)).collect()`.
struct Parts<'c> {
    map: &'c CallExpr,
    closure: Span,
    format: &'c CallExpr,
    collecting: Span,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn pieces_are_written_into_one_text() {
        let before = "fn f(all: &[u8]) -> String {\n    all.iter().map(|b| format!(\"{b:02x}\")).collect()\n}\n";
        let after = "use std::fmt::Write as _;\n\nfn f(all: &[u8]) -> String {\n    all.iter().fold(String::new(), |mut text, b| { let _ = write!(text, \"{b:02x}\"); text })\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            written(&mut editor, &syntax, Position { line: 2, column: 5 }).unwrap();
            editor
        });
    }

    #[test]
    fn bytes_are_written_digit_by_digit() {
        for format in ["\"{b:02x}\"", "\"{:02x}\", b"] {
            let before =
                format!("fn f(all: &[u8]) -> String {{\n    all.iter().map(|b| format!({format})).collect()\n}}\n");
            let after = "fn f(all: &[u8]) -> String {\n    all.iter().fold(String::new(), |mut text, b: &u8| { text.extend([b >> 4, b & 15].map(|digit| char::from(b\"0123456789abcdef\"[usize::from(digit)]))); text })\n}\n";
            let syntax = FileSyntax::parse(&before).unwrap();
            check_edits(&before, after, |mut editor| {
                hexadecimal(&mut editor, &syntax, Position { line: 2, column: 5 }, "&u8").unwrap();
                editor
            });
        }
    }

    #[test]
    fn other_collections_stay() {
        for text in [
            "fn f() -> String {\n    all.iter().map(|b| { g(); format!(\"{b}\") }).collect()\n}\n",
            "fn f() -> String {\n    all.iter().map(name).collect()\n}\n",
        ] {
            let syntax = FileSyntax::parse(text).unwrap();
            let mut editor = Editor::of("main.rs", text).unwrap();
            assert_eq!(written(&mut editor, &syntax, Position { line: 2, column: 5 }), None);
        }
    }
}
