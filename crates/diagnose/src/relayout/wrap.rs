//! Puts fields of a struct into wrappers: where they are declared, given a value, and used.

use super::in_files;
use super::parts::{declared, derives, insert_item, item_end, item_start, parts, span, text, visibility};
use crate::editor::Editor;
use crate::memory::Declaration;
use crate::structs::impls_of;
use crate::{Context, Edit};

/// A type around another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapper {
    /// `Box<T>`, which leads to what is in it by itself.
    Box,
    /// `crossbeam_utils::CachePadded<T>`, the same.
    CachePadded,
    /// A struct that is declared beside, whose content is its field `0`.
    OwnLine,
}

impl Wrapper {
    pub(super) fn type_of(self, inner: &str) -> String {
        match self {
            Self::Box => format!("Box<{inner}>"),
            Self::CachePadded => format!("crossbeam_utils::CachePadded<{inner}>"),
            Self::OwnLine => format!("OwnLine<{inner}>"),
        }
    }

    pub(super) fn maker(self) -> &'static str {
        match self {
            Self::Box => "Box::new",
            Self::CachePadded => "crossbeam_utils::CachePadded::new",
            Self::OwnLine => "OwnLine",
        }
    }

    /// The declaration of a wrapper of one's own.
    pub(super) fn declaration(derives: &str, visibility: &str) -> String {
        format!(
            "/// A value on cache lines of its own: threads that write to its neighbours do not take it away.\n{derives}#[repr(align(128))]\n{visibility}struct OwnLine<T>({visibility}T);"
        )
    }
}

/// Puts some fields of a struct into wrappers. `None` where the struct or a mention of it is not understood, or another struct
/// has a field of the same name.
pub(crate) fn wrapped_fields(
    ctx: &Context<'_>,
    of: &Declaration<'_>,
    fields: &[&str],
    wrapper: Wrapper,
) -> Option<Vec<Edit>> {
    let is_unique = |name: &&str| {
        let all = ctx.files().flat_map(|file| &file.fields);
        all.filter(|field| field.name == **name).count() == 1
    };
    if fields.is_empty() || (wrapper == Wrapper::OwnLine && !fields.iter().all(is_unique)) {
        return None;
    }
    let mut words = vec![of.name.as_str()];
    words.extend(fields);
    in_files(ctx, &words, |file, editor| {
        if file == of.file {
            declare(editor, of, fields, wrapper)?;
        } else if wrapper == Wrapper::OwnLine && makes(editor, &of.name) {
            // The wrapper would have to be imported there.
            return None;
        }
        let syntax = ctx.syntax_of(file)?;
        wrap_values(editor, of, fields, wrapper, &syntax.patterns);
        wrap_uses(editor, fields, wrapper);
        Some(())
    })
}

fn makes(editor: &Editor<'_>, name: &str) -> bool {
    (0..editor.tokens().len()).any(|index| editor.word(index) == name && editor.word(index + 1) == "{")
}

/// The types in the declaration, and the wrapper behind it.
fn declare(editor: &mut Editor<'_>, of: &Declaration<'_>, fields: &[&str], wrapper: Wrapper) -> Option<()> {
    let (name, open) = declared(editor, &of.name)?;
    if editor.word(open) != "{" || editor.word(name - 1) != "struct" {
        return None;
    }
    let close = editor.closing(open)?;
    let mut n_found = 0;
    for part in parts(editor, open, close) {
        if fields.contains(&editor.word(part.start)) && editor.word(part.start + 1) == ":" {
            let wrapped = wrapper.type_of(text(editor, part.start + 2, part.end));
            editor.replace(span(editor, part.start + 2, part.end), wrapped);
            n_found += 1;
        }
    }
    if n_found != fields.len() {
        return None;
    }
    if wrapper == Wrapper::OwnLine {
        let start = item_start(editor, name);
        let derives = derives(editor, start);
        let visibility = visibility(editor, start, name - 1);
        let end = item_end(editor, open)?;
        insert_item(editor, end, &Wrapper::declaration(&derives, &visibility));
    }
    Some(())
}

/// The values in struct literals.
fn wrap_values(
    editor: &mut Editor<'_>,
    of: &Declaration<'_>,
    fields: &[&str],
    wrapper: Wrapper,
    patterns: &[crate::syntax::Span],
) {
    let impls = impls_of(editor, &of.name);
    for index in 1..editor.tokens().len() {
        let at = editor.tokens()[index].span.start;
        let is_self = editor.word(index) == "Self" && impls.iter().any(|span| span.contains(at));
        let is_declared = matches!(
            editor.word(index - 1),
            "struct" | "enum" | "impl" | "for" | "union" | "trait"
        );
        let is_literal = (editor.word(index) == of.name || is_self) && editor.word(index + 1) == "{";
        if is_declared || !is_literal || patterns.iter().any(|span| span.contains(at)) {
            continue;
        }
        // `-> Name {` begins a body.
        if editor.word(index - 1) == ">" && editor.word(index.wrapping_sub(2)) == "-" {
            continue;
        }
        let Some(close) = editor.closing(index + 1) else {
            continue;
        };
        for part in parts(editor, index + 1, close) {
            let name = editor.word(part.start).to_owned();
            if !fields.contains(&name.as_str()) {
                continue;
            }
            if editor.word(part.start + 1) == ":" {
                wrap(editor, part.start + 2, part.end, wrapper);
            } else if part.end == part.start + 1 {
                let span = span(editor, part.start, part.end);
                editor.replace(span, format!("{name}: {}({name})", wrapper.maker()));
            }
        }
    }
}

/// Puts the value between two tokens into a wrapper.
pub(super) fn wrap(editor: &mut Editor<'_>, start: usize, end: usize, wrapper: Wrapper) {
    let span = span(editor, start, end);
    editor.insert(span.start, format!("{}(", wrapper.maker()));
    editor.insert(span.end, ")");
}

/// Assignments, and the way to what is in a wrapper that does not lead there by itself.
fn wrap_uses(editor: &mut Editor<'_>, fields: &[&str], wrapper: Wrapper) {
    for index in 1..editor.tokens().len() {
        let is_use = fields.contains(&editor.word(index))
            && editor.word(index - 1) == "."
            && editor.word(index + 1) != "("
            && editor.word(index.wrapping_sub(2)) != ".";
        if !is_use {
            continue;
        }
        let end = editor.tokens()[index].span.end;
        if wrapper == Wrapper::OwnLine {
            editor.insert(end, ".0");
            continue;
        }
        let is_assigned = editor.word(index + 1) == "=" && editor.word(index + 2) != "=";
        let value = (index + 2..editor.tokens().len()).find(|at| editor.word(*at) == ";");
        if let Some(value) = value.filter(|_| is_assigned) {
            wrap(editor, index + 2, value, wrapper);
        }
    }
}
