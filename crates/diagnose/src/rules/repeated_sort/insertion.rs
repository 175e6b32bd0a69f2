//! The edit of `repeated-sort` for what is added and then sorted: the element goes where the sort would bring it.

use crate::editor::{Editor, Token};
use crate::syntax::{CallExpr, FileSyntax, Function, Span};

/// Makes a `push` right before a sort, or right before the call of a method that does nothing but sort, an insertion at
/// the place where the sort would bring the new element.
pub(super) fn in_order(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let sorting = editor.statement(call.span)?;
    let helper = syntax
        .function_at(call.at)
        .filter(|function| is_all_of(editor, sorting, function));
    let asked = match helper {
        Some(helper) => Some(only_call(editor, syntax, helper)?),
        None => None,
    };
    let statement = match asked {
        Some(asked) => editor.statement(asked.span)?,
        None => sorting,
    };
    let is_push = |push: &&CallExpr| push.name == "push" && push.receiver == call.receiver;
    let push = syntax.calls.iter().filter(is_push).find(|push| {
        let whole = editor.statement(push.span);
        whole.is_some_and(|whole| editor.index_from(whole.end) == editor.index_from(statement.start))
    })?;
    let names = ["added", "position"];
    let has_name = |token: &Token| names.contains(&token.text.as_str());
    if editor.tokens().iter().any(has_name) {
        return None;
    }
    let test = not_behind(editor, call)?;
    let (list, indentation) = (&call.receiver, editor.indentation(statement.start.line));
    let pushing = editor.statement(push.span)?;
    let mut text = String::new();
    // A variable that is given away anyway needs no other name.
    let pushed = editor.slice(*push.operands.get(1)?);
    let is_name = pushed.chars().all(|c| c.is_alphanumeric() || c == '_') && !pushed.starts_with(char::is_numeric);
    let added = if is_name { pushed } else { "added" };
    if !is_name {
        text = format!("let added = {pushed};\n{indentation}");
    }
    if let Some(helper) = helper {
        text += &comments(editor, helper, indentation);
        editor.remove_item(helper.span);
    }
    let test = test.replace('\u{0}', added);
    text += &format!("let position = {list}.partition_point({test});");
    editor.replace(pushing, text);
    editor.replace(statement, format!("{list}.insert(position, {added});"));
    Some(())
}

/// The test that holds for all elements that a sort leaves before a new one, which stands in it as `\0`.
fn not_behind(editor: &Editor<'_>, call: &CallExpr) -> Option<String> {
    if matches!(call.name.as_str(), "sort" | "sort_unstable") {
        return Some("|other| *other <= \u{0}".to_owned());
    }
    let closure = *call.operands.get(1)?;
    let bar = editor.index_from(closure.start);
    let end = editor.index_from(closure.end);
    if editor.word(bar) != "|" || editor.word(bar + 2) != "," || editor.word(bar + 4) != "|" {
        return None;
    }
    let (one, other) = (editor.word(bar + 1), editor.word(bar + 3));
    let mut text = String::new();
    let mut from = editor.tokens().get(bar + 5)?.span.start;
    for index in bar + 5..end {
        let token = &editor.tokens()[index];
        text.push_str(editor.slice(Span {
            start: from,
            end: token.span.start,
        }));
        from = token.span.end;
        let is_other = token.text == other && editor.word(index - 1) != ".";
        match (is_other, editor.word(index + 1)) {
            (true, ".") => text.push('\u{0}'),
            (true, _) => text.push_str("&\u{0}"),
            _ => text.push_str(&token.text),
        }
    }
    let is_comparison = matches!(call.name.as_str(), "sort_by" | "sort_unstable_by") && !text.contains('{');
    is_comparison.then(|| format!("|{one}| {text}.is_le()"))
}

/// Whether a statement is the whole body of a function that only takes `self`.
fn is_all_of(editor: &Editor<'_>, statement: Span, function: &Function) -> bool {
    let (first, last) = (
        editor.index_from(function.body.start) + 1,
        editor.index_from(function.body.end) - 1,
    );
    function.parameters.is_empty()
        && editor.index_from(statement.start) == first
        && editor.index_from(statement.end) == last
}

/// The one place that calls a method of the same value.
fn only_call<'s>(editor: &Editor<'_>, syntax: &'s FileSyntax, function: &Function) -> Option<&'s CallExpr> {
    let mentions = editor
        .tokens()
        .iter()
        .filter(|token| token.text == function.name)
        .count();
    let mut calls = syntax.calls.iter().filter(|call| call.name == function.name);
    calls.next().filter(|call| mentions == 2 && call.receiver == "self")
}

/// What a function says about itself, as comments.
fn comments(editor: &Editor<'_>, function: &Function, indentation: &str) -> String {
    let lines = function.span.start.line..function.body.start.line;
    let said = lines.filter_map(|line| editor.line(line).trim().strip_prefix("///"));
    said.map(|said| format!("//{said}\n{indentation}")).collect()
}
