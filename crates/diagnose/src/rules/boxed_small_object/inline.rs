//! The edit of `boxed-small-object`: the values of a type stand where their boxes stood.

use crate::editor::Editor;
use crate::syntax::Span;

/// Takes the boxes of one type away from a file: `Box<T>` becomes `T`, `Box::new(T { … })` what it is given. The box
/// that costs begins on a line. `None` when that line does not say what it boxes and the file knows more than one type.
pub(super) fn unboxed(editor: &mut Editor<'_>, line: u32) -> Option<()> {
    let tokens = editor.tokens().to_vec();
    let is_path =
        |index: usize| index > 0 && editor.word(index - 1) == ":" && index > 1 && editor.word(index - 2) == ":";
    let boxes: Vec<usize> = (0..tokens.len())
        .filter(|index| editor.word(*index) == "Box" && !is_path(*index))
        .collect();
    // `Box < T >`, with T as written.
    let of_types: Vec<(usize, usize, String)> = boxes
        .iter()
        .filter(|index| editor.word(**index + 1) == "<")
        .filter_map(|index| {
            let close = editor.closing(index + 1)?;
            let of: String = (index + 2..close)
                .map(|at| editor.word(at))
                .collect::<Vec<_>>()
                .join(" ");
            Some((*index, close, of))
        })
        .collect();
    let made: Vec<(usize, usize, usize)> = boxes
        .iter()
        .filter(|index| {
            [
                editor.word(**index + 1),
                editor.word(**index + 2),
                editor.word(**index + 3),
                editor.word(**index + 4),
            ] == [":", ":", "new", "("]
        })
        .filter_map(|index| Some((*index, index + 4, editor.closing(index + 4)?)))
        .collect();
    let (_, open, _) = *made
        .iter()
        .find(|(index, _, _)| tokens[*index].span.start.line == line)?;
    let named = |editor: &Editor<'_>, open: usize| {
        let name = editor.word(open + 1);
        (name.starts_with(char::is_uppercase) && matches!(editor.word(open + 2), "{" | "(" | ":"))
            .then(|| name.to_owned())
    };
    let only = || {
        let (_, _, first) = of_types.first()?;
        of_types.iter().all(|(_, _, of)| of == first).then(|| first.clone())
    };
    let of = named(editor, open).or_else(only)?;
    if of.starts_with("dyn ") || of.starts_with('[') || of == "str" {
        return None;
    }
    for (index, close, _) in of_types.iter().filter(|(_, _, boxed)| *boxed == of) {
        let head = Span {
            start: tokens[*index].span.start,
            end: tokens[index + 1].span.end,
        };
        editor.replace(head, "");
        editor.replace(tokens[*close].span, "");
    }
    let is_only = of_types.iter().all(|(_, _, boxed)| *boxed == of);
    for (index, open, close) in made {
        // A variable that is boxed may be of another type, when there are several.
        if named(editor, open).map_or(!is_only, |named| named != of) {
            continue;
        }
        let head = Span {
            start: tokens[index].span.start,
            end: tokens[open].span.end,
        };
        editor.replace(head, "");
        editor.replace(tokens[close].span, "");
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        if before == after {
            assert_eq!(unboxed(&mut Editor::of("main.rs", before).unwrap(), 2), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            unboxed(&mut editor, 2).unwrap();
            editor
        });
    }

    #[test]
    fn boxes_of_one_type_go_away() {
        check(
            "struct Q { all: Vec<Box<Event>>, other: Box<Rare> }\nfn f(q: &mut Q) { q.all.push(Box::new(Event { at: 1 })); }\nfn g() -> Box<Rare> { Box::new(Rare(2)) }\n",
            "struct Q { all: Vec<Event>, other: Box<Rare> }\nfn f(q: &mut Q) { q.all.push(Event { at: 1 }); }\nfn g() -> Box<Rare> { Box::new(Rare(2)) }\n",
        );
        check(
            "struct Q { all: Vec<Box<(u8, u8)>> }\nfn f(q: &mut Q, e: (u8, u8)) { q.all.push(Box::new(e)); }\n",
            "struct Q { all: Vec<(u8, u8)> }\nfn f(q: &mut Q, e: (u8, u8)) { q.all.push(e); }\n",
        );
    }

    #[test]
    fn boxes_of_open_or_unknown_types_stay() {
        for text in [
            "type A = Vec<Box<dyn Fn(u8)>>;\nfn f(a: &mut A) { a.push(Box::new(g)); }\n",
            "struct A(Box<B>, Box<C>);\nfn f() { h(Box::new(x)); }\n",
            "fn f() {\n    h(Rc::new(x));\n}\n",
        ] {
            check(text, text);
        }
    }
}
