//! Counts waits and wake-ups by stack and address. Runs inside malloc and signal handlers.
//!
//! The guard is never held while the thread waits: a signal handler or a cancelled thread must find it free.

use crate::aggregate::{Entry, entry_of};
use crate::arena;
use crate::sys::{self, Registers};
use crate::thread::{self, Thread};
use core::sync::atomic::Ordering::Relaxed;
use wire::{AggregateKey, EntryKind};

/// A wait that is going on.
#[derive(Clone, Copy)]
pub(crate) struct Waiting {
    thread: Thread,
    entry: Entry<'static>,
    since_ns: u64,
}

/// Before a thread waits. `kind` is a [`wire::wait_kind`]. None when waits are not recorded.
#[inline]
pub(crate) fn begin(kind: u8, address: usize, caller: Registers) -> Option<Waiting> {
    if !is_recording() {
        return None;
    }
    let (thread, entry) = entry_for(EntryKind::Wait, kind, address, caller)?;
    let since_ns = sys::now_ns();
    // The recorder adds a wait that is still going on at the end.
    thread.slot.wait_since_ns.store(since_ns, Relaxed);
    thread.slot.wait_entry.store(entry.place, Relaxed);
    Some(Waiting {
        thread,
        entry,
        since_ns,
    })
}

/// After it has waited. `has_waited`: false when the call returned at once because there was nothing to wait for.
#[inline]
pub(crate) fn end(waiting: Option<Waiting>, has_waited: bool) {
    let Some(waiting) = waiting else {
        return;
    };
    waiting.thread.slot.wait_entry.store(0, Relaxed);
    if has_waited {
        waiting
            .entry
            .add_timed_call(sys::now_ns().saturating_sub(waiting.since_ns));
    }
}

/// A call has woken a waiting thread.
pub(crate) fn woke(address: usize, caller: Registers) {
    if is_recording()
        && let Some((_, entry)) = entry_for(EntryKind::Wake, 0, address, caller)
    {
        entry.add_call();
    }
}

#[inline(always)]
fn is_recording() -> bool {
    arena::config().is_some_and(|config| config.has_waits.load(Relaxed) != 0)
}

fn entry_for(kind: EntryKind, sub: u8, address: usize, caller: Registers) -> Option<(Thread, Entry<'static>)> {
    let thread = thread::current()?;
    let _guard = thread::enter()?;
    let key = AggregateKey {
        pid: thread.slot.pid.load(Relaxed),
        tid: thread.slot.tid.load(Relaxed),
        kind,
        sub,
        detail: 0,
        address: address as u64,
    };
    let entry = entry_of(thread.arena, &key, &caller)?;
    Some((thread, entry))
}
