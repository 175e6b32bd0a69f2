//! What is done while a lock is held: its critical sections, and the costs measured in them.

use super::{LOCKING, Queue};
use crate::syntax::{FileSyntax, Receiver, Section, SourceText, Usage};
use crate::{Context, EntryIdx, Line, Place, context};
use profile::{Cost, NodeId, Site, Work};
use std::collections::{BTreeMap, BTreeSet};

/// Locks that hand out their guard by way of this many helper functions are followed.
const MAX_HELPERS: usize = 3;

/// What was done under a lock.
pub(crate) struct Held {
    /// Where it is taken, for the section with most work that does not need it.
    pub(crate) taken: Place,
    pub(crate) total_s: f64,
    /// Work that does not need it.
    pub(crate) movable_s: f64,
    /// The lines of this work, most seconds first.
    pub(crate) movable: Vec<Place>,
    /// Waiting for an event through what the lock guards, such as a channel's next message: no work at all.
    pub(super) waiting_s: f64,
}

/// A section with its place, and the time waited to enter it.
pub(super) struct Critical<'c, 'a> {
    pub(super) site: &'a Site,
    pub(super) syntax: &'c FileSyntax,
    pub(super) section: Section,
    pub(super) seconds: f64,
}

impl<'a> Context<'a> {
    /// The critical sections that begin at the lines of a lock.
    pub(super) fn sections(&self, lines: &[Queue<'a>]) -> Vec<Critical<'_, 'a>> {
        let mut sections: Vec<Critical<'_, 'a>> = Vec::new();
        for line in lines {
            let nodes: BTreeSet<NodeId> = line.claims.iter().map(|&idx| self.booked(idx).entry.node).collect();
            for node in nodes {
                let Some((site, syntax, section)) = self.section(node) else {
                    continue;
                };
                let waited = line.claims.iter().map(|&idx| self.booked(idx).entry);
                let seconds: f64 = waited
                    .filter(|entry| entry.node == node)
                    .map(|entry| entry.cost.seconds)
                    .sum();
                match sections
                    .iter_mut()
                    .find(|other| other.site.file == site.file && other.section.lock == section.lock)
                {
                    Some(other) => other.seconds += seconds,
                    None => sections.push(Critical {
                        site,
                        syntax,
                        section,
                        seconds,
                    }),
                }
            }
        }
        sections
    }

    /// The section that begins where a node takes a lock; a helper that returns the guard is left for its caller.
    fn section(&self, node: NodeId) -> Option<(&'a Site, &FileSyntax, Section)> {
        let mut names: Vec<String> = LOCKING.map(str::to_owned).to_vec();
        for (_, _, site) in self.path(node).take(MAX_HELPERS) {
            let syntax = self.syntax(site)?;
            let names_now: Vec<&str> = names.iter().map(String::as_str).collect();
            let call = self.call(site, &names_now)?;
            if !matches!(syntax.usage_of(call.span), Usage::Returned) {
                let text = SourceText::new(self.text(site.file.as_deref()?)?);
                return Some((site, syntax, syntax.section_of(call, &text)?));
            }
            names = vec![self.function(site)?.name.clone()];
        }
        None
    }

    pub(super) fn is_reading(&self, held: &Critical<'_, '_>) -> bool {
        let reads = |method: &str| {
            let functions = self.functions_named(method);
            !functions.is_empty()
                && functions
                    .iter()
                    .all(|(_, function)| function.receiver == Some(Receiver::Shared))
        };
        held.syntax.is_reading(&held.section, reads)
    }

    /// What the whole run did under a lock, by need.
    pub(super) fn held(&self, sections: &[Critical<'_, '_>]) -> Option<Held> {
        let mut by_section: Vec<(f64, f64)> = vec![(0.0, 0.0); sections.len()];
        let mut waiting_s = 0.0;
        let mut movable: BTreeMap<Line<'_>, (Place, f64)> = BTreeMap::new();
        // Sleeps and waits for events carry no share of the run, so their lines may look cold.
        let everything = (0..self.ledger().entries.len()).map(|index| self.booked(EntryIdx(index)));
        for booked in everything.filter(|booked| booked.site.is_user) {
            // A condition variable gives the lock away while it waits.
            if matches!(booked.entry.work, Work::LockWait | Work::Lock) || booked.call.starts_with("Condvar") {
                continue;
            }
            let seconds = spent_s(&booked.entry.cost, &booked.entry.work);
            // Towards the root: the outermost function that holds the lock.
            let path: Vec<_> = self.path(booked.entry.node).collect();
            let holding = path.iter().rev().find_map(|&(_, _, site)| {
                let at = context::position(site);
                let index = sections
                    .iter()
                    .position(|held| held.site.file == site.file && at.column > 0 && held.section.span.contains(at))?;
                Some((index, site, at))
            });
            let Some((index, site, at)) = holding else { continue };
            let is_movable = !sections[index].syntax.needs_guard(&sections[index].section, at);
            if !is_movable && matches!(booked.entry.work, Work::Idle | Work::Poll) {
                waiting_s += seconds;
                continue;
            }
            by_section[index].0 += seconds;
            if is_movable {
                by_section[index].1 += seconds;
                let line = (site.file.as_deref(), site.line);
                movable.entry(line).or_insert_with(|| (self.place(site), 0.0)).1 += seconds;
            }
        }
        let most = (0..sections.len()).max_by(|&a, &b| by_section[a].1.total_cmp(&by_section[b].1))?;
        let lock = &sections[most];
        let mut movable: Vec<(Place, f64)> = movable.into_values().collect();
        movable.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Held {
            taken: Place {
                line: lock.section.lock.end.line,
                ..self.place(lock.site)
            },
            total_s: by_section.iter().map(|both| both.0).sum(),
            movable_s: by_section.iter().map(|both| both.1).sum(),
            movable: movable.into_iter().map(|(place, _)| place).collect(),
            waiting_s,
        })
    }
}

/// Time that an operation took while it went on, sleeps and blocking included.
fn spent_s(cost: &Cost, work: &Work) -> f64 {
    let is_waiting = matches!(work, Work::Sleep | Work::Idle | Work::Poll);
    let slept_ns = if is_waiting { cost.wait_ns() } else { 0 };
    // The time of an I/O call holds its processor time.
    (cost.cpu_ns.max(cost.io_ns()) + slept_ns) as f64 / 1e9
}
