//! The edits of `linear-search-in-loop`: an index beside the list, made before the loop and asked in it.

use crate::editor::Editor;
use crate::syntax::{CallExpr, FileSyntax, Local, Loop, Span, last_field, root_name};

/// `list.contains(&x)` asks a set. A list that the loop fills gets a set that is filled along.
pub(super) fn set(editor: &mut Editor<'_>, syntax: &FileSyntax, call: &CallExpr, around: &Loop) -> Option<()> {
    let list = *call.operands.first()?;
    let receiver = editor.slice(list).to_owned();
    let name = format!("{}_set", last_field(&receiver).unwrap_or(root_name(&receiver)));
    let changes =
        |call: &&CallExpr| around.span.covers(&call.span) && call.receiver == receiver && call.name != "contains";
    let changing: Vec<&CallExpr> = syntax
        .calls
        .iter()
        .filter(changes)
        .filter(|call| is_changing(&call.name))
        .collect();
    match changing.as_slice() {
        [] => {
            let set = format!("let {name}: std::collections::HashSet<_> = {receiver}.iter().collect();");
            editor.insert_line_before(around.span.start.line, &set);
        }
        pushes if pushes.iter().all(|push| push.name == "push") => {
            let local = syntax.local_at(call.at, &receiver)?;
            is_empty_at_first(local).then_some(())?;
            // Behind the declaration, which a loop further out may hold.
            editor.insert_line_before(
                local.span.start.line,
                &format!("let mut {name} = std::collections::HashSet::new();"),
            );
            for push in pushes {
                let pushed = editor.slice(*push.operands.get(1)?).to_owned();
                editor.insert(
                    push.span.start,
                    format!("{name}.insert(({pushed}).clone());\n{}", indent(editor, push)),
                );
            }
        }
        _ => return None,
    }
    editor.replace(list, name);
    Some(())
}

/// `list.iter().find(|item| item.key == key)` asks a map from the key to the first item that has it. `by` is how the key
/// that is looked for becomes a reference.
pub(super) fn map(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    call: &CallExpr,
    around: &Loop,
    by: &str,
) -> Option<()> {
    let walked = editor.slice(*call.operands.first()?).to_owned();
    let receiver = walked.strip_suffix(".iter()")?;
    let changes =
        |call: &CallExpr| around.span.covers(&call.span) && call.receiver == receiver && is_changing(&call.name);
    if call.name != "find" || syntax.calls.iter().any(changes) {
        return None;
    }
    let closure = editor.slice(*call.operands.get(1)?).trim().to_owned();
    let (item, test) = closure.strip_prefix('|')?.split_once('|')?;
    let (item, (left, right)) = (item.trim().trim_start_matches(['&', '(']), test.split_once("==")?);
    let of_item = |side: &str| {
        side.trim()
            .trim_start_matches(['*', '&'])
            .strip_prefix(item)
            .map(str::to_owned)
    };
    let (key, wanted) = match (of_item(left), of_item(right)) {
        (Some(key), None) => (key, right.trim()),
        (None, Some(key)) => (key, left.trim()),
        _ => return None,
    };
    let is_field = key
        .strip_prefix('.')
        .is_some_and(|field| field.chars().all(|char| char.is_alphanumeric() || char == '_'));
    if !is_field || test.contains("&&") || test.contains("||") {
        return None;
    }
    let name = format!("{}_by_key", last_field(receiver).unwrap_or(root_name(receiver)));
    let line = around.span.start.line;
    editor.insert_line_before(line, &format!("let mut {name} = std::collections::HashMap::new();"));
    editor.insert_line_before(
        line,
        &format!("for item in {receiver}.iter() {{ {name}.entry(&item{key}).or_insert(item); }}"),
    );
    let wanted = wanted.trim_start_matches(['*', '&']);
    editor.replace(call.span, format!("{name}.get({by}{wanted}).copied()"));
    Some(())
}

/// Whether a method changes a list.
fn is_changing(method: &str) -> bool {
    matches!(
        method,
        "push"
            | "insert"
            | "remove"
            | "swap_remove"
            | "pop"
            | "clear"
            | "retain"
            | "truncate"
            | "extend"
            | "append"
            | "drain"
            | "dedup"
            | "push_back"
            | "push_front"
            | "pop_front"
            | "pop_back"
            | "sort"
            | "resize"
    )
}

fn is_empty_at_first(local: &Local) -> bool {
    let init = local.init.as_deref().unwrap_or("");
    init.contains("::new()") || init.contains("::with_capacity(") || init == "vec![]"
}

fn indent(editor: &Editor<'_>, call: &CallExpr) -> String {
    editor.indentation(call.span.start.line).to_owned()
}

/// The loop of the same function whose head stands at a line.
pub(super) fn loop_at(syntax: &FileSyntax, call: Span, line: u32) -> Option<&Loop> {
    let is_it = |found: &&Loop| found.head.line == line && found.span.covers(&call);
    syntax.loops.iter().filter(is_it).max_by_key(|found| found.span.size())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str, edit: impl Fn(&mut Editor<'_>, &FileSyntax, &CallExpr, &Loop) -> Option<()>) {
        let syntax = FileSyntax::parse(before).unwrap();
        let call = syntax
            .calls
            .iter()
            .find(|call| matches!(call.name.as_str(), "contains" | "find"))
            .unwrap();
        check_edits(before, after, |mut editor| {
            edit(&mut editor, &syntax, call, &syntax.loops[0]);
            editor
        });
    }

    #[test]
    fn a_list_that_stays_the_same_gets_a_set_before_the_loop() {
        check(
            "fn f(l: &L) {\n    for x in xs {\n        if l.open.contains(&x.id) { g(); }\n    }\n}\n",
            "fn f(l: &L) {\n    let open_set: std::collections::HashSet<_> = l.open.iter().collect();\n    for x in xs {\n        \
             if open_set.contains(&x.id) { g(); }\n    }\n}\n",
            set,
        );
    }

    #[test]
    fn a_list_that_the_loop_fills_gets_a_set_that_is_filled_along() {
        check(
            "fn f() {\n    let mut seen = Vec::new();\n    for x in xs {\n        if !seen.contains(x) {\n            seen.push(x.clone());\n        }\n    }\n}\n",
            "fn f() {\n    let mut seen_set = std::collections::HashSet::new();\n    let mut seen = Vec::new();\n    for x in xs {\n        \
             if !seen_set.contains(x) {\n            seen_set.insert((x.clone()).clone());\n            seen.push(x.clone());\n        }\n    }\n}\n",
            set,
        );
    }

    #[test]
    fn a_search_by_key_asks_a_map() {
        check(
            "fn f() {\n    for x in xs {\n        let p = all.iter().find(|p| p.id == x.id);\n    }\n}\n",
            "fn f() {\n    let mut all_by_key = std::collections::HashMap::new();\n    for item in all.iter() { all_by_key.entry(&item.id).or_insert(item); }\n    \
             for x in xs {\n        let p = all_by_key.get(&x.id).copied();\n    }\n}\n",
            |editor, syntax, call, around| map(editor, syntax, call, around, "&"),
        );
    }

    #[test]
    fn a_list_that_shrinks_is_left_alone() {
        let text = "fn f() {\n    for x in xs {\n        if all.contains(x) { all.remove(0); }\n    }\n}\n";
        check(text, text, set);
    }
}
