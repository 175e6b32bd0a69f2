//! The edits of `allocation-churn`: a buffer that is made before the loop and filled anew in each pass.

use super::entry;
use crate::editor::Editor;
use crate::syntax::{Callee, FileSyntax, Local, Loop, LoopKind, Span};

/// What can be made empty, cleared and filled again.
const COLLECTIONS: [&str; 9] = [
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "PathBuf",
    "String",
    "Vec",
    "VecDeque",
];

/// How a buffer is made before the loop and filled in it.
pub(super) struct Kept {
    /// The empty buffer.
    pub(super) empty: String,
    /// Statements in the place of the declaration, without the last semicolon.
    pub(super) refill: String,
    /// The trait that these need.
    pub(super) import: Option<&'static str>,
}

/// Moves the declaration of a buffer before the loop whose head stands at a line. `None` where its name means something
/// else in the function, where it is given away, or where how it is made is not understood.
pub(in crate::rules) fn hoisted(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    local: &Local,
    head_line: u32,
) -> Option<()> {
    let function = syntax.function_at(local.span.start)?.span;
    let around = syntax.loops_at(local.span.start).into_iter().find(|found| {
        found.head.line == head_line
            && !matches!(found.kind, LoopKind::Closure { .. })
            && found.body.covers(&local.span)
    })?;
    let is_elsewhere = |used: &Span| !around.span.covers(used) || used.start < local.span.start;
    let is_known_elsewhere = syntax
        .flow
        .uses
        .iter()
        .any(|used| used.root() == local.name && function.covers(&used.span) && is_elsewhere(&used.span));
    let is_closure_between = syntax
        .flow
        .closures
        .iter()
        .any(|closure| around.span.covers(closure) && closure.covers(&local.span));
    let starts_line = editor.indentation(around.span.start.line).len() as u32 + 1 == around.span.start.column;
    let swapped = syntax
        .is_given_away(local)
        .then(|| swapped(editor, syntax, local, around));
    if is_known_elsewhere
        || is_closure_between
        || swapped == Some(None)
        || editor.has_comment(local.span)
        || !starts_line
    {
        return None;
    }
    let start = editor.index_from(local.span.start);
    let name_at = start + if local.is_mut { 2 } else { 1 };
    if editor.word(name_at) != local.name {
        return None;
    }
    if let Some((assignment, other)) = swapped.flatten() {
        let swap = format!("std::mem::swap(&mut {other}, &mut {})", local.name);
        editor.replace(assignment, swap);
    }
    entry::looked_up(editor, syntax, local, around)?;
    let kept = kept(editor, syntax, local)?;
    let kept = match kept {
        Kept { empty, .. } if is_bound_inside(syntax, local, around) && empty.contains("with_capacity(") => Kept {
            empty: format!("{}::new()", empty.split("::with_capacity").next().unwrap_or("Vec")),
            ..kept
        },
        kept => kept,
    };
    let declared = local.declared.as_ref();
    let declared = declared.map_or_else(String::new, |declared| format!(": {declared}"));
    let declaration = format!("let mut {}{declared} = {};", local.name, kept.empty);
    editor.insert_line_before(around.span.start.line, &declaration);
    editor.replace(local.span, format!("{};", kept.refill));
    if let Some(import) = kept.import {
        editor.import(import, "_");
    }
    Some(())
}

/// The last statement of a loop, when it gives the buffer to a variable that the next pass reads: `previous = current;`.
/// The assignment without its semicolon, and the variable.
fn swapped(editor: &Editor<'_>, syntax: &FileSyntax, local: &Local, around: &Loop) -> Option<(Span, String)> {
    let end = editor.index_from(around.body.end).checked_sub(1)?;
    let start = end.checked_sub(4)?;
    let words = [0, 1, 2, 3].map(|ahead| editor.word(start + ahead));
    let ([_, "=", given, ";"], true) = (words, matches!(editor.word(start - 1), ";" | "}")) else {
        return None;
    };
    let other = words[0].to_owned();
    let is_variable = syntax
        .local_at(around.span.start, &other)
        .is_some_and(|other| other.is_mut);
    let is_only = syntax.moves.iter().filter(|moved| moved.name == local.name).count() == 1;
    let span = Span {
        start: editor.tokens()[start].span.start,
        end: editor.tokens()[start + 2].span.end,
    };
    (given == local.name && local.is_mut && is_variable && is_only).then_some((span, other))
}

/// Whether something that a buffer is made with becomes known in the loop only.
fn is_bound_inside(syntax: &FileSyntax, local: &Local, around: &Loop) -> bool {
    syntax.flow.inputs(local.init_span).any(|used| {
        let binding = syntax.flow.binding(used.root(), used.span.start);
        binding.is_none_or(|binding| around.span.contains(binding.scope.start))
    })
}

