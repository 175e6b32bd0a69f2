//! The edit of `linear-search-in-loop` for a field that is a list and used as a set: it becomes one.

use crate::editor::Editor;
use crate::syntax::{CallExpr, FileSyntax, Function, Span, last_field};

/// What a set has as well.
const SHARED: [&str; 6] = ["capacity", "clear", "contains", "is_empty", "len", "reserve"];

/// Makes the field that a call of `contains` searches a set, with the calls that add to it; or the field that is lent to
/// the function of that call, when all that the function does is to add what is not there.
pub(super) fn field(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let function = syntax.function_at(call.at)?;
    let adder = is_adder(editor, function).then_some(function);
    let list = match adder {
        Some(adder) => lent_to(syntax, adder)?,
        None => last_field(&call.receiver)?.to_owned(),
    };
    let mut declared = syntax.fields.iter().filter(|field| field.name == list);
    let declared = declared.next().filter(|_| declared.next().is_none())?;
    let name = editor.index_from(declared.at);
    if matches!(editor.word(name.checked_sub(1)?), "pub" | ")") || editor.word(name + 2) != "Vec" {
        return None;
    }
    let mut n_given = 0;
    for index in 1..editor.tokens().len() {
        if editor.word(index) != list || index == name {
            continue;
        }
        match (editor.word(index - 1), editor.word(index + 1)) {
            (".", ".") if editor.word(index + 2) == "push" => {
                is_of_what_is_missing(syntax, call, function, editor.tokens()[index + 2].span).then_some(())?;
                let push = editor.tokens()[index + 2].span;
                editor.replace(push, "insert");
            }
            (".", ".") if SHARED.contains(&editor.word(index + 2)) => {}
            (".", ",") => {
                given(editor, syntax, adder?, index)?;
                n_given += 1;
            }
            (_, ":") if editor.is_named(index, &list) => made(editor, index + 2)?,
            _ => return None,
        }
    }
    let of = editor.tokens()[name + 2].span;
    editor.replace(of, "HashSet");
    editor.import("std::collections::HashSet", "HashSet");
    if let Some(adder) = adder {
        let mentions = editor.tokens().iter().filter(|token| token.text == adder.name).count();
        if mentions == n_given + 1 {
            editor.remove_item(adder.span);
        }
    }
    Some(())
}

/// Whether a `push` adds what the search looked for, in the same function: a set has nothing twice.
fn is_of_what_is_missing(syntax: &FileSyntax, search: &CallExpr, function: &Function, push: Span) -> bool {
    let added = syntax
        .calls
        .iter()
        .find(|call| call.name == "push" && call.at == push.start);
    let (Some(added), Some(wanted)) = (added.and_then(|call| call.arguments.first()), search.arguments.first()) else {
        return false;
    };
    let plain = |argument: &str| {
        argument
            .trim_start_matches(['&', '*'])
            .trim_end_matches(".clone()")
            .to_owned()
    };
    function.body.covers(&push) && plain(added) == plain(wanted)
}

/// Whether a function only adds what is not there, and tells whether it did.
fn is_adder(editor: &Editor<'_>, function: &Function) -> bool {
    let body: Vec<&str> = (editor.index_from(function.body.start)..editor.index_from(function.body.end))
        .map(|index| editor.word(index))
        .collect();
    let [(list, declared), (item, _)] = function.parameters.as_slice() else {
        return false;
    };
    let pattern =
        format!("{{ if {list} . contains ( & {item} ) {{ return false ; }} {list} . push ( {item} ) ; true }}");
    declared.starts_with("&mut Vec<") && body.iter().copied().eq(pattern.split(' '))
}

/// The one field that is lent to a function.
fn lent_to(syntax: &FileSyntax, adder: &Function) -> Option<String> {
    let mut calls = syntax.calls.iter().filter(|call| call.name == adder.name);
    let list = last_field(calls.next()?.arguments.first()?)?;
    let is_same = |call: &CallExpr| call.arguments.first().and_then(|lent| last_field(lent)) == Some(list);
    calls.all(is_same).then(|| list.to_owned())
}

