//! What a rule proposes: a finding before it is priced, with the costs that it claims.

use crate::{Booked, Confidence, Evidence, Fix, Place, Resource, Rule};
use profile::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Index of an entry of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EntryIdx(pub(crate) usize);

/// How much a cause says about a cost. What a more specific one explains, a more general one leaves to it, however
/// large its own gain would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Generality {
    /// Names what is done for nothing.
    #[default]
    Specific,
    /// Another tool names it, from the source alone.
    Linted,
    /// Names that something is done too often, whatever it is for.
    General,
    /// The same, with a cure that changes more than one function.
    Wide,
    /// Speaks of what is left of the whole program.
    LastResort,
}

/// A finding before it is priced and ranked.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) rule: &'static Rule,
    pub(crate) resource: Resource,
    pub(crate) place: Place,
    pub(crate) also: Vec<Place>,
    /// The entries whose cost has this cause. What another finding claimed first does not count again.
    pub(crate) claims: BTreeSet<EntryIdx>,
    /// Factor by which the claimed cost shrinks when the cause is gone; infinite when it vanishes.
    pub(crate) local_factor: f64,
    /// Predicted factor for the whole program, when it does not follow from the claims (waiting, build settings).
    pub(crate) speedup: Option<f64>,
    /// Share of the run, when it does not follow from the claims.
    pub(crate) share: Option<f64>,
    pub(crate) generality: Generality,
    pub(crate) confidence: Confidence,
    pub(crate) title: Message,
    pub(crate) why: Message,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) fixes: Vec<Fix>,
}

impl Candidate {
    /// A candidate of a rule at a place. Title and why are the rule's `-title` and `-why` until set.
    pub(crate) fn new(rule: &'static Rule, place: Place, claims: impl IntoIterator<Item = EntryIdx>) -> Self {
        Self {
            rule,
            resource: Resource::Cpu,
            place,
            also: Vec::new(),
            claims: claims.into_iter().collect(),
            local_factor: f64::INFINITY,
            speedup: None,
            share: None,
            generality: Generality::Specific,
            confidence: Confidence::Measured,
            title: Message::default(),
            why: Message::default(),
            evidence: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Takes over the claims and places of another candidate of the same rule at the same place.
    pub(crate) fn merge(&mut self, other: Self) {
        self.claims.extend(other.claims);
        for place in std::iter::once(other.place).chain(other.also) {
            self.add_also(place);
        }
    }

    /// Adds a place to `also` unless it is there.
    pub(crate) fn add_also(&mut self, place: Place) {
        if place != self.place && !self.also.contains(&place) {
            self.also.push(place);
        }
    }
}

/// What the rules propose.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    pub(crate) list: Vec<Candidate>,
}

impl Extend<Candidate> for Candidates {
    fn extend<I: IntoIterator<Item = Candidate>>(&mut self, candidates: I) {
        self.list.extend(candidates);
    }
}

/// A line of a file.
pub(crate) type Line<'a> = (Option<&'a str>, u32);

/// Candidates for one cause by line; the costliest line becomes its place.
#[derive(Debug, Default)]
pub(crate) struct Lines<'a> {
    by_line: BTreeMap<Line<'a>, (f64, Candidate)>,
}

impl<'a> Lines<'a> {
    /// Adds an entry to the candidate of its line, which `new` makes when it is the first there.
    pub(crate) fn claim(&mut self, booked: &Booked<'a>, new: impl FnOnce() -> Candidate) {
        self.claim_at(booked.site.line, booked, new);
    }

    /// The same for a cost that belongs to another line than the one where it was seen.
    pub(crate) fn claim_at(&mut self, line: u32, booked: &Booked<'a>, new: impl FnOnce() -> Candidate) {
        let line = (booked.site.file.as_deref(), line);
        let (seconds, candidate) = self.by_line.entry(line).or_insert_with(|| (0.0, new()));
        *seconds += booked.entry.cost.seconds;
        candidate.claims.insert(booked.idx);
    }

    /// All lines as one candidate, the costliest first.
    pub(crate) fn into_one(self) -> Option<Candidate> {
        let mut lines: Vec<(f64, Candidate)> = self.by_line.into_values().collect();
        lines.sort_by(|a, b| b.0.total_cmp(&a.0));
        lines
            .into_iter()
            .map(|(_, candidate)| candidate)
            .reduce(|mut first, other| {
                first.merge(other);
                first
            })
    }
}
