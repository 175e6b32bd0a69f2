//! Puts the large part of an enum's variant into a box.

use super::in_files;
use super::parts::{declared, parts, span, text};
use super::wrap::{Wrapper, wrap};
use crate::editor::Editor;
use crate::memory::Declaration;
use crate::structs::impls_of;
use crate::syntax::Span;
use crate::{Context, Edit};

/// Boxes fields of variants: the variant's name, and the name or number of its field.
pub(crate) fn boxed_variants(ctx: &Context<'_>, of: &Declaration<'_>, fields: &[(&str, &str)]) -> Option<Vec<Edit>> {
    let variants: Vec<&str> = fields.iter().map(|(variant, _)| *variant).collect();
    in_files(ctx, &variants, |file, editor| {
        let body = (file == of.file).then(|| declare(editor, of, fields));
        // In the file of the declaration it has to be found.
        let body = match body {
            Some(declared) => Some(declared?),
            None => None,
        };
        let patterns = &ctx.syntax_of(file)?.patterns;
        wrap_values(editor, of, fields, body, patterns)
    })
}

/// The types in the declaration; its body.
fn declare(editor: &mut Editor<'_>, of: &Declaration<'_>, fields: &[(&str, &str)]) -> Option<Span> {
    let (name, open) = declared(editor, &of.name)?;
    let close = editor.closing(open).filter(|_| editor.word(name - 1) == "enum")?;
    let body = span(editor, open, close + 1);
    for (variant, field) in fields {
        let declared = parts(editor, open, close)
            .into_iter()
            .find(|part| editor.word(part.start) == *variant)?;
        let inner_open = declared.start + 1;
        let inner_close = editor.closing(inner_open)?;
        let (start, end) = field_in(editor, inner_open, inner_close, field)?;
        let boxed = Wrapper::Box.type_of(text(editor, start, end));
        editor.replace(span(editor, start, end), boxed);
    }
    Some(body)
}

/// The tokens of a field's type or value: by name between braces, by number between parentheses.
fn field_in(editor: &Editor<'_>, open: usize, close: usize, field: &str) -> Option<(usize, usize)> {
    let parts = parts(editor, open, close);
    match editor.word(open) {
        "(" => parts
            .get(field.parse::<usize>().ok()?)
            .map(|part| (part.start, part.end)),
        "{" => {
            let part = parts.iter().find(|part| editor.word(part.start) == field)?;
            (editor.word(part.start + 1) == ":").then_some((part.start + 2, part.end))
        }
        _ => None,
    }
}

fn wrap_values(
    editor: &mut Editor<'_>,
    of: &Declaration<'_>,
    fields: &[(&str, &str)],
    body: Option<Span>,
    patterns: &[Span],
) -> Option<()> {
    let impls = impls_of(editor, &of.name);
    for index in 3..editor.tokens().len() {
        let at = editor.tokens()[index].span.start;
        let Some((_, field)) = fields.iter().find(|(variant, _)| editor.word(index) == *variant) else {
            continue;
        };
        let is_path = editor.word(index - 1) == ":" && editor.word(index - 2) == ":";
        let owner = editor.word(index - 3);
        let is_of = is_path && (owner == of.name || owner == "Self" && impls.iter().any(|span| span.contains(at)));
        let is_elsewhere = editor.tokens()[index].is_import
            || body.is_some_and(|body| body.contains(at))
            || patterns.iter().any(|span| span.contains(at));
        if !is_of || is_elsewhere {
            continue;
        }
        match editor.word(index + 1) {
            "(" => {
                let close = editor.closing(index + 1)?;
                let (start, end) = field_in(editor, index + 1, close, field)?;
                wrap(editor, start, end, Wrapper::Box);
            }
            "{" => {
                let close = editor.closing(index + 1)?;
                match field_in(editor, index + 1, close, field) {
                    Some((start, end)) => wrap(editor, start, end, Wrapper::Box),
                    None => {
                        let shorthand = parts(editor, index + 1, close)
                            .into_iter()
                            .find(|part| editor.word(part.start) == *field)?;
                        let span = span(editor, shorthand.start, shorthand.end);
                        editor.replace(span, format!("{field}: Box::new({field})"));
                    }
                }
            }
            // The variant as a function.
            "," | ")" => {
                let path = editor.path_start(index);
                let constructor = text(editor, path, index + 1).to_owned();
                let span = span(editor, path, index + 1);
                editor.replace(span, format!("|value| {constructor}(Box::new(value))"));
            }
            _ => return None,
        }
    }
    Some(())
}
