//! The rule `lock-contention`.

mod atomic;

use super::lock_held_long::shorten;
use crate::editor::Editor;
use crate::locks::{ContendedLock, Pattern};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Effort, Fix};
use profile::{Arg, Message};

declare_rule! {
    /// ## What it finds
    /// A mutex or read-write lock for which threads queue: they spin and sleep until another one lets go.
    /// ## Why it is slow
    /// While one thread holds the lock the others stand still, so more threads add nothing; each hand-over also moves
    /// cache lines between processors and wakes a thread by a system call.
    /// ## Evidence
    /// Waits were counted and timed per lock address, and the processor time spent spinning was sampled. Lines that let
    /// go of the same lock and woke waiters are named too, and so is who woke most of them: it held the lock. A lock that
    /// is taken often but seldom found taken does not show. Where most of what is done under it does not need it, the rule
    /// `lock-held-long` speaks instead; where hardly anything is changed under it, `read-mostly-mutex`.
    /// ## How to see it by hand
    /// `perf trace -s` or `strace -c -f`: `futex` calls by the thousand. `perf record --call-graph dwarf`: time in
    /// `Mutex::lock_contended`. More threads, and the run gets no faster.
    /// ## Fix and its safety
    /// In this order: hold it for less time (compute before locking, drop the guard early); give each thread its own
    /// and merge at the end; split it into shards by key; an atomic for a counter; `RwLock` where readers far
    /// outnumber writers and hold it long. Check what must stay consistent under one lock.
    /// ## When not to
    /// The data must change together: two locks in place of one bring lost updates or, taken in different orders, a
    /// deadlock. Threads that seldom meet pay twenty nanoseconds for a lock: shards gain nothing there.
    pub(super) LOCK_CONTENTION = "lock-contention", level 5, check, says [
        "lock-contention-title",
        "lock-contention-title-print",
        "lock-contention-why",
        "lock-contention-fix-shorten",
        "lock-contention-fix-split",
        "lock-contention-fix-atomic",
        "lock-contention-fix-print",
    ]
}

/// A wait for a short section is over within some microseconds, waking included; a longer one means a long section.
const LONG_WAIT_S: f64 = 100e-6;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let locks = ctx.contended_locks();
    let contended = locks.iter().filter(|lock| lock.pattern == Pattern::Contended);
    out.extend(contended.filter_map(|lock| found(ctx, lock)));
}

fn found(ctx: &Context<'_>, lock: &ContendedLock<'_>) -> Option<Candidate> {
    let call = lock.lines.first()?.first.call;
    let is_print = call.starts_with("print") || call.starts_with("eprint");
    let mut candidate = lock.candidate(ctx, &LOCK_CONTENTION)?;
    candidate.title = if is_print {
        Message::new("lock-contention-title-print")
    } else {
        Message::new("lock-contention-title").text("lock", lock.name(ctx))
    };
    candidate.why = Message::new("lock-contention-why").with("share", Arg::Share(lock.share(ctx)));
    candidate.evidence.extend(lock.held_evidence());
    candidate.fixes = cures(ctx, lock, is_print);
    Some(candidate)
}

/// The cures that fit what was measured, best first.
fn cures(ctx: &Context<'_>, lock: &ContendedLock<'_>, is_print: bool) -> Vec<Fix> {
    let advice = |key, effort| Fix::advice(Message::new(key), effort);
    let shorten = advice("lock-contention-fix-shorten", Effort::Simple);
    let split = advice("lock-contention-fix-split", Effort::Moderate);
    if is_print {
        return vec![advice("lock-contention-fix-print", Effort::Simple)];
    }
    if let Some(number) = lock.declared(ctx).and_then(|declared| number_guarded(&declared)) {
        let atomic = Message::new("lock-contention-fix-atomic");
        let machine = counted(ctx, lock, number).and_then(|editor| editor.into_fix(atomic.clone(), Effort::Simple));
        return vec![machine.unwrap_or_else(|| Fix::advice(atomic, Effort::Simple)), split];
    }
    // Who waits long waits for somebody who does much; who waits briefly, for one of many who do little.
    let shortened = shorten::fixes(ctx, lock, "lock-contention-fix-shorten");
    let shortened = if shortened.is_empty() { vec![shorten] } else { shortened };
    if lock.mean_wait_s() >= LONG_WAIT_S {
        shortened.into_iter().chain([split]).collect()
    } else {
        [split].into_iter().chain(shortened).collect()
    }
}

/// The plain number or flag that a lock guards: then an atomic does without it.
fn number_guarded(declared: &str) -> Option<&'static str> {
    const NUMBERS: [&str; 11] = [
        "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "bool",
    ];
    let inner = declared.split_once("Mutex<").or_else(|| declared.split_once("RwLock<"));
    let inner = inner?.1.trim_end_matches(['>', ' ', ';']);
    NUMBERS.into_iter().find(|number| *number == inner)
}

/// The file with an atomic in the place of the lock.
fn counted<'c>(ctx: &'c Context<'_>, lock: &ContendedLock<'_>, number: &str) -> Option<Editor<'c>> {
    let site = lock.lines.first()?.first.site;
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    atomic::counted(&mut editor, ctx.syntax(site)?, number)?;
    Some(editor)
}
