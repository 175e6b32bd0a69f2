//! Finds declarations of types and the parts between their brackets.

use crate::editor::Editor;
use crate::syntax::{Position, Span};

/// A part of a list between brackets: a field, a value, a variant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Index of its first token, attributes and visibility left out.
    pub(super) start: usize,
    /// Index behind its last token.
    pub(super) end: usize,
    /// Index of its first token, attributes and visibility included.
    pub(super) whole: usize,
}

/// The parts of a list, by the commas between them.
pub(super) fn parts(editor: &Editor<'_>, open: usize, close: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut index = open + 1;
    while index < close {
        let whole = index;
        let start = behind_attributes(editor, index);
        let end = end_of(editor, start, close);
        if end > start {
            parts.push(Part { start, end, whole });
        }
        index = end + 1;
    }
    parts
}

/// Behind attributes and visibility.
fn behind_attributes(editor: &Editor<'_>, mut index: usize) -> usize {
    loop {
        match editor.word(index) {
            "#" if editor.word(index + 1) == "[" => match editor.closing(index + 1) {
                Some(close) => index = close + 1,
                None => return index,
            },
            "pub" if editor.word(index + 1) == "(" => match editor.closing(index + 1) {
                Some(close) => index = close + 1,
                None => return index,
            },
            "pub" => index += 1,
            _ => return index,
        }
    }
}

/// Index of the comma that ends what begins at an index, else of the closing bracket.
fn end_of(editor: &Editor<'_>, start: usize, close: usize) -> usize {
    let mut index = start;
    while index < close {
        match editor.word(index) {
            "," => return index,
            "(" | "[" | "{" => index = editor.closing(index).unwrap_or(close),
            // Of types and of `::<…>`; comparisons have no colon before them.
            "<" if is_generic(editor, start, index) => index = editor.closing(index).unwrap_or(index),
            _ => {}
        }
        index += 1;
    }
    close
}

/// A comparison has a blank on both sides, a list of type arguments on none.
fn is_generic(editor: &Editor<'_>, start: usize, index: usize) -> bool {
    let is_close = |left: usize, right: usize| editor.tokens()[left].span.end == editor.tokens()[right].span.start;
    index > start && is_close(index - 1, index)
}

/// `struct Name`, `enum Name`: the index of the name and of the bracket behind it.
pub(super) fn declared(editor: &Editor<'_>, name: &str) -> Option<(usize, usize)> {
    let is_it = |index: &usize| editor.word(*index) == name && matches!(editor.word(index - 1), "struct" | "enum");
    let at = (1..editor.tokens().len()).find(is_it)?;
    let open = (at + 1..editor.tokens().len()).find(|index| matches!(editor.word(*index), "{" | "(" | ";"))?;
    (editor.word(open) != ";").then_some((at, open))
}

/// Index of the first token of the item whose keyword stands before `name`: its attributes and visibility.
pub(super) fn item_start(editor: &Editor<'_>, name: usize) -> usize {
    let mut start = name - 1;
    loop {
        let before = start.checked_sub(1);
        match before.map(|before| editor.word(before)) {
            Some("pub") => start -= 1,
            Some(")") => {
                // `pub(crate)`.
                let open = (0..start).rev().find(|index| editor.word(*index) == "(").unwrap_or(0);
                if open == 0 || editor.word(open - 1) != "pub" {
                    return start;
                }
                start = open - 1;
            }
            _ => return start,
        }
    }
}

/// The attributes of an item, from its first token backwards: the span of each one's brackets, nearest first.
pub(super) fn attributes(editor: &Editor<'_>, start: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut end = start;
    while end > 0 && editor.word(end - 1) == "]" {
        let open = (0..end)
            .rev()
            .find(|index| editor.word(*index) == "[" && editor.closing(*index) == Some(end - 1));
        let Some(open) = open.filter(|open| *open > 0 && editor.word(open - 1) == "#") else {
            break;
        };
        found.push((open, end - 1));
        end = open - 1;
    }
    found
}

/// What an item derives, as written; empty when it derives nothing.
pub(super) fn derives(editor: &Editor<'_>, start: usize) -> String {
    let derive = attributes(editor, start)
        .into_iter()
        .find(|(open, _)| editor.word(open + 1) == "derive");
    let list = derive.and_then(|(open, close)| {
        Some(editor.slice(Span {
            start: editor.tokens().get(open + 3)?.span.start,
            end: editor.tokens().get(close - 2)?.span.end,
        }))
    });
    list.map(|list| format!("#[derive({list})]\n")).unwrap_or_default()
}

/// The visibility of an item, as written, with a blank behind it.
pub(super) fn visibility(editor: &Editor<'_>, start: usize, keyword: usize) -> String {
    if start == keyword {
        return String::new();
    }
    let text = editor.slice(Span {
        start: editor.tokens()[start].span.start,
        end: editor.tokens()[keyword - 1].span.end,
    });
    format!("{text} ")
}

/// The source of some tokens.
pub(super) fn text<'a>(editor: &Editor<'a>, start: usize, end: usize) -> &'a str {
    editor.slice(Span {
        start: editor.tokens()[start].span.start,
        end: editor.tokens()[end - 1].span.end,
    })
}

/// The span of some tokens.
pub(super) fn span(editor: &Editor<'_>, start: usize, end: usize) -> Span {
    Span {
        start: editor.tokens()[start].span.start,
        end: editor.tokens()[end - 1].span.end,
    }
}

/// Puts an item behind another one, which ends with the token before `end`.
pub(super) fn insert_item(editor: &mut Editor<'_>, end: usize, item: &str) {
    let at: Position = editor.tokens()[end - 1].span.end;
    let indentation = editor.indentation(at.line).to_owned();
    let lines: Vec<String> = item
        .lines()
        .map(|line| match line.is_empty() {
            true => String::new(),
            false => format!("{indentation}{line}"),
        })
        .collect();
    editor.insert(at, format!("\n\n{}", lines.join("\n")));
}

/// Index behind the item that begins with the brackets at `open`.
pub(super) fn item_end(editor: &Editor<'_>, open: usize) -> Option<usize> {
    let close = editor.closing(open)?;
    let has_semicolon = editor.word(open) == "(";
    let semicolon = (close..editor.tokens().len()).find(|index| editor.word(*index) == ";");
    match has_semicolon {
        true => semicolon.map(|index| index + 1),
        false => Some(close + 1),
    }
}
