//! The edit of `growing-collection` that reserves before the loop, for all that the loop fills.

use super::{Length, filling_call, is_filling, length};
use crate::editor::Editor;
use crate::outermost::Outermost;
use crate::syntax::{Loop, LoopKind};
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
        let Some(count) = count(&filled, has_casts).filter(|_| is_here) else {
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
fn count(filled: &Outermost<'_>, has_casts: bool) -> Option<String> {
    let factors: Vec<String> = filled
        .passes
        .iter()
        .rev()
        .map(|(found, is_own)| factor(found, *is_own, has_casts))
        .collect::<Option<_>>()?;
    Some(factors.join(" * "))
}

fn factor(found: &Loop, is_own: bool, has_casts: bool) -> Option<String> {
    let LoopKind::For { iterated, .. } = &found.kind else {
        return None;
    };
    if let Some(elements) = iterated.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let is_list = !elements.contains([';', '(', '[', '…']);
        return is_list.then(|| {
            elements
                .split(',')
                .filter(|one| !one.trim().is_empty())
                .count()
                .to_string()
        });
    }
    match length(iterated).filter(|_| is_own)? {
        Length::Range(end) if !has_casts => Some(end),
        length => Some(length.in_full()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::FileSyntax;

    #[test]
    fn passes_are_multiplied() {
        let text = "fn f() {\n    for y in 0..side {\n        for x in &row {\n            for z in [x, y] { g(); }\n        }\n    }\n}\n";
        let syntax = FileSyntax::parse(text).unwrap();
        let factors = |has_casts| {
            syntax
                .loops
                .iter()
                .map(|found| factor(found, true, has_casts).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(factors(false), ["side", "row.len()", "2"]);
        assert_eq!(factors(true), ["side as usize", "row.len()", "2"]);
        // What another function walks is not known before the loop.
        assert_eq!(factor(&syntax.loops[1], false, false), None);
        assert_eq!(factor(&syntax.loops[2], false, false).as_deref(), Some("2"));
    }
}
