//! The edit of `growing-collection` that reserves before the loop, for all that the loop fills.

use super::{Length, filling_call, is_filling, length};
use crate::editor::Editor;
use crate::outermost::{Outermost, is_known_outside};
use crate::syntax::{LoopKind, SourceText};
use crate::{Booked, Context};
use profile::Work;

/// Reserves room for everything that grows in the outermost loop around an entry.
pub(super) fn before_loop<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>, has_casts: bool) -> Option<Editor<'c>> {
    let around = filled_in(ctx, booked)?;
    let mut editor = ctx.editor(around.site.file.as_deref()?)?;
    let mut reserved: Vec<String> = Vec::new();
    let others = ctx
        .entries()
        .filter(|other| other.entry.work == Work::Grow && is_filling(other.call));
    for other in std::iter::once(*booked).chain(others) {
        let Some(filled) = filled_in(ctx, &other) else { continue };
        let is_here = filled.site.file == around.site.file && filled.found.span == around.found.span;
        let Some(count) = count(ctx, &filled, has_casts).filter(|_| is_here) else {
            continue;
        };
        let line = format!("{}.reserve({count});", filled.place);
        if !reserved.contains(&line) {
            reserved.push(line);
        }
    }
    let line = editor.statement_line(around.found.span.start)?;
    reserved.iter().for_each(|text| editor.insert_line_before(line, text));
    (!reserved.is_empty()).then_some(editor)
}

fn filled_in<'c>(ctx: &'c Context<'_>, booked: &Booked<'_>) -> Option<Outermost<'c>> {
    let call = filling_call(ctx, booked)?;
    ctx.outermost_loop(booked.entry.node, &call.receiver)
}

/// How many elements are added in all passes of a loop, from what is known before it.
fn count(ctx: &Context<'_>, filled: &Outermost<'_>, has_casts: bool) -> Option<String> {
    let factors: Vec<String> = filled
        .passes
        .iter()
        .rev()
        .map(|(found, site)| {
            let LoopKind::For { iterated, at } = &found.kind else {
                return None;
            };
            let written = SourceText::new(ctx.text(site.file.as_deref()?)?).slice(*at);
            let syntax = ctx.syntax(site)?;
            let is_known = |count: &String| {
                std::ptr::eq(*site, filled.site) && is_known_outside(syntax, count, at.start, filled.found)
            };
            elements(written).or_else(|| factor(iterated, has_casts).filter(is_known))
        })
        .collect::<Option<_>>()?;
    Some(factors.join(" * "))
}

/// How many elements an array has that is written down.
fn elements(written: &str) -> Option<String> {
    let elements = written.strip_prefix('[')?.strip_suffix(']')?;
    let is_list = !elements.contains([';', '(', '[', '{']);
    let count = elements.split(',').filter(|one| !one.trim().is_empty()).count();
    is_list.then(|| count.to_string())
}

/// How often a loop over an expression passes.
fn factor(iterated: &str, has_casts: bool) -> Option<String> {
    match length(iterated)? {
        Length::Range(end) if !has_casts => Some(end),
        length => Some(length.in_full()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_counted() {
        assert_eq!(elements("[\n    a,\n    b + 1,\n]").as_deref(), Some("2"));
        assert_eq!(elements("[0; n]"), None);
        assert_eq!(factor("0..side", false).as_deref(), Some("side"));
        assert_eq!(factor("0..side", true).as_deref(), Some("side as usize"));
        assert_eq!(factor("&row", false).as_deref(), Some("row.len()"));
    }
}
