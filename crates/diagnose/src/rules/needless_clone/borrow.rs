//! The edits of `needless-clone` that reach beyond the copy: functions that return or take a reference instead.

use super::clone_call;
use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Position, Span};
use crate::{Context, Effort, Fix};
use profile::{Message, Site};

/// Edits a file around the call that clones; `None` where that is not understood.
pub(super) type Edit = fn(&mut Editor<'_>, &FileSyntax, &CallExpr) -> Option<()>;

/// The fixes that some edits make; advice without any.
pub(super) fn fixes(ctx: &Context<'_>, site: &Site, title: &'static str, edits: &[Edit]) -> Vec<Fix> {
    let edited = |edit: &Edit| {
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        edit(&mut editor, ctx.syntax(site)?, clone_call(ctx, site)?)?;
        editor.into_fix(Message::new(title), Effort::Simple)
    };
    let made: Vec<Fix> = edits.iter().filter_map(edited).collect();
    match made.is_empty() {
        true => vec![Fix::advice(Message::new(title), Effort::Simple)],
        false => made,
    }
}

/// A function that ends in `Some` of a copy, after answering `None` by `?` only, returns `Some` of a reference.
pub(super) fn returned_in_option(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let function = syntax.function_at(call.span.start)?;
    let copied = copied(call)?;
    let (start, end) = (editor.index_from(call.span.start), editor.index_from(call.span.end));
    let body = editor.index_from(function.body.start)..editor.index_from(function.body.end);
    let is_tail = start >= 2
        && [editor.word(start - 2), editor.word(start - 1)] == ["Some", "("]
        && editor.word(end) == ")"
        && end + 2 == body.end;
    let has_other = body.clone().filter(|&index| editor.word(index) == "Some").count() > 1
        || body.clone().any(|index| editor.word(index) == "return");
    let mut head = editor.index_from(function.span.start)..body.start;
    let arrow = head.rfind(|&index| editor.word(index) == "-" && editor.word(index + 1) == ">")?;
    let is_option =
        editor.word(arrow + 2) == "Option" && editor.word(arrow + 3) == "<" && editor.word(arrow + 4) != "&";
    if !is_tail || has_other || !is_option {
        return None;
    }
    let of = editor.tokens().get(arrow + 4)?.span;
    match editor.word(arrow + 4) {
        "String" => editor.replace(of, "&str"),
        _ => editor.insert(of.start, "&"),
    }
    borrowed(editor, call.span, copied);
    Some(())
}

/// A function that returns a copy of what it has returns a reference to it.
pub(super) fn returned(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let function = syntax.function_at(call.span.start)?;
    let copied = copied(call)?;
    let body = editor.index_from(function.body.start);
    let mut head = editor.index_from(function.span.start)..body;
    let arrow = head.rfind(|index| editor.word(*index) == "-" && editor.word(index + 1) == ">")?;
    // All of the function is the copy: what else it returned would have to become a reference as well.
    let whole = (editor.index_from(call.span.start), editor.index_from(call.span.end));
    let is_all = whole == (body + 1, editor.index_from(function.body.end) - 1);
    let first = arrow + 2;
    if !is_all || matches!(editor.word(first), "&" | "impl") {
        return None;
    }
    let start = editor.tokens()[first].span;
    match (editor.word(first), editor.word(first + 1)) {
        ("String", "{") => editor.replace(start, "&str"),
        ("Vec", "<") => {
            let close = editor.closing(first + 1)?;
            let (open, close) = (editor.tokens()[first + 1].span, editor.tokens()[close].span);
            let head = Span {
                start: start.start,
                end: open.end,
            };
            editor.replace(head, "&[");
            editor.replace(close, "]");
        }
        _ => editor.insert(start.start, "&"),
    }
    borrowed(editor, call.span, copied);
    // What borrowed the copy borrows no more than it.
    let calls = syntax.calls.iter().filter(|other| other.name == function.name);
    let borrows: Vec<Span> = calls.filter_map(|asked| borrow_of(editor, asked)).collect();
    borrows.into_iter().for_each(|borrow| editor.replace(borrow, ""));
    Some(())
}

/// The `&` before a call.
fn borrow_of(editor: &Editor<'_>, call: &CallExpr) -> Option<Span> {
    let before = editor.index_from(call.span.start).checked_sub(1)?;
    let is_reference = editor.word(before) == "&"
        && before > 0
        && matches!(editor.word(before - 1), "(" | "," | "=" | "in" | "return" | "{");
    is_reference.then(|| editor.tokens()[before].span)
}

/// Elements that are cloned for a closure that hands them to functions of this file: both take references.
pub(super) fn lent_elements(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    if call.name != "cloned" {
        return None;
    }
    let cloning = Span {
        start: call.operands.first()?.end,
        end: call.span.end,
    };
    // The adaptors behind it, and the closures that they call with the element.
    let behind = |other: &&CallExpr| other.span.start == call.span.start && other.operands.first() == Some(&call.span);
    let next = syntax.calls.iter().find(behind)?;
    let given = Span {
        start: next.operands.first()?.end,
        end: next.span.end,
    };
    let bound = syntax
        .loops
        .iter()
        .filter(|found| given.covers(&found.body))
        .max_by_key(|found| found.body.size())?;
    let asked = syntax
        .calls
        .iter()
        .filter(|other| bound.body.covers(&other.span) && other.callee == Callee::Function);
    for asked in asked {
        let mut given = asked.arguments.iter().enumerate();
        let Some((index, _)) = given.find(|(_, argument)| bound.bound.contains(argument)) else {
            continue;
        };
        let mut functions = syntax.functions.iter().filter(|function| function.name == asked.name);
        let function = functions.next().filter(|_| functions.next().is_none())?;
        let (name, _) = function.parameters.get(index)?;
        let head = editor.index_from(function.span.start)..editor.index_from(function.body.start);
        let at = { head }.find(|at| editor.is_named(*at, name))?;
        if editor.word(at + 2) == "&" || at > 0 && editor.word(at - 1) == "mut" {
            return None;
        }
        let of = editor.tokens()[at + 2].span.start;
        editor.insert(of, "&");
    }
    removed(editor, cloning);
    Some(())
}

/// Takes a part of a chain of calls away, with its line when nothing but a comment is left there.
fn removed(editor: &mut Editor<'_>, part: Span) {
    let before = &editor.line(part.end.line)[..(part.end.column - 1) as usize];
    let behind = &editor.line(part.end.line)[(part.end.column - 1) as usize..];
    let is_alone = part.start.line < part.end.line && before.trim().starts_with('.');
    if is_alone && behind.trim().is_empty() {
        let end = |line: u32| Position {
            line,
            column: editor.line(line).len() as u32 + 1,
        };
        let lines = Span {
            start: end(part.end.line - 1),
            end: end(part.end.line),
        };
        editor.replace(lines, "");
    } else {
        editor.replace(part, "");
    }
}

/// What a call copies.
fn copied(call: &CallExpr) -> Option<Span> {
    (call.callee == Callee::Method).then(|| call.operands.first().copied())?
}

/// `&thing` in place of `thing.clone()`.
fn borrowed(editor: &mut Editor<'_>, whole: Span, copied: Span) {
    let text = editor.slice(copied);
    editor.replace(whole, format!("&{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn an_option_of_a_copy_becomes_one_of_a_reference() {
        let before = "impl A {\n    fn of(&self, k: K) -> Option<T> {\n        let at = self.at(k)?;\n        Some(self.all[at].clone())\n    }\n}\n";
        let after = before
            .replace("Option<T>", "Option<&T>")
            .replace("self.all[at].clone()", "&self.all[at]");
        let cloning = |syntax: &FileSyntax| syntax.calls.iter().find(|call| call.name == "clone").unwrap().clone();
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, &after, |mut editor| {
            returned_in_option(&mut editor, &syntax, &cloning(&syntax)).unwrap();
            editor
        });
        for (known, other) in [
            ("let at", "if k.0 { return None; }\n        let at"),
            ("Some(self", "f(self"),
        ] {
            let text = before.replace(known, other);
            let syntax = FileSyntax::parse(&text).unwrap();
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(returned_in_option(&mut editor, &syntax, &cloning(&syntax)), None);
        }
    }

    fn check(edit: Edit, name: &str, before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == name).unwrap();
        if before == after {
            assert_eq!(edit(&mut Editor::of("main.rs", before).unwrap(), &syntax, call), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            edit(&mut editor, &syntax, call).unwrap();
            editor
        });
    }

    #[test]
    fn functions_return_references() {
        check(
            returned,
            "clone",
            "impl A {\n    fn get(&self, n: usize) -> Setting {\n        self.all[n].clone()\n    }\n    fn f(&self) { let one = self.get(1); g(&one, &self.get(2)); }\n}\n",
            "impl A {\n    fn get(&self, n: usize) -> &Setting {\n        &self.all[n]\n    }\n    fn f(&self) { let one = self.get(1); g(&one, self.get(2)); }\n}\n",
        );
        check(
            returned,
            "clone",
            "impl A { fn names(&self) -> Vec<String> { self.names.clone() } }\n",
            "impl A { fn names(&self) -> &[String] { &self.names } }\n",
        );
        let text = "impl A { fn name(&self) -> String { if self.none { return String::new(); } self.name.clone() } }\n";
        check(returned, "clone", text, text);
    }

    #[test]
    fn closures_hand_on_what_they_are_lent() {
        check(
            lent_elements,
            "cloned",
            "fn score(d: Document, n: u8) -> u8 { d.n + n }\nfn f(all: &[Document]) -> u8 {\n    all.iter()\n        .cloned()\n        .map(|d| score(d, 1))\n        .sum()\n}\n",
            "fn score(d: &Document, n: u8) -> u8 { d.n + n }\nfn f(all: &[Document]) -> u8 {\n    all.iter()\n        .map(|d| score(d, 1))\n        .sum()\n}\n",
        );
    }
}
