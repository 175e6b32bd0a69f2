//! The edits of `repeated-sort`: a selection instead of a sort, one sort before or behind the loop, insertion in order.

use super::Rank;
use crate::editor::Editor;
use crate::syntax::{CallExpr, FileSyntax, Loop, LoopKind, Use, is_overlapping};

/// Methods that neither see the order of a list nor depend on it.
const ORDERLESS: [&str; 7] = [
    "append",
    "extend",
    "extend_from_slice",
    "is_empty",
    "len",
    "push",
    "reserve",
];

/// Brings the elements that are read to where a sort would have put them, and leaves the others as they come.
pub(super) fn selected(editor: &mut Editor<'_>, call: &CallExpr, mut ranks: Vec<Rank>) -> Option<()> {
    ranks.sort_unstable();
    ranks.dedup();
    let argument = call.arguments.first().map_or("", String::as_str);
    let (method, argument) = match call.name.as_str() {
        "sort" | "sort_unstable" => ("select_nth_unstable", String::new()),
        "sort_unstable_by" => ("select_nth_unstable_by", format!(", {argument}")),
        "sort_unstable_by_key" => ("select_nth_unstable_by_key", format!(", {argument}")),
        // A stable sort by a key would show which of two equal elements came first.
        "sort_by" if argument.contains("a.partial_cmp(b)") || argument.contains("a.total_cmp(b)") => {
            ("select_nth_unstable_by", format!(", {argument}"))
        }
        _ => return None,
    };
    let list = &call.receiver;
    let one = |name: &str, rank: String| format!("let {name} = {rank};\n    {list}.{method}({name}{argument});");
    let below = |name: &str, of: &str| {
        format!("\n    if {name} > 0 {{\n        {list}[..{name}].{method}({of}{argument});\n    }}")
    };
    let (middle, last) = (format!("{list}.len() / 2"), format!("{list}.len() - 1"));
    let body = match ranks.as_slice() {
        [Rank::First] => format!("{list}.{method}(0{argument});"),
        [Rank::Middle] => one("middle", middle),
        [Rank::Last] => one("last", last),
        [Rank::Lower, Rank::Middle] => one("middle", middle) + &below("middle", "middle - 1"),
        [Rank::First, Rank::Last] => one("last", last) + &below("last", "0"),
        _ => return None,
    };
    let statement = editor.statement(call.span)?;
    let indentation = editor.indentation(statement.start.line);
    let text = format!("if !{list}.is_empty() {{\n    {body}\n}}").replace('\n', &format!("\n{indentation}"));
    editor.replace(statement, text);
    Some(())
}

/// Moves a sort behind the loop, in which nothing depends on the order.
pub(super) fn after(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr, sorted: &Use) -> Option<()> {
    let around = around(syntax, call)?;
    let is_orderless = |used: &&Use| {
        let next = editor.index_from(used.span.end);
        editor.word(next) == "." && ORDERLESS.contains(&editor.word(next + 1)) && editor.word(next + 2) == "("
    };
    if !others(syntax, around, call, sorted).all(|used| is_orderless(&used)) || !editor.is_left_at_end(around) {
        return None;
    }
    let statement = editor.statement(call.span)?;
    let text = editor.slice(statement).to_owned();
    editor.insert_line_after(around.span.end.line, &text);
    editor.remove_statement(statement);
    Some(())
}

/// Moves a sort before the loop, which changes nothing that the order depends on.
pub(super) fn before(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr, sorted: &Use) -> Option<()> {
    let around = around(syntax, call)?;
    let is_first = others(syntax, around, call, sorted).all(|used| used.span.start > call.span.start);
    let statement = editor.statement(call.span).filter(|_| is_first)?;
    let text = editor.slice(statement).to_owned();
    editor.insert_line_before(around.span.start.line, &text);
    editor.remove_statement(statement);
    Some(())
}

/// `list.push(x); list.sort();` becomes an insertion behind what is not larger, into a list that is sorted before the
/// loop.
pub(super) fn inserted(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    if !matches!(call.name.as_str(), "sort" | "sort_unstable") {
        return None;
    }
    let around = around(syntax, call)?;
    let statement = editor.statement(call.span)?;
    let is_push = |push: &&CallExpr| push.name == "push" && push.receiver == call.receiver;
    let push = syntax.calls.iter().filter(is_push).find(|push| {
        let whole = editor.statement(push.span);
        whole.is_some_and(|whole| editor.index_from(whole.end) == editor.index_from(statement.start))
    })?;
    let names = ["added", "position"];
    if editor.tokens().iter().any(|token| names.contains(&token.text.as_str())) {
        return None;
    }
    let (list, indentation) = (&call.receiver, editor.indentation(statement.start.line));
    let text = format!(
        "let added = {};\n{indentation}let position = {list}.partition_point(|other| *other <= added);",
        push.arguments.first()?
    );
    let sort = editor.slice(statement).to_owned();
    editor.insert_line_before(around.span.start.line, &sort);
    editor.replace(editor.statement(push.span)?, text);
    editor.replace(statement, format!("{list}.insert(position, added);"));
    Some(())
}

