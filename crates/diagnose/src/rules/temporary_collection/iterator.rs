//! The edits of `temporary-collection`: the iterator in place of what it was collected into.

use crate::Dependency;
use crate::editor::Editor;
use crate::syntax::{CallExpr, Change, FileSyntax, How, Local, Position, Span, Usage, is_reader, mentions};

/// How the elements reach the body of a loop that walked over `&collection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Items {
    /// As the iterator hands them over: references already, or copied.
    Own,
    /// By a reference to what the iterator hands over.
    Borrowed,
}

/// Leaves out a `collect()` and lets its one user ask the iterator; the crate that this needs, if any. `None` where the
/// use is not understood, or where the two kinds of items make no difference and the first has been tried.
pub(super) fn uncollected(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    call: &CallExpr,
    items: Items,
) -> Option<Option<Dependency>> {
    let chain = *call.operands.first()?;
    let collecting = Span {
        start: chain.end,
        end: call.span.end,
    };
    if editor.has_comment(collecting) {
        return None;
    }
    let local = match syntax.usage_of(call.span) {
        Usage::Bound(local) if local.init_span == call.span => Some(local),
        Usage::Bound(_) => return None,
        _ => None,
    };
    let value = match local {
        Some(local) => {
            let start = syntax.single_use(local)?.at;
            let end = Position {
                column: start.column + local.name.len() as u32,
                ..start
            };
            Span { start, end }
        }
        None => call.span,
    };
    let used = used(editor, value, items)?;
    if used.is_advanced && has_effects(editor, syntax, chain) {
        return None;
    }
    if let Some(local) = local
        && !used.is_advanced
        && editor.slice(chain) == local.name
        && editor.line(local.span.start.line).trim() == editor.slice(local.span)
    {
        // `let list = list;` is what would remain.
        editor.remove_lines(local.span);
        return Some(used.dependency);
    }
    editor.replace(collecting, "");
    if let Some(local) = local {
        undeclared(editor, local, used.is_advanced)?;
    }
    Some(used.dependency)
}

/// Whether making all elements does something beside, which would not be done for those that are not asked for.
fn has_effects(editor: &Editor<'_>, syntax: &FileSyntax, chain: Span) -> bool {
    let is_outside = |change: &&Change| {
        let binding = syntax.flow.binding(change.root(), change.span.start);
        let is_reading = matches!(&change.how, How::Method(method) if is_reader(method));
        !is_reading && binding.is_none_or(|binding| !chain.contains(binding.scope.start))
    };
    let in_closure = |change: &&Change| {
        let mut closures = syntax.flow.closures.iter();
        closures.any(|closure| chain.covers(closure) && closure.covers(&change.span))
    };
    let is_shared = (editor.index_from(chain.start)..editor.index_from(chain.end))
        .any(|index| matches!(editor.word(index), "by_ref" | "mut" | "inspect"));
    is_shared
        || syntax
            .flow
            .changes
            .iter()
            .filter(is_outside)
            .any(|change| in_closure(&change))
}

/// Lets a function return the iterator that it collects, and the caller in the same file use it. `captures` is what the
/// returned type says about borrowed parameters: nothing, or `+ '_` before the edition of 2024.
pub(super) fn returned(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    call: &CallExpr,
    asked: &CallExpr,
    captures: &str,
) -> Option<Option<Dependency>> {
    let function = syntax.function_at(call.span.start)?;
    let chain = *call.operands.first()?;
    let collecting = Span {
        start: chain.end,
        end: call.span.end,
    };
    let body = editor.index_from(function.body.start);
    let mut head = editor.index_from(function.span.start)..body;
    let arrow = head.rfind(|index| editor.word(*index) == "-" && editor.word(index + 1) == ">")?;
    let of = arrow + 2;
    if editor.word(of) != "Vec" || editor.has_comment(collecting) {
        return None;
    }
    let close = editor.closing(of + 1)?;
    let used = used(editor, asked.span, Items::Own)?;
    let vector = Span {
        start: editor.tokens()[of].span.start,
        end: editor.tokens()[of + 1].span.end,
    };
    let end = editor.tokens()[close].span;
    editor.replace(vector, "impl Iterator<Item = ");
    editor.insert(end.end, captures);
    editor.replace(collecting, "");
    for closure in syntax.flow.closures.iter().filter(|closure| chain.covers(closure)) {
        // One inside of another moves what the outer one holds.
        if editor.word(editor.index_from(closure.start)) == "|" {
            editor.insert(closure.start, "move ");
        }
    }
    Some(used.dependency)
}

