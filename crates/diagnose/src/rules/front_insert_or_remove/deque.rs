//! The edit of `front-insert-or-remove`: a `Vec` made a `VecDeque`, with the calls that have other names there.

use crate::editor::{Editor, Token};
use crate::syntax::Span;

const DEQUE: &str = "std::collections::VecDeque";
/// Methods of `Vec` and what `VecDeque` calls them.
const RENAMED: [(&str, &str); 6] = [
    ("push", "push_back"),
    ("pop", "pop_back"),
    ("first", "front"),
    ("first_mut", "front_mut"),
    ("last", "back"),
    ("last_mut", "back_mut"),
];

/// Makes the list of this name a deque, wherever the file declares, makes or uses it.
pub(super) fn deque<'a>(mut editor: Editor<'a>, list: &str) -> Editor<'a> {
    let tokens = editor.tokens().to_vec();
    for index in (0..tokens.len()).filter(|&index| tokens[index].text == list) {
        let next = |ahead: usize| tokens.get(index + ahead).map_or("", |token| token.text.as_str());
        if next(1) == "." {
            call(&mut editor, &tokens, index + 2);
        } else if next(1) == ":" && next(2) != ":" {
            made(&mut editor, &tokens, index + 2);
            // `let list: Vec<_> = Vec::new()`.
            if index > 0 && matches!(tokens[index - 1].text.as_str(), "let" | "mut") {
                let equals = (index + 2..tokens.len()).find(|&at| matches!(tokens[at].text.as_str(), "=" | ";"));
                equals
                    .into_iter()
                    .for_each(|equals| made(&mut editor, &tokens, equals + 1));
            }
        } else if next(1) == "=" && next(2) != "=" {
            made(&mut editor, &tokens, index + 2);
        }
    }
    editor
}

/// A type, or an expression that makes a list, which begins at `start`.
fn made(editor: &mut Editor<'_>, tokens: &[Token], start: usize) {
    let is_prefix = |token: &&Token| matches!(token.text.as_str(), "&" | "mut" | "'") || token.text.starts_with('\'');
    let at = start + tokens[start.min(tokens.len())..].iter().take_while(is_prefix).count();
    match (editor.word(at), editor.word(at + 1)) {
        ("Vec", "<" | ":") => editor.replace(tokens[at].span, DEQUE),
        ("vec", "!") => {
            if let Some(close) = editor.closing(at + 2) {
                editor.insert(tokens[at].span.start, format!("{DEQUE}::from("));
                editor.insert(tokens[close].span.end, ")");
            }
        }
        _ => {}
    }
}

/// A method call on the list, whose name stands at `method`.
fn call(editor: &mut Editor<'_>, tokens: &[Token], method: usize) {
    if editor.word(method + 1) != "(" {
        return;
    }
    if let Some((_, renamed)) = RENAMED.iter().find(|(name, _)| *name == editor.word(method)) {
        editor.replace(tokens[method].span, *renamed);
    }
    match (editor.word(method), editor.word(method + 2), editor.word(method + 3)) {
        // Both panic when the list is empty.
        ("remove", "0", ")") => {
            let span = Span {
                start: tokens[method].span.start,
                end: tokens[method + 3].span.end,
            };
            editor.replace(span, "pop_front().expect(\"not empty\")");
        }
        ("insert", "0", ",") => {
            // With the blanks before what is inserted.
            let span = Span {
                start: tokens[method].span.start,
                end: tokens
                    .get(method + 4)
                    .map_or(tokens[method + 3].span.end, |next| next.span.start),
            };
            editor.replace(span, "push_front(");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        check_edits(before, after, |editor| deque(editor, "queue"));
    }

    #[test]
    fn fields_become_deques_with_all_their_uses() {
        check(
            "struct S { queue: Vec<Job>, other: Vec<u8> }\nfn f(s: &mut S) -> S { s.queue.push(s.queue.remove(0)); s.other.push(1); S { queue: Vec::new(), other: vec![] } }",
            "struct S { queue: std::collections::VecDeque<Job>, other: Vec<u8> }\nfn f(s: &mut S) -> S { s.queue.push_back(s.queue.pop_front().expect(\"not empty\")); \
             s.other.push(1); S { queue: std::collections::VecDeque::new(), other: vec![] } }",
        );
    }

    #[test]
    fn variables_and_parameters_become_deques() {
        check(
            "fn f(queue: &mut Vec<u8>) { queue.insert(0, g(1)); }",
            "fn f(queue: &mut std::collections::VecDeque<u8>) { queue.push_front(g(1)); }",
        );
        check(
            "fn f() { let mut queue = vec![1, 2]; queue.last(); let queue: Vec<u8> = Vec::with_capacity(3); }",
            "fn f() { let mut queue = std::collections::VecDeque::from(vec![1, 2]); queue.back(); \
             let queue: std::collections::VecDeque<u8> = std::collections::VecDeque::with_capacity(3); }",
        );
    }
}
