//! Follows sampled blocks through `realloc` to their free. Runs inside malloc and signal handlers.
//!
//! A bitmap over block addresses answers for nearly all other blocks that they are not followed. Neighbouring blocks
//! share a cache line of it, so looking at it costs the program little of its cache.

use super::Growth;
use crate::arena;
use crate::ring::Ring;
use crate::sys::{self, Arena};
use crate::thread::{self, Thread};
use core::sync::atomic::{
    AtomicU8, AtomicU32, AtomicU64, Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
    Ordering::SeqCst,
};
use wire::{EndRecord, TrackedBlock, tracked_key};

const FILTER_BITS: usize = 1 << 21;

/// One bit per 16 bytes of addresses, over and over: set where a followed block may be.
pub(crate) static FILTER: [AtomicU32; FILTER_BITS / 32] = [const { AtomicU32::new(0) }; FILTER_BITS / 32];
/// Selects a word of the filter.
pub(crate) const FILTER_WORD_MASK: usize = FILTER_BITS / 32 - 1;
/// How many followed blocks set each bit.
static N_SETTERS: [AtomicU8; FILTER_BITS] = [const { AtomicU8::new(0) }; FILTER_BITS];

/// What is known about a followed block.
#[derive(Clone, Copy)]
pub(super) struct Tracked {
    pub(super) id: u64,
    pub(super) birth_ns: u64,
    pub(super) size: u64,
    pub(super) moved_bytes: u64,
    pub(super) growths: u32,
}

impl Tracked {
    /// The same after a `realloc`.
    pub(super) fn grown(self, growth: &Growth) -> Self {
        Self {
            size: growth.new_size,
            moved_bytes: self.moved_bytes + growth.copied_bytes(),
            growths: self.growths + 1,
            ..self
        }
    }
}

/// False for nearly all blocks that are not followed.
#[inline(always)]
pub(crate) fn may_be_tracked(block: usize) -> bool {
    let bit = block >> 4;
    FILTER
        .get((bit / 32) & FILTER_WORD_MASK)
        .is_some_and(|word| word.load(Relaxed) >> (bit % 32) & 1 != 0)
}

/// Follows a block from here on, or counts that there is no room.
pub(super) fn put(arena: &Arena, block: usize, tracked: Tracked) {
    let Some((key, place)) = reserve(arena, block) else {
        arena.header.lost_tracked.fetch_add(1, Relaxed);
        return;
    };
    place.id.store(tracked.id, Relaxed);
    place.birth_ns.store(tracked.birth_ns, Relaxed);
    place.size.store(tracked.size, Relaxed);
    place.moved_bytes.store(tracked.moved_bytes, Relaxed);
    place.growths.store(tracked.growths, Relaxed);
    place.process.store(arena::process_place(), Relaxed);
    key.store(block as u64, Release);
    arena.header.n_tracked.fetch_add(1, Relaxed);
    set_bit(block);
}

/// Stops following a block. None when it was not followed.
#[cold]
pub(super) fn take(arena: &Arena, block: usize) -> Option<Tracked> {
    for (key, place) in places(arena, block) {
        let found = key.load(Acquire);
        if found == tracked_key::EMPTY {
            return None;
        }
        let is_ours = found == block as u64 && place.process.load(Relaxed) == arena::process_place();
        if is_ours && key.compare_exchange(found, tracked_key::BUSY, AcqRel, Relaxed).is_ok() {
            let tracked = Tracked {
                id: place.id.load(Relaxed),
                birth_ns: place.birth_ns.load(Relaxed),
                size: place.size.load(Relaxed),
                moved_bytes: place.moved_bytes.load(Relaxed),
                growths: place.growths.load(Relaxed),
            };
            key.store(tracked_key::REMOVED, Release);
            arena.header.n_tracked.fetch_sub(1, Relaxed);
            clear_bit(block);
            return Some(tracked);
        }
    }
    None
}

/// Tells the recorder that a followed block is being freed, if this is one.
#[cold]
pub(super) fn on_free(thread: Thread, block: usize) {
    let Some(_guard) = thread::enter() else {
        return;
    };
    let Some(tracked) = take(thread.arena, block) else {
        return;
    };
    let Some(ring) = Ring::of_events(thread.arena, thread.slot) else {
        return;
    };
    let Some(mut writer) = ring.begin(EndRecord::KIND, 1 + EndRecord::N_WORDS) else {
        return;
    };
    let record = EndRecord {
        time_ns: sys::now_ns(),
        id: tracked.id,
        birth_ns: tracked.birth_ns,
        growths: u64::from(tracked.growths),
        moved_bytes: tracked.moved_bytes,
        last_size: tracked.size,
    };
    writer.extend(&record.to_words());
    writer.finish();
}

/// A forked child does not follow the blocks of its parent: their copies end with the child, which says nothing.
pub(crate) fn forget_all() {
    for (at, word) in FILTER.iter().enumerate().filter(|(_, word)| word.load(Relaxed) != 0) {
        word.store(0, Relaxed);
        for setters in N_SETTERS.iter().skip(at * 32).take(32) {
            setters.store(0, Relaxed);
        }
    }
}

/// A place for a block, its key marked busy. Another block at the same address is gone without our seeing its free.
fn reserve(arena: &Arena, block: usize) -> Option<(&AtomicU64, &TrackedBlock)> {
    if let Some(_lost) = take(arena, block) {
        arena.header.lost_tracked.fetch_add(1, Relaxed);
    }
    places(arena, block).find(|(key, _)| {
        let found = key.load(Relaxed);
        let is_free = found == tracked_key::EMPTY || found == tracked_key::REMOVED;
        is_free && key.compare_exchange(found, tracked_key::BUSY, AcqRel, Relaxed).is_ok()
    })
}

fn places(arena: &Arena, block: usize) -> impl Iterator<Item = (&AtomicU64, &TrackedBlock)> {
    let n_places = arena.geometry.n_tracked;
    let first = tracked_key::first_place(block as u64, arena::process_place(), n_places);
    (0..tracked_key::MAX_PROBES).filter_map(move |probe| {
        let at = ((first + probe) & (n_places - 1)) as usize;
        Some((arena.tracked_keys.get(at)?, arena.tracked.get(at)?))
    })
}

fn bit_of(block: usize) -> Option<(&'static AtomicU32, u32, &'static AtomicU8)> {
    let bit = block >> 4;
    let word = FILTER.get((bit / 32) & FILTER_WORD_MASK)?;
    Some((word, 1 << (bit % 32), N_SETTERS.get(bit & (FILTER_BITS - 1))?))
}

fn set_bit(block: usize) {
    if let Some((word, mask, setters)) = bit_of(block) {
        setters.fetch_add(1, SeqCst);
        word.fetch_or(mask, SeqCst);
    }
}

fn clear_bit(block: usize) {
    if let Some((word, mask, setters)) = bit_of(block)
        && setters.fetch_sub(1, SeqCst) == 1
    {
        word.fetch_and(!mask, SeqCst);
        // Another thread may have set the bit between the two operations.
        if setters.load(SeqCst) != 0 {
            word.fetch_or(mask, SeqCst);
        }
    }
}
