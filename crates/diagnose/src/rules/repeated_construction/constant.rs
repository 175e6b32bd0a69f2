//! The edit of `repeated-construction` for what a constructor computes from nothing: the compiler computes it.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Function};

/// Makes the functions without parameters that a constructor of the same file calls constant, and has their results built
/// into the program. What can be computed so, the compiler knows.
pub(in crate::rules) fn built_ahead(editor: &mut Editor<'_>, syntax: &FileSyntax, constructor: &CallExpr) -> Option<()> {
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
        editor.replace(call.span, format!("const {{ {} }}", editor.slice(call.span)));
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
        let before = "impl Crc {\n    pub fn new() -> Self { Self { table: Self::table(), n: seed(1) } }\n    pub fn table() -> [u32; 256] { [0; 256] }\n}\nfn f() { let c = crc::Crc::new(); }\n";
        let after = "impl Crc {\n    pub fn new() -> Self { Self { table: const { Self::table() }, n: seed(1) } }\n    pub const fn table() -> [u32; 256] { [0; 256] }\n}\nfn f() { let c = crc::Crc::new(); }\n";
        let syntax = FileSyntax::parse(before).unwrap();
        let constructor = syntax
            .calls
            .iter()
            .find(|call| call.receiver == "crc::Crc::new")
            .unwrap();
        check_edits(before, after, |mut editor| {
            built_ahead(&mut editor, &syntax, constructor).unwrap();
            editor
        });
    }
}
