//! Adds fields to structs: to the declaration and to every value that is written down.

use crate::editor::Editor;
use crate::syntax::{FileSyntax, Position, Span};

/// A field to add.
pub(crate) struct NewField<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its type.
    pub(crate) declared: &'a str,
    /// What it begins with.
    pub(crate) value: &'a str,
}

/// A name, or the name with `_buffer` behind it where the struct has it already.
pub(crate) fn free_name(syntax: &FileSyntax, owner: &str, name: &str) -> String {
    let is_taken = syntax
        .fields
        .iter()
        .any(|field| field.owner == owner && field.name == name);
    if is_taken {
        format!("{name}_buffer")
    } else {
        name.to_owned()
    }
}

/// Adds a field to a struct with named fields that the file declares. `None` where a pattern takes it apart by all of
/// its fields, or where it is not declared.
pub(crate) fn add_field(editor: &mut Editor<'_>, owner: &str, field: &NewField<'_>) -> Option<()> {
    let mut is_declared = false;
    let mut places: Vec<(usize, usize, String)> = Vec::new();
    let impls = impls_of(editor, owner);
    for index in 1..editor.tokens().len() {
        let word = editor.word(index);
        let at = editor.tokens()[index].span.start;
        let is_self = word == "Self" && impls.iter().any(|of| of.contains(at));
        if word != owner && !is_self {
            continue;
        }
        if editor.word(index - 1) == "struct" {
            let open = (index + 1..editor.tokens().len()).find(|at| matches!(editor.word(*at), "{" | ";" | "("))?;
            let close = editor.closing(open).filter(|_| editor.word(open) == "{")?;
            places.push((open, close, format!("{}: {}", field.name, field.declared)));
            is_declared = true;
            continue;
        }
        if editor.word(index + 1) != "{" || !is_value(editor, index) {
            continue;
        }
        let close = editor.closing(index + 1)?;
        let has_rest = editor.word(close - 1) == "." && editor.word(close - 2) == ".";
        if is_pattern(editor, index, close) {
            if !has_rest {
                return None;
            }
            continue;
        }
        places.push((index + 1, close, format!("{}: {}", field.name, field.value)));
    }
    if !is_declared {
        return None;
    }
    for (open, close, text) in places {
        insert(editor, open, close, &text);
    }
    Some(())
}

/// Adds a part to a list between braces: on a line of its own where they are on lines of their own.
fn insert(editor: &mut Editor<'_>, open: usize, close: usize, text: &str) {
    let base = base_of(editor, open, close);
    let (last, closing) = (editor.tokens()[base - 1].span, editor.tokens()[close].span);
    let is_multiline = editor.tokens()[open].span.start.line < closing.start.line;
    let has_parts = base > open + 1;
    let comma = if has_parts && editor.word(base - 1) != "," {
        ","
    } else {
        ""
    };
    if base < close {
        // Before the `..base` that the rest is taken from.
        let at = editor.tokens()[base].span.start;
        let gap = match is_multiline {
            true => format!("\n{}", editor.indentation(at.line)),
            false => " ".to_owned(),
        };
        editor.insert(at, format!("{text},{gap}"));
        return;
    }
    if is_multiline {
        let indentation = format!("{}    ", editor.indentation(closing.start.line));
        if !comma.is_empty() {
            editor.insert(last.end, comma);
        }
        let at = Position {
            line: closing.start.line,
            column: 1,
        };
        editor.insert(at, format!("{indentation}{text},\n"));
    } else if has_parts {
        editor.insert(last.end, format!("{comma} {text}"));
    } else {
        editor.insert(last.end, format!(" {text} "));
    }
}

/// Index of the `..` in a struct's value, else of its closing brace.
fn base_of(editor: &Editor<'_>, open: usize, close: usize) -> usize {
    let (mut depth, mut found) = (0, close);
    for index in open + 1..close {
        match editor.word(index) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "." if depth == 0 && editor.word(index + 1) == "." && matches!(editor.word(index - 1), "," | "{") => {
                found = index;
            }
            _ => {}
        }
    }
    found
}

