//! The edit of `repeated-construction` for what a constructor computes from nothing: the compiler computes it.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function};

/// Makes the functions without parameters that a constructor of the same file calls constant, and has their results built
/// into the program. What can be computed so, the compiler knows. With `is_shared`, the field that such a result is put
/// into becomes a reference to it, so that nothing is copied.
pub(in crate::rules) fn built_ahead(
    editor: &mut Editor<'_>,
    syntax: &FileSyntax,
    constructor: &CallExpr,
    is_shared: bool,
) -> Option<()> {
    let path: Vec<&str> = constructor.receiver.split("::").collect();
    let (name, of) = (path.last()?, path.iter().rev().nth(1));
    let mut functions = syntax.functions.iter();
    let made = functions.find(|function| {
        function.name == *name && function.self_type.as_deref() == of.copied() && function.receiver.is_none()
    })?;
    let mut constant: Vec<&Function> = Vec::new();
    for call in syntax.calls.iter().filter(|call| made.body.covers(&call.span)) {
        if call.callee != Callee::Function || !call.arguments.is_empty() || editor.has_comment(call.span) {
            continue;
        }
        let is_called = |function: &&Function| {
            let owner = call.receiver.rsplit("::").nth(1).filter(|owner| *owner != "Self");
            function.name == call.name
                && function.receiver.is_none()
                && function.parameters.is_empty()
                && owner.is_none_or(|owner| function.self_type.as_deref() == Some(owner))
                && function.output.is_some()
        };
        let Some(function) = syntax.functions.iter().find(is_called) else {
            continue;
        };
        let reference = if is_shared { "&" } else { "" };
        if is_shared {
            let value = editor.index_from(call.span.start);
            let name = editor.word(value.checked_sub(2)?).to_owned();
            let is_whole =
                editor.is_named(value - 2, &name) && matches!(editor.word(editor.index_from(call.span.end)), "," | "}");
            let field = syntax
                .fields
                .iter()
                .find(|field| is_whole && field.name == name && made.self_type.as_ref() == Some(&field.owner))?;
            let declared = editor.tokens().get(editor.index_from(field.at) + 2)?.span.start;
            editor.insert(declared, "&'static ");
        }
        editor.replace(call.span, format!("const {{ {reference}{} }}", editor.slice(call.span)));
        if !constant.iter().any(|known| known.span == function.span) {
            constant.push(function);
        }
    }
    for function in &constant {
        let start = editor.index_from(function.span.start);
        let word = (start..).find(|&index| editor.word(index) == "fn")?;
        let is_constant = (start..word).any(|index| editor.word(index) == "const");
        if !is_constant {
            editor.insert(editor.tokens()[word].span.start, "const ");
        }
    }
    (!constant.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn a_table_is_built_by_the_compiler() {
        let before = "struct Crc { table: [u32; 256], n: u8 }\nimpl Crc {\n    pub fn new() -> Self { Self { table: Self::table(), n: seed(1) } }\n    pub fn table() -> [u32; 256] { [0; 256] }\n}\nfn f() { let c = crc::Crc::new(); }\n";
        let after = before.replace("pub fn table", "pub const fn table");
        let syntax = FileSyntax::parse(before).unwrap();
        let is_it = |call: &&CallExpr| call.receiver == "crc::Crc::new";
        let constructor = syntax.calls.iter().find(is_it).unwrap();
        let copied = after.replace("Self::table()", "const { Self::table() }");
        let shared = after
            .replace("Self::table()", "const { &Self::table() }")
            .replace("table: [u32", "table: &'static [u32");
        for (after, is_shared) in [(copied, false), (shared, true)] {
            check_edits(before, &after, |mut editor| {
                built_ahead(&mut editor, &syntax, constructor, is_shared).unwrap();
                editor
            });
        }
    }
}
