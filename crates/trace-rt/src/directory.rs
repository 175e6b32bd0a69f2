//! Which threads have which line: what a machine's coherence protocol would know. In use from the second thread on.
//!
//! One hash table for the process. An entry is locked by a bit of its first word, for some dozen instructions; who
//! cannot get it soon goes without.

use crate::caches::{Fate, flag};
use crate::model::{Access, take_away};
use crate::thread::{self, Thread};
use crate::{sharing, sys};
use core::hint::spin_loop;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicU64, AtomicUsize};

const BITS: u32 = 19;
const N_PROBES: u64 = 4;
const N_TRIES: u32 = 2000;
/// Beside the line's number plus one, in the first word of an entry.
const LOCK: u64 = 1 << 63;
/// A line that threads have taken from each other so often is watched access by access: a hand-over is not sharing.
const EVENTS_TO_WATCH: u64 = 16;
/// A thread that has a wanted line for so many accesses offers its processor: on a machine with fewer free processors than
/// threads, what would run side by side runs one after the other, and no line would ever be lost.
const TURN: u64 = 16;
/// After so many, nobody seems to want the line any more.
const MOST_UNDISTURBED: u64 = 4096;

struct Entry {
    /// Number of the line plus one, and [`LOCK`]; 0: free.
    word: AtomicU64,
    /// Threads that may have the line, by their bits.
    holders: AtomicU64,
    /// Threads that had it when another one wrote to it.
    robbed: AtomicU64,
    /// Not 0: its one holder may write to it.
    is_owned: AtomicU64,
    /// How often a robbed thread came back.
    events: AtomicU64,
    /// Watched accesses since then, all by one thread.
    undisturbed: AtomicU64,
    /// Number of its [`wire::trace::SharedLine`], plus one.
    record: AtomicU64,
}

/// What a thread gets with a line. Until it is dropped nobody can take the line away: what the thread notes of it meanwhile
/// is true.
pub(crate) struct Gained {
    /// See [`flag`].
    pub(crate) flags: u64,
    /// The thread had the line, and lost it to another one's write.
    pub(crate) was_taken: bool,
    /// The entry that is held, and what opens it.
    held: Option<(&'static Entry, u64)>,
    /// Who else wants the line may not have had a processor for it.
    gives_way: Option<&'static Thread>,
}

impl Gained {
    /// A line that is known to be the thread's.
    pub(crate) const fn without_asking(flags: u64) -> Self {
        Self {
            flags,
            was_taken: false,
            held: None,
            gives_way: None,
        }
    }
}

impl Drop for Gained {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some((entry, word)) = self.held {
            entry.word.store(word, Release);
        }
        if let Some(thread) = self.gives_way {
            thread.give_way();
        }
    }
}

/// True once there were two threads.
#[inline(always)]
pub(crate) fn is_open() -> bool {
    TABLE.load(Relaxed) != 0
}

/// Address of the table; 0: there was one thread only so far.
static TABLE: AtomicUsize = AtomicUsize::new(0);

/// There are several threads from here on. What they hold is not in the table: they begin anew.
pub(crate) fn open() {
    if TABLE.load(Relaxed) != 0 {
        return;
    }
    let Some(table) = sys::private_rows::<Entry>(1 << BITS) else {
        return;
    };
    let address = table.as_ptr().expose_provenance();
    if TABLE.compare_exchange(0, address, AcqRel, Relaxed).is_err() {
        sys::release(table);
        return;
    }
    thread::all().for_each(Thread::forget_lines);
}

/// Gets a line for an access to it. `is_missed`: the thread does not have it, else it wants to write to it or is watched.
#[inline]
pub(crate) fn acquire(thread: &'static Thread, line: u64, mask: u64, access: Access, is_missed: bool) -> Gained {
    let address = TABLE.load(Acquire);
    if address == 0 {
        return Gained::without_asking(flag::OWNED);
    }
    let table = sys::rows_at(address, 1 << BITS);
    match lock(table, line) {
        Some(entry) => entry.give(thread, line, mask, access, is_missed),
        // Nothing is known of the line: ask again next time.
        None => Gained::without_asking(flag::SHARED),
    }
}

