//! One access: through the thread's caches, to the record of its site.

use crate::caches::{Fate, flag, forget_recent, is_sampled, pass_over};
use crate::records::{add, note_stride};
use crate::thread::Thread;
use crate::{directory, objects, start};
use core::sync::atomic::Ordering::{Relaxed, SeqCst};
use core::sync::atomic::fence;
use wire::trace::LINE_BYTES;

/// What an access does, besides where. Two words, so that it stays in registers.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    /// Return address of the callback.
    pub(crate) site: u64,
    /// Bits: 1 reads, 2 writes, 4 is atomic.
    how: u64,
}

impl Access {
    #[inline(always)]
    pub(crate) fn new(site: u64, reads: bool, writes: bool, is_atomic: bool) -> Self {
        Self {
            site,
            how: u64::from(reads) | u64::from(writes) << 1 | u64::from(is_atomic) << 2,
        }
    }

    #[inline(always)]
    pub(crate) fn reads(self) -> bool {
        self.how & 1 != 0
    }

    #[inline(always)]
    pub(crate) fn writes(self) -> bool {
        self.how & 2 != 0
    }

    #[inline(always)]
    pub(crate) fn is_atomic(self) -> bool {
        self.how & 4 != 0
    }
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
#[inline(always)]
pub(crate) fn range(thread: &'static Thread, address: u64, n_bytes: u64, access: Access) {
    let line = address / LINE_BYTES;
    let is_short = n_bytes.wrapping_sub(1) < LINE_BYTES - address % LINE_BYTES;
    if is_short && pass_over(&thread.hot.recent, line, access.writes(), thread.hot.time.load(Relaxed)) {
        return;
    }
    lines(thread, address, n_bytes, access);
}

#[inline(never)]
fn lines(thread: &'static Thread, address: u64, n_bytes: u64, access: Access) {
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
        if !pass_over(&thread.hot.recent, line, access.writes(), thread.hot.time.load(Relaxed)) {
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
    let Some(place) = thread.l1.word(at) else { return };
    let word = place.load(Relaxed);
    if word & flag::SAMPLED != 0 {
        thread.records.use_watched(line, mask);
    }
    let needs_owner = access.writes() && word & flag::OWNED == 0;
    if needs_owner || word & flag::SHARED != 0 {
        let gained = directory::acquire(thread, line, mask, access, false);
        mark_in_l2(thread, line, gained.flags);
        let word = line << flag::BITS | gained.flags | word & flag::SAMPLED;
        thread.l1.put(at, word, time);
        thread.l1.set_recent(&thread.hot.recent, at, word);
        return;
    }
    thread.l1.set_time(at, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
    if directory::is_open() {
        // Another thread may have taken the line since; it clears the word first and the recent lines then.
        fence(SeqCst);
        if place.load(Relaxed) != word {
            forget_recent(&thread.hot.recent, line);
        }
    }
}

#[inline(never)]
fn miss(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access, time: u64) {
    let Some(arena) = start::arena() else { return };
    arena.last_level.prefetch(line);
    objects::prefetch(address);
    let in_l2 = thread.l2.touch(line, time);
    let is_in_l2 = in_l2.is_some();
    // What is in the second level was got before, and nobody took it; lines that threads fight for are not kept there.
    let is_known = in_l2.is_some_and(|is_writable| is_writable || !access.writes());
    let gained = if is_known {
        directory::Gained::without_asking(if in_l2 == Some(true) { flag::OWNED } else { 0 })
    } else {
        let gained = directory::acquire(thread, line, mask, access, true);
        if is_in_l2 {
            mark_in_l2(thread, line, gained.flags);
        } else if gained.flags & flag::SHARED == 0 {
            thread.l2.insert(line, gained.flags & flag::OWNED != 0, time);
        }
        gained
    };
    let is_in_last = is_in_l2 || arena.last_level.touch(line);
    let number = thread.records.number_of(access.site, objects::object_at(address));
    if let Some(record) = number.and_then(|number| thread.records.at(number)) {
        let misses = if access.reads() {
            &record.read_misses
        } else {
            &record.write_misses
        };
        add(misses, 1);
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
    thread.l1.put(at, word, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
    if is_known && directory::is_open() {
        // Another thread may have taken the line since; it clears the second level first and the first one then.
        fence(SeqCst);
        if thread.l2.look(line) != in_l2 {
            thread.l1.take(at);
            forget_recent(&thread.hot.recent, line);
        }
    }
}

/// The second level knows what the directory said, so that it need not be asked again.
fn mark_in_l2(thread: &Thread, line: u64, flags: u64) {
    let fate = match flags & (flag::SHARED | flag::OWNED) {
        flag::OWNED => Fate::Writable,
        0 => Fate::ReadOnly,
        _ => Fate::Gone,
    };
    thread.l2.mark(line, fate);
}

/// Takes a line away from a thread; with `Fate::ReadOnly` only the right to write. True when it had it.
pub(crate) fn take_away(thread: &Thread, line: u64, fate: Fate) -> bool {
    let was_in_l2 = thread.l2.mark(line, fate);
    fence(SeqCst);
    let found = thread.l1.find(line);
    if let Some(at) = found {
        // The owner may put another line there meanwhile: then that one is missed once too often.
        match fate {
            Fate::Gone => thread.l1.take(at),
            _ => thread.l1.take_ownership(at),
        }
        fence(SeqCst);
    }
    forget_recent(&thread.hot.recent, line);
    was_in_l2 || found.is_some()
}

const _: () = assert!(flag::ALL < 1 << flag::BITS);
