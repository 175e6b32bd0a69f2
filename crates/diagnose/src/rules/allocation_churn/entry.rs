//! A key that is only lent to a map: `entry` takes it by value, although the entry is mostly there.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Local, Loop};

/// Ways to fill an entry that is not there.
const FILLING: [&str; 4] = ["or_default", "or_insert", "or_insert_with", "or_insert_with_key"];

/// Makes the entries of a loop that a variable is the key of look it up first, and clone it only when it is not there.
/// `None` where an entry is used in another way.
pub(super) fn looked_up(editor: &mut Editor<'_>, syntax: &FileSyntax, local: &Local, around: &Loop) -> Option<()> {
    let is_given = |call: &&CallExpr| {
        call.callee == Callee::Method
            && call.name == "entry"
            && call.arguments.len() == 1
            && call.arguments[0] == local.name
            && around.body.covers(&call.span)
    };
    for entry in syntax.calls.iter().filter(is_given) {
        let is_filling =
            |call: &&CallExpr| FILLING.contains(&call.name.as_str()) && call.operands.first() == Some(&entry.span);
        let filled = syntax.calls.iter().find(is_filling)?;
        if editor.has_comment(filled.span) {
            return None;
        }
        let map = &entry.receiver;
        let is_path = map
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
        // Who looks for the entry twice must find the same.
        is_path.then_some(())?;
        let (key, indentation) = (&local.name, editor.indentation(filled.span.start.line));
        let filling = editor
            .slice(filled.span)
            .strip_prefix(editor.slice(entry.span))?
            .trim_start();
        let looked_up = format!(
            "match {map}.get_mut(&{key}) {{\n{indentation}    Some(found) => found,\n{indentation}    \
             None => {map}.entry({key}.clone()){filling},\n{indentation}}}"
        );
        let before = editor.index_from(filled.span.start).checked_sub(1)?;
        let looked_up = match editor.word(before) {
            // A statement would end with the match.
            ";" | "{" | "}" => format!("({looked_up})"),
            _ => looked_up,
        };
        editor.replace(filled.span, looked_up);
    }
    Some(())
}