fn lock(table: &'static [Entry], line: u64) -> Option<&'static Entry> {
    let key = line + 1;
    // Neighbours are neighbours, so that a walk through memory is one through the table.
    let first = (line ^ line >> BITS) & ((1 << BITS) - 1);
    let entry_at = |probe: u64| table.get(((first + probe) & ((1 << BITS) - 1)) as usize);
    for probe in 0..N_PROBES {
        let entry = entry_at(probe)?;
        for _ in 0..N_TRIES {
            let word = entry.word.load(Relaxed);
            if word == key || word == 0 {
                if entry
                    .word
                    .compare_exchange_weak(word, key | LOCK, Acquire, Relaxed)
                    .is_ok()
                {
                    return Some(entry);
                }
            } else if word & !LOCK != key {
                break;
            }
            spin_loop();
        }
        if entry.word.load(Relaxed) & !LOCK == key {
            return None;
        }
    }
    // No place: a line that is not fought for goes.
    let entry = entry_at(line % N_PROBES)?;
    let word = entry.word.load(Relaxed);
    let is_free = word & LOCK == 0 && entry.record.load(Relaxed) == 0;
    if !is_free || entry.word.compare_exchange(word, key | LOCK, Acquire, Relaxed).is_err() {
        return None;
    }
    for field in [
        &entry.holders,
        &entry.robbed,
        &entry.is_owned,
        &entry.events,
        &entry.undisturbed,
        &entry.record,
    ] {
        field.store(0, Relaxed);
    }
    Some(entry)
}

impl Entry {
    fn give(&'static self, thread: &'static Thread, line: u64, mask: u64, access: Access, is_missed: bool) -> Gained {
        let own = thread.bit();
        let others = self.holders.load(Relaxed) & !own;
        let robbed = self.robbed.load(Relaxed);
        let was_taken = is_missed && robbed & own != 0;
        let mut flags = 0;
        if access.writes() {
            let taken = if others == 0 {
                0
            } else {
                take_from(thread, others, line, Fate::Gone)
            };
            self.robbed.store((robbed | taken) & !own, Relaxed);
            self.holders.store(own, Relaxed);
            self.is_owned.store(1, Relaxed);
            flags |= flag::OWNED;
        } else {
            if others != 0 && self.is_owned.load(Relaxed) != 0 {
                take_from(thread, others, line, Fate::ReadOnly);
            }
            self.robbed.store(robbed & !own, Relaxed);
            self.holders.store(others | own, Relaxed);
            self.is_owned.store(u64::from(others == 0), Relaxed);
            flags |= if others == 0 { flag::OWNED } else { 0 };
        }
        if was_taken {
            let events = self.events.load(Relaxed) + 1;
            self.events.store(events, Relaxed);
            if events == EVENTS_TO_WATCH {
                self.record.store(sharing::new_record(line, thread), Relaxed);
            }
        }
        let record = self.record.load(Relaxed);
        let is_seen = record != 0 && sharing::note(record - 1, thread, mask, access, was_taken);
        let undisturbed = if was_taken {
            0
        } else {
            self.undisturbed.load(Relaxed) + 1
        };
        self.undisturbed.store(undisturbed, Relaxed);
        let is_wanted = is_seen || record == 0 && self.events.load(Relaxed) != 0;
        let is_watched = is_wanted && undisturbed < MOST_UNDISTURBED;
        if is_watched {
            flags |= flag::SHARED;
        }
        Gained {
            flags,
            was_taken,
            held: Some((self, line + 1)),
            gives_way: (is_watched && undisturbed % TURN == TURN - 1).then_some(thread),
        }
    }
}

/// The bits of the threads that lost the line.
fn take_from(own: &'static Thread, bits: u64, line: u64, fate: Fate) -> u64 {
    thread::all()
        .filter(|thread| thread.bit() & bits != 0 && !core::ptr::eq(*thread, own))
        .filter(|thread| take_away(thread, line, fate))
        .fold(0, |taken, thread| taken | thread.bit())
}

/// A forked child begins with one thread.
pub(crate) fn close_in_child() {
    TABLE.store(0, Relaxed);
}
