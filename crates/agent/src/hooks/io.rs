//! Counts I/O calls by stack. Runs inside malloc and signal handlers.

use crate::aggregate::entry_of;
use crate::sys::{self, Registers};
use crate::{arena, descriptors, thread};
use core::ffi::c_int;
use core::sync::atomic::Ordering::Relaxed;
use wire::{AggregateKey, EntryKind, IoCall, entry, fd_kind};

/// An I/O call that is going on.
#[derive(Clone, Copy)]
pub(crate) struct Started {
    since_ns: u64,
    fd_kind: u8,
}

/// How an I/O call ended.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// It failed.
    Failed,
    /// It succeeded and transfers no bytes.
    Done,
    /// It succeeded and transferred this many bytes.
    Transferred(u64),
}

impl Outcome {
    /// Of a call that returns a number of bytes, or −1.
    pub(crate) fn of_transfer(result: isize) -> Self {
        u64::try_from(result).map_or(Self::Failed, Self::Transferred)
    }

    /// Of a call that returns −1 when it fails.
    pub(crate) fn of_status(result: i64) -> Self {
        if result < 0 { Self::Failed } else { Self::Done }
    }
}

/// Before the call. `fd` is −1 for calls that have none. None when I/O is not recorded.
#[inline]
pub(crate) fn start(fd: c_int) -> Option<Started> {
    if arena::config()?.has_io.load(Relaxed) == 0 || sys::local().is_busy.load(Relaxed) != 0 {
        return None;
    }
    let fd_kind = if fd < 0 {
        fd_kind::OTHER
    } else {
        descriptors::kind_of(fd)
    };
    Some(Started {
        since_ns: sys::now_ns(),
        fd_kind,
    })
}

/// After the call.
#[inline]
pub(crate) fn finish(started: Option<Started>, call: IoCall, outcome: Outcome, caller: Registers) {
    if let Some(started) = started {
        count(started, sys::now_ns(), call, outcome, caller);
    }
}

fn count(started: Started, now_ns: u64, call: IoCall, outcome: Outcome, caller: Registers) {
    let Some(thread) = thread::current() else {
        return;
    };
    let Some(_guard) = thread::enter() else {
        return;
    };
    let key = AggregateKey {
        pid: thread.slot.pid.load(Relaxed),
        tid: thread.slot.tid.load(Relaxed),
        kind: EntryKind::Io,
        sub: call as u8,
        detail: started.fd_kind,
        address: 0,
    };
    let Some(entry) = entry_of(thread.arena, &key, &caller) else {
        return;
    };
    entry.add_timed_call(now_ns.saturating_sub(started.since_ns));
    match outcome {
        Outcome::Failed => entry.add(entry::ERRORS, 1),
        Outcome::Done => {}
        Outcome::Transferred(bytes) => {
            entry.add(entry::BYTES, bytes);
            entry.add_size(bytes);
        }
    }
}
