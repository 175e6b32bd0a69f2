//! The rule `contended-atomic`.

use crate::memory::{advice, fight, fighters, side_evidence, transfer_cycles};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, evidence};
use profile::{Message, SharedLineRow};

declare_rule! {
    /// ## What it finds
    /// One atomic variable that several threads change all the time.
    /// ## Why it is slow
    /// An atomic change needs the variable's cache line for itself. With one thread it takes some twenty cycles; with
    /// several the line wanders from core to core, each time a hundred cycles and more, and the threads stand in line for
    /// it: more threads make it slower, not faster.
    /// ## Evidence
    /// `cargo whyslow trace` counts how often a thread lost the line to another one and then used the very bytes that
    /// had been written. What that costs is predicted from the usual time of a transfer. Debug information names the field.
    /// ## How to see it by hand
    /// `perf c2c` where the machine has the counters; the instruction with `lock` before it is hot in `perf annotate`, and
    /// gets hotter with each thread.
    /// ## Fix and its safety
    /// Count in a local variable and add the sum once, when a thread or a batch is done; or one counter for each thread, on a
    /// line of its own, added up by who reads them. An `Arc` that is cloned in a loop: borrow it instead. Who reads
    /// the variable meanwhile sees it lag behind.
    /// ## When not to
    /// The value must be exact at each moment (a ticket, a sequence number), or the threads touch it once in a
    /// thousand operations.
    pub(super) CONTENDED_ATOMIC = "contended-atomic", level 5, check, says [
        "contended-atomic-title",
        "contended-atomic-why",
        "contended-atomic-fix-local",
        "contended-atomic-fix-shards",
        "contended-atomic-fix-borrow",
    ]
}

/// Fewer hand-overs are the start and the end of threads.
const MIN_MISSES: u64 = 200;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let Some(trace) = &ctx.profile().trace else { return };
    let all = ctx.memory_costs().cycles;
    let truly = |line: &&SharedLineRow| line.true_misses() >= MIN_MISSES && line.true_misses() >= line.false_misses();
    out.extend(
        trace
            .shared_lines
            .iter()
            .filter(truly)
            .filter_map(|line| found(ctx, line, all)),
    );
}

fn found(ctx: &Context<'_>, line: &SharedLineRow, all: f64) -> Option<Candidate> {
    let n_atomics: u64 = line.sharers.iter().map(|sharer| sharer.atomics).sum();
    let n_accesses: u64 = line.sharers.iter().map(|sharer| sharer.reads + sharer.writes).sum();
    if n_atomics * 4 < n_accesses {
        return None;
    }
    let fight = fight(ctx, line)?;
    let cycles = transfer_cycles(line.true_misses());
    let mut candidate = ctx.memory_candidate(&CONTENDED_ATOMIC, fight.place.clone(), cycles, all);
    candidate.title = Message::new("contended-atomic-title").text("object", fight.name());
    candidate.why = Message::new("contended-atomic-why");
    candidate.evidence = vec![
        evidence::count("evidence-true-misses", line.true_misses()),
        evidence::count("evidence-threads-sharing", fighters(line).count() as u64),
        evidence::count("evidence-atomics", n_atomics),
    ];
    candidate.evidence.extend(side_evidence(&fight.sides));
    // The counts of an `Arc` are nobody's own counter.
    candidate.fixes = match fight.is_for_counts() {
        true => vec![advice("contended-atomic-fix-borrow")],
        false => vec![
            advice("contended-atomic-fix-local"),
            advice("contended-atomic-fix-shards"),
        ],
    };
    candidate.also = fight.also;
    Some(candidate)
}
