//! What the runtime keeps of each thread: its slot in the arena and its caches.

use crate::caches::{FIRST_TIME, L1, L2, N_RECENT, Recent};
use crate::model::Unchecked;
use crate::records::Records;
use crate::sys::{self, local};
use crate::{directory, start};
use core::ffi::c_void;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize};
use wire::trace::{SlotHeader, SlotPart, TraceGeometry};

/// The part that the callbacks' assembly reads: its layout is repeated there.
#[repr(C, align(64))]
pub(crate) struct Hot {
    /// Address of the table of counts.
    pub(crate) counts: AtomicU64,
    /// First address of the executable's code.
    pub(crate) text_start: AtomicU64,
    /// Its size.
    pub(crate) text_bytes: AtomicU64,
    /// The time, which goes on with each miss.
    pub(crate) time: AtomicU32,
    padding: u32,
    /// Address of the table of bytes copied and filled.
    pub(crate) bytes: AtomicU64,
    more_padding: [u64; 3],
    /// Lines that are passed over.
    pub(crate) recent: [Recent; N_RECENT],
}

/// A thread of the program.
#[repr(C)]
pub(crate) struct Thread {
    pub(crate) hot: Hot,
    /// Place in the table of this process's threads.
    number: AtomicU64,
    /// Number of the slot in the arena.
    pub(crate) slot_idx: u64,
    pub(crate) slot: &'static SlotHeader,
    /// Bytes copied, for each place of a call.
    pub(crate) bytes: &'static [AtomicU64],
    pub(crate) l1: L1,
    pub(crate) l2: L2,
    pub(crate) records: Records,
    /// Accesses to lines that threads fight for.
    pub(crate) seen_shared: AtomicU64,
    /// Processor's ticks for which others were given way to.
    given_ticks: AtomicU64,
    pub(crate) unchecked: Unchecked,
    /// Where the stack of the thread ends; 0 when that is unknown.
    pub(crate) stack_end: AtomicU64,
    /// 1 while the thread runs the model.
    pub(crate) is_busy: AtomicU32,
    /// 1 while a thread has it.
    is_taken: AtomicU32,
}

/// Threads of this process that ran at the same time, ended ones included: their slots are taken again.
static THREADS: [AtomicUsize; TraceGeometry::N_SLOTS as usize] =
    [const { AtomicUsize::new(0) }; TraceGeometry::N_SLOTS as usize];
/// Used part of [`THREADS`].
static N_THREADS: AtomicU64 = AtomicU64::new(0);

/// The threads of this process, ended ones included.
pub(crate) fn all() -> impl Iterator<Item = &'static Thread> {
    let n = (N_THREADS.load(Acquire) as usize).min(THREADS.len());
    THREADS.iter().take(n).filter_map(|place| at(place.load(Acquire)))
}

#[inline(always)]
fn at(address: usize) -> Option<&'static Thread> {
    (address != 0).then(|| sys::row_at(address))
}

/// The calling thread; none when nothing is recorded, or not of this thread.
#[inline(always)]
pub(crate) fn current() -> Option<&'static Thread> {
    at(local().thread.load(Relaxed)).or_else(register)
}

#[cold]
fn register() -> Option<&'static Thread> {
    let arena = start::arena()?;
    let local = local();
    if local.is_done.load(Relaxed) != 0 || local.is_registering.swap(1, Relaxed) != 0 {
        return None;
    }
    let thread = take_ended().or_else(|| create(arena));
    match thread {
        Some(thread) => {
            thread.slot.tid.store(u64::from(sys::tid()), Relaxed);
            thread.slot.n_threads.fetch_add(1, Relaxed);
            thread.stack_end.store(sys::stack_end().unwrap_or(0), Relaxed);
            store_name(thread);
            local
                .thread
                .store(core::ptr::from_ref(thread).expose_provenance(), Relaxed);
            sys::watch_thread_end();
        }
        None => {
            arena.header.lost_threads.fetch_add(1, Relaxed);
            local.is_done.store(1, Relaxed);
        }
    }
    local.is_registering.store(0, Relaxed);
    thread
}

/// A slot whose thread has ended: its counts go on, its caches begin anew.
fn take_ended() -> Option<&'static Thread> {
    let is_ours = |thread: &&Thread| thread.is_taken.compare_exchange(0, 1, AcqRel, Relaxed).is_ok();
    let thread = all().find(is_ours)?;
    thread.forget_lines();
    Some(thread)
}

