//! Sums up calls by thread, stack and kind. Runs inside malloc and signal handlers.

use crate::stack::Summed;
use crate::sys::{Arena, Frames, Registers};
use core::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use wire::{AggregateKey, bucket_of, entry, hash_of};

/// Places looked at in the first part of the index: as long as there is room, everything is found in this much less
/// memory, which stays in the cache.
const FIRST_PROBES: usize = 8;
/// The first part is this much smaller than the whole.
const FIRST_PART: usize = 64;
/// Places looked at in the whole index before a call is given up.
const MAX_PROBES: usize = 128;

/// The sums of one thread, stack and kind. Only the thread itself adds to them.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    words: &'a [AtomicU64],
    /// Where the entry stands in the pool.
    pub(crate) place: u64,
}

/// The entry of a key and the stack of a call, made if there is none; none when there is no room.
#[inline]
pub(crate) fn entry_of<'a>(arena: &'a Arena, key: &AggregateKey, caller: &Registers) -> Option<Entry<'a>> {
    let stack = Summed::of(caller);
    let hash = hash_of(key, stack.n_frames, stack.hash_sum);
    let (first, mask) = (hash as usize >> 8, arena.index.len() - 1);
    let first_mask = arena.index.len() / FIRST_PART - 1;
    let nearby = (0..FIRST_PROBES).map(|probe| first.wrapping_add(probe) & first_mask);
    let anywhere = (0..MAX_PROBES).map(|probe| first.wrapping_add(probe) & mask);
    let mut made = None;
    for at in nearby.chain(anywhere) {
        let place = arena.index.get(at)?;
        let mut stored = place.load(Acquire);
        if stored == 0 {
            // Only this thread inserts its own keys, so what is inserted in between belongs to another key.
            let fresh: Entry<'a> = match made {
                Some(fresh) => fresh,
                None => *made.insert(make(arena, key, &stack, hash)?),
            };
            match place.compare_exchange(0, fresh.place as u32, Release, Acquire) {
                Ok(_) => return Some(fresh),
                Err(other) => stored = other,
            }
        }
        if made.is_none()
            && let Some(found) = matching(arena, stored, key, stack.n_frames, hash)
        {
            return Some(found);
        }
    }
    arena.header.lost_calls.fetch_add(1, Relaxed);
    None
}

/// The entry at `place` if it is the one wanted. The hash, of 64 bits, stands for the frames: among a hundred thousand
/// stacks, the odds that two share it are below one in a billion, and comparing them all would cost more than counting.
#[inline(always)]
fn matching<'a>(arena: &'a Arena, place: u32, key: &AggregateKey, n_frames: usize, hash: u64) -> Option<Entry<'a>> {
    let n_words = entry::n_words(key.kind, n_frames);
    let words = arena.pool.get(place as usize..)?.get(..n_words)?;
    let is_at = |at: usize, value: u64| words.get(at).is_some_and(|word| word.load(Relaxed) == value);
    let is_same = is_at(entry::HASH, hash)
        && is_at(entry::THREAD, key.thread_word())
        && is_at(entry::KIND, key.kind_word(n_frames));
    is_same.then_some(Entry {
        words,
        place: u64::from(place),
    })
}

#[cold]
fn make<'a>(arena: &'a Arena, key: &AggregateKey, stack: &Summed<'_>, hash: u64) -> Option<Entry<'a>> {
    let mut frames = Frames::new();
    stack.fill(&mut frames);
    let frames = frames.as_slice();
    let n_words = entry::n_words(key.kind, frames.len());
    let n_aligned = n_words.next_multiple_of(entry::ALIGN_WORDS) as u64;
    // The first words stay unused: place 0 means none.
    let place = arena.header.pool_used.fetch_add(n_aligned, Relaxed) + entry::ALIGN_WORDS as u64;
    let Some(words) = arena.pool.get(place as usize..place as usize + n_words) else {
        arena.header.lost_calls.fetch_add(1, Relaxed);
        return None;
    };
    let fixed = [
        (entry::HASH, hash),
        (entry::THREAD, key.thread_word()),
        (entry::KIND, key.kind_word(frames.len())),
        (entry::ADDRESS, key.address),
        (entry::MIN_SIZE, u64::MAX),
    ];
    let frames = frames
        .iter()
        .enumerate()
        .map(|(at, &frame)| (entry::FRAMES + at, frame));
    for (at, value) in fixed.into_iter().chain(frames) {
        if let Some(word) = words.get(at) {
            word.store(value, Relaxed);
        }
    }
    Some(Entry { words, place })
}

impl Entry<'_> {
    /// Counts a call.
    pub(crate) fn add_call(&self) {
        self.add(entry::COUNT, 1);
    }

    /// Counts a call and its time.
    pub(crate) fn add_timed_call(&self, ns: u64) {
        self.add_call();
        self.add(entry::TOTAL_NS, ns);
        self.raise(entry::MAX_NS, ns);
    }

    /// Adds to one of the sums.
    #[inline(always)]
    pub(crate) fn add(&self, at: usize, value: u64) {
        if let Some(word) = self.words.get(at) {
            word.store(word.load(Relaxed).wrapping_add(value), Relaxed);
        }
    }

    /// Adds one value to the distribution of sizes.
    #[inline]
    pub(crate) fn add_size(&self, size: u64) {
        self.raise(entry::MAX_SIZE, size);
        if let Some(word) = self.words.get(entry::MIN_SIZE)
            && word.load(Relaxed) > size
        {
            word.store(size, Relaxed);
        }
        let bucket = bucket_of(size);
        let histogram_at = self.words.len() - entry::HISTOGRAM_WORDS;
        let shift = (bucket & 1) * 32;
        if let Some(word) = self.words.get(histogram_at + bucket / 2) {
            let counts = word.load(Relaxed);
            // A full counter stays full: it must not run over into its neighbour.
            if (counts >> shift) as u32 != u32::MAX {
                word.store(counts + (1 << shift), Relaxed);
            }
        }
    }

    fn raise(&self, at: usize, value: u64) {
        if let Some(word) = self.words.get(at)
            && word.load(Relaxed) < value
        {
            word.store(value, Relaxed);
        }
    }
}