/// Whether a name begins a value or pattern, and no type, block or item.
fn is_value(editor: &Editor<'_>, index: usize) -> bool {
    let before = editor.word(index - 1);
    let is_arrow = before == ">" && matches!(editor.word(index.wrapping_sub(2)), "-");
    let is_path = before == ":" && editor.word(index.wrapping_sub(2)) == ":";
    !is_arrow
        && !is_path
        && !matches!(
            before,
            "struct" | "impl" | "for" | "enum" | "union" | "trait" | "dyn" | "as" | "<"
        )
}

/// Whether braces take a struct apart: in `let`, an arm of `match`, a parameter.
fn is_pattern(editor: &Editor<'_>, index: usize, close: usize) -> bool {
    let before = editor.word(index - 1);
    let behind = (editor.word(close + 1), editor.word(close + 2));
    before == "let"
        || behind == ("=", ">")
        || (behind.0 == "=" && behind.1 != "=")
        || behind.0 == "|"
        || behind.0 == ":"
}

/// The bodies of the `impl` blocks of a type.
pub(crate) fn impls_of(editor: &Editor<'_>, owner: &str) -> Vec<Span> {
    let starts = (0..editor.tokens().len()).filter(|index| editor.word(*index) == "impl");
    let body = |start: usize| {
        let open = (start..editor.tokens().len()).find(|index| editor.word(*index) == "{")?;
        let head: Vec<&str> = (start..open).map(|index| editor.word(index)).collect();
        let behind_for = head.iter().position(|word| *word == "for").map_or(1, |at| at + 1);
        let is_it = head[behind_for.min(head.len())..].contains(&owner);
        let close = editor.closing(open).filter(|_| is_it)?;
        Some(Span {
            start: editor.tokens()[open].span.start,
            end: editor.tokens()[close].span.end,
        })
    };
    starts.filter_map(body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let field = NewField {
            name: "c",
            declared: "C",
            value: "C::new()",
        };
        if before == after {
            assert_eq!(
                add_field(&mut Editor::of("main.rs", before).unwrap(), "A", &field),
                None
            );
            return;
        }
        check_edits(before, after, |mut editor| {
            add_field(&mut editor, "A", &field).unwrap();
            editor
        });
    }

    #[test]
    fn fields_are_added_to_declaration_and_values() {
        check(
            "struct A {\n    a: u8,\n}\nimpl A {\n    fn new() -> A {\n        A { a: 1 }\n    }\n    fn one() -> Self {\n        Self {\n            a: 1\n        }\n    }\n    fn two(self) -> Self { Self { a: 2, ..self } }\n}\n",
            "struct A {\n    a: u8,\n    c: C,\n}\nimpl A {\n    fn new() -> A {\n        A { a: 1, c: C::new() }\n    }\n    fn one() -> Self {\n        Self {\n            a: 1,\n            c: C::new(),\n        }\n    }\n    fn two(self) -> Self { Self { a: 2, c: C::new(), ..self } }\n}\n",
        );
        check(
            "struct A {}\nfn f(a: A) { let A { .. } = a; g(A {}) }\nimpl B { fn f() -> Self { Self { a: 1 } } }\n",
            "struct A { c: C }\nfn f(a: A) { let A { .. } = a; g(A { c: C::new() }) }\nimpl B { fn f() -> Self { Self { a: 1 } } }\n",
        );
    }

    #[test]
    fn structs_that_are_taken_apart_or_unknown_stay() {
        for text in [
            "struct A { a: u8 }\nfn f(a: A) { let A { a } = a; }\n",
            "struct A(u8);\nfn f() -> A { A(1) }\n",
            "fn f() -> A { A { a: 1 } }\n",
        ] {
            check(text, text);
        }
    }
}
