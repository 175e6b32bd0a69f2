//! Lays types out in another way: fields in wrappers, on lines of their own, behind boxes; the compiler judges.

mod align;
mod parts;
mod split;
mod statics;
mod variants;
mod wrap;

pub(crate) use align::{aligned, in_order};
pub(crate) use split::split;
pub(crate) use statics::{wrapped_elements, wrapped_statics};
pub(crate) use variants::boxed_variants;
pub(crate) use wrap::{Wrapper, wrapped_fields};

use crate::editor::Editor;
use crate::{Applicability, Context, Edit, Effort, Fix};
use profile::Message;

/// Edits of all files that mention a word, one editor for each; `None` when one of them has a mention that is not understood.
fn in_files<'a>(
    ctx: &Context<'a>,
    words: &[&str],
    mut edit: impl FnMut(&'a str, &mut Editor<'a>) -> Option<()>,
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let files: Vec<&'a str> = ctx.file_paths().filter(|file| file.ends_with(".rs")).collect();
    for file in files {
        let text = ctx.text(file).unwrap_or_default();
        if !words.iter().any(|word| text.contains(word)) {
            continue;
        }
        let mut editor = ctx.editor(file)?;
        edit(file, &mut editor)?;
        let of_file = editor.into_edits();
        if is_overlapping(&of_file) {
            return None;
        }
        edits.extend(of_file);
    }
    (!edits.is_empty()).then_some(edits)
}

/// True when an edit lies in what another one replaces: a moved value that itself uses what is moved.
fn is_overlapping(edits: &[Edit]) -> bool {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    sorted.windows(2).any(|pair| pair[1].start < pair[0].end)
}

/// A fix of these edits, with advice for a title.
pub(crate) fn fix(title: &'static str, effort: Effort, edits: Option<Vec<Edit>>) -> Option<Fix> {
    Some(Fix {
        applicability: Applicability::Machine,
        edits: edits?,
        ..Fix::advice(Message::new(title), effort)
    })
}

#[cfg(test)]
mod tests;
