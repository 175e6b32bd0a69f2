//! Puts statics, and elements of lists and arrays, on lines of their own.

use super::in_files;
use super::parts::{insert_item, span, text};
use super::wrap::{Wrapper, wrap};
use crate::editor::Editor;
use crate::{Context, Edit};

/// Puts statics into wrappers. `None` where one of them is not declared in the file that declares the first, or is an array.
pub(crate) fn wrapped_statics(ctx: &Context<'_>, names: &[&str]) -> Option<Vec<Edit>> {
    let mut n_declared = 0;
    let edits = in_files(ctx, names, |_, editor| {
        let declared: Vec<usize> = names.iter().filter_map(|name| declaration(editor, name)).collect();
        if !declared.is_empty() && declared.len() < names.len() {
            return None;
        }
        n_declared += declared.len();
        for &at in &declared {
            declare(editor, at)?;
        }
        if let Some(&last) = declared.iter().max() {
            let end = (last..editor.tokens().len()).find(|index| editor.word(*index) == ";")?;
            let visibility = match editor.word(last - 2) {
                "pub" => "pub ",
                _ => "",
            };
            insert_item(editor, end + 1, &Wrapper::declaration("", visibility));
        }
        for index in 0..editor.tokens().len() {
            let is_use = names.contains(&editor.word(index))
                && !declared.contains(&index)
                && !editor.tokens()[index].is_import
                && (index == 0 || !matches!(editor.word(index - 1), "." | "fn"));
            if is_use {
                let end = editor.tokens()[index].span.end;
                editor.insert(end, ".0");
            }
        }
        Some(())
    })?;
    (n_declared == names.len()).then_some(edits)
}

/// Index of the name in `static NAME: …`.
fn declaration(editor: &Editor<'_>, name: &str) -> Option<usize> {
    (1..editor.tokens().len()).find(|&index| editor.word(index) == name && editor.word(index - 1) == "static")
}

fn declare(editor: &mut Editor<'_>, at: usize) -> Option<()> {
    let equals = (at..editor.tokens().len()).find(|index| editor.word(*index) == "=")?;
    let end = (equals..editor.tokens().len()).find(|index| editor.word(*index) == ";")?;
    if editor.word(at + 1) != ":" || editor.word(at + 2) == "[" {
        return None;
    }
    let wrapped = Wrapper::OwnLine.type_of(text(editor, at + 2, equals));
    editor.replace(span(editor, at + 2, equals), wrapped);
    wrap(editor, equals + 1, end, Wrapper::OwnLine);
    Some(())
}

/// Puts the elements of lists and arrays of a library type (`AtomicU64`) into wrappers: all that one file has of them.
pub(crate) fn wrapped_elements(ctx: &Context<'_>, file: &str, element: &str) -> Option<Vec<Edit>> {
    in_files(ctx, &[element], |path, editor| {
        if path != file {
            return Some(());
        }
        let mut last_item = None;
        for index in 1..editor.tokens().len().saturating_sub(1) {
            if editor.word(index) != element || editor.tokens()[index].is_import {
                continue;
            }
            let around = (editor.word(index - 1), editor.word(index + 1));
            if matches!(around, ("<" | "[", ">" | "]" | ";")) {
                let span = span(editor, index, index + 1);
                editor.replace(span, Wrapper::OwnLine.type_of(element));
                last_item = Some(index);
            } else if editor.word(index + 1) == ":" && is_element(editor, index) {
                let open = (index..index + 6).find(|at| editor.word(*at) == "(")?;
                let close = editor.closing(open)?;
                wrap(editor, index, close + 1, Wrapper::OwnLine);
                last_item = last_item.or(Some(index));
            }
        }
        last_item?;
        editor.insert_at_end(&format!(
            "{}\n\nimpl<T> std::ops::Deref for OwnLine<T> {{\n    type Target = T;\n\n    fn deref(&self) -> &T {{\n        &self.0\n    }}\n}}",
            Wrapper::declaration("#[derive(Default)]\n", "")
        ));
        Some(())
    })
}

/// Whether a value is made as an element: by a closure, between brackets, in a block of a constant.
fn is_element(editor: &Editor<'_>, index: usize) -> bool {
    let path = editor.path_start(index);
    let before = |distance: usize| path.checked_sub(distance).map_or("", |at| editor.word(at));
    matches!(before(1), "|" | "[") || (before(1), before(2)) == ("{", "const")
}