/// How to keep a buffer that is made by an expression.
pub(super) fn kept(editor: &Editor<'_>, syntax: &FileSyntax, local: &Local) -> Option<Kept> {
    let name = &local.name;
    let init = local.init_span;
    let clear = format!("{name}.clear()");
    let call = syntax.calls.iter().find(|call| call.span == init)?;
    let plain = |empty: String| Kept {
        empty,
        refill: clear.clone(),
        import: None,
    };
    match (call.callee, call.name.as_str()) {
        (Callee::Function, "new" | "default") if call.arguments.is_empty() && is_collection(&call.receiver) => {
            local.is_mut.then(|| plain(editor.slice(init).to_owned()))
        }
        (Callee::Function, "with_capacity") if is_collection(&call.receiver) && local.is_mut => {
            Some(plain(editor.slice(init).to_owned()))
        }
        (Callee::Macro, "vec") if local.is_mut && call.arguments.iter().all(|tokens| tokens.trim().is_empty()) => {
            Some(plain("Vec::new()".to_owned()))
        }
        (Callee::Macro, "vec") => {
            let (value, count) = repeated(editor, init)?;
            Some(Kept {
                empty: "Vec::new()".to_owned(),
                refill: format!("{clear};{}{name}.resize({count}, {value})", behind(editor, local)),
                import: None,
            })
        }
        (Callee::Macro, "format") => {
            let open = editor.index_from(init.start) + 2;
            let close = editor.closing(open)?;
            let arguments = Span {
                start: editor.tokens()[open].span.end,
                end: editor.tokens()[close].span.start,
            };
            let arguments = editor.slice(arguments);
            Some(Kept {
                empty: "String::new()".to_owned(),
                refill: format!("{clear};{}let _ = write!({name}, {arguments})", behind(editor, local)),
                import: Some("std::fmt::Write"),
            })
        }
        (Callee::Method, "collect") => {
            let made = call.turbofish.as_ref().or(local.declared.as_ref())?;
            let of = made.split('<').next().filter(|of| is_list(of))?;
            let chain = editor.slice(*call.operands.first()?).trim_end();
            Some(Kept {
                empty: format!("{of}::new()"),
                refill: format!("{clear};{}{name}.extend({chain})", behind(editor, local)),
                import: None,
            })
        }
        (Callee::Method, "to_vec") => {
            let copied = &call.receiver;
            Some(Kept {
                empty: "Vec::new()".to_owned(),
                refill: format!("{clear};{}{name}.extend_from_slice(&{copied})", behind(editor, local)),
                import: None,
            })
        }
        (Callee::Method, "clone") => Some(Kept {
            empty: "Default::default()".to_owned(),
            refill: format!("Clone::clone_from(&mut {name}, &{})", call.receiver),
            import: None,
        }),
        _ => None,
    }
}

/// The element and the count of `vec![element; count]`.
fn repeated(editor: &Editor<'_>, made: Span) -> Option<(String, String)> {
    let open = editor.index_from(made.start) + 2;
    let close = editor.closing(open)?;
    let mut semicolons = (open..close).filter(|index| editor.word(*index) == ";");
    let semicolon = semicolons.next().filter(|_| semicolons.next().is_none())?;
    let between = |first: usize, last: usize| {
        let span = Span {
            start: editor.tokens()[first].span.end,
            end: editor.tokens()[last].span.start,
        };
        editor.slice(span).trim().to_owned()
    };
    Some((between(open, semicolon), between(semicolon, close)))
}

/// A line break with the indentation of a declaration.
fn behind(editor: &Editor<'_>, local: &Local) -> String {
    format!("\n{}", editor.indentation(local.span.start.line))
}

/// Whether the path of a constructor names a collection: `Vec::<u8>::new`, `std::collections::HashMap::new`.
fn is_collection(path: &str) -> bool {
    let of = path.rsplit_once("::").map_or("", |(of, _)| of);
    let of = of.split('<').next().unwrap_or(of);
    is_list(of.trim().trim_end_matches("::"))
}

