//! The rule `linked-list`.

use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::syntax::{Loop, LoopKind, Position, Span, mentions};
use crate::{Booked, Candidate, Candidates, Context, Effort, Fix, Lines, Place};
use profile::{Message, Site};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `std::collections::LinkedList` that costs: its elements are walked, pushed or dropped one by one.
    /// ## Why it is slow
    /// Each element is an allocation of its own with two pointers beside it; walking the list waits for memory at
    /// every step, since the processor cannot know the next address before the last has arrived.
    /// ## Evidence
    /// The time measured in the list's own code (its iterators, pushes and drops) and at the first use of the element
    /// in a loop over it, where the wait for memory is felt, by function.
    /// ## How to see it by hand
    /// `perf record --call-graph dwarf`: the loop over the list, with most samples on the first use of an element.
    /// `perf stat -e cache-misses` where the machine counts them; `heaptrack` shows one allocation for each element.
    /// ## Fix and its safety
    /// `Vec` where elements are added at the end, `VecDeque` where they are added and removed at both ends: the same
    /// method names, one block of memory.
    /// ## When not to
    /// Long lists are spliced with `append` and `split_off` in constant time, and seldom walked.
    pub(super) LINKED_LIST = "linked-list", level 2, check, says [
        "linked-list-title",
        "linked-list-why",
        "linked-list-fix",
    ]
}

/// Pushing and walking a `VecDeque` instead was four to ten times faster in measurements of both.
const LOCAL_FACTOR: f64 = 5.0;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let steps: Vec<Booked<'_>> = ctx.entries().filter(|booked| is_of_list(ctx, booked)).collect();
    let uses = first_uses(ctx, &steps);
    // One finding for each function; its place is the costliest line.
    let mut by_function: BTreeMap<(Option<&str>, &str), Lines<'_>> = BTreeMap::new();
    for booked in &steps {
        let new = || Candidate::new(&LINKED_LIST, ctx.place(booked.site), []);
        by_function
            .entry(function_of(booked.site))
            .or_default()
            .claim(booked, new);
    }
    for (booked, head) in &uses {
        let place = Place {
            line: head.line,
            column: head.column,
            ..ctx.place(booked.site)
        };
        let new = || Candidate::new(&LINKED_LIST, place, []);
        by_function
            .entry(function_of(booked.site))
            .or_default()
            .claim_at(head.line, booked, new);
    }
    out.extend(
        by_function
            .into_values()
            .filter_map(Lines::into_one)
            .map(|mut candidate| {
                candidate.local_factor = LOCAL_FACTOR;
                candidate.title = Message::new("linked-list-title");
                candidate.why = Message::new("linked-list-why");
                candidate.evidence = ctx.cpu_evidence(&candidate.claims);
                let title = || Message::new("linked-list-fix");
                let machine = ctx
                    .editor(&candidate.place.file)
                    .and_then(|editor| deque(editor).into_fix(title(), Effort::Simple));
                candidate.fixes = vec![machine.unwrap_or_else(|| Fix::advice(title(), Effort::Simple))];
                candidate
            }),
    );
}

/// `LinkedList` renamed to `VecDeque`, which has the same methods.
fn deque(mut editor: Editor<'_>) -> Editor<'_> {
    let tokens = editor.tokens().to_vec();
    let has_import = tokens.iter().any(|token| token.is_import && token.text == "VecDeque");
    for (index, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == "LinkedList")
    {
        if !token.is_import || !has_import {
            editor.replace(token.span, "VecDeque");
            continue;
        }
        // Imported already: leave the list out, with the comma that follows it.
        let end = match tokens.get(index + 1) {
            Some(comma) if comma.text == "," => tokens.get(index + 2).unwrap_or(comma).span.start,
            _ => token.span.end,
        };
        editor.replace(
            Span {
                start: token.span.start,
                end,
            },
            "",
        );
    }
    editor
}

/// Whether the list's own code ran, below the site or around the closure that it called.
fn is_of_list(ctx: &Context<'_>, booked: &Booked<'_>) -> bool {
    booked.owner.starts_with("linked_list::")
        || booked.call == "drop LinkedList"
        || ctx
            .frames_around(booked)
            .any(|frame| frame.function.contains("::linked_list::"))
}

fn function_of(site: &Site) -> (Option<&str>, &str) {
    (site.file.as_deref(), site.function.as_str())
}

/// The wait for an element is felt at its first use: the first line of the loop's body that names it. The loop's head is
/// the place to look at.
fn first_uses<'a>(ctx: &Context<'a>, steps: &[Booked<'a>]) -> Vec<(Booked<'a>, Position)> {
    let mut heads = BTreeMap::new();
    for step in steps.iter().filter(|step| step.call == "Iterator::next") {
        let Some(syntax) = ctx.syntax(step.site) else { continue };
        let walks = |found: &&Loop| matches!(found.kind, LoopKind::For { .. }) && found.head.line == step.site.line;
        for found in syntax.loops.iter().filter(walks) {
            let text = step.site.file.as_deref().and_then(|file| ctx.text(file)).unwrap_or("");
            let body = (found.body.start.line..=found.body.end.line)
                .zip(text.lines().skip(found.body.start.line as usize - 1));
            // The loop's head opens the body and names the element, too.
            let mut uses = body
                .filter(|(line, text)| *line > found.head.line && found.bound.iter().any(|name| mentions(text, name)));
            heads.extend(
                uses.next()
                    .map(|(line, _)| ((function_of(step.site), line), found.head)),
            );
        }
    }
    let uses = ctx.entries().filter(|booked| booked.call.is_empty());
    uses.filter_map(|booked| {
        let head = *heads.get(&(function_of(booked.site), booked.site.line))?;
        Some((booked, head))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    #[test]
    fn lists_become_deques_that_are_imported_once() {
        check_edits(
            "use std::collections::LinkedList;\nfn f() -> LinkedList<u8> { LinkedList::new() }",
            "use std::collections::VecDeque;\nfn f() -> VecDeque<u8> { VecDeque::new() }",
            deque,
        );
        check_edits(
            "use std::collections::{LinkedList, VecDeque};\nfn f(a: LinkedList<u8>, b: VecDeque<u8>) {}",
            "use std::collections::{VecDeque};\nfn f(a: VecDeque<u8>, b: VecDeque<u8>) {}",
            deque,
        );
    }
}