/// What the use of an iterator needs.
#[derive(Default)]
struct Used {
    /// A variable that is advanced has to be `mut`.
    is_advanced: bool,
    dependency: Option<Dependency>,
}

/// Makes the use of a collection one of its iterator.
fn used(editor: &mut Editor<'_>, value: Span, items: Items) -> Option<Used> {
    let first = editor.index_from(value.start);
    let next = editor.index_from(value.end);
    let before = |back: usize| first.checked_sub(back).map_or("", |index| editor.word(index));
    let is_loop = editor.word(next) == "{" && (before(1) == "in" || (before(1) == "&" && before(2) == "in"));
    if is_loop && before(1) == "&" {
        let borrow = Span {
            start: editor.tokens()[first - 1].span.start,
            end: value.start,
        };
        // `for &item in &list` takes the reference off, which is what the iterator's own items are.
        match (items, before(4), before(3)) {
            (Items::Own, "for", _) => {}
            (Items::Own, "&", _) if before(5) == "for" => {
                let reference = editor.tokens()[first - 4].span;
                editor.replace(reference, "");
            }
            (Items::Borrowed, "for", _) => {
                let name = editor.tokens()[first - 3].span.start;
                editor.insert(name, "ref ");
            }
            _ => return None,
        }
        editor.replace(borrow, "");
        return Some(Used::default());
    }
    if items == Items::Borrowed {
        return None;
    }
    let is_given = before(1) == "(" && before(2) == "extend" && editor.word(next) == ")";
    if is_loop || is_given {
        return Some(Used::default());
    }
    match editor.word(next) {
        "[" => indexed(editor, next),
        "." => asked(editor, value, next),
        _ => None,
    }
}

/// `list[index]`.
fn indexed(editor: &mut Editor<'_>, open: usize) -> Option<Used> {
    let close = editor.closing(open)?;
    let is_range = (open..close).any(|index| editor.word(index) == "." && editor.word(index + 1) == ".");
    if is_range {
        return None;
    }
    let (open, close) = (editor.tokens()[open].span, editor.tokens()[close].span);
    editor.replace(open, ".nth(");
    editor.replace(close, ").expect(\"the index is in range\")");
    Some(Used {
        is_advanced: true,
        ..Used::default()
    })
}

