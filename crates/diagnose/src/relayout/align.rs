//! Gives each value of a struct lines of its own, and fields another order.

use super::in_files;
use super::parts::{attributes, declared, item_start, parts, span, text};
use crate::memory::Declaration;
use crate::{Context, Edit};

/// Puts `#[repr(align(128))]` on a struct: processors of Intel fetch lines in pairs.
pub(crate) fn aligned(ctx: &Context<'_>, of: &Declaration<'_>) -> Option<Vec<Edit>> {
    in_files(ctx, &[&of.name], |file, editor| {
        if file != of.file {
            return Some(());
        }
        let (name, _) = declared(editor, &of.name)?;
        let start = item_start(editor, name);
        let repr = attributes(editor, start)
            .into_iter()
            .find(|(open, _)| editor.word(open + 1) == "repr");
        match repr {
            None => {
                let at = editor.tokens()[start].span.start;
                let indentation = editor.indentation(at.line).to_owned();
                editor.insert(at, format!("#[repr(align(128))]\n{indentation}"));
            }
            Some((open, close)) => {
                let others: Vec<&str> = (open + 3..close - 1).map(|index| editor.word(index)).collect();
                if others
                    .iter()
                    .any(|word| matches!(*word, "align" | "packed" | "transparent"))
                {
                    return None;
                }
                let at = editor.tokens()[close - 1].span.start;
                editor.insert(at, ", align(128)");
            }
        }
        Some(())
    })
}

/// Puts the fields of a struct in another order.
pub(crate) fn in_order(ctx: &Context<'_>, of: &Declaration<'_>, names: &[&str]) -> Option<Vec<Edit>> {
    in_files(ctx, &[&of.name], |file, editor| {
        if file != of.file {
            return Some(());
        }
        let (_, open) = declared(editor, &of.name)?;
        let close = editor.closing(open).filter(|_| editor.word(open) == "{")?;
        let all = parts(editor, open, close);
        let named = |name: &str| all.iter().find(|part| editor.word(part.start) == name);
        let texts: Vec<String> = names
            .iter()
            .map(|name| named(name).map(|part| text(editor, part.whole, part.end).to_owned()))
            .collect::<Option<_>>()?;
        if texts.len() != all.len() {
            return None;
        }
        for (part, text) in all.iter().zip(texts) {
            let place = span(editor, part.whole, part.end);
            if editor.slice(place) != text {
                editor.replace(place, text);
            }
        }
        Some(())
    })
}
