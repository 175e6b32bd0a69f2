//! A copy that is added to right away: `clone` gives it room for what is copied, so that the first addition moves it all.

use super::filling_call;
use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Local};
use crate::{Booked, Context};

/// The copy that a call adds to, when nothing but the copying stands between.
pub(super) fn copied<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>) -> Option<&'c Local> {
    let call = filling_call(ctx, booked)?;
    of_call(ctx.syntax(booked.site)?, call)
}

fn of_call<'c>(syntax: &'c FileSyntax, call: &CallExpr) -> Option<&'c Local> {
    let local = syntax.local_at(call.at, &call.receiver).filter(|local| local.is_mut)?;
    let is_between = |span: &crate::syntax::Span| span.contains(call.at) && !span.contains(local.span.start);
    let is_repeated = syntax.loops.iter().any(|found| is_between(&found.body));
    let is_conditional = syntax.branches.iter().any(is_between);
    original(syntax, local).filter(|_| !is_repeated && !is_conditional)?;
    Some(local)
}

/// What was copied, as an expression.
fn original<'c>(syntax: &'c FileSyntax, local: &Local) -> Option<&'c str> {
    let copies = |call: &&CallExpr| {
        call.span == local.init_span
            && call.callee == Callee::Method
            && call.arguments.is_empty()
            && matches!(call.name.as_str(), "clone" | "to_vec" | "to_owned" | "to_string")
    };
    let copy = syntax.calls.iter().find(copies)?;
    Some(copy.receiver.as_str())
}

/// Makes the copy with room for what is added to it.
pub(super) fn with_room(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    local: &Local,
    booked: &Booked<'_>,
) -> Option<()> {
    let added = syntax
        .calls
        .iter()
        .filter(|call| call.callee == Callee::Method && of_call(syntax, call).is_some_and(|of| of.span == local.span));
    let (kind, append, added) = if booked.call.starts_with("Vec::push") {
        let count = added.filter(|call| call.name == "push").count();
        ("Vec", "extend_from_slice", count.to_string())
    } else if booked.call.starts_with("String::push") {
        let lengths: Vec<String> = added
            .filter_map(|call| match (call.name.as_str(), call.arguments.first()?.as_str()) {
                ("push", _) => Some("1".to_owned()),
                ("push_str", text) => length_of(text),
                _ => None,
            })
            .collect();
        ("String", "push_str", lengths.join(" + "))
    } else {
        return None;
    };
    if added.is_empty() || editor.has_comment(local.span) {
        return None;
    }
    let (name, original) = (&local.name, original(syntax, local)?);
    let declared = local
        .declared
        .as_ref()
        .map_or_else(String::new, |declared| format!(": {declared}"));
    let indentation = editor.indentation(local.span.start.line);
    let made = format!(
        "let mut {name}{declared} = {kind}::with_capacity({original}.len() + {added});\n{indentation}{name}.{append}(&{original});"
    );
    editor.replace(local.span, made);
    Some(())
}

/// The length of a text that is named or written down.
fn length_of(text: &str) -> Option<String> {
    let plain = text.trim_start_matches('&');
    let is_path = plain
        .chars()
        .all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
    let is_literal = plain.len() > 1 && plain.starts_with('"') && plain[1..].find('"') == Some(plain.len() - 2);
    (is_path || is_literal).then(|| format!("{plain}.len()"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_what_is_added_to_at_once() {
        for (body, expected) in [
            ("let mut v = a.path.clone(); v.push(1);", Some("a.path")),
            ("let mut v = a.to_vec(); g(); v.push(1);", Some("a")),
            ("let mut v = a.clone(); for b in c { v.push(b); }", None),
            ("let mut v = a.clone(); if d { v.push(b); }", None),
            ("for a in c { if d { let mut v = a.clone(); v.push(b); } }", Some("a")),
            ("let mut v = Vec::new(); v.push(b);", None),
        ] {
            let syntax = FileSyntax::parse(&format!("fn f() {{ {body} }}")).unwrap();
            let push = syntax.calls.iter().find(|call| call.name == "push").unwrap();
            let found = of_call(&syntax, push).and_then(|local| original(&syntax, local));
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn lengths_of_texts() {
        for (text, expected) in [
            ("&name", Some("name.len()")),
            ("\", \"", Some("\", \".len()")),
            ("&format!(\"{a}\")", None),
        ] {
            assert_eq!(length_of(text).as_deref(), expected, "{text}");
        }
    }
}
