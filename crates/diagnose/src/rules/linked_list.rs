//! The rule `linked-list`.

mod own;

use crate::context::{outer_name, position};
use crate::editor::Editor;
use crate::maps::MapId;
use crate::retype::{self, DEQUE, Twin};
use crate::rule::declare_rule;
use crate::syntax::{FileSyntax, Loop, LoopKind, Position, mentions};
use crate::{Booked, Candidate, Candidates, Context, Effort, EntryIdx, Fix, Lines, Place};
use profile::{Message, NodeId, Site, Work};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// ## What it finds
    /// A `std::collections::LinkedList` that costs: its elements are walked, pushed or dropped one by one. Also a list of
    /// the program's own, whose nodes are boxes that hold the next one.
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
        "linked-list-title-own",
        "linked-list-why",
        "linked-list-fix",
        "linked-list-fix-own",
    ]
}

/// Pushing and walking a `VecDeque` instead was four to ten times faster in measurements of both.
const LOCAL_FACTOR: f64 = 5.0;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    own::check(ctx, out);
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
    for (booked, walk) in felt_in_chains(ctx, &steps) {
        let new = || Candidate::new(&LINKED_LIST, ctx.place(walk), []);
        by_function
            .entry(function_of(walk))
            .or_default()
            .claim_at(walk.line, &booked, new);
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
                let first = candidate.claims.first().map(|&idx| ctx.booked(idx).site);
                candidate.fixes = first.map_or_else(Vec::new, |site| deques(ctx, site));
                if candidate.fixes.is_empty() {
                    let title = Message::new("linked-list-fix");
                    candidate.fixes.push(Fix::advice(title, Effort::Simple));
                }
                candidate
            }),
    );
}

/// The one list that a site works on as a `VecDeque`, which has the same methods, or all lists of the file.
pub(super) fn deques(ctx: &Context<'_>, site: &Site) -> Vec<Fix> {
    let edited = |edit: &dyn Fn(&mut Editor<'_>, &FileSyntax) -> Option<()>| {
        let mut editor = ctx.editor(site.file.as_deref()?)?;
        edit(&mut editor, ctx.syntax(site)?)?;
        editor.into_fix(Message::new("linked-list-fix"), Effort::Simple)
    };
    let one = edited(&|editor, syntax| {
        let list = MapId::Field(list_at(syntax, position(site))?.to_owned());
        retype::one(editor, syntax, &list, &DEQUE)
    });
    let all = edited(&|editor, _| retype::all(editor, &DEQUE)).filter(|all| Some(all) != one.as_ref());
    let vectors = edited(&|editor, _| vectors(editor));
    one.into_iter().chain(all).chain(vectors).collect()
}

/// Makes all lists of a file vectors, where nothing is done at their front.
fn vectors(editor: &mut Editor<'_>) -> Option<()> {
    let of_both_ends = ["VecDeque", "push_front", "pop_front", "front_mut"];
    if editor
        .tokens()
        .iter()
        .any(|token| of_both_ends.contains(&token.text.as_str()))
    {
        return None;
    }
    retype::all(
        editor,
        &[Twin {
            path: "std::vec::Vec",
            ..DEQUE[0]
        }],
    )?;
    let renamed = [
        ("push_back", "push"),
        ("pop_back", "pop"),
        ("front", "first"),
        ("back", "last"),
        ("back_mut", "last_mut"),
    ];
    for index in 1..editor.tokens().len() {
        let name = renamed.iter().find(|(of_list, _)| *of_list == editor.word(index));
        if let Some((_, of_vector)) = name.filter(|_| editor.word(index - 1) == "." && editor.word(index + 1) == "(") {
            let span = editor.tokens()[index].span;
            editor.replace(span, *of_vector);
        }
    }
    Some(())
}

/// The field that is a list and that the function around a position names; `None` when there are several.
fn list_at(syntax: &FileSyntax, at: Position) -> Option<&str> {
    let function = syntax.function_at(at)?.span;
    let lists = syntax
        .fields
        .iter()
        .filter(|field| field.declared.contains("LinkedList<"));
    let mut named = lists.filter(|field| {
        let mut uses = syntax.flow.uses.iter().filter(|used| function.covers(&used.span));
        uses.any(|used| used.path.split('.').skip(1).any(|part| part == field.name))
    });
    let only = named.next().filter(|_| named.next().is_none())?;
    Some(&only.name)
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

/// The same where a chain of iterators walks (`list.iter().filter(…).sum()`): what the call that drives it does itself,
/// and the first line of the closure that it hands each element to.
fn felt_in_chains<'a>(ctx: &Context<'a>, steps: &[Booked<'a>]) -> Vec<(Booked<'a>, &'a Site)> {
    let is_named = ctx
        .file_paths()
        .any(|file| ctx.text(file).is_some_and(|text| text.contains("LinkedList")));
    let drives = |call: &str| call.starts_with("Iterator::") && call != "Iterator::next";
    let is_in_list = |stack| {
        ctx.frames_below(stack)
            .any(|frame| frame.function.contains("::linked_list::"))
    };
    // Most samples of the walk are outside of the list's own code: one in it tells what is walked.
    let nodes = ctx
        .nodes()
        .filter(|(id, node, _)| {
            is_named
                && drives(ctx.ledger().call_name(node.call))
                && ctx.samples_at(*id).any(|(_, stack)| is_in_list(stack))
        })
        .map(|(id, ..)| id);
    let known: BTreeSet<EntryIdx> = steps.iter().map(|step| step.idx).collect();
    let waits =
        |idx: &&EntryIdx| matches!(ctx.booked(**idx).entry.work, Work::Own | Work::Compare) && !known.contains(idx);
    let mut felt = Vec::new();
    for node in nodes {
        let walk = ctx.ledger().site(ctx.ledger().node(node).site);
        let closures = ctx.children(node).iter().filter(|&&child| {
            let site = ctx.ledger().site(ctx.ledger().node(child).site);
            outer_name(&site.function) == outer_name(&walk.function) && ctx.children(child).is_empty()
        });
        let line = |node: NodeId| ctx.ledger().site(ctx.ledger().node(node).site).line;
        let first = closures.clone().map(|&child| line(child)).min();
        let first_uses = closures.filter(|&&child| Some(line(child)) == first);
        for &at in std::iter::once(&node).chain(first_uses) {
            let entries = ctx.entries_at(at).iter().filter(waits);
            felt.extend(entries.map(|&idx| (ctx.booked(idx), walk)));
        }
    }
    felt
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
    fn lists_without_a_front_become_vectors() {
        check_edits(
            "use std::collections::LinkedList;\n\nfn f() {\n    let mut all: LinkedList<u8> = LinkedList::new();\n    all.push_back(1);\n    all.front();\n}\n",
            "fn f() {\n    let mut all: Vec<u8> = Vec::new();\n    all.push(1);\n    all.first();\n}\n",
            |mut editor| {
                vectors(&mut editor).unwrap();
                editor
            },
        );
        let mut editor = Editor::of("main.rs", "fn f(all: LinkedList<u8>) { all.pop_front(); }").unwrap();
        assert_eq!(vectors(&mut editor), None);
    }
}
