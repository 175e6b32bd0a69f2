//! Readers with a buffer that every seek empties.

use super::{UNBUFFERED_IO, fills_buffer};
use crate::{Booked, Candidate, Candidates, Confidence, Context, Effort, Fix, Line, Resource, evidence};
use profile::{Arg, Message, Work};
use std::collections::BTreeMap;

/// Fewer seeks cannot cost enough to matter.
const MIN_SEEKS: u64 = 1000;
/// So many reads follow on each seek, at the least: the buffer is filled anew.
const MIN_READS_PER_SEEK: f64 = 0.8;
/// Reads of a loop that does not only seek and read on.
const MAX_READS_PER_SEEK: f64 = 3.0;

pub(super) fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let mut by_line: BTreeMap<Line<'_>, Vec<Booked<'_>>> = BTreeMap::new();
    let is_seek = |booked: &Booked<'_>| is_call(booked, "lseek") && booked.call == "BufReader::seek";
    for booked in ctx.entries().filter(is_seek) {
        if ctx.repetition(booked.entry.node).is_some() {
            let line = (booked.site.file.as_deref(), booked.site.line);
            by_line.entry(line).or_default().push(booked);
        }
    }
    // Which reads follow on which seeks, the calls do not tell: with several lines that seek, nothing is said.
    if by_line.len() != 1 {
        return;
    }
    out.extend(by_line.into_values().filter_map(|seeks| found(ctx, &seeks)));
}

fn is_call(booked: &Booked<'_>, name: &str) -> bool {
    matches!(&booked.entry.work, Work::Syscall(call) if call == name)
}

fn count<'b>(all: impl IntoIterator<Item = &'b Booked<'b>>) -> u64 {
    all.into_iter()
        .flat_map(|booked| &booked.entry.cost.io)
        .map(|io| io.count)
        .sum()
}

fn found(ctx: &Context<'_>, seeks: &[Booked<'_>]) -> Option<Candidate> {
    let is_filling = |booked: &Booked<'_>| is_call(booked, "read") && fills_buffer(ctx, booked);
    let reads: Vec<Booked<'_>> = ctx.entries().filter(is_filling).collect();
    let (n_seeks, n_reads) = (count(seeks), count(&reads));
    let per_seek = n_reads as f64 / n_seeks.max(1) as f64;
    if n_seeks < MIN_SEEKS || !(MIN_READS_PER_SEEK..MAX_READS_PER_SEEK).contains(&per_seek) {
        return None;
    }
    let claims = seeks.iter().chain(&reads).map(|booked| booked.idx);
    let mut found = Candidate::new(&UNBUFFERED_IO, ctx.place(seeks.first()?.site), claims);
    found.resource = Resource::Io;
    found.confidence = Confidence::Likely;
    found.title = Message::new("unbuffered-io-title-seek").with("calls", Arg::Count(n_seeks));
    found.why = Message::new("unbuffered-io-why-seek").with("reads", Arg::Count(n_reads));
    found.evidence = vec![evidence::calls(n_seeks + n_reads)];
    found.fixes = vec![Fix::advice(Message::new("unbuffered-io-fix-seek"), Effort::Simple)];
    for booked in &reads {
        found.add_also(ctx.place(booked.site));
    }
    Some(found)
}
