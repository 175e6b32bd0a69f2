//! The edits of `repeated-sort`: a selection instead of a sort, one sort before or behind the loop, insertion in order.

use super::Rank;
use crate::editor::{Editor, Token};
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

/// Methods that leave a list in order, beside those that only read it.
const KEEPING: [&str; 24] = [
    "as_slice",
    "binary_search",
    "clear",
    "clone",
    "contains",
    "dedup",
    "drain",
    "first",
    "get",
    "into_iter",
    "is_empty",
    "iter",
    "last",
    "len",
    "partition_point",
    "pop",
    "remove",
    "reserve",
    "retain",
    "shrink_to_fit",
    "split_off",
    "to_vec",
    "truncate",
    "windows",
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
    let around = around(syntax, call)?;
    let sort = editor.slice(editor.statement(call.span)?).to_owned();
    pushed_in_order(editor, syntax, call)?;
    editor.insert_line_before(around.span.start.line, &sort);
    Some(())
}

/// The same in a method that a loop calls, for a field that is empty at first and in order whenever the method begins.
pub(super) fn inserted_into_field(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let field = call
        .receiver
        .strip_prefix("self.")
        .filter(|field| !field.contains('.'))?;
    let function = syntax.function_at(call.at)?.span;
    let mut is_sorted = syntax.loops_at(call.at).is_empty() && !syntax.is_conditional(call.at, Some(function));
    for (index, token) in editor
        .tokens()
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == field)
    {
        let word = |offset: usize| editor.word(index + offset);
        let back = |offset: usize| index.checked_sub(offset).map_or("", |index| editor.word(index));
        is_sorted &= match (back(1), word(1)) {
            (".", ".") => function.contains(token.span.start) || KEEPING.contains(&word(2)),
            (".", "[") => editor
                .closing(index + 1)
                .is_some_and(|close| matches!(editor.word(close + 1), ";" | "," | ")" | "]" | "}") && back(3) != "mut"),
            (".", next) => next != "=" && !(back(3) == "mut" || back(4) == "mut"),
            // Others may see it and change it.
            ("pub" | ")", _) => false,
            (_, ":") if word(2) == "Vec" => word(3) == "<" || matches!(word(5), "new" | "with_capacity"),
            (_, ":") => [word(2), word(3), word(5)] == ["vec", "!", "]"],
            _ => false,
        };
    }
    is_sorted &= !editor.tokens().iter().any(|token| token.text == "Deserialize");
    is_sorted.then_some(())?;
    pushed_in_order(editor, syntax, call)
}

/// Makes a `push` right before a sort an insertion at the place where the sort would bring the new element.
fn pushed_in_order(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    if !matches!(call.name.as_str(), "sort" | "sort_unstable") {
        return None;
    }
    let statement = editor.statement(call.span)?;
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
    let (list, indentation) = (&call.receiver, editor.indentation(statement.start.line));
    let text = format!(
        "let added = {};\n{indentation}let position = {list}.partition_point(|other| *other <= added);",
        push.arguments.first()?
    );
    let pushing = editor.statement(push.span)?;
    editor.replace(pushing, text);
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
    fn a_field_is_kept_in_order() {
        let before = "struct A {\n    all: Vec<u8>,\n}\nimpl A {\n    fn new() -> Self { Self { all: Vec::new() } }\n    fn add(&mut self, x: u8) {\n        self.all.push(x);\n        self.all.sort();\n    }\n    \
                      fn best(&self) -> Option<&u8> { self.all.first() }\n}\n";
        let after = before
            .replace(
                "self.all.push(x);",
                "let added = x;\n        let position = self.all.partition_point(|other| *other <= added);",
            )
            .replace("self.all.sort();", "self.all.insert(position, added);");
        let sort = |syntax: &FileSyntax| syntax.calls.iter().find(|call| call.name == "sort").unwrap().clone();
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, &after, |mut editor| {
            inserted_into_field(&mut editor, &syntax, &sort(&syntax)).unwrap();
            editor
        });
        for (known, unknown) in [
            ("self.all.first()", "self.all.reverse()"),
            ("Vec::new()", "read()"),
            ("self.all.first()", "mix(&mut self.all)"),
            ("self.all.first()", "{ self.all[0] += 1; None }"),
            ("    all: Vec", "    pub all: Vec"),
            ("self.all.push(x);", "self.all.push(x); g();"),
        ] {
            let text = before.replace(known, unknown);
            let syntax = FileSyntax::parse(&text).unwrap();
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(
                inserted_into_field(&mut editor, &syntax, &sort(&syntax)),
                None,
                "{unknown}"
            );
        }
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
