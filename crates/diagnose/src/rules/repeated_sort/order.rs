//! The edits of `repeated-sort`: a selection instead of a sort, one sort before or behind the loop, insertion in order.

use super::{Rank, insertion};
use crate::editor::Editor;
use crate::lent::given;
use crate::structs::{NewField, add_field};
use crate::syntax::{CallExpr, FileSyntax, Loop, LoopKind, Position, Span, Use, is_overlapping};

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
    insertion::in_order(editor, syntax, call)?;
    editor.insert_line_before(around.span.start.line, &sort);
    Some(())
}

/// A sort of a field becomes one that is left out while nothing was added: a flag beside the field knows.
pub(super) fn remembered(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let field = call.receiver.strip_prefix("self.")?;
    let (owner, function) = (
        syntax.function_at(call.at)?.self_type.clone()?,
        syntax.function_at(call.at)?.span,
    );
    let mut declared = syntax.fields.iter().filter(|declared| declared.name == field);
    let declared = declared
        .next()
        .filter(|of| of.owner == owner && declared.next().is_none())?
        .at;
    let flag = format!("{field}_in_order");
    let mut adding: Vec<Span> = Vec::new();
    for index in 1..editor.tokens().len() {
        if editor.word(index) != field {
            continue;
        }
        let at = editor.tokens()[index].span.start;
        let back = |offset: usize| index.checked_sub(offset).map_or("", |index| editor.word(index));
        match (back(1), editor.word(index + 1)) {
            (".", ".") if call.span.contains(at) || KEEPING.contains(&editor.word(index + 2)) => {}
            (".", ".") => {
                let is_adding = |other: &&CallExpr| {
                    matches!(
                        other.name.as_str(),
                        "push" | "extend" | "append" | "insert" | "extend_from_slice"
                    ) && other.receiver == call.receiver
                        && other.span.contains(at)
                };
                let added = syntax.calls.iter().find(is_adding)?;
                adding.push(editor.statement(added.span)?);
            }
            (".", "[") => {
                let close = editor.closing(index + 1)?;
                let is_read = matches!(editor.word(close + 1), ";" | "," | ")" | "]" | "}" | ".");
                (is_read && back(3) != "mut").then_some(())?;
            }
            (".", next) => (next != "=" && back(3) != "mut" && back(4) != "mut").then_some(())?,
            ("pub" | ")", _) if at == declared => return None,
            _ => {}
        }
    }
    let sorting = editor
        .statement(call.span)
        .filter(|_| syntax.loops_at(call.at).is_empty())?;
    let indentation = editor.indentation(sorting.start.line).to_owned();
    let sort = editor.slice(sorting).to_owned();
    let is_elsewhere = adding.iter().all(|added| !function.covers(added));
    is_elsewhere.then_some(())?;
    editor.replace(
        sorting,
        format!("if !self.{flag} {{\n{indentation}    {sort}\n{indentation}    self.{flag} = true;\n{indentation}}}"),
    );
    for added in adding {
        let indentation = editor.indentation(added.start.line).to_owned();
        editor.insert(added.end, format!("\n{indentation}self.{flag} = false;"));
    }
    let new = NewField {
        name: &flag,
        declared: "bool",
        value: "false",
    };
    add_field(editor, &owner, &new)
}