/// `list.method(…)`, the dot at an index.
fn asked(editor: &mut Editor<'_>, value: Span, dot: usize) -> Option<Used> {
    let open = dot + 2;
    let close = editor.closing(open).filter(|_| editor.word(open) == "(")?;
    let method = editor.word(dot + 1).to_owned();
    let name = editor.tokens()[dot + 1].span;
    let all = Span {
        start: editor.tokens()[dot].span.start,
        end: editor.tokens()[close].span.end,
    };
    let argument = Span {
        start: editor.tokens()[open].span.end,
        end: editor.tokens()[close].span.start,
    };
    let argument = editor.slice(argument).trim().to_owned();
    if editor.has_comment(all) {
        return None;
    }
    if matches!(method.as_str(), "first" | "get" | "last") {
        uncopied(editor, close + 1);
    }
    let advanced = Used {
        is_advanced: true,
        dependency: None,
    };
    match method.as_str() {
        "iter" | "into_iter" | "chars" | "bytes" => {
            editor.replace(all, "");
            Some(Used {
                // `any`, `position` and the like advance it; `map` and `sum` take it.
                is_advanced: is_advancing(editor.word(close + 2)),
                dependency: None,
            })
        }
        "len" => {
            editor.replace(name, "count");
            Some(Used::default())
        }
        "is_empty" => {
            editor.replace(all, ".next().is_none()");
            Some(advanced)
        }
        "first" => {
            editor.replace(name, "next");
            Some(advanced)
        }
        "get" if !argument.starts_with('&') && !argument.contains("..") => {
            editor.replace(name, "nth");
            Some(advanced)
        }
        "last" => Some(Used::default()),
        "contains" | "contains_key" if !mentions(&argument, "other") => {
            let other = if method == "contains" { "other" } else { "(other, _)" };
            let wanted = match argument.strip_prefix('&') {
                Some(wanted) => wanted.to_owned(),
                None => format!("*{argument}"),
            };
            editor.replace(all, format!(".any(|{other}| other == {wanted})"));
            Some(advanced)
        }
        "concat" => {
            editor.replace(all, ".collect::<String>()");
            Some(Used::default())
        }
        "join" => {
            editor.insert(value.start, "itertools::join(");
            editor.replace(all, format!(", {argument})"));
            Some(Used {
                is_advanced: false,
                dependency: Some(Dependency {
                    name: "itertools".to_owned(),
                    version: "0.14".to_owned(),
                }),
            })
        }
        _ => None,
    }
}

/// Takes away the `.copied()` at an index: a list lends its elements, an iterator hands them over.
fn uncopied(editor: &mut Editor<'_>, dot: usize) {
    let words = [0, 1, 2, 3].map(|ahead| editor.word(dot + ahead));
    if matches!(words, [".", "copied" | "cloned", "(", ")"]) {
        let span = Span {
            start: editor.tokens()[dot].span.start,
            end: editor.tokens()[dot + 3].span.end,
        };
        editor.replace(span, "");
    }
}

/// Whether a method of iterators borrows the iterator instead of taking it.
fn is_advancing(method: &str) -> bool {
    matches!(
        method,
        "all" | "any" | "by_ref" | "find" | "find_map" | "next" | "nth" | "position" | "try_fold" | "try_for_each"
    )
}