fn is_list(of: &str) -> bool {
    let last = of.rsplit("::").next().unwrap_or(of).trim();
    COLLECTIONS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let wrapped = |body: &str| format!("fn f(all: &[T]) {{\n{body}}}\n");
        let (before, after) = (wrapped(before), wrapped(after));
        let syntax = FileSyntax::parse(&before).unwrap();
        let local = syntax.locals.iter().find(|local| local.name == "buf").unwrap();
        let head = syntax.loops.iter().map(|found| found.head.line).next().unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", &before).unwrap();
            assert_eq!(hoisted(&mut editor, &syntax, local, head), None);
            return;
        }
        check_edits(&before, &after, |mut editor| {
            hoisted(&mut editor, &syntax, local, head).unwrap();
            editor
        });
    }

    fn in_loop(statement: &str) -> String {
        format!("    for x in all {{\n        {statement}\n        g(&buf);\n    }}\n")
    }

    #[test]
    fn buffers_are_made_before_the_loop_and_filled_in_it() {
        for (made, empty, refill) in [
            (
                "let mut buf = Vec::new(); // packet",
                "let mut buf = Vec::new();",
                "buf.clear(); // packet",
            ),
            (
                "let mut buf: Vec<u8> = Vec::with_capacity(x.len());",
                "let mut buf: Vec<u8> = Vec::new();",
                "buf.clear();",
            ),
            (
                "let mut buf = String::with_capacity(all.len());",
                "let mut buf = String::with_capacity(all.len());",
                "buf.clear();",
            ),
            (
                "let buf: Vec<u8> = x.iter().map(h).collect();",
                "let mut buf: Vec<u8> = Vec::new();",
                "buf.clear();\n        buf.extend(x.iter().map(h));",
            ),
            (
                "let mut buf = x.bytes.to_vec();",
                "let mut buf = Vec::new();",
                "buf.clear();\n        buf.extend_from_slice(&x.bytes);",
            ),
            (
                "let buf = x.bytes.clone();",
                "let mut buf = Default::default();",
                "Clone::clone_from(&mut buf, &x.bytes);",
            ),
        ] {
            check(&in_loop(made), &format!("    {empty}\n{}", in_loop(refill)));
        }
    }

    #[test]
    fn texts_are_written_into_the_buffer() {
        let before = "fn f(all: &[T]) {\n    for x in all {\n        let buf = format!(\"{x}-{}\", x.y);\n        g(&buf);\n    }\n}\n";
        let after = "use std::fmt::Write as _;\n\nfn f(all: &[T]) {\n    let mut buf = String::new();\n    for x in all {\n        buf.clear();\n        \
                     let _ = write!(buf, \"{x}-{}\", x.y);\n        g(&buf);\n    }\n}\n";
        let syntax = FileSyntax::parse(before).unwrap();
        check_edits(before, after, |mut editor| {
            hoisted(&mut editor, &syntax, &syntax.locals[0], 2).unwrap();
            editor
        });
    }

    #[test]
    fn a_key_is_cloned_for_entries_that_are_not_there() {
        let before = "    for x in all {\n        let mut buf = String::new();\n        g(&mut buf);\n        *self.map.entry(buf).or_insert(0) += x.y;\n    }\n";
        let after = "    let mut buf = String::new();\n    for x in all {\n        buf.clear();\n        g(&mut buf);\n        *match self.map.get_mut(&buf) {\n            \
                     Some(found) => found,\n            None => self.map.entry(buf.clone()).or_insert(0),\n        } += x.y;\n    }\n";
        check(before, after);
        check(
            &before.replace("*self.map.entry(buf).or_insert(0) += x.y;", "map.entry(buf).or_default().push(x);"),
            &after.replace(
                "*match self.map.get_mut(&buf) {\n            Some(found) => found,\n            None => self.map.entry(buf.clone()).or_insert(0),\n        } += x.y;",
                "(match map.get_mut(&buf) {\n            Some(found) => found,\n            None => map.entry(buf.clone()).or_default(),\n        }).push(x);",
            ),
        );
        let unknown = before.replace(".or_insert(0) += x.y", ".insert_entry(0)");
        check(&unknown, &unknown);
    }

    #[test]
    fn a_buffer_that_the_next_pass_reads_is_swapped() {
        check(
            "    let mut last = vec![0; n];\n    for x in all {\n        let mut buf = vec![x.y; n + 1];\n        g(&mut buf, &last);\n        last = buf;\n    }\n",
            "    let mut last = vec![0; n];\n    let mut buf = Vec::new();\n    for x in all {\n        buf.clear();\n        buf.resize(n + 1, x.y);\n        g(&mut buf, &last);\n        std::mem::swap(&mut last, &mut buf);\n    }\n",
        );
    }

    #[test]
    fn what_is_not_understood_stays() {
        for body in [
            "    for x in all {\n        let mut buf = Vec::new();\n        out.push(buf);\n    }\n",
            "    for x in all {\n        let mut buf = Vec::new();\n        g(&buf);\n    }\n    g(buf);\n",
            "    for x in all {\n        let mut buf = Packet::new();\n        g(&buf);\n    }\n",
            "    for x in all {\n        let mut buf = Vec::with_capacity(/* enough */ 9);\n        g(&buf);\n    }\n",
            "    for x in all {\n        h(|| {\n            let mut buf = Vec::new();\n            g(&buf);\n        });\n    }\n",
        ] {
            check(body, body);
        }
    }
}
