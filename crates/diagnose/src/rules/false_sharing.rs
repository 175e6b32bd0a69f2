//! The rule `false-sharing`.

mod cures;

use crate::memory::{advice, fight, fighters, side_evidence, transfer_cycles};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, evidence};
use profile::{Message, SharedLineRow};

declare_rule! {
    /// ## What it finds
    /// A cache line on which threads write to different variables: none of them needs what the others write, and yet
    /// each write takes the line away from all of them.
    /// ## Why it is slow
    /// Processors hand memory to each other in lines of 64 bytes. A write to any byte makes the other cores' copies
    /// invalid; their next access waits for the line, some fifty to two hundred cycles instead of four.
    /// ## Evidence
    /// `cargo whyslow trace` sees every access and keeps account of which thread has which line. It counts how often
    /// a thread lost a line and then used none of the bytes that the others had written meanwhile: these losses
    /// would not be with the variables on lines of their own. What they cost is predicted from the usual time of a transfer.
    /// Debug information names the fields on each side; where memory has no type of its own, such as another thread's
    /// stack, the names that the source uses there are taken, when exactly one struct has them at these distances.
    /// Sharing is seen only where threads really ran at the same time.
    /// ## How to see it by hand
    /// `perf c2c record` and `perf c2c report` on a machine with the counters for it (`HITM`), as root or with
    /// `perf_event_paranoid` lowered: lines with many hits in modified state, at different offsets.
    /// ## Fix and its safety
    /// Put what each thread writes on lines of its own: `crossbeam_utils::CachePadded<T>`, or a wrapper with
    /// `#[repr(align(128))]` (processors of Intel fetch lines in pairs). Or let each thread count in a local variable
    /// and add to the shared one at its end. Nothing but the layout changes; memory grows by the padding.
    /// `cargo whyslow fix` wraps the fields or statics that are fought for (by `CachePadded` where the crate is a dependency
    /// already), or aligns the struct whose values are neighbours, and keeps what is measured to be faster.
    /// ## When not to
    /// Values of which there are many and which threads seldom write at the same time: padding each costs more cache than
    /// the sharing does.
    pub(super) FALSE_SHARING = "false-sharing", level 4, check, says [
        "false-sharing-title",
        "false-sharing-why",
        "false-sharing-fix-pad",
        "false-sharing-fix-local",
    ]
}

/// Fewer hand-overs are the start and the end of threads.
const MIN_MISSES: u64 = 200;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let Some(trace) = &ctx.profile().trace else { return };
    let all = ctx.memory_costs().cycles;
    let falsely = |line: &&SharedLineRow| line.false_misses() >= MIN_MISSES && line.false_misses() > line.true_misses();
    out.extend(
        trace
            .shared_lines
            .iter()
            .filter(falsely)
            .filter_map(|line| found(ctx, line, all)),
    );
}

fn found(ctx: &Context<'_>, line: &SharedLineRow, all: f64) -> Option<Candidate> {
    let fight = fight(ctx, line)?;
    let cycles = transfer_cycles(line.false_misses());
    let mut candidate = ctx.memory_candidate(&FALSE_SHARING, fight.place.clone(), cycles, all);
    candidate.title = Message::new("false-sharing-title").text("object", fight.name());
    candidate.why = Message::new("false-sharing-why");
    candidate.evidence = vec![
        evidence::count("evidence-false-misses", line.false_misses()),
        evidence::count("evidence-true-misses", line.true_misses()),
        evidence::count("evidence-threads-sharing", fighters(line).count() as u64),
    ];
    candidate.evidence.extend(side_evidence(&fight.sides));
    candidate.also = fight.also;
    candidate.fixes = cures::cures(ctx, &fight.sides);
    candidate.fixes.push(advice("false-sharing-fix-pad"));
    candidate.fixes.push(advice("false-sharing-fix-local"));
    Some(candidate)
}
