//! Sums a trace up by source line and by object.

use super::{AccessKind, MissRow, ObjectId, Trace};
use crate::ledger::facts;
use crate::{Frame, Origin, Profile, Scope, Site, StackId, Tables};
use std::collections::BTreeMap;

/// What one line of the user's code did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceLine {
    /// The line.
    pub site: Site,
    /// Reads and writes.
    pub accesses: u64,
    /// Bytes of them, copies included.
    pub bytes: u64,
    /// Entries of the function that begins here.
    pub calls: u64,
    /// Accesses to lines that missed the first level.
    pub l1_misses: u64,
    /// Those that missed the second level, too.
    pub l2_misses: u64,
    /// Those that missed the last level, too.
    pub last_misses: u64,
    /// Misses because another thread had written to the line.
    pub coherence_misses: u64,
    /// Lines of a sample that were fetched.
    pub watched_lines: u64,
    /// Bytes of them that were used.
    pub watched_used_bytes: u64,
    /// Objects that it missed, most misses first, with the misses.
    pub objects: Vec<(ObjectId, u64)>,
}

/// Misses in one object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObjectTotals {
    /// The object.
    pub object: ObjectId,
    /// Misses of the first level.
    pub l1_misses: u64,
    /// Those of the second level, too.
    pub l2_misses: u64,
    /// Those of the last level, too.
    pub last_misses: u64,
    /// Lines of a sample that were fetched.
    pub watched_lines: u64,
    /// Bytes of them that were used.
    pub watched_used_bytes: u64,
}

impl Profile {
    /// The trace by source line: most misses first, then most accesses. Empty without a trace.
    pub fn trace_lines(&self, scope: &Scope) -> Vec<TraceLine> {
        let Some(trace) = &self.trace else { return Vec::new() };
        let mut lines: BTreeMap<(Option<&str>, u32, &str), TraceLine> = BTreeMap::new();
        let mut line_of = Vec::with_capacity(trace.sites.len());
        for site in &trace.sites {
            let frame = place(&self.tables, scope, site.stack);
            let key = (frame.file.as_deref(), frame.line, frame.function.as_str());
            line_of.push(key);
            let line = lines.entry(key).or_insert_with(|| TraceLine {
                site: facts::site(frame, scope),
                ..TraceLine::default()
            });
            match site.kind {
                AccessKind::Entry => line.calls += site.count,
                kind => line.accesses += site.count * kind.n_directions(),
            }
            line.bytes += site.bytes_moved();
        }
        let mut objects: BTreeMap<(Option<&str>, u32, &str), BTreeMap<ObjectId, u64>> = BTreeMap::new();
        for row in &trace.misses {
            let key = line_of[row.site.0 as usize];
            if let Some(line) = lines.get_mut(&key) {
                line.add(row);
            }
            *objects.entry(key).or_default().entry(row.object).or_default() += row.l1_misses();
        }
        for (key, misses) in objects {
            if let Some(line) = lines.get_mut(&key) {
                line.objects = misses.into_iter().collect();
                line.objects
                    .sort_by_key(|&(object, misses)| (std::cmp::Reverse(misses), object));
            }
        }
        let mut lines: Vec<TraceLine> = lines.into_values().collect();
        lines.sort_by_key(|line| std::cmp::Reverse((line.l1_misses, line.accesses)));
        lines
    }

    /// Where a stack's cost is booked: the first frame of the scope's code, else the first that has a place.
    pub fn trace_site(&self, scope: &Scope, stack: StackId) -> Site {
        facts::site(place(&self.tables, scope, stack), scope)
    }
}

fn place<'a>(tables: &'a Tables, scope: &Scope, stack: StackId) -> &'a Frame {
    let frames = || tables.stack(stack).frames.iter().map(|&id| tables.frame(id));
    frames()
        .find(|frame| facts::is_user(frame, scope))
        .or_else(|| frames().find(|frame| matches!(frame.origin, Origin::Dependency { .. })))
        .or_else(|| frames().find(|frame| frame.file.is_some()))
        .or_else(|| frames().next())
        .unwrap_or_else(|| unreachable!("a stack has a frame"))
}

/// A line of a cache.
const LINE_BYTES: f64 = 64.0;

/// Share of fetched bytes that were used; none when no line was watched.
fn used_share(used_bytes: u64, lines: u64) -> Option<f64> {
    (lines > 0).then(|| used_bytes as f64 / (lines as f64 * LINE_BYTES))
}

impl ObjectTotals {
    /// Adds the misses of another object.
    pub fn add(&mut self, other: &Self) {
        self.l1_misses += other.l1_misses;
        self.l2_misses += other.l2_misses;
        self.last_misses += other.last_misses;
        self.watched_lines += other.watched_lines;
        self.watched_used_bytes += other.watched_used_bytes;
    }

    /// Share of the fetched bytes that were used before the line was gone, from a sample of the lines.
    pub fn used_share(&self) -> Option<f64> {
        used_share(self.watched_used_bytes, self.watched_lines)
    }
}

impl TraceLine {
    /// Share of the fetched bytes that were used before the line was gone, from a sample of the lines.
    pub fn used_share(&self) -> Option<f64> {
        used_share(self.watched_used_bytes, self.watched_lines)
    }

    fn add(&mut self, row: &MissRow) {
        self.l1_misses += row.l1_misses();
        self.l2_misses += row.l2_misses;
        self.last_misses += row.last_misses;
        self.coherence_misses += row.coherence_misses;
        self.watched_lines += row.watched_lines;
        self.watched_used_bytes += row.watched_used_bytes;
    }
}

impl AccessKind {
    /// How many of reading and writing an access does.
    pub fn n_directions(self) -> u64 {
        match self {
            Self::Entry => 0,
            Self::ReadWrite | Self::AtomicReadWrite | Self::Copy => 2,
            _ => 1,
        }
    }

    /// True when it reads.
    pub fn reads(self) -> bool {
        matches!(
            self,
            Self::Read | Self::ReadWrite | Self::AtomicRead | Self::AtomicReadWrite | Self::Copy
        )
    }

    /// True when it writes.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Write | Self::ReadWrite | Self::AtomicWrite | Self::AtomicReadWrite | Self::Copy | Self::Fill
        )
    }

    /// True when it is atomic.
    pub fn is_atomic(self) -> bool {
        matches!(self, Self::AtomicRead | Self::AtomicWrite | Self::AtomicReadWrite)
    }
}

impl super::AccessSite {
    /// Bytes read and written.
    pub fn bytes_moved(&self) -> u64 {
        let own = self.count * u64::from(self.access_bytes);
        (own + self.bytes) * self.kind.n_directions()
    }
}

impl Trace {
    /// Misses by object, most first.
    pub fn object_totals(&self) -> Vec<ObjectTotals> {
        let mut totals: BTreeMap<ObjectId, ObjectTotals> = BTreeMap::new();
        for row in &self.misses {
            let total = totals.entry(row.object).or_insert(ObjectTotals {
                object: row.object,
                l1_misses: 0,
                l2_misses: 0,
                last_misses: 0,
                watched_lines: 0,
                watched_used_bytes: 0,
            });
            total.l1_misses += row.l1_misses();
            total.l2_misses += row.l2_misses;
            total.last_misses += row.last_misses;
            total.watched_lines += row.watched_lines;
            total.watched_used_bytes += row.watched_used_bytes;
        }
        let mut totals: Vec<ObjectTotals> = totals.into_values().collect();
        totals.sort_by_key(|total| (std::cmp::Reverse(total.l1_misses), total.object));
        totals
    }
}
