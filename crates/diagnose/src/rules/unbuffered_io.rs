//! The rule `unbuffered-io`.

use crate::rule::declare_rule;
use crate::{Booked, Candidate, Candidates, Context, Effort, EntryIdx, Fix, Resource, evidence};
use profile::{Arg, Distribution, FdKind, IoCost, Message, Work};
use std::collections::BTreeMap;

declare_rule! {
    /// ## What it finds
    /// Many small reads or writes, each a system call of its own: `File` or `Stdin` without a buffer, `println!` per
    /// line, a `BufWriter` that is flushed after every record.
    /// ## Why it is slow
    /// A system call costs a microsecond or more whatever its size; a buffer of 8 KiB makes one of hundreds.
    /// ## Evidence
    /// The calls of that line were counted and timed: at least a thousand, of less than a kilobyte in the median, and
    /// at least sixteen for each file that the run opened (one small read of each of many files cannot be batched).
    /// ## How to see it by hand
    /// `strace -c -f` counts the calls; `strace -e trace=read,write` shows their sizes. `perf report` shows the kernel's
    /// entry and exit below your line.
    /// ## Fix and its safety
    /// Wrap the file in `BufWriter` or `BufReader` once, outside the loop; for standard output lock it once and wrap
    /// the lock. Call `flush` at the end, since errors are lost when a `BufWriter` is dropped.
    /// ## When not to
    /// Someone watches the output live, or another process answers line by line: a buffer delays what they wait for. A
    /// write-ahead log must reach the disk before the answer does.
    pub(super) UNBUFFERED_IO = "unbuffered-io", level 6, check, says [
        "unbuffered-io-title-write",
        "unbuffered-io-title-read",
        "unbuffered-io-title-print",
        "unbuffered-io-why",
        "unbuffered-io-fix-write",
        "unbuffered-io-fix-read",
        "unbuffered-io-fix-print",
    ]
}

/// Fewer calls cannot cost enough to matter.
const MIN_CALLS: u64 = 1000;
/// A buffered writer of the standard library writes 8 KiB at a time; what is far below was not buffered.
const SMALL_BYTES: u64 = 1024;
/// Fewer calls for each opened file leave little to batch.
const MIN_CALLS_PER_OPEN: u64 = 16;
/// Capacity of `BufReader` and `BufWriter`.
const BUFFER_BYTES: f64 = 8192.0;

/// The small calls of one line, in one direction.
#[derive(Default)]
struct Small {
    claims: Vec<EntryIdx>,
    calls: u64,
    bytes: u64,
    size: Distribution,
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let min_calls = MIN_CALLS.max(MIN_CALLS_PER_OPEN * opened_files(ctx));
    for is_write in [true, false] {
        let mut by_line: BTreeMap<(Option<&str>, u32), (Booked<'_>, Small)> = BTreeMap::new();
        for booked in ctx.entries() {
            let Work::Syscall(call) = &booked.entry.work else {
                continue;
            };
            if call != if is_write { "write" } else { "read" } {
                continue;
            }
            let key = (booked.site.file.as_deref(), booked.site.line);
            let small = &mut by_line.entry(key).or_insert_with(|| (booked, Small::default())).1;
            small.claims.push(booked.idx);
            for io in booked.entry.cost.io.iter().filter(|io| is_batchable(io)) {
                small.calls += io.count;
                small.bytes += io.bytes;
                small.size = small.size.merged(&io.size);
            }
        }
        let is_small = |small: &Small| small.calls >= min_calls && small.size.median < SMALL_BYTES;
        let lines = by_line.into_values().filter(|(_, small)| is_small(small));
        out.extend(lines.map(|(booked, small)| found(ctx, booked, small, is_write)));
    }
}

/// How many files the whole run opened, by whatever code.
fn opened_files(ctx: &Context<'_>) -> u64 {
    let opens = ctx
        .ledger()
        .entries
        .iter()
        .filter(|entry| entry.work == Work::Syscall("open".to_owned()));
    opens
        .flat_map(|entry| &entry.cost.io)
        .map(|io| io.count - io.errors.min(io.count))
        .sum()
}

/// A small message on a socket waits for an answer: it cannot be put off like a write to a file.
fn is_batchable(io: &IoCost) -> bool {
    io.fd_kind != FdKind::Socket && !io.call.starts_with('p')
}

fn found(ctx: &Context<'_>, booked: Booked<'_>, small: Small, is_write: bool) -> Candidate {
    let kind = match (is_write, booked.call) {
        (true, "println!" | "eprintln!") => "print",
        (true, _) => "write",
        (false, _) => "read",
    };
    let (title, fix) = match kind {
        "print" => ("unbuffered-io-title-print", "unbuffered-io-fix-print"),
        "write" => ("unbuffered-io-title-write", "unbuffered-io-fix-write"),
        _ => ("unbuffered-io-title-read", "unbuffered-io-fix-read"),
    };
    let mean_bytes = (small.bytes as f64 / small.calls as f64).max(1.0);
    let mut candidate = Candidate::new(&UNBUFFERED_IO, ctx.place(booked.site), small.claims);
    candidate.resource = Resource::Io;
    candidate.local_factor = (BUFFER_BYTES / mean_bytes).max(2.0);
    candidate.title = Message::new(title)
        .with("calls", Arg::Count(small.calls))
        .with("size", Arg::Bytes(small.size.median));
    candidate.why = Message::new("unbuffered-io-why");
    candidate.evidence = vec![
        evidence::calls(small.calls),
        evidence::bytes_per_call(small.size.median),
        evidence::bytes(small.bytes),
    ];
    candidate.fixes = vec![Fix::advice(Message::new(fix), Effort::Simple)];
    if let Some(repetition) = ctx
        .repetition(booked.entry.node)
        .filter(|repetition| repetition.levels_up > 0)
    {
        candidate.add_also(repetition.asks);
    }
    candidate
}
