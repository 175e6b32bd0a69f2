//! The rule `read-mostly-mutex`.

mod rwlock;

use crate::editor::Editor;
use crate::locks::{ContendedLock, Pattern};
use crate::rule::declare_rule;
use crate::{Candidate, Candidates, Context, Dependency, Effort, Fix};
use profile::{Arg, Message};

declare_rule! {
    /// ## What it finds
    /// A mutex that threads queue for although they hardly ever change what it guards.
    /// ## Why it is slow
    /// Readers do not disturb each other, but a mutex lets one in at a time.
    /// ## Evidence
    /// Waits for the lock were counted and timed. At the places that account for at least four fifths of this waiting the
    /// guard is only read: it is not `mut`, or nothing but methods that borrow immutably is called on it.
    /// ## How to see it by hand
    /// `perf trace -s` or `strace -c -f`: `futex` calls by the thousand; `perf record --call-graph dwarf`: time in
    /// `Mutex::lock_contended` under functions that look things up. Then read what they do with the guard.
    /// ## Fix and its safety
    /// Data that changes by being replaced as a whole: keep it in an `Arc` behind `arc_swap::ArcSwap`, or hand each
    /// thread its own `Arc` clone; then readers take no lock at all. Data that is set up once: `OnceLock`, or build it
    /// before the threads start. Data that changes in place and is read at length: `RwLock`. Readers of a snapshot may see
    /// the state before the last change.
    /// ## When not to
    /// Very short reads under `RwLock`: its counter is one cache line that all readers write to, so it can be slower than
    /// the mutex. Writers may starve behind a steady stream of readers.
    pub(super) READ_MOSTLY_MUTEX = "read-mostly-mutex", level 5, check, says [
        "read-mostly-mutex-title",
        "read-mostly-mutex-why",
        "read-mostly-mutex-fix-rwlock",
        "read-mostly-mutex-fix-snapshot",
    ]
}

/// Readers that hold an `RwLock` for less than about this spend as much on its counter as on reading.
const LONG_READ_S: f64 = 5e-6;

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let locks = ctx.contended_locks();
    let read = locks.iter().filter(|lock| lock.pattern == Pattern::ReadMostly);
    out.extend(read.filter_map(|lock| found(ctx, lock)));
}

fn found(ctx: &Context<'_>, lock: &ContendedLock<'_>) -> Option<Candidate> {
    let mut candidate = lock.candidate(ctx, &READ_MOSTLY_MUTEX)?;
    candidate.title = Message::new("read-mostly-mutex-title").text("lock", lock.name(ctx));
    candidate.why = Message::new("read-mostly-mutex-why").with("share", Arg::Share(lock.share(ctx)));
    candidate.evidence.extend(lock.held_evidence());
    let mut snapshot = Fix::advice(Message::new("read-mostly-mutex-fix-snapshot"), Effort::Moderate);
    snapshot.dependencies = vec![Dependency {
        name: "arc-swap".to_owned(),
        version: "1".to_owned(),
    }];
    let title = || Message::new("read-mostly-mutex-fix-rwlock");
    let made = |editor: Option<Editor<'_>>| editor?.into_fix(title(), Effort::Simple);
    let one = made(shared(ctx, lock, true));
    let all = made(shared(ctx, lock, false)).filter(|all| Some(all) != one.as_ref());
    let mut fixes: Vec<Fix> = one.into_iter().chain(all).collect();
    if fixes.is_empty() {
        fixes.push(Fix::advice(title(), Effort::Simple));
    }
    // A waiter waits for one holder or more, so the wait bounds the hold from above.
    let is_long = lock.mean_wait_s() >= LONG_READ_S;
    fixes.insert(if is_long { fixes.len() } else { 0 }, snapshot);
    candidate.fixes = fixes;
    Some(candidate)
}

/// The file with an `RwLock` in the place of this mutex alone, or of all.
fn shared<'c>(ctx: &'c Context<'_>, lock: &ContendedLock<'_>, is_alone: bool) -> Option<Editor<'c>> {
    let site = lock.lines.first()?.first.site;
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    let syntax = ctx.syntax(site)?;
    if is_alone {
        let name = lock.name(ctx);
        rwlock::one_shared(&mut editor, syntax, name.rsplit('.').next()?)?;
    } else {
        rwlock::shared(&mut editor, syntax)?;
    }
    Some(editor)
}
