//! The rule `linked-list`.

use crate::rule::declare_rule;
use crate::{Booked, Candidate, Candidates, Context, Effort, Fix};
use profile::Message;
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// A `std::collections::LinkedList` that costs: its elements are walked, pushed or dropped one by one.
    /// ## Why it is slow
    /// Each element is an allocation of its own with two pointers beside it; walking the list waits for memory at
    /// every step, since the processor cannot know the next address before the last has arrived.
    /// ## Evidence
    /// The time measured in the list's own code (its iterators, pushes and drops) by function.
    /// ## Fix and its safety
    /// `Vec` where elements are added at the end, `VecDeque` where they are added and removed at both ends: the same
    /// method names, one block of memory. A linked list pays only where long lists are spliced with `append` and
    /// `split_off` in constant time.
    pub(super) LINKED_LIST = "linked-list", level 2, check, says [
        "linked-list-title",
        "linked-list-why",
        "linked-list-fix",
    ]
}

/// Pushing and walking a `VecDeque` instead was four to ten times faster in measurements of both.
const LOCAL_FACTOR: f64 = 5.0;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    // One finding for each function; its place is the costliest line.
    let mut by_function: BTreeMap<(Option<&str>, &str), BTreeMap<u32, (f64, Candidate)>> = BTreeMap::new();
    for booked in ctx.entries().filter(is_of_list) {
        let function = (booked.site.file.as_deref(), booked.site.function.as_str());
        let lines = by_function.entry(function).or_default();
        let (seconds, candidate) = lines
            .entry(booked.site.line)
            .or_insert_with(|| (0.0, Candidate::new(&LINKED_LIST, ctx.place(booked.site), [])));
        *seconds += booked.entry.cost.seconds;
        candidate.claims.insert(booked.idx);
    }
    for lines in by_function.into_values() {
        let mut lines: Vec<(f64, Candidate)> = lines.into_values().collect();
        lines.sort_by(|a, b| b.0.total_cmp(&a.0));
        let whole = lines
            .into_iter()
            .map(|(_, candidate)| candidate)
            .reduce(|mut first, other| {
                first.merge(other);
                first
            });
        out.extend(whole.map(|mut candidate| {
            candidate.local_factor = LOCAL_FACTOR;
            candidate.title = Message::new("linked-list-title");
            candidate.why = Message::new("linked-list-why");
            candidate.evidence = ctx.cpu_evidence(&candidate.claims);
            candidate.fixes = vec![Fix::advice(Message::new("linked-list-fix"), Effort::Simple)];
            candidate
        }));
    }
}

fn is_of_list(booked: &Booked<'_>) -> bool {
    booked.owner.starts_with("linked_list::") || booked.call == "drop LinkedList"
}
