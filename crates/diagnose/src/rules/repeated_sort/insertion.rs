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
    is_free(editor).then_some(())?;
    let test = not_behind(editor, call)?;
    let indentation = editor.indentation(statement.start.line);
    let said = helper.map_or_else(String::new, |helper| comments(editor, helper, indentation));
    let (text, insertion) = insertion(editor, call, push, &test, &said)?;
    if let Some(helper) = helper {
        editor.remove_item(helper.span);
    }
    let pushing = editor.statement(push.span)?;
    editor.replace(pushing, text);
    editor.replace(statement, insertion);
    Some(())
}

/// Makes every `push` onto the list of a sort an insertion at the place where the sort would bring the new element, and
/// takes the sort away.
pub(super) fn wherever_added(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let sorting = editor.statement(call.span)?;
    let test = not_behind(editor, call).filter(|_| is_free(editor))?;
    let is_push = |push: &&CallExpr| push.name == "push" && push.receiver == call.receiver;
    let pushes: Vec<&CallExpr> = syntax.calls.iter().filter(is_push).collect();
    for push in &pushes {
        let pushing = editor.statement(push.span)?;
        let indentation = editor.indentation(pushing.start.line);
        let (text, insertion) = insertion(editor, call, push, &test, "")?;
        editor.replace(pushing, format!("{text}\n{indentation}{insertion}"));
    }
    editor.remove_statement(sorting);
    (!pushes.is_empty()).then_some(())
}

/// Whether the names that an insertion uses mean nothing yet.
fn is_free(editor: &Editor<'_>) -> bool {
    let has_name = |token: &Token| ["added", "position"].contains(&token.text.as_str());
    !editor.tokens().iter().any(has_name)
}

/// What stands in the place of a `push`: the search for the position behind comments, and the insertion there.
fn insertion(
    editor: &Editor<'_>,
    sort: &CallExpr,
    push: &CallExpr,
    test: &Test,
    said: &str,
) -> Option<(String, String)> {
    let indentation = editor.indentation(push.span.start.line);
    // A variable that is given away anyway needs no other name.
    let pushed = editor.slice(*push.operands.get(1)?);
    let is_name = pushed.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !pushed.starts_with(char::is_numeric)
        && pushed != test.parameter;
    let (mut text, added) = match is_name {
        true => (String::new(), pushed),
        false => (format!("let added = {pushed};\n{indentation}"), "added"),
    };
    let (list, test) = (&sort.receiver, test.text.replace('\u{0}', added));
    text += &format!("{said}let position = {list}.partition_point({test});");
    Some((text, format!("{list}.insert(position, {added});")))
}

/// A closure that tells which elements a sort leaves before a new one.
struct Test {
    /// Its parameter.
    parameter: String,
    /// All of it; the new element stands in it as `\0`.
    text: String,
}

/// The test that holds for all elements that a sort leaves before a new one.
fn not_behind(editor: &Editor<'_>, call: &CallExpr) -> Option<Test> {
    if matches!(call.name.as_str(), "sort" | "sort_unstable") {
        return Some(Test {
            parameter: "other".to_owned(),
            text: "|other| *other <= \u{0}".to_owned(),
        });
    }
    let closure = *call.operands.get(1)?;
    let (bar, end) = (editor.index_from(closure.start), editor.index_from(closure.end));
    let word = |ahead: usize| editor.word(bar + ahead);
    match (call.name.as_str(), [0, 2, 4].map(word)) {
        ("sort_by" | "sort_unstable_by", ["|", ",", "|"]) => {
            let text = with_new(editor, bar + 5..end, word(3))?;
            Some(Test {
                parameter: word(1).to_owned(),
                text: format!("|{}| {text}.is_le()", word(1)),
            })
        }
        ("sort_by_key" | "sort_unstable_by_key" | "sort_by_cached_key", ["|", "|", _]) => {
            let first = editor.tokens().get(bar + 3)?.span.start;
            let key = editor.slice(Span {
                start: first,
                end: closure.end,
            });
            let of_new = with_new(editor, bar + 3..end, word(1))?;
            Some(Test {
                parameter: word(1).to_owned(),
                text: format!("|{}| {key} <= {of_new}", word(1)),
            })
        }
        _ => None,
    }
}

/// An expression with a new element in the place of a variable; `None` for a block.
fn with_new(editor: &Editor<'_>, tokens: std::ops::Range<usize>, variable: &str) -> Option<String> {
    let mut text = String::new();
    let mut from = editor.tokens().get(tokens.start)?.span.start;
    for index in tokens {
        let token = &editor.tokens()[index];
        text.push_str(editor.slice(Span {
            start: from,
            end: token.span.start,
        }));
        from = token.span.end;
        let is_variable = token.text == variable && editor.word(index - 1) != ".";
        match (is_variable, editor.word(index + 1)) {
            (true, ".") => text.push('\u{0}'),
            (true, _) => text.push_str("&\u{0}"),
            _ => text.push_str(&token.text),
        }
    }
    (!text.contains('{')).then_some(text)
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