/// `add(&mut self.list, item)` becomes `self.list.insert(item)`.
fn given(editor: &mut Editor<'_>, syntax: &FileSyntax, adder: &Function, index: usize) -> Option<()> {
    let at = editor.tokens()[index].span.start;
    let mut calls = syntax.calls.iter().filter(|call| call.name == adder.name);
    let call = calls.find(|call| call.operands.first().is_some_and(|operand| operand.contains(at)))?;
    let text = |span: Span| editor.slice(span).to_owned();
    let (list, item) = (text(*call.operands.first()?), text(*call.operands.get(1)?));
    let list = list.strip_prefix("&mut ")?;
    editor.replace(call.span, format!("{list}.insert({item})"));
    Some(())
}

/// What the field begins with.
fn made(editor: &mut Editor<'_>, index: usize) -> Option<()> {
    let span = editor.tokens().get(index)?.span;
    match (editor.word(index), editor.word(index + 1), editor.word(index + 3)) {
        ("Vec", ":", "new" | "with_capacity") => editor.replace(span, "HashSet"),
        ("vec", "!", _) => {
            let open = index + 2;
            let close = editor.closing(open)?;
            let end = editor.tokens()[close].span.end;
            if (open..close).any(|index| editor.word(index) == ";") {
                return None;
            }
            if close == open + 1 {
                let whole = Span { start: span.start, end };
                editor.replace(whole, "HashSet::new()");
            } else {
                let head = Span {
                    start: span.start,
                    end: editor.tokens()[open].span.start,
                };
                editor.replace(head, "HashSet::from(");
                editor.insert(end, ")");
            }
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn edited(editor: &mut Editor<'_>, text: &str) -> Option<()> {
        let syntax = FileSyntax::parse(text).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "contains").unwrap();
        field(editor, &syntax, call)
    }

    const ADDER: &str = "struct C {\n    seen: Vec<Id>,\n}\n\n/// Adds it.\nfn add<T: PartialEq>(items: &mut Vec<T>, item: T) -> bool {\n    if items.contains(&item) {\n        return false;\n    }\n    items.push(item);\n    true\n}\n\n\
        impl C {\n    fn new(id: Id) -> Self {\n        Self { seen: vec![id] }\n    }\n    fn go(&mut self, id: Id) -> usize {\n        if add(&mut self.seen, id) { g(); }\n        self.seen.len()\n    }\n}\n";

    #[test]
    fn a_list_that_is_asked_and_added_to_becomes_a_set() {
        let after = "use std::collections::HashSet;\n\nstruct C {\n    seen: HashSet<Id>,\n}\n\n\
            impl C {\n    fn new(id: Id) -> Self {\n        Self { seen: HashSet::from([id]) }\n    }\n    fn go(&mut self, id: Id) -> usize {\n        if self.seen.insert(id) { g(); }\n        self.seen.len()\n    }\n}\n";
        check_edits(ADDER, after, |mut editor| {
            edited(&mut editor, ADDER).unwrap();
            editor
        });
        let before = "struct C { seen: Vec<Id> }\nimpl C { fn go(&mut self, id: Id) { if !self.seen.contains(&id) { self.seen.push(id); } } }\n";
        let after = "use std::collections::HashSet;\n\nstruct C { seen: HashSet<Id> }\nimpl C { fn go(&mut self, id: Id) { if !self.seen.contains(&id) { self.seen.insert(id); } } }\n";
        check_edits(before, after, |mut editor| {
            edited(&mut editor, before).unwrap();
            editor
        });
    }

    #[test]
    fn lists_whose_order_or_number_matters_stay() {
        for (known, other) in [
            ("self.seen.len()", "self.seen.iter().count()"),
            ("self.seen.len()", "self.seen[0].0"),
            ("    seen: Vec", "    pub seen: Vec"),
            ("vec![id]", "vec![id; 3]"),
            ("    items.push(item);", "    items.insert(0, item);"),
            ("self.seen.len()", "self.seen.push(id); 0"),
        ] {
            let text = ADDER.replace(known, other);
            assert_eq!(
                edited(&mut Editor::of("main.rs", &text).unwrap(), &text),
                None,
                "{other}"
            );
        }
    }
}
