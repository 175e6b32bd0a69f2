//! One access: through the thread's caches, to the record of its site.

use crate::caches::{FIRST_TIME, Fate, after, flag, forget_recent, is_sampled, pass_over, prefetch_recent};
use crate::records::{add, note_stride};
use crate::thread::Thread;
use crate::{directory, objects, start};
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use core::sync::atomic::{AtomicU64, AtomicUsize, fence};
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
        touch_in_call(
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
            touch_in_call(thread, line, mask(offset, n), at, access);
        }
        at += n;
    }
    thread.is_busy.store(0, Relaxed);
}

#[inline(always)]
fn mask(offset: u64, n_bytes: u64) -> u64 {
    (u64::MAX >> (LINE_BYTES - n_bytes)) << offset
}

/// [`touch`], where there is not one call of it only.
#[inline(never)]
fn touch_in_call(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access) {
    touch(thread, line, mask, address, access);
}

#[inline(always)]
fn touch(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access) {
    let time = after(thread.hot.time.load(Relaxed));
    thread.hot.time.store(time, Relaxed);
    if time == FIRST_TIME {
        thread.l1.forget_order();
    }
    let n_taken = N_TAKEN.load(Acquire);
    if n_taken != thread.unchecked.n_taken.load(Relaxed) {
        check_notes(thread, n_taken);
    }
    match thread.l1.find(line) {
        Some(at) => hit(thread, line, mask, access, at, time),
        None => miss(thread, line, mask, address, access, time),
    }
}

