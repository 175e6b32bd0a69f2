//! Lines that make many small system calls for data: what a buffer would make few of.

use crate::syntax::Callee;
use crate::{Booked, Candidate, Context, EntryIdx};
use profile::{Distribution, FdKind, IoCost, Site, Work};
use std::collections::{BTreeMap, HashMap};

/// Fewer calls cannot cost enough to matter.
const MIN_CALLS: u64 = 1000;
/// A buffered writer of the standard library writes 8 KiB at a time; what is far below was not buffered.
const SMALL_BYTES: u64 = 1024;
/// Fewer calls for each opened file leave little to batch.
const MIN_CALLS_PER_OPEN: u64 = 16;
/// Capacity of `BufReader` and `BufWriter`.
const BUFFER_BYTES: f64 = 8192.0;

/// A reader or writer: how it is called, in the function that repeats what is done with it.
#[derive(PartialEq, Eq)]
struct Stream {
    file: Option<String>,
    function: String,
    place: String,
}

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// Calls that read or write.
pub(crate) const CALLS: [&str; 9] = [
    "write_all",
    "write",
    "writeln",
    "write_fmt",
    "read",
    "read_exact",
    "read_to_end",
    "read_to_string",
    "bytes",
];

/// The small calls in one direction that one buffer would make few of: those of one line, and of other lines with the
/// same reader or writer.
pub(crate) struct SmallCalls<'a> {
    /// The first entry of the line with most calls.
    pub(crate) first: Booked<'a>,
    /// The first entries of the other lines.
    pub(crate) others: Vec<Booked<'a>>,
    pub(crate) claims: Vec<EntryIdx>,
    pub(crate) calls: u64,
    pub(crate) bytes: u64,
    pub(crate) size: Distribution,
}

impl SmallCalls<'_> {
    /// How many of these calls one call through a buffer replaces.
    pub(crate) fn calls_per_buffer(&self) -> f64 {
        (BUFFER_BYTES / self.mean_bytes().max(1.0)).max(2.0)
    }

    /// Bytes of a call, on average.
    pub(crate) fn mean_bytes(&self) -> f64 {
        self.bytes as f64 / self.calls as f64
    }

    /// Adds the lines, and the loop in which they are reached.
    pub(crate) fn add_places(&self, ctx: &Context<'_>, candidate: &mut Candidate) {
        let repetition = ctx.repetition(self.first.entry.node);
        if let Some(repetition) = repetition.filter(|repetition| repetition.levels_up > 0) {
            candidate.add_also(repetition.asks);
        }
        for other in &self.others {
            candidate.add_also(ctx.place(other.site));
        }
    }

    fn add(&mut self, other: Self) {
        self.others.push(other.first);
        self.others.extend(other.others);
        self.claims.extend(other.claims);
        self.calls += other.calls;
        self.bytes += other.bytes;
        self.size = self.size.merged(&other.size);
    }
}