/// The same in a method that a loop calls, for a field that is empty at first and in order whenever the method begins.
pub(super) fn inserted_into_field(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr) -> Option<()> {
    let field = call
        .receiver
        .strip_prefix("self.")
        .filter(|field| !field.contains('.'))?;
    let function = syntax.function_at(call.at)?.span;
    let pushing = |at: Position| {
        let mut pushes = syntax
            .calls
            .iter()
            .filter(|push| push.name == "push" && push.receiver == call.receiver);
        pushes.any(|push| push.span.contains(at))
    };
    let is_behind = |at: Position| function.contains(at) && at > call.at;
    let mut is_sorted = syntax.loops_at(call.at).is_empty() && !syntax.is_conditional(call.at, Some(function));
    // Whether nobody but the function sees in which order the elements are.
    let mut is_hidden = true;
    for (index, token) in editor
        .tokens()
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == field)
    {
        let word = |offset: usize| editor.word(index + offset);
        let back = |offset: usize| index.checked_sub(offset).map_or("", |index| editor.word(index));
        is_hidden &= match (back(1), word(1)) {
            (".", ".") => {
                let is_kept = is_behind(token.span.start) && KEEPING.contains(&word(2));
                let is_sort = call.span.contains(token.span.start);
                is_kept || is_sort || matches!(word(2), "push" | "len" | "is_empty" | "clear" | "reserve")
            }
            (".", _) => false,
            _ => true,
        };
        is_sorted &= match (back(1), word(1)) {
            (".", ".") => {
                let at = token.span.start;
                function.contains(at) || pushing(at) || KEEPING.contains(&word(2))
            }
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
    let at_once = insertion::in_order(editor, syntax, call);
    at_once.or_else(|| insertion::wherever_added(editor, syntax, call).filter(|()| is_hidden))
}

/// Lets the caller sort a copy before its loop, where a function begins by copying and sorting what it is lent and uses
/// only the copy.
pub(super) fn by_caller(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr, head: Position) -> Option<()> {
    let function = syntax.function_at(call.at)?;
    let local = syntax
        .locals
        .iter()
        .find(|local| local.name == call.receiver && function.body.covers(&local.span))?;
    let copied = local.init.as_deref()?;
    let (parameter, copy) = copied.split_once('.')?;
    let is_copy = matches!(copy, "to_vec()" | "clone()" | "to_owned()");
    let sorting = editor.statement(call.span)?;
    let (first, second) = (editor.index_from(local.span.start), editor.index_from(sorting.start));
    let begins = first == editor.index_from(function.body.start) + 1 && second == editor.index_from(local.span.end);
    let in_body = editor.index_from(function.body.start)..editor.index_from(function.body.end);
    let mentions = in_body.filter(|index| editor.word(*index) == parameter).count();
    let (_, declared) = function.parameters.iter().find(|(name, _)| name == parameter)?;
    let is_lent = declared.starts_with("&[") || declared.starts_with("&Vec<");
    let mut calls = syntax.calls.iter().filter(|asked| asked.name == function.name);
    let asked = calls.next().filter(|_| calls.next().is_none())?;
    if !is_copy || !begins || mentions != 1 || !is_lent || call.arguments.iter().any(|key| !key.starts_with('|')) {
        return None;
    }
    let given = given(function, parameter, asked)?.to_owned();
    let index = function.parameters.iter().position(|(name, _)| name == parameter)?;
    let operand = *asked.operands.get(index + usize::from(function.receiver.is_some()))?;
    let line = editor.statement_line(head)?;
    let named = editor.index_from(function.span.start)..editor.index_from(function.body.start);
    let name = { named }.find(|index| editor.is_named(*index, parameter))?;
    let name = editor.tokens()[name].span;
    editor.replace(name, call.receiver.clone());
    let sort = editor.slice(sorting).to_owned();
    editor.remove_lines(Span {
        start: local.span.start,
        end: sorting.end,
    });
    let given = given.trim_start_matches('&');
    editor.insert_line_before(line, &format!("let mut {} = {given}.{copy};", call.receiver));
    editor.insert_line_before(line, &sort);
    editor.replace(operand, format!("&{}", call.receiver));
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
                "let position = self.all.partition_point(|other| *other <= x);",
            )
            .replace("self.all.sort();", "self.all.insert(position, x);");
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

    fn check_field(before: &str, after: Option<&str>) {
        let syntax = FileSyntax::parse(before).unwrap();
        let sort = syntax.calls.iter().find(|call| call.name.starts_with("sort")).unwrap();
        let mut editor = Editor::of("main.rs", before).unwrap();
        let found = inserted_into_field(&mut editor, &syntax, sort);
        assert_eq!(found.is_some(), after.is_some());
        if let Some(after) = after {
            check_edits(before, after, |mut editor| {
                inserted_into_field(&mut editor, &syntax, sort).unwrap();
                editor
            });
        }
    }

    #[test]
    fn what_is_sorted_before_it_is_taken_is_added_in_order() {
        let before = "struct A {\n    all: Vec<B>,\n}\nimpl A {\n    fn add(&mut self, b: B) {\n        self.all.push(b);\n    }\n    \
                      fn next(&mut self) -> Option<B> {\n        self.all.sort_by_key(|b| (b.rank, b.name));\n        self.all.pop()\n    }\n    \
                      fn len(&self) -> usize { self.all.len() }\n}\n";
        let after = "struct A {\n    all: Vec<B>,\n}\nimpl A {\n    fn add(&mut self, b: B) {\n        let added = b;\n        \
                     let position = self.all.partition_point(|b| (b.rank, b.name) <= (added.rank, added.name));\n        self.all.insert(position, added);\n    }\n    \
                     fn next(&mut self) -> Option<B> {\n        self.all.pop()\n    }\n    fn len(&self) -> usize { self.all.len() }\n}\n";
        check_field(before, Some(after));
        // Somebody sees in which order they were added.
        check_field(&before.replace("self.all.len()", "self.all.iter().count()"), None);
    }

    #[test]
    fn a_flag_knows_whether_something_was_added() {
        let before = "#[derive(Default)]\nstruct A {\n    all: Vec<B>,\n}\nimpl A {\n    fn add(&mut self, b: B) {\n        self.all.push(b);\n    }\n    \
                      fn in_order(&mut self) -> &[B] {\n        self.all.sort();\n        &self.all\n    }\n}\n";
        let after = before
            .replace("    all: Vec<B>,\n", "    all: Vec<B>,\n    all_in_order: bool,\n")
            .replace("self.all.push(b);", "self.all.push(b);\n        self.all_in_order = false;")
            .replace(
                "self.all.sort();",
                "if !self.all_in_order {\n            self.all.sort();\n            self.all_in_order = true;\n        }",
            );
        let sort = |syntax: &FileSyntax| syntax.calls.iter().find(|call| call.name == "sort").unwrap().clone();
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, &after, |mut editor| {
            remembered(&mut editor, &syntax, &sort(&syntax)).unwrap();
            editor
        });
        for changed in [
            "self.all.reverse();",
            "self.all[0] = b;",
            "g(&mut self.all);",
            "self.all = g();",
        ] {
            let text = before.replace("self.all.push(b);", changed);
            let syntax = FileSyntax::parse(&text).unwrap();
            let mut editor = Editor::of("main.rs", &text).unwrap();
            assert_eq!(remembered(&mut editor, &syntax, &sort(&syntax)), None, "{changed}");
        }
    }

    #[test]
    fn a_method_that_only_sorts_goes_with_its_only_call() {
        let before = "struct A {\n    all: Vec<B>,\n}\nimpl A {\n    fn add(&mut self, b: B) {\n        self.all.push(b);\n        self.order();\n    }\n\n    \
                      /// Best first.\n    fn order(&mut self) {\n        self.all.sort_by(|one, other| other.points.cmp(&one.points).then(one.cmp(other)));\n    }\n}\n";
        let after = "struct A {\n    all: Vec<B>,\n}\nimpl A {\n    fn add(&mut self, b: B) {\n        // Best first.\n        \
                     let position = self.all.partition_point(|one| b.points.cmp(&one.points).then(one.cmp(&b)).is_le());\n        \
                     self.all.insert(position, b);\n    }\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let sort = syntax.calls.iter().find(|call| call.name == "sort_by").unwrap();
        check_edits(before, after, |mut editor| {
            inserted_into_field(&mut editor, &syntax, sort).unwrap();
            editor
        });
    }

    #[test]
    fn a_copy_is_sorted_once_by_the_caller() {
        let before = "fn rank(all: &[u32], part: f64) -> u32 {\n    let mut sorted = all.to_vec();\n    sorted.sort_unstable();\n    sorted[(part * sorted.len() as f64) as usize]\n}\n\
                      fn f(e: &E) -> R {\n    let n = 1;\n    R {\n        n: n,\n        ranks: PARTS.iter().map(|&part| rank(&e.all, part)).collect(),\n    }\n}\n";
        let after = "fn rank(sorted: &[u32], part: f64) -> u32 {\n    sorted[(part * sorted.len() as f64) as usize]\n}\n\
                     fn f(e: &E) -> R {\n    let n = 1;\n    let mut sorted = e.all.to_vec();\n    sorted.sort_unstable();\n    R {\n        n: n,\n        ranks: PARTS.iter().map(|&part| rank(&sorted, part)).collect(),\n    }\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let sort = syntax.calls.iter().find(|call| call.name == "sort_unstable").unwrap();
        let head = syntax
            .loops
            .iter()
            .find(|found| matches!(found.kind, LoopKind::Closure { .. }))
            .unwrap()
            .head;
        check_edits(before, after, |mut editor| {
            by_caller(&mut editor, &syntax, sort, head).unwrap();
            editor
        });
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