/// The innermost loop around a call, when it is one with a keyword that stands at the start of its line.
fn around<'s>(syntax: &'s FileSyntax, call: &CallExpr) -> Option<&'s Loop> {
    let around = *syntax.loops_at(call.at).first()?;
    let is_statement = !matches!(around.kind, LoopKind::Closure { .. });
    is_statement.then_some(around)
}

/// The other uses of a list, or of what holds it, in a loop.
fn others<'s>(
    syntax: &'s FileSyntax,
    around: &'s Loop,
    call: &'s CallExpr,
    sorted: &'s Use,
) -> impl Iterator<Item = &'s Use> {
    let uses = syntax.flow.uses.iter();
    uses.filter(|used| {
        around.span.covers(&used.span) && !call.span.covers(&used.span) && is_overlapping(&used.path, &sorted.path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    type Edit = fn(&mut Editor<'_>, &FileSyntax, &CallExpr, &Use) -> Option<()>;

    fn check(before: &str, after: Option<&str>, edit: Edit) {
        let wrapped = |body: &str| format!("fn f(list: &mut Vec<u8>) {{\n{body}}}\n");
        let before = wrapped(before);
        let syntax = FileSyntax::parse(&before).unwrap();
        let sort = syntax.calls.iter().find(|call| call.name.starts_with("sort")).unwrap();
        let sorted = syntax
            .flow
            .uses
            .iter()
            .find(|used| used.span == sort.operands[0])
            .unwrap();
        let Some(after) = after else {
            let mut editor = Editor::of("main.rs", &before).unwrap();
            assert_eq!(edit(&mut editor, &syntax, sort, sorted), None);
            return;
        };
        check_edits(&before, &wrapped(after), |mut editor| {
            edit(&mut editor, &syntax, sort, sorted).unwrap();
            editor
        });
    }

    #[test]
    fn a_sort_moves_behind_a_loop_that_only_adds() {
        check(
            "    for x in all {\n        list.push(x);\n        list.sort();\n    }\n",
            Some("    for x in all {\n        list.push(x);\n    }\n    list.sort();\n"),
            after,
        );
        check(
            "    for x in all {\n        list.push(x);\n        list.sort();\n        g(list[0]);\n    }\n",
            None,
            after,
        );
    }

    #[test]
    fn a_sort_moves_before_a_loop_that_changes_nothing() {
        check(
            "    for x in all {\n        list.sort(); // order\n        g(list.binary_search(x));\n    }\n",
            Some("    list.sort();\n    for x in all {\n        // order\n        g(list.binary_search(x));\n    }\n"),
            before,
        );
        check(
            "    for x in all {\n        g(list.get(x));\n        list.sort();\n    }\n",
            None,
            before,
        );
    }

    #[test]
    fn elements_are_inserted_in_order() {
        check(
            "    for x in all {\n        list.push(h(x));\n        list.sort();\n        g(list[0]);\n    }\n",
            Some(
                "    list.sort();\n    for x in all {\n        let added = h(x);\n        let position = list.partition_point(|other| *other <= added);\n        \
                 list.insert(position, added);\n        g(list[0]);\n    }\n",
            ),
            |editor, syntax, call, _| inserted(editor, syntax, call),
        );
    }

    #[test]
    fn one_element_is_selected() {
        check(
            "    list.sort_unstable();\n    g(list[list.len() / 2]);\n",
            Some(
                "    if !list.is_empty() {\n        let middle = list.len() / 2;\n        list.select_nth_unstable(middle);\n    }\n    g(list[list.len() / 2]);\n",
            ),
            |editor, _, call, _| selected(editor, call, vec![Rank::Middle, Rank::Middle]),
        );
        check(
            "    list.sort_by(|a, b| a.partial_cmp(b).unwrap());\n",
            Some(
                "    if !list.is_empty() {\n        let last = list.len() - 1;\n        list.select_nth_unstable_by(last, |a, b| a.partial_cmp(b).unwrap());\n        \
                 if last > 0 {\n            list[..last].select_nth_unstable_by(0, |a, b| a.partial_cmp(b).unwrap());\n        }\n    }\n",
            ),
            |editor, _, call, _| selected(editor, call, vec![Rank::Last, Rank::First]),
        );
        check("    list.sort_by_key(|a| a.b);\n", None, |editor, _, call, _| {
            selected(editor, call, vec![Rank::First])
        });
    }
}
