//! Moves fields of a struct into a struct of their own, behind a box.

use super::in_files;
use super::parts::{Part, declared, derives, insert_item, item_end, item_start, parts, span, text, visibility};
use crate::editor::Editor;
use crate::memory::Declaration;
use crate::structs::impls_of;
use crate::syntax::{Position, Span};
use crate::{Context, Edit};

/// The field that leads to the others.
const FIELD: &str = "rest";

/// Moves fields into a struct behind a box. `None` where a mention is not understood, or another struct has a field of the same
/// name.
pub(crate) fn split(ctx: &Context<'_>, of: &Declaration<'_>, fields: &[&str]) -> Option<Vec<Edit>> {
    let all = || ctx.files().flat_map(|file| &file.fields);
    let is_unique = |name: &&str| all().filter(|field| field.name == **name).count() == 1;
    let is_free = !all().any(|field| field.owner == of.name && field.name == FIELD);
    if fields.is_empty() || !is_free || !fields.iter().all(is_unique) {
        return None;
    }
    let rest = format!("{}Rest", of.name);
    let mut words = vec![of.name.as_str()];
    words.extend(fields);
    in_files(ctx, &words, |file, editor| {
        let patterns = &ctx.syntax_of(file)?.patterns;
        if file == of.file {
            declare(editor, of, fields, &rest)?;
        }
        let is_made = split_values(editor, of, fields, &rest, patterns)?;
        if is_made && file != of.file {
            // The new struct would have to be imported there.
            return None;
        }
        lead(editor, fields);
        Some(())
    })
}

fn declare(editor: &mut Editor<'_>, of: &Declaration<'_>, fields: &[&str], rest: &str) -> Option<()> {
    let (name, open) = declared(editor, &of.name)?;
    // What a type parameter stands for would have to be handed on.
    let is_plain = editor.word(name - 1) == "struct" && open == name + 1 && editor.word(open) == "{";
    let close = editor.closing(open).filter(|_| is_plain)?;
    let all = parts(editor, open, close);
    let moved: Vec<&Part> = all
        .iter()
        .filter(|part| fields.contains(&editor.word(part.start)))
        .collect();
    if moved.len() != fields.len() {
        return None;
    }
    let lines: Vec<String> = moved
        .iter()
        .map(|part| format!("    {},", text(editor, part.whole, part.end)))
        .collect();
    let start = item_start(editor, name);
    let (derives, visibility) = (derives(editor, start), visibility(editor, start, name - 1));
    let item = format!(
        "/// What few loops read of a [`{}`].\n{derives}{visibility}struct {rest} {{\n{}\n}}",
        of.name,
        lines.join("\n")
    );
    let end = item_end(editor, open)?;
    for (at, part) in moved.iter().enumerate() {
        if at == 0 {
            let span = span(editor, part.whole, part.end);
            editor.replace(span, format!("{FIELD}: Box<{rest}>"));
        } else {
            remove(editor, part);
        }
    }
    insert_item(editor, end, &item);
    Some(())
}

/// Takes a part of a list away, with its comma, and with its line where it has one of its own.
fn remove(editor: &mut Editor<'_>, part: &Part) {
    let has_comma = editor.word(part.end) == ",";
    let last = part.end + usize::from(has_comma);
    let whole = span(editor, part.whole, last);
    let before = editor.tokens()[part.whole - 1].span.end;
    let is_own_line = before.line < whole.start.line
        && editor
            .tokens()
            .get(last)
            .is_none_or(|next| next.span.start.line > whole.end.line);
    if is_own_line {
        editor.remove_lines(whole);
    } else {
        let start: Position = before;
        editor.replace(Span { start, ..whole }, "");
    }
}

/// The values in struct literals; whether there are any.
fn split_values(
    editor: &mut Editor<'_>,
    of: &Declaration<'_>,
    fields: &[&str],
    rest: &str,
    patterns: &[Span],
) -> Option<bool> {
    let impls = impls_of(editor, &of.name);
    let mut is_made = false;
    for index in 1..editor.tokens().len() {
        let at = editor.tokens()[index].span.start;
        let is_self = editor.word(index) == "Self" && impls.iter().any(|span| span.contains(at));
        let is_declared = matches!(
            editor.word(index - 1),
            "struct" | "enum" | "impl" | "for" | "union" | "trait"
        );
        let is_body = editor.word(index - 1) == ">" && editor.word(index.wrapping_sub(2)) == "-";
        let is_literal = (editor.word(index) == of.name || is_self) && editor.word(index + 1) == "{";
        if is_declared || is_body || !is_literal {
            continue;
        }
        let close = editor.closing(index + 1)?;
        let all = parts(editor, index + 1, close);
        let (moved, kept): (Vec<&Part>, Vec<&Part>) =
            all.iter().partition(|part| fields.contains(&editor.word(part.start)));
        if patterns.iter().any(|span| span.contains(at)) {
            // A pattern that names none of them stays.
            if !moved.is_empty() || kept.iter().all(|part| editor.word(part.start) != ".") {
                return None;
            }
            continue;
        }
        if moved.len() != fields.len() {
            return None;
        }
        let values: Vec<&str> = moved.iter().map(|part| text(editor, part.start, part.end)).collect();
        let is_multiline = editor.tokens()[index + 1].span.start.line < editor.tokens()[close].span.start.line;
        let made = match is_multiline {
            true => {
                let outer = editor
                    .indentation(editor.tokens()[moved[0].start].span.start.line)
                    .to_owned();
                let lines: Vec<String> = values.iter().map(|value| format!("{outer}    {value},\n")).collect();
                format!("{FIELD}: Box::new({rest} {{\n{}{outer}}})", lines.concat())
            }
            false => format!("{FIELD}: Box::new({rest} {{ {} }})", values.join(", ")),
        };
        for (at, part) in moved.iter().enumerate() {
            if at == 0 {
                let span = span(editor, part.start, part.end);
                editor.replace(span, made.clone());
            } else {
                remove(editor, part);
            }
        }
        is_made = true;
    }
    Some(is_made)
}

/// `.field` becomes `.rest.field`.
fn lead(editor: &mut Editor<'_>, fields: &[&str]) {
    for index in 1..editor.tokens().len() {
        let is_use = fields.contains(&editor.word(index))
            && editor.word(index - 1) == "."
            && editor.word(index + 1) != "("
            && editor.word(index.wrapping_sub(2)) != ".";
        if is_use {
            let start = editor.tokens()[index].span.start;
            editor.insert(start, format!("{FIELD}."));
        }
    }
}
