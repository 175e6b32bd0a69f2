//! The edit of `allocation-churn` for a method that a loop elsewhere calls: its struct keeps the buffer.

use super::hoist::kept;
use crate::editor::Editor;
use crate::structs::{self, NewField};
use crate::syntax::{FileSyntax, Local, Receiver};

/// Keeps a local buffer of a method with `&mut self` in a field of its struct, which it clears and fills.
pub(super) fn kept_by_struct(editor: &mut Editor<'_>, syntax: &FileSyntax, local: &Local) -> Option<()> {
    let function = syntax.function_at(local.span.start)?;
    let owner = function.self_type.as_deref()?;
    if function.receiver != Some(Receiver::Mutable) || syntax.is_given_away(local) || editor.has_comment(local.span) {
        return None;
    }
    let declared = buffer_type(editor, local)?;
    let kept = kept(editor, syntax, local)?;
    let name = structs::free_name(syntax, owner, &local.name);
    structs::add_field(
        editor,
        owner,
        &NewField {
            name: &name,
            declared: &declared,
            value: "Default::default()",
        },
    )?;
    // Lent again as it is, or by `&mut` to who wants a slice of it.
    let uses = editor.index_from(local.span.end)..editor.index_from(function.body.end);
    let is_lent = { uses }.any(|index| {
        editor.word(index) == local.name && editor.word(index - 1) == "mut" && editor.word(index - 2) == "&"
    });
    let binding = if is_lent { "let mut" } else { "let" };
    let indentation = editor.indentation(local.span.start.line);
    editor.replace(
        local.span,
        format!(
            "{binding} {} = &mut self.{name};\n{indentation}{};",
            local.name, kept.refill
        ),
    );
    if let Some(import) = kept.import {
        editor.import(import, "_");
    }
    Some(())
}

/// The type of a buffer, as far as its declaration or what makes it tells.
fn buffer_type(editor: &Editor<'_>, local: &Local) -> Option<String> {
    const SUFFIXES: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    if let Some(declared) = local.declared.as_deref().filter(|declared| !declared.contains('_')) {
        return Some(declared.to_owned());
    }
    let init = editor.slice(local.init_span);
    if init.starts_with("String::") || init.starts_with("format!") {
        return Some("String".to_owned());
    }
    let element = init.strip_prefix("vec![")?.split(';').next()?;
    if let Some(path) = element.strip_suffix("::default()") {
        return Some(format!("Vec<{path}>"));
    }
    let is_number = element.starts_with(|c: char| c.is_ascii_digit());
    match element {
        "true" | "false" => Some("Vec<bool>".to_owned()),
        _ => {
            let suffix = SUFFIXES
                .iter()
                .filter(|_| is_number)
                .find(|suffix| element.ends_with(**suffix))?;
            Some(format!("Vec<{suffix}>"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn check(before: &str, after: &str) {
        let syntax = FileSyntax::parse(before).unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", before).unwrap();
            assert_eq!(kept_by_struct(&mut editor, &syntax, &syntax.locals[0]), None);
            return;
        }
        check_edits(before, after, |mut editor| {
            kept_by_struct(&mut editor, &syntax, &syntax.locals[0]).unwrap();
            editor
        });
    }

    #[test]
    fn the_struct_keeps_the_buffer() {
        check(
            "struct D {\n    n: u64,\n}\nimpl D {\n    fn g(&mut self, p: &P) {\n        let mut bytes = vec![0u8; MAX];\n        h(p, &mut bytes);\n    }\n}\nfn f() { D { n: 0 }.g(1); }\n",
            "struct D {\n    n: u64,\n    bytes: Vec<u8>,\n}\nimpl D {\n    fn g(&mut self, p: &P) {\n        let mut bytes = &mut self.bytes;\n        bytes.clear();\n        bytes.resize(MAX, 0u8);\n        h(p, &mut bytes);\n    }\n}\nfn f() { D { n: 0, bytes: Default::default() }.g(1); }\n",
        );
    }

    #[test]
    fn buffers_of_unknown_types_and_of_shared_structs_stay() {
        for text in [
            "struct D { n: u64 }\nimpl D { fn g(&mut self) { let mut bytes = Vec::new(); h(&mut bytes); } }\n",
            "struct D { n: u64 }\nimpl D { fn g(&self) { let mut text = String::new(); h(&mut text); } }\n",
        ] {
            check(text, text);
        }
    }
}
