//! The edit of `front-insert-or-remove` for a text that is consumed from its front: it is kept the other way round.

use crate::editor::{Editor, Token};
use crate::syntax::{FileSyntax, Span};

/// What a text has whichever way it is turned.
const SHARED: [&str; 5] = ["capacity", "clear", "is_empty", "len", "reserve"];

/// Turns the text that a field holds: what is made for it is reversed, and its front is its end. `None` where the file
/// does something else with it.
pub(super) fn turned(editor: &mut Editor<'_>, syntax: &FileSyntax, field: &str) -> Option<()> {
    let mut declared = syntax.fields.iter().filter(|declared| declared.name == field);
    let declared = declared
        .next()
        .filter(|of| of.declared == "String" && declared.next().is_none())?
        .at;
    let tokens = editor.tokens().to_vec();
    for index in (1..tokens.len()).filter(|&index| tokens[index].text == field) {
        let word = |ahead: usize| tokens.get(index + ahead).map_or("", |token| token.text.as_str());
        if tokens[index].span.start == declared {
            (tokens[index - 1].text != "pub" && tokens[index - 1].text != ")").then_some(())?;
            continue;
        }
        match (tokens[index - 1].text.as_str(), word(1)) {
            (".", ".") if SHARED.contains(&word(2)) => {}
            (".", ".") => consumed(editor, &tokens, index + 2)?,
            (_, ":") if editor.is_named(index, field) => {
                let value = editor.until_separator(index + 2)?;
                let text = editor.slice(value);
                // Operators bind less than a method call.
                let (open, close) = if text.contains(' ') { ("(", ")") } else { ("", "") };
                if text != "String::new()" {
                    editor.insert(value.start, open);
                    editor.insert(value.end, format!("{close}.chars().rev().collect()"));
                }
            }
            _ => return None,
        }
    }
    Some(())
}

/// `remove(0)` or `insert(0, …)` whose name stands at an index.
fn consumed(editor: &mut Editor<'_>, tokens: &[Token], method: usize) -> Option<()> {
    let word = |ahead: usize| tokens.get(method + ahead).map_or("", |token| token.text.as_str());
    let until = |ahead: usize| Span {
        start: tokens[method].span.start,
        end: tokens[method + ahead].span.start,
    };
    match [0, 1, 2, 3].map(word) {
        // Both panic when nothing is left.
        ["remove", "(", "0", ")"] => {
            editor.replace(until(3), "pop().expect(\"not empty\"");
            Some(())
        }
        ["insert", "(", "0", ","] => {
            editor.replace(until(4), "push(");
            Some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn a_text_is_consumed_from_its_end() {
        let before = "struct T { text: String }\nfn new(input: &str) -> T { T { text: input.to_string() } }\n\
            fn next(t: &mut T) -> Option<char> { if t.text.is_empty() { return None; } t.text.insert(0, 'a'); Some(t.text.remove(0)) }\n";
        let after = before
            .replace("input.to_string()", "input.to_string().chars().rev().collect()")
            .replace("insert(0, 'a')", "push('a')")
            .replace("remove(0)", "pop().expect(\"not empty\")");
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, &after, |mut editor| {
            turned(&mut editor, &syntax, "text").unwrap();
            editor
        });
        for (known, other) in [
            ("t.text.is_empty()", "t.text.starts_with('a')"),
            ("t.text.insert(0, 'a');", "println!(\"{}\", t.text);"),
            ("{ text: String }", "{ pub text: String }"),
        ] {
            let text = before.replace(known, other);
            let syntax = FileSyntax::parse(&text).unwrap();
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(turned(&mut editor, &syntax, "text"), None, "{other}");
        }
    }
}
