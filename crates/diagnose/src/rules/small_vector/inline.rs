//! The edit of `small-vector`: a `SmallVec` with room for what most lists hold.

use crate::editor::Editor;
use crate::syntax::{FileSyntax, Local, Position, Span};

/// Lengths of arrays that a `SmallVec` can hold inside, beyond 32.
const LENGTHS: [u64; 3] = [36, 64, 128];

/// Makes the list that is declared at a position a `SmallVec` with room for `count` elements: a field with the variables
/// of its name that it is made from, a variable, or what a function returns.
pub(super) fn inline(editor: &mut Editor<'_>, syntax: &FileSyntax, declared: Position, count: u64) -> Option<()> {
    let count = match count {
        1..=32 => count,
        _ => LENGTHS.into_iter().find(|length| *length >= count)?,
    };
    if let Some(field) = syntax.fields.iter().find(|field| field.at == declared) {
        let name = editor.index_from(declared);
        typed(editor, name + 2, count)?;
        for local in syntax.locals.iter().filter(|local| local.name == field.name) {
            made(editor, local, count);
        }
        let tokens = editor.tokens().to_vec();
        for index in 2..tokens.len() {
            // `Owner { list: Vec::new() }`
            if tokens[index - 2].text == field.name && tokens[index - 1].text == ":" {
                emptied(editor, index);
            }
        }
        return Some(());
    }
    if let Some(local) = syntax.locals.iter().find(|local| local.span.start == declared) {
        let is_made = made(editor, local, count);
        return is_made.then_some(());
    }
    let function = syntax
        .functions
        .iter()
        .find(|function| function.span.start == declared)?;
    let body = editor.index_from(function.body.start);
    let arrow = (editor.index_from(declared)..body)
        .rev()
        .find(|index| editor.word(*index) == "-" && editor.word(index + 1) == ">")?;
    typed(editor, arrow + 2, count)?;
    for index in body..editor.index_from(function.body.end) {
        let is_bound = editor.word(index.checked_sub(1)?) == "=" || editor.index_from(function.body.start) + 1 == index;
        if is_bound {
            emptied(editor, index);
        }
    }
    Some(())
}

/// A variable: its type, and what it is made by. Whether there was anything to change.
fn made(editor: &mut Editor<'_>, local: &Local, count: u64) -> bool {
    let name = editor.index_from(local.span.start) + if local.is_mut { 2 } else { 1 };
    let is_typed = editor.word(name + 1) == ":" && typed(editor, name + 2, count).is_some();
    let init = editor.index_from(local.init_span.start);
    emptied(editor, init) || is_typed
}

/// `Vec<T>` at an index.
fn typed(editor: &mut Editor<'_>, index: usize, count: u64) -> Option<()> {
    if editor.word(index) != "Vec" {
        return None;
    }
    let close = editor.closing(index + 1).filter(|_| editor.word(index + 1) == "<")?;
    let head = Span {
        start: editor.tokens()[index].span.start,
        end: editor.tokens()[index + 1].span.end,
    };
    let end = editor.tokens()[close].span.start;
    editor.replace(head, "smallvec::SmallVec<[");
    editor.insert(end, format!("; {count}]"));
    Some(())
}

/// `Vec::new()`, `Vec::with_capacity(…)` or `vec![…]` at an index.
fn emptied(editor: &mut Editor<'_>, index: usize) -> bool {
    let span = |index: usize| editor.tokens()[index].span;
    match (editor.word(index), editor.word(index + 1), editor.word(index + 3)) {
        ("Vec", ":", "new" | "with_capacity" | "from_iter") => {
            let name = span(index);
            editor.replace(name, "smallvec::SmallVec");
            true
        }
        ("vec", "!", _) => {
            let name = span(index);
            editor.replace(name, "smallvec::smallvec");
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(declared: Position, before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            inline(&mut editor, &syntax, declared, 7).unwrap();
            editor
        });
    }

    #[test]
    fn a_field_changes_with_what_it_is_made_from() {
        check(
            Position { line: 2, column: 5 },
            "struct Message {\n    alarms: Vec<u16>,\n    other: Vec<u8>,\n}\nfn f() -> Message {\n    let mut alarms = Vec::new();\n    alarms.push(1);\n    Message { alarms, other: Vec::new() }\n}\nfn g() -> Message { Message { alarms: vec![], other: vec![] } }\n",
            "struct Message {\n    alarms: smallvec::SmallVec<[u16; 7]>,\n    other: Vec<u8>,\n}\nfn f() -> Message {\n    let mut alarms = smallvec::SmallVec::new();\n    alarms.push(1);\n    Message { alarms, other: Vec::new() }\n}\nfn g() -> Message { Message { alarms: smallvec::smallvec![], other: vec![] } }\n",
        );
    }

    #[test]
    fn a_variable_or_a_result_changes() {
        check(
            Position { line: 2, column: 5 },
            "fn f() {\n    let mut all: Vec<Vec<u8>> = Vec::with_capacity(3);\n}\n",
            "fn f() {\n    let mut all: smallvec::SmallVec<[Vec<u8>; 7]> = smallvec::SmallVec::with_capacity(3);\n}\n",
        );
        check(
            Position { line: 1, column: 1 },
            "fn f() -> Vec<u8> {\n    let mut all = Vec::new();\n    all\n}\n",
            "fn f() -> smallvec::SmallVec<[u8; 7]> {\n    let mut all = smallvec::SmallVec::new();\n    all\n}\n",
        );
    }
}