#[inline(always)]
fn hit(thread: &'static Thread, line: u64, mask: u64, access: Access, at: usize, time: u32) {
    let Some(place) = thread.l1.word(at) else { return };
    let mut word = place.load(Relaxed);
    if word & flag::WATCHED != 0 && !thread.records.use_watched(line, mask) {
        word &= !flag::WATCHED;
        thread.l1.put(at, word, time);
    }
    let needs_owner = access.writes() && word & flag::OWNED == 0;
    if needs_owner || word & flag::SHARED != 0 {
        let gained = directory::acquire(thread, line, mask, access, false);
        thread.l2.mark(line, fate_of(gained.flags));
        let word = line << flag::BITS | gained.flags | word & (flag::SAMPLED | flag::WATCHED);
        thread.l1.put(at, word, time);
        thread.l1.set_recent(&thread.hot.recent, at, word);
        return;
    }
    thread.l1.set_time(at, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
    if directory::is_open() {
        thread.unchecked.note(at, word, l2_said::NOTHING);
    }
}

#[inline(always)]
fn miss(thread: &'static Thread, line: u64, mask: u64, address: u64, access: Access, time: u32) {
    let Some(arena) = start::arena() else { return };
    // What will be needed is asked for first: most of it lies far away, and not in one place.
    objects::prefetch(address);
    thread.l2.prefetch(line);
    let at = thread.l1.victim(line);
    let evicted = thread.l1.word(at).map_or(0, |place| place.load(Relaxed));
    prefetch_recent(&thread.hot.recent, evicted >> flag::BITS);
    prefetch_recent(&thread.hot.recent, line);
    let in_l2 = thread.l2.touch(line);
    let is_in_l2 = in_l2.is_some();
    // What is in the second level was got before, and nobody took it.
    let is_known = match in_l2 {
        Some(Fate::Writable) => true,
        Some(Fate::ReadOnly) => !access.writes(),
        _ => false,
    };
    let gained = if is_known {
        directory::Gained::without_asking(if in_l2 == Some(Fate::Writable) { flag::OWNED } else { 0 })
    } else {
        let gained = directory::acquire(thread, line, mask, access, true);
        if is_in_l2 {
            thread.l2.mark(line, fate_of(gained.flags));
        } else {
            thread.l2.insert(line, fate_of(gained.flags));
        }
        gained
    };
    let last_misses = if is_in_l2 { 0 } else { arena.last_level.misses(line) };
    let object = objects::object_at(address, thread.stack_end.load(Relaxed));
    let number = thread.records.number_of(access.site, object);
    if let Some(record) = number.and_then(|number| thread.records.at(number)) {
        let misses = if access.reads() {
            &record.read_misses
        } else {
            &record.write_misses
        };
        add(misses, 1);
        add(&record.l2_misses, u64::from(!is_in_l2));
        add(&record.last_misses, last_misses);
        if gained.was_taken {
            add(&record.coherence_misses, 1);
        }
        note_stride(record, address);
    }
    let mut word = line << flag::BITS | gained.flags;
    if is_sampled(line) {
        word |= flag::SAMPLED | flag::WATCHED;
        thread.records.watch(line, mask, number);
    }
    if evicted != 0 {
        forget_recent(&thread.hot.recent, evicted >> flag::BITS);
        if evicted & flag::SAMPLED != 0 {
            thread.records.evicted(evicted >> flag::BITS);
        }
    }
    thread.l1.put(at, word, time);
    thread.l1.set_recent(&thread.hot.recent, at, word);
    if is_known && directory::is_open() {
        let said = match in_l2 {
            Some(Fate::Writable) => l2_said::WRITABLE,
            _ => l2_said::READ_ONLY,
        };
        thread.unchecked.note(at, word, said);
    }
}

/// Lines that threads took from each other, over the whole run. Only that it changes counts.
static N_TAKEN: AtomicU64 = AtomicU64::new(0);

/// What a thread noted of a line without asking the directory. Another thread that takes the line at this moment clears the
/// second level first, then the first one, then the recent lines, and may be overtaken by what is noted here. A fence
/// after each such note would show it at once, and cost more than the note; so the last notes are looked at again when a line
/// was taken from anybody.
pub(crate) struct Unchecked {
    next: AtomicUsize,
    n_taken: AtomicU64,
    notes: [Note; N_UNCHECKED],
}

/// So many notes later, a note has long been visible to others.
const N_UNCHECKED: usize = 4;

struct Note {
    at: AtomicUsize,
    /// The word in the first level; 0: nothing to look at.
    word: AtomicU64,
    /// What the second level said, if it was asked.
    in_l2: AtomicU64,
}

/// Values of [`Note::in_l2`].
mod l2_said {
    pub(super) const NOTHING: u64 = 0;
    pub(super) const WRITABLE: u64 = 1;
    pub(super) const READ_ONLY: u64 = 2;
}

impl Unchecked {
    pub(crate) const fn new() -> Self {
        Self {
            next: AtomicUsize::new(0),
            n_taken: AtomicU64::new(0),
            notes: [const {
                Note {
                    at: AtomicUsize::new(0),
                    word: AtomicU64::new(0),
                    in_l2: AtomicU64::new(l2_said::NOTHING),
                }
            }; N_UNCHECKED],
        }
    }

    #[inline(always)]
    fn note(&self, at: usize, word: u64, in_l2: u64) {
        let next = self.next.load(Relaxed);
        self.next.store(next.wrapping_add(1), Relaxed);
        let Some(note) = self.notes.get(next % N_UNCHECKED) else {
            return;
        };
        note.at.store(at, Relaxed);
        note.word.store(word, Relaxed);
        note.in_l2.store(in_l2, Relaxed);
    }
}

/// Looks at the notes again.
#[inline(never)]
fn check_notes(thread: &Thread, n_taken: u64) {
    thread.unchecked.n_taken.store(n_taken, Relaxed);
    for note in &thread.unchecked.notes {
        let word = note.word.load(Relaxed);
        if word == 0 {
            continue;
        }
        note.word.store(0, Relaxed);
        let at = note.at.load(Relaxed);
        let Some(place) = thread.l1.word(at) else { continue };
        let line = word >> flag::BITS;
        if place.load(Relaxed) != word {
            // Gone, or changed: the next access looks.
            forget_recent(&thread.hot.recent, line);
            continue;
        }
        let is_as_before = match note.in_l2.load(Relaxed) {
            l2_said::WRITABLE => thread.l2.look(line) == Some(Fate::Writable),
            l2_said::READ_ONLY => thread.l2.look(line) == Some(Fate::ReadOnly),
            _ => true,
        };
        if !is_as_before {
            thread.l1.take(at);
            forget_recent(&thread.hot.recent, line);
        }
    }
}

/// The second level knows what the directory said, so that it need not be asked again.
fn fate_of(flags: u64) -> Fate {
    match flags & (flag::SHARED | flag::OWNED) {
        flag::OWNED => Fate::Writable,
        0 => Fate::ReadOnly,
        _ => Fate::Contended,
    }
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
    N_TAKEN.fetch_add(1, Release);
    was_in_l2 || found.is_some()
}

const _: () = assert!(flag::ALL < 1 << flag::BITS);