/// `let list: Vec<_> = …` without its type, and `mut` where the iterator is advanced.
fn undeclared(editor: &mut Editor<'_>, local: &Local, is_advanced: bool) -> Option<()> {
    let start = editor.index_from(local.span.start);
    let equals = editor.index_from(local.init_span.start).checked_sub(1)?;
    if (editor.word(start), editor.word(start + 1), editor.word(equals)) != ("let", local.name.as_str(), "=") {
        return None;
    }
    let name = editor.tokens()[start + 1].span;
    let declared = Span {
        start: name.end,
        end: editor.tokens()[equals].span.start,
    };
    if editor.has_comment(declared) {
        return None;
    }
    if editor.word(start + 2) == ":" {
        editor.replace(declared, " ");
    }
    if is_advanced {
        editor.insert(name.start, "mut ");
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(items: Items, before: &str, after: &str) {
        let wrapped = |body: &str| format!("fn f() {{\n    {body}\n}}\n");
        let (before, after) = (wrapped(before), wrapped(after));
        let syntax = FileSyntax::parse(&before).unwrap();
        let call = syntax.calls.iter().find(|call| call.name == "collect").unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", &before).unwrap();
            assert_eq!(uncollected(&mut editor, &syntax, call, items), None);
            return;
        }
        check_edits(&before, &after, |mut editor| {
            uncollected(&mut editor, &syntax, call, items).unwrap();
            editor
        });
    }

    #[test]
    fn loops_walk_over_the_iterator() {
        check(
            Items::Own,
            "let all: Vec<u8> = a.iter().map(g).collect(); // all\n    for x in all { h(x); }",
            "let all = a.iter().map(g); // all\n    for x in all { h(x); }",
        );
        check(
            Items::Own,
            "let all = a.iter()\n        .collect::<Vec<_>>();\n    for &x in &all { h(x); }",
            "let all = a.iter();\n    for x in all { h(x); }",
        );
        check(
            Items::Borrowed,
            "let all: Vec<_> = a.split(' ').collect();\n    for x in &all { h(x); }",
            "let all = a.split(' ');\n    for ref x in all { h(x); }",
        );
    }

    #[test]
    fn a_name_for_the_same_is_left_out() {
        check(
            Items::Own,
            "g();\n    let all: Vec<u8> = all.collect();\n    for x in all { h(x); }",
            "g();\n    for x in all { h(x); }",
        );
    }

    #[test]
    fn questions_go_to_the_iterator() {
        let all = "let all: Vec<u8> = a.collect();\n    ";
        let (plain, advanced) = ("let all = a;\n    ", "let mut all = a;\n    ");
        for (begin, question, answer) in [
            (plain, "all.len()", "all.count()"),
            (plain, "all.iter().sum()", "all.sum()"),
            (plain, "all.concat()", "all.collect::<String>()"),
            (plain, "all.join(\", \")", "itertools::join(all, \", \")"),
            (advanced, "all.iter().any(g)", "all.any(g)"),
            (advanced, "all.is_empty()", "all.next().is_none()"),
            (advanced, "all.get(i).copied()", "all.nth(i)"),
            (advanced, "all.contains(&x.y)", "all.any(|other| other == x.y)"),
            (
                advanced,
                "all[i + 1]",
                "all.nth(i + 1).expect(\"the index is in range\")",
            ),
        ] {
            check(Items::Own, &format!("{all}{question}"), &format!("{begin}{answer}"));
        }
        check(Items::Own, "a.collect::<Vec<_>>().len()", "a.count()");
        check(
            Items::Own,
            "a.iter().filter(|x| h(x)).collect::<Vec<_>>().first()",
            "a.iter().filter(|x| h(x)).next()",
        );
    }

    #[test]
    fn a_function_returns_the_iterator() {
        let before = "impl A {\n    fn ids(&self, n: u8) -> Vec<u8> {\n        self.all.iter().filter(|a| a.n == n).map(g)\n            .collect()\n    }\n}\nfn f(a: &A) {\n    for x in a.ids(1) { h(x); }\n}\n";
        let after = "impl A {\n    fn ids(&self, n: u8) -> impl Iterator<Item = u8> + '_ {\n        self.all.iter().filter(move |a| a.n == n).map(g)\n    }\n}\nfn f(a: &A) {\n    for x in a.ids(1) { h(x); }\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let named = |name: &str| syntax.calls.iter().find(|call| call.name == name).unwrap();
        check_edits(before, after, |mut editor| {
            returned(&mut editor, &syntax, named("collect"), named("ids"), " + '_").unwrap();
            editor
        });
    }

    #[test]
    fn what_is_not_understood_stays() {
        for text in [
            "let all: Vec<u8> = a // why\n        .collect();\n    all.len()",
            "let all: Vec<u8> = a.collect();\n    all.windows(2)",
            "let all: Vec<u8> = a.collect();\n    all[1..3].len()",
            "let all: Vec<u8> = a.collect();\n    all.len() + all.len()",
            "let mut n = 0;\n    let all: Vec<u8> = a.map(|x| { n += 1; x }).collect();\n    all.is_empty()",
            "a.by_ref().take(3).collect::<Vec<_>>().is_empty()",
        ] {
            check(Items::Own, text, text);
        }
        let walked = "let all: Vec<u8> = a.collect();\n    for x in all { h(x); }";
        check(Items::Borrowed, walked, walked);
    }
}