impl<'a> Context<'a> {
    /// The lines with many small calls in a direction, among the entries that `wanted` picks.
    pub(crate) fn small_calls(
        &self,
        direction: Direction,
        wanted: impl Fn(&Booked<'a>) -> bool,
    ) -> Vec<SmallCalls<'a>> {
        let min_calls = MIN_CALLS.max(MIN_CALLS_PER_OPEN * self.opened_files());
        let mut by_line: BTreeMap<(Option<&str>, u32), SmallCalls<'a>> = BTreeMap::new();
        for booked in self
            .entries()
            .filter(|booked| is_in(booked, direction) && wanted(booked))
        {
            let line = (booked.site.file.as_deref(), booked.site.line);
            let small = by_line.entry(line).or_insert_with(|| SmallCalls {
                first: booked,
                others: Vec::new(),
                claims: Vec::new(),
                calls: 0,
                bytes: 0,
                size: Distribution::default(),
            });
            small.claims.push(booked.idx);
            for io in booked.entry.cost.io.iter().filter(|io| is_batchable(io)) {
                small.calls += io.count;
                small.bytes += io.bytes;
                small.size = small.size.merged(&io.size);
            }
        }
        let mut lines: Vec<SmallCalls<'a>> = by_line.into_values().collect();
        lines.retain(|small| small.calls > 0 && small.size.median < SMALL_BYTES);
        lines.sort_by_key(|small| std::cmp::Reverse(small.calls));
        let mut found: Vec<(Option<Stream>, SmallCalls<'a>)> = Vec::new();
        for small in lines {
            let stream = self.stream(&small.first);
            match found.iter_mut().find(|(known, _)| stream.is_some() && *known == stream) {
                Some((_, same)) => same.add(small),
                None => found.push((stream, small)),
            }
        }
        let found = found.into_iter().map(|(_, small)| small);
        found.filter(|small| small.calls >= min_calls).collect()
    }

    /// What an entry reads from or writes to; `None` when the source does not tell.
    fn stream(&self, booked: &Booked<'a>) -> Option<Stream> {
        let of_function = |site: &Site, place: String| Stream {
            file: site.file.clone(),
            function: site.function.clone(),
            place,
        };
        if matches!(booked.call, "print!" | "println!" | "eprint!" | "eprintln!") {
            return Some(of_function(
                booked.site,
                booked.call.trim_end_matches("ln!").trim_end_matches('!').to_owned(),
            ));
        }
        let call = self.call(booked.site, &CALLS)?;
        let place = match call.callee {
            // What a macro gets is one text.
            Callee::Macro => call.arguments.first()?.split(',').next()?,
            _ => call.receiver.as_str(),
        };
        match self.outermost_loop(booked.entry.node, place) {
            Some(outermost) => Some(of_function(outermost.site, outermost.place)),
            None => Some(of_function(booked.site, place.to_owned())),
        }
    }

    /// How many files the whole run opened, by whatever code.
    fn opened_files(&self) -> u64 {
        let opens = self
            .ledger()
            .entries
            .iter()
            .filter(|entry| entry.work == Work::Syscall("open".to_owned()));
        opens
            .flat_map(|entry| &entry.cost.io)
            .map(|io| io.count - io.errors.min(io.count))
            .sum()
    }

    /// Whether another party waits for what these calls write: their threads read from a pipe, a socket or a terminal
    /// about as often as they write.
    pub(crate) fn is_conversation(&self, writes: &SmallCalls<'_>) -> bool {
        let ledger = self.ledger();
        let nodes: Vec<_> = writes.claims.iter().map(|idx| ledger.entries[idx.0].node).collect();
        let rows = || self.profile().io.iter();
        let mut written: HashMap<_, u64> = HashMap::new();
        for row in rows().filter(|row| ledger.place(row.stack).is_some_and(|node| nodes.contains(&node))) {
            *written.entry(row.thread).or_default() += row.count;
        }
        let reads = rows().filter(|row| {
            let is_read = matches!(row.call.as_str(), "read" | "readv" | "recv" | "recvfrom" | "recvmsg");
            let waits_for_party = matches!(row.fd_kind, FdKind::Pipe | FdKind::Socket | FdKind::Character);
            is_read && waits_for_party && written.contains_key(&row.thread)
        });
        let answers: u64 = reads.map(|row| row.count - row.errors.min(row.count)).sum();
        2 * answers >= written.values().sum()
    }
}

fn is_in(booked: &Booked<'_>, direction: Direction) -> bool {
    let Work::Syscall(call) = &booked.entry.work else {
        return false;
    };
    match direction {
        Direction::Read => call == "read",
        Direction::Write => call == "write",
    }
}

/// A small message on a socket waits for an answer: it cannot be put off like a write to a file.
fn is_batchable(io: &IoCost) -> bool {
    io.fd_kind != FdKind::Socket && !io.call.starts_with('p')
}
