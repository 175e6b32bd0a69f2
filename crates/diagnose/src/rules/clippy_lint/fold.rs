//! The edit for clippy's `format_collect`, for which it has words only: the pieces are written into one text.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Position, Span};

/// Makes `items.map(|item| format!(…)).collect()` a fold that writes. The call stands around a position.
pub(super) fn written(editor: &mut Editor<'_>, syntax: &FileSyntax, at: Position) -> Option<()> {
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
    let end = editor.index_from(collect.span.end);
    let collecting = Span {
        start: mapped.end,
        end: collect.span.end,
    };
    // `|item| format!(…)`, with nothing between.
    if editor.word(bar) != "|" || editor.word(body - 1) != "|" || body < bar + 3 || editor.has_comment(collecting) {
        return None;
    }
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
