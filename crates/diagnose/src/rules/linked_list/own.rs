//! Linked lists that a program makes itself: `struct Node { next: Option<Box<Node>>, … }`.

use super::LINKED_LIST;
use crate::context::position;
use crate::syntax::{Field, FileSyntax, Loop, LoopKind, Position};
use crate::{Candidate, Candidates, Confidence, Context, Effort, Fix, Lines, Place};
use profile::{Message, Work};
use std::collections::BTreeMap;

/// A list that somebody made by hand is worth a change of its shape from here on.
const MIN_SHARE: f64 = 0.2;
/// Walking a `Vec` instead was ten times faster in measurements.
const LOCAL_FACTOR: f64 = 5.0;

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_link: BTreeMap<(&str, &str), (Lines<'_>, Place)> = BTreeMap::new();
    let own = ctx
        .entries()
        .filter(|booked| matches!(booked.entry.work, Work::Own | Work::Compare));
    for booked in own {
        let Some((file, text)) = ctx
            .syntax(booked.site)
            .zip(booked.site.file.as_deref().and_then(|file| ctx.text(file)))
        else {
            continue;
        };
        let at = position(booked.site);
        let walked = links(file).find_map(|link| Some((link, step_around(file, text, &link.name, at)?)));
        let Some((link, step)) = walked else { continue };
        if ctx.repetition(booked.entry.node).is_none() {
            continue;
        }
        let declared = Place {
            line: link.at.line,
            column: link.at.column,
            ..ctx.place(booked.site)
        };
        let (lines, _) = by_link
            .entry((link.owner.as_str(), link.name.as_str()))
            .or_insert_with(|| (Lines::default(), declared));
        let place = Place {
            line: step,
            column: 1,
            ..ctx.place(booked.site)
        };
        lines.claim_at(step, &booked, || Candidate::new(&LINKED_LIST, place, []));
    }
    for ((owner, _), (lines, declared)) in by_link {
        let Some(mut candidate) = lines
            .into_one()
            .filter(|found| ctx.is_surely(found.claims.iter().copied(), MIN_SHARE))
        else {
            continue;
        };
        candidate.local_factor = LOCAL_FACTOR;
        candidate.confidence = Confidence::Likely;
        candidate.title = Message::new("linked-list-title-own").text("type", owner.to_owned());
        candidate.why = Message::new("linked-list-why");
        candidate.fixes = vec![Fix::advice(Message::new("linked-list-fix-own"), Effort::Moderate)];
        candidate.evidence = ctx.cpu_evidence(&candidate.claims);
        candidate.add_also(declared);
        out.extend([candidate]);
    }
}

/// Fields that own the next node of the same type, the only ones of their type: with two it is a tree.
fn links(file: &FileSyntax) -> impl Iterator<Item = &Field> {
    let is_link = |field: &Field| {
        let declared = field.declared.replace(' ', "");
        let next = declared.strip_prefix("Option<Box<");
        next.is_some_and(|next| {
            next.strip_prefix(field.owner.as_str())
                .is_some_and(|rest| rest.starts_with(['>', '<']))
        })
    };
    file.fields.iter().filter(move |&field| {
        let of_owner = |other: &&Field| other.owner == field.owner && is_link(other);
        is_link(field) && file.fields.iter().filter(of_owner).count() == 1
    })
}

/// The line that goes on to the next node, in the `while` loop or the `next` of an iterator around a position. The wait
/// for a node is felt wherever such code uses it first.
fn step_around(file: &FileSyntax, text: &str, link: &str, at: Position) -> Option<u32> {
    let is_loop = |found: &&Loop| found.kind == LoopKind::While && found.span.contains(at);
    let around = file.loops.iter().filter(is_loop).min_by_key(|found| found.span.size());
    let step = file.function_at(at).filter(|function| function.name == "next");
    let region = around.map(|found| found.span).or(step.map(|function| function.span))?;
    (region.start.line..=region.end.line)
        .zip(text.lines().skip(region.start.line.saturating_sub(1) as usize))
        .find(|(_, line)| steps_along(line, link))
        .map(|(number, _)| number)
}

/// Whether a line goes to the next node.
fn steps_along(line: &str, field: &str) -> bool {
    let goes = [".as_deref", ".as_ref(", ".as_mut("];
    let through = |(at, found): (usize, &str)| {
        let rest = &line[at + found.len()..];
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let before = line[..at].trim_end_matches(is_path).trim_end_matches("mut ");
        let is_whole = !rest.starts_with(|c: char| is_path(c) || c == '(');
        goes.iter().any(|go| rest.starts_with(go)) || before.ends_with('&') && is_whole
    };
    let link = format!(".{field}");
    line.match_indices(link.as_str()).any(through)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_to_the_next_node_are_told_from_others() {
        for line in [
            "self.next = node.next.as_deref();",
            "place = &mut node.next;",
            "while let Some(n) = &node.next {",
            "at = at.next.as_ref()?;",
        ] {
            assert!(steps_along(line, "next"), "{line}");
        }
        for line in [
            "node.next = None;",
            "iter.next()",
            "Node { next: None }",
            "f(&node.nextday.x)",
        ] {
            assert!(!steps_along(line, "next"), "{line}");
        }
    }

    #[test]
    fn a_type_with_one_link_is_a_list_and_one_with_two_a_tree() {
        let names = |text: &str| -> Vec<String> {
            let file = FileSyntax::parse(text).unwrap();
            links(&file).map(|field| field.name.clone()).collect()
        };
        assert_eq!(
            names("struct Node<T> { value: T, next: Option<Box<Node<T>>> }"),
            ["next"]
        );
        assert!(names("struct Node { left: Option<Box<Node>>, right: Option<Box<Node>> }").is_empty());
        assert!(names("struct List { first: Option<Box<Node>> }").is_empty());
    }
}
