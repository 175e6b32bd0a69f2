//! The rule `lock-held-long`.

pub(super) mod shorten;

use crate::locks::{ContendedLock, Pattern};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, Fix, evidence};
use profile::{Arg, Message};

declare_rule! {
    /// ## What it finds
    /// A lock that threads queue for because its holder does other work meanwhile: computes, formats, reads a file, asks
    /// a server, sleeps, all without touching what the lock guards.
    /// ## Why it is slow
    /// Whatever runs between `lock()` and the end of the guard runs on one thread at a time. A guard lives to the end of
    /// its block, and one that is never named to the end of its statement: `while let Some(job) =
    /// queue.lock().unwrap().pop() { … }` holds the queue while the job runs.
    /// ## Evidence
    /// Waits for the lock were counted and timed. Of the costs measured between taking the lock and the guard's end, at
    /// least half belong to calls and statements that name neither the guard nor anything borrowed from it.
    /// ## How to see it by hand
    /// `perf trace -s` or `strace -f -e trace=futex -T`: waits as long as the work. `perf record --call-graph dwarf` of
    /// the thread that does run shows what it does while the others wait. Clippy's `significant_drop_tightening` marks
    /// guards that live longer than they are used.
    /// ## Fix and its safety
    /// Do that work before taking the lock or after letting go: compute the value first; copy out what is needed, then
    /// `drop(guard)`; end the guard by a block of its own. Between looking and writing another thread may come: look
    /// again, or use an entry per key, when doing the work twice is worse than waiting.
    /// ## When not to
    /// The work must not be done by two threads at once, and the lock is what prevents it (a file written in order, a
    /// device, a value computed once: there `OnceLock` per key is the better tool).
    pub(super) LOCK_HELD_LONG = "lock-held-long", level 5, check, says [
        "lock-held-long-title",
        "lock-held-long-why",
        "lock-held-long-fix",
    ]
}

/// Lines of work that are named.
const MAX_LINES: usize = 3;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let locks = ctx.contended_locks();
    let held = locks.iter().filter(|lock| lock.pattern == Pattern::HeldLong);
    out.extend(held.filter_map(|lock| found(ctx, lock)));
}

fn found(ctx: &Context<'_>, lock: &ContendedLock<'_>) -> Option<Candidate> {
    let held = lock.held.as_ref()?;
    let mut candidate = lock.candidate(ctx, &LOCK_HELD_LONG)?;
    let waiting = std::mem::replace(&mut candidate.place, held.taken.clone());
    candidate.also.retain(|place| *place != held.taken);
    let also = std::mem::take(&mut candidate.also);
    let work = held.movable.iter().take(MAX_LINES).cloned();
    work.chain([waiting]).chain(also).for_each(|place| {
        if (&place.file, place.line) != (&held.taken.file, held.taken.line) {
            candidate.add_also(place);
        }
    });
    candidate.title = Message::new("lock-held-long-title").text("lock", lock.name(ctx));
    candidate.why = Message::new("lock-held-long-why")
        .with("share", Arg::Share(held.movable_s / held.total_s))
        .with("waiting", Arg::Share(lock.share(ctx)));
    candidate.evidence.extend(lock.held_evidence());
    candidate.evidence.push(evidence::held_in_vain(held.movable_s));
    candidate.fixes = shorten::fixes(ctx, lock, "lock-held-long-fix");
    if candidate.fixes.is_empty() {
        let advice = Fix::advice(Message::new("lock-held-long-fix"), Effort::Simple);
        candidate.fixes.push(advice);
    }
    Some(candidate)
}
