//! One access: through the thread's caches, to the record of its site.

use crate::caches::{flag, forget_recent, is_sampled, pass_over};
use crate::records::{add, note_stride};
use crate::thread::Thread;
use crate::{directory, objects, start};
use core::sync::atomic::Ordering::Relaxed;
use wire::trace::LINE_BYTES;

/// What an access does, besides where.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    /// Return address of the callback.
    pub(crate) site: u64,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
    pub(crate) is_atomic: bool,
}

/// An access of at most a line's size, which may lie in two.
#[inline(always)]
pub(crate) fn access(thread: &'static Thread, address: u64, n_bytes: u64, access: Access) {
    if thread.is_busy.load(Relaxed) != 0 {
        // A signal handler in the middle of the model.
        return;
    }
    thread.is_busy.store(1, Relaxed);
    let offset = address % LINE_BYTES;
    let line = address / LINE_BYTES;
    let first = (LINE_BYTES - offset).min(n_bytes);
    touch(thread, line, mask(offset, first), address, access);
    if first < n_bytes {
        touch(
            thread,
            line + 1,
            mask(0, n_bytes - first),
            (line + 1) * LINE_BYTES,
            access,
        );
    }
    thread.is_busy.store(0, Relaxed);
}

/// An access of any size, as copies make it: line after line.
pub(crate) fn range(thread: &'static Thread, address: u64, n_bytes: u64, access: Access) {
    if n_bytes == 0 || thread.is_busy.load(Relaxed) != 0 {
        return;
    }
    thread.is_busy.store(1, Relaxed);
    let end = address.wrapping_add(n_bytes);
    let mut at = address;
    while at < end {
        let offset = at % LINE_BYTES;
        let n = (LINE_BYTES - offset).min(end - at);
        let line = at / LINE_BYTES;
        if !pass_over(&thread.hot.recent, line, access.writes, thread.hot.time.load(Relaxed)) {
            touch(thread, line, mask(offset, n), at, access);
        }
        at += n;
    }
    thread.is_busy.store(0, Relaxed);
}

#[inline(always)]
fn mask(offset: u64, n_bytes: u64) -> u64 {
    (u64::MAX >> (LINE_BYTES - n_bytes)) << offset
}

#[inline(always)]
fn touch(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access) {
    let time = thread.hot.time.load(Relaxed) + 1;
    thread.hot.time.store(time, Relaxed);
    match thread.l1.find(line) {
        Some(at) => hit(thread, line, mask, access, at, time),
        None => miss(thread, line, mask, address, access, time),
    }
}

#[inline]
fn hit(thread: &'static Thread, line: u64, mask: u64, access: Access, at: usize, time: u64) {
    let Some(mut word) = thread.l1.word(at).map(|place| place.load(Relaxed)) else {
        return;
    };
    let needs_owner = access.writes && word & flag::OWNED == 0;
    if needs_owner || word & flag::SHARED != 0 {
        word = line << flag::BITS | directory::acquire(thread, line, mask, access, false).flags | word & flag::SAMPLED;
    }
    if word & flag::SAMPLED != 0 {
        thread.records.use_watched(line, mask);
    }
    thread.l1.use_at(at, word, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
}

#[inline(never)]
fn miss(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access, time: u64) {
    let gained = directory::acquire(thread, line, mask, access, true);
    // A line that was taken is gone from the second level, too.
    let is_in_l2 = thread.l2.touch(line) && !gained.was_taken;
    let is_in_last = is_in_l2 || start::arena().is_some_and(|arena| arena.last_level.touch(line));
    let number = thread.records.number_of(access.site, objects::object_at(address));
    if let Some(record) = number.and_then(|number| thread.records.at(number)) {
        add(
            if access.reads {
                &record.read_misses
            } else {
                &record.write_misses
            },
            1,
        );
        add(&record.l2_misses, u64::from(!is_in_l2));
        add(&record.last_misses, u64::from(!is_in_last));
        add(&record.coherence_misses, u64::from(gained.was_taken));
        note_stride(record, address);
    }
    let mut word = line << flag::BITS | gained.flags;
    if is_sampled(line) {
        word |= flag::SAMPLED;
        thread.records.watch(line, mask, number);
    }
    let at = thread.l1.victim(line);
    let evicted = thread.l1.word(at).map_or(0, |place| place.load(Relaxed));
    if evicted != 0 {
        forget_recent(&thread.hot.recent, evicted >> flag::BITS);
        if evicted & flag::SAMPLED != 0 {
            thread.records.evicted(evicted >> flag::BITS);
        }
    }
    thread.l1.use_at(at, word, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
}

/// Takes a line away from a thread; with `is_lost` altogether, else only the right to write. True when it had it.
pub(crate) fn take_away(thread: &Thread, line: u64, is_lost: bool) -> bool {
    let Some(place) = thread.l1.find(line).and_then(|at| thread.l1.word(at)) else {
        return false;
    };
    let word = place.load(Relaxed);
    // The owner may have put another line there meanwhile: then this one stays, for this once.
    let changed = if is_lost { 0 } else { word & !flag::OWNED };
    let is_done = place.compare_exchange(word, changed, Relaxed, Relaxed).is_ok();
    forget_recent(&thread.hot.recent, line);
    is_done
}

const _: () = assert!(flag::ALL < 1 << flag::BITS);