fn create(arena: &'static start::Arena) -> Option<&'static Thread> {
    let slot_idx = arena.header.n_slots.fetch_add(1, Relaxed);
    if slot_idx >= TraceGeometry::N_SLOTS {
        arena.header.n_slots.fetch_sub(1, Relaxed);
        return None;
    }
    let geometry = arena.geometry;
    let base = arena.map_slot(slot_idx)?;
    let part = |part| base + geometry.part_at(part) as usize;
    let slot: &'static SlotHeader = sys::row_at(base);
    let levels = &arena.header.levels;
    let thread = sys::private(Thread {
        hot: Hot {
            counts: AtomicU64::new(part(SlotPart::Counts) as u64),
            text_start: AtomicU64::new(arena.text_start),
            text_bytes: AtomicU64::new(geometry.text_bytes),
            time: AtomicU32::new(FIRST_TIME),
            padding: 0,
            bytes: AtomicU64::new(part(SlotPart::Bytes) as u64),
            more_padding: [0; 3],
            recent: [const { Recent::none() }; N_RECENT],
        },
        number: AtomicU64::new(0),
        slot_idx,
        slot,
        bytes: sys::rows_at(part(SlotPart::Bytes), geometry.n_places() as usize),
        l1: L1::new(levels[0].sets.load(Relaxed), levels[0].ways.load(Relaxed))?,
        l2: L2::new(levels[1].sets.load(Relaxed), levels[1].ways.load(Relaxed))?,
        records: Records::new(
            slot,
            part(SlotPart::Sites),
            part(SlotPart::Records),
            &arena.header.lost_rows,
        )?,
        seen_shared: AtomicU64::new(0),
        given_ticks: AtomicU64::new(0),
        unchecked: Unchecked::new(),
        stack_end: AtomicU64::new(0),
        is_busy: AtomicU32::new(0),
        is_taken: AtomicU32::new(1),
    })?;
    // The recorder reads a slot from here on.
    slot.pid.store(u64::from(sys::pid()), Release);
    publish(thread)
}

/// Enters the thread into the table; another one may do so at the same time.
fn publish(thread: &'static Thread) -> Option<&'static Thread> {
    let address = core::ptr::from_ref(thread).expose_provenance();
    let free = THREADS
        .iter()
        .position(|place| place.compare_exchange(0, address, AcqRel, Relaxed).is_ok())?;
    N_THREADS.fetch_max(free as u64 + 1, AcqRel);
    thread.number.store(free as u64, Relaxed);
    if free > 0 {
        directory::open();
    }
    Some(thread)
}

impl Thread {
    /// Bit of the thread in masks of threads; beyond 64 threads they share.
    #[inline(always)]
    pub(crate) fn bit(&self) -> u64 {
        1 << (self.number.load(Relaxed) % 64)
    }
}

impl Thread {
    /// Lets other threads run that are ready to, as long as that has not taken too much time: programs beside ours run as well.
    #[cold]
    pub(crate) fn give_way(&self) {
        const MOST_TICKS: u64 = 4_000_000_000;
        let given = self.given_ticks.load(Relaxed);
        if given < MOST_TICKS {
            let start = sys::ticks();
            sys::give_way();
            self.given_ticks
                .store(given + sys::ticks().saturating_sub(start), Relaxed);
        }
    }

    /// Empties the caches.
    pub(crate) fn forget_lines(&self) {
        self.hot.recent.iter().for_each(Recent::clear);
        self.l1.clear();
        self.l2.clear();
    }
}

/// Notes the thread's name, which it may have changed.
fn store_name(thread: &Thread) {
    for (word, part) in thread.slot.name.iter().zip(sys::thread_name()) {
        word.store(part, Relaxed);
    }
}

/// Called by the C library at the end of a thread, in up to four rounds; the last one gives the slot back, so that
/// destructors of the program which run in between are still counted.
pub(crate) extern "C" fn on_end(_: *mut c_void) {
    let local = local();
    let round = local.end_rounds.load(Relaxed) + 1;
    local.end_rounds.store(round, Relaxed);
    if round < crate::abi::PTHREAD_DESTRUCTOR_ITERATIONS {
        sys::watch_thread_end();
        return;
    }
    local.is_done.store(1, Relaxed);
    if let Some(thread) = at(local.thread.swap(0, Relaxed)) {
        store_name(thread);
        thread.records.settle(&thread.l1);
        thread.is_taken.store(0, Release);
    }
}

/// The slots belong to the parent: the child begins with none.
pub(crate) extern "C" fn after_fork_in_child() {
    for place in &THREADS {
        place.store(0, Relaxed);
    }
    N_THREADS.store(0, Relaxed);
    local().thread.store(0, Relaxed);
}
