//! Set-associative caches with the least recently used line replaced first.

use crate::sys;
use core::sync::atomic::Ordering::Relaxed;
use core::sync::atomic::{AtomicU32, AtomicU64};
use wire::trace::{LAST_LEVEL_SAMPLING, LINE_BYTES, LINE_SAMPLING};

/// Flags of a line in the first level, beside its number in the bits above.
pub(crate) mod flag {
    /// No other thread has the line: it may be written to.
    pub(crate) const OWNED: u64 = 1;
    /// Each access is looked at: threads fight for the line.
    pub(crate) const SHARED: u64 = 2;
    /// Each access is looked at: which bytes are used is still being learned.
    pub(crate) const WATCHED: u64 = 4;
    /// The line is one of the sample: what was used of it is noted when it goes.
    pub(crate) const SAMPLED: u64 = 8;
    /// All of them.
    pub(crate) const ALL: u64 = 15;
    /// Bits that they take.
    pub(crate) const BITS: u32 = 4;
}

/// True for the lines of the sample. The hash spreads lines of any stride.
#[inline(always)]
pub(crate) fn is_sampled(line: u64) -> bool {
    line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58 < 64 / LINE_SAMPLING
}

/// A line that the callbacks may pass over, but for the time of its use. Their assembly knows this layout.
#[repr(C)]
pub(crate) struct Recent {
    /// The line's address, with [`READ_ONLY`] where it may not be written to; or [`NO_LINE`].
    pub(crate) key: AtomicU64,
    /// Address of the line's time in [`L1`].
    time: AtomicU64,
}

/// In the key of a recent line: other threads have it, too.
const READ_ONLY: u64 = 1 << 63;
/// A key that no address has.
const NO_LINE: u64 = 1 << 62;

/// Lines that are passed over at one time, found by the lowest bits of their numbers; repeated in the assembly.
pub(crate) const N_RECENT: usize = 4096;

/// Rows of so many places: as many as most caches have ways. A set of more ways has several rows.
const ROW: usize = sys::N_LANES;

/// Times go from here to [`LAST_TIME`]: they are compared as floating-point numbers, whose order is that of their bits while they
/// are positive, because only for those the baseline has an instruction for the least. When they are used up, all begins anew:
/// that the order of use is forgotten once in two thousand million looks does not show.
pub(crate) const FIRST_TIME: u32 = f32::MIN_POSITIVE.to_bits();
/// The last time but one: the last one is [`NEVER_OLDEST`].
pub(crate) const LAST_TIME: u32 = NEVER_OLDEST - 1;
/// The time of places that a row has beyond the ways.
const NEVER_OLDEST: u32 = f32::MAX.to_bits();

/// The time after a time.
#[inline(always)]
pub(crate) fn after(time: u32) -> u32 {
    if time >= LAST_TIME { FIRST_TIME } else { time + 1 }
}

/// A set, or a part of one that has more ways.
#[repr(C, align(64))]
struct Row {
    /// 0: empty.
    tags: [AtomicU32; ROW],
    /// Time of the last use; of empty places 0.
    times: [AtomicU32; ROW],
}

/// The sets of a cache.
struct Sets {
    ways: usize,
    rows_per_set: usize,
    rows: &'static [Row],
}

impl Sets {
    fn new(sets: u64, ways: u64) -> Option<Self> {
        let rows_per_set = (ways as usize).div_ceil(ROW);
        let n = sets as usize * rows_per_set;
        let sets = Self {
            ways: ways as usize,
            rows_per_set,
            rows: if n == 0 { &[] } else { sys::private_rows(n)? },
        };
        sets.forget_order();
        Some(sets)
    }

    /// Where the word is in the set, but for bits that do not matter.
    #[inline(always)]
    fn find(&self, set: usize, word: u32, ignored: u32) -> Option<usize> {
        if self.rows_per_set == 1 {
            let way = sys::position(&self.rows.get(set)?.tags, word, ignored)?;
            return Some(set * ROW + way);
        }
        self.find_in_rows(set, word, ignored)
    }

    #[inline(never)]
    fn find_in_rows(&self, set: usize, word: u32, ignored: u32) -> Option<usize> {
        (set * self.rows_per_set..(set + 1) * self.rows_per_set)
            .find_map(|row| Some(row * ROW + sys::position(&self.rows.get(row)?.tags, word, ignored)?))
    }

    /// The place of a set that is empty, or was used longest ago.
    #[inline(always)]
    fn oldest(&self, set: usize) -> usize {
        if self.rows_per_set == 1 {
            return set * ROW + self.rows.get(set).map_or(0, |row| sys::position_of_least(&row.times));
        }
        self.oldest_in_rows(set)
    }

    #[inline(never)]
    fn oldest_in_rows(&self, set: usize) -> usize {
        let first = set * self.rows_per_set;
        let rows = self.rows.get(first..first + self.rows_per_set).unwrap_or(&[]);
        let places = rows.iter().flat_map(|row| &row.times).enumerate();
        let oldest = places.min_by_key(|(_, time)| time.load(Relaxed));
        first * ROW + oldest.map_or(0, |(place, _)| place)
    }

    #[inline(always)]
    fn tag(&self, at: usize) -> Option<&'static AtomicU32> {
        Some(&self.rows.get(at / ROW)?.tags[at % ROW])
    }

    #[inline(always)]
    fn time(&self, at: usize) -> Option<&'static AtomicU32> {
        Some(&self.rows.get(at / ROW)?.times[at % ROW])
    }

    #[inline(always)]
    fn put(&self, at: usize, word: u32, time: u32) {
        if let Some(row) = self.rows.get(at / ROW) {
            row.tags[at % ROW].store(word, Relaxed);
            row.times[at % ROW].store(time, Relaxed);
        }
    }

    /// All times become the same.
    #[cold]
    fn forget_order(&self) {
        for set in self.rows.chunks(self.rows_per_set.max(1)) {
            for (way, time) in set.iter().flat_map(|row| &row.times).enumerate() {
                time.store(if way < self.ways { 0 } else { NEVER_OLDEST }, Relaxed);
            }
        }
    }

    fn clear(&self) {
        let tags = self.rows.iter().flat_map(|row| &row.tags);
        tags.for_each(|tag| tag.store(0, Relaxed));
        self.forget_order();
    }
}

/// A thread's first level. Words hold a line's number and [`flag`]s; 0: empty.
///
/// The least recently used line of a set is the one with the oldest time. Time goes on with each miss and whenever the
/// callbacks do not pass over a line, so that order among lines of one set is lost only where both were passed over in between.
pub(crate) struct L1 {
    set_mask: u64,
    /// The tag is the lower half of a line's number plus one.
    sets: Sets,
    lines: &'static [AtomicU64],
}

impl L1 {
    /// `sets` is a power of two.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        let set_mask = sets - 1;
        let sets = Sets::new(sets, ways)?;
        Some(Self {
            set_mask,
            lines: sys::private_rows(sets.rows.len() * ROW)?,
            sets,
        })
    }

    /// Where the line is.
    #[inline(always)]
    pub(crate) fn find(&self, line: u64) -> Option<usize> {
        self.sets.find((line & self.set_mask) as usize, tag(line), 0)
    }

    /// Where a further line of its set goes: to the place that is empty, or was used longest ago.
    #[inline(always)]
    pub(crate) fn victim(&self, line: u64) -> usize {
        self.sets.oldest((line & self.set_mask) as usize)
    }

    #[inline(always)]
    pub(crate) fn word(&self, at: usize) -> Option<&'static AtomicU64> {
        self.lines.get(at)
    }

    /// Notes the time of a place's use.
    #[inline(always)]
    pub(crate) fn set_time(&self, at: usize, time: u32) {
        if let Some(place) = self.sets.time(at) {
            place.store(time, Relaxed);
        }
    }

    /// Puts a line in a place.
    #[inline(always)]
    pub(crate) fn put(&self, at: usize, word: u64, time: u32) {
        self.sets.put(at, tag(word >> flag::BITS), time);
        if let Some(line) = self.lines.get(at) {
            line.store(word, Relaxed);
        }
    }

    /// Another thread takes the right to write to the line in a place.
    pub(crate) fn take_ownership(&self, at: usize) {
        if let Some(line) = self.lines.get(at) {
            line.fetch_and(!flag::OWNED, Relaxed);
        }
    }

    /// Another thread takes the line in a place.
    pub(crate) fn take(&self, at: usize) {
        if let Some(line) = self.lines.get(at) {
            self.sets.put(at, 0, 0);
            line.store(0, Relaxed);
        }
    }

    /// Lets the callbacks pass over the line in a place, unless each access to it is to be seen.
    #[inline(always)]
    pub(crate) fn set_recent(&self, recent: &[Recent; N_RECENT], at: usize, word: u64) {
        let line = word >> flag::BITS;
        if word & (flag::SHARED | flag::WATCHED) != 0 {
            forget_recent(recent, line);
            return;
        }
        let Some(entry) = recent.get(line as usize % N_RECENT) else {
            return;
        };
        let Some(time) = self.sets.time(at) else { return };
        entry
            .time
            .store(core::ptr::from_ref(time).expose_provenance() as u64, Relaxed);
        let read_only = if word & flag::OWNED == 0 { READ_ONLY } else { 0 };
        entry.key.store((line * LINE_BYTES) | read_only, Relaxed);
    }

    /// All words that it holds.
    pub(crate) fn words(&self) -> impl Iterator<Item = u64> {
        self.lines
            .iter()
            .map(|word| word.load(Relaxed))
            .filter(|&word| word != 0)
    }

    /// The times are used up.
    #[cold]
    pub(crate) fn forget_order(&self) {
        self.sets.forget_order();
    }

    pub(crate) fn clear(&self) {
        self.sets.clear();
        self.lines.iter().for_each(|word| word.store(0, Relaxed));
    }
}

/// What the search looks for.
#[inline(always)]
fn tag(line: u64) -> u32 {
    (line as u32).wrapping_add(1)
}

/// The line is no longer to be passed over.
#[inline(always)]
pub(crate) fn forget_recent(recent: &[Recent; N_RECENT], line: u64) {
    if let Some(entry) = recent.get(line as usize % N_RECENT)
        && entry.key.load(Relaxed) & !READ_ONLY == line * LINE_BYTES
    {
        entry.key.store(NO_LINE, Relaxed);
    }
}

/// Has what tells whether the line is passed over brought near.
#[inline(always)]
pub(crate) fn prefetch_recent(recent: &[Recent; N_RECENT], line: u64) {
    if let Some(entry) = recent.get(line as usize % N_RECENT) {
        sys::prefetch(core::ptr::from_ref(entry).addr());
    }
}

/// True when the callbacks would pass over the line; notes the time of its use, as they do.
#[inline(always)]
pub(crate) fn pass_over(recent: &[Recent; N_RECENT], line: u64, writes: bool, time: u32) -> bool {
    let Some(entry) = recent.get(line as usize % N_RECENT) else {
        return false;
    };
    let key = entry.key.load(Relaxed);
    let ignored = if writes { 0 } else { READ_ONLY };
    let is_passed = key & !ignored == line * LINE_BYTES;
    if is_passed {
        sys::row_at::<AtomicU32>(entry.time.load(Relaxed) as usize).store(time, Relaxed);
    }
    is_passed
}

impl Recent {
    pub(crate) fn clear(&self) {
        self.key.store(NO_LINE, Relaxed);
    }

    /// No line.
    pub(crate) const fn none() -> Self {
        Self {
            key: AtomicU64::new(NO_LINE),
            time: AtomicU64::new(0),
        }
    }
}

/// Finds the set of a line, among a number that need not be a power of two.
struct SetOf {
    n_sets: u64,
    /// The number of sets less one; 0 when it is no power of two.
    mask: u64,
    /// 2 to the 64th, divided by the number of sets and rounded up; 0 when that is not exact enough.
    inverse: u64,
}

/// Lines of a 47-bit address space.
const LINE_BITS: u32 = 47 - LINE_BYTES.ilog2();

impl SetOf {
    const fn new(n_sets: u64) -> Self {
        // Rounding up makes the quotient too large by less than `line / 2^64`, which must stay below one over the number of sets.
        let is_exact = n_sets > 1 && n_sets < 1 << (64 - LINE_BITS);
        Self {
            n_sets,
            mask: if n_sets.is_power_of_two() { n_sets - 1 } else { 0 },
            inverse: if is_exact { u64::MAX / n_sets + 1 } else { 0 },
        }
    }

    #[inline(always)]
    fn set(&self, line: u64) -> u64 {
        if self.mask != 0 {
            return line & self.mask;
        }
        if self.inverse != 0 {
            let quotient = ((u128::from(line) * u128::from(self.inverse)) >> 64) as u64;
            return line.wrapping_sub(quotient.wrapping_mul(self.n_sets));
        }
        line % self.n_sets.max(1)
    }
}

/// What becomes of a line in a cache.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its thread is the only one that has it.
    Writable,
    /// Others have it, too.
    ReadOnly,
    /// Threads fight for it: the directory is asked each time.
    Contended,
    /// Another one wrote to it.
    Gone,
}

/// No other thread has the line of a word of the second level.
const WRITABLE: u32 = 1 << 31;
/// The directory must be asked for the line of a word of the second level.
const CONTENDED: u32 = 1 << 30;

/// A thread's second level. Words hold the lower bits of a line's number, plus one, and [`WRITABLE`] or [`CONTENDED`]; 0: empty.
pub(crate) struct L2 {
    set_of: SetOf,
    sets: Sets,
    /// Counts uses of this level.
    time: AtomicU32,
}

impl L2 {
    /// Without sets there is no such level: it never holds anything.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        Some(Self {
            set_of: SetOf::new(sets),
            sets: Sets::new(sets, ways)?,
            time: AtomicU32::new(FIRST_TIME),
        })
    }

    #[inline(always)]
    fn word(line: u64) -> u32 {
        (line as u32).wrapping_add(1) & !(WRITABLE | CONTENDED)
    }

    #[inline(always)]
    fn set(&self, line: u64) -> usize {
        self.set_of.set(line) as usize
    }

    /// Has the line's set brought near.
    #[inline(always)]
    pub(crate) fn prefetch(&self, line: u64) {
        if let Some(row) = self.sets.rows.get(self.set(line) * self.sets.rows_per_set) {
            sys::prefetch(core::ptr::from_ref(&row.tags).addr());
            sys::prefetch(core::ptr::from_ref(&row.times).addr());
        }
    }

    #[inline(always)]
    fn find(&self, line: u64) -> Option<usize> {
        self.sets.find(self.set(line), Self::word(line), WRITABLE | CONTENDED)
    }

    /// Uses a line. When it was there, what is known of it.
    #[inline(always)]
    pub(crate) fn touch(&self, line: u64) -> Option<Fate> {
        let at = self.find(line)?;
        let time = self.next_time();
        let row = self.sets.rows.get(at / ROW)?;
        row.times[at % ROW].store(time, Relaxed);
        self.fate(at)
    }

    /// What is known of a line that is there.
    pub(crate) fn look(&self, line: u64) -> Option<Fate> {
        self.fate(self.find(line)?)
    }

    #[inline(always)]
    fn fate(&self, at: usize) -> Option<Fate> {
        let word = self.sets.tag(at)?.load(Relaxed);
        Some(match word & (WRITABLE | CONTENDED) {
            0 => Fate::ReadOnly,
            WRITABLE => Fate::Writable,
            _ => Fate::Contended,
        })
    }

    #[inline(always)]
    fn next_time(&self) -> u32 {
        let time = after(self.time.load(Relaxed));
        if time == FIRST_TIME {
            self.sets.forget_order();
        }
        self.time.store(time, Relaxed);
        time
    }

    /// Puts a line that is not there in the place that was used longest ago.
    #[inline(always)]
    pub(crate) fn insert(&self, line: u64, fate: Fate) {
        if !self.sets.rows.is_empty() {
            let at = self.sets.oldest(self.set(line));
            self.sets.put(at, Self::word(line) | bits_of(fate), self.next_time());
        }
    }

    /// Notes what became of a line. True when the level held it.
    pub(crate) fn mark(&self, line: u64, fate: Fate) -> bool {
        let Some(at) = self.find(line) else { return false };
        if fate == Fate::Gone {
            self.sets.put(at, 0, 0);
        } else if let Some(place) = self.sets.tag(at) {
            place.store(Self::word(line) | bits_of(fate), Relaxed);
        }
        true
    }

    pub(crate) fn clear(&self) {
        self.sets.clear();
    }
}

#[inline(always)]
fn bits_of(fate: Fate) -> u32 {
    match fate {
        Fate::Writable => WRITABLE,
        Fate::Contended => CONTENDED,
        Fate::ReadOnly | Fate::Gone => 0,
    }
}

/// The level that all threads share. Words hold the lower half of a line's number, plus one; 0: empty. Each set is in order of use.
///
/// Of a large level, one set in [`LAST_LEVEL_SAMPLING`] is kept, and what is missed there stands for so many misses. Which one of
/// neighbouring sets it is, a hash says: walks of any stride meet their share.
pub(crate) struct LastLevel {
    set_of: SetOf,
    ways: usize,
    /// One set in so many is kept, as a power of two.
    sampling_bits: u32,
    lines: &'static [AtomicU32],
}

/// Levels with fewer sets are kept whole.
const LARGE_LEVEL_SETS: u64 = 4096 * LAST_LEVEL_SAMPLING;

impl LastLevel {
    /// Without sets there is no such level: it never holds anything.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        let sampling_bits = if sets < LARGE_LEVEL_SETS {
            0
        } else {
            LAST_LEVEL_SAMPLING.ilog2()
        };
        let lines = match sets.div_ceil(1 << sampling_bits) * ways {
            0 => &[][..],
            n => sys::dense_rows(n as usize)?,
        };
        Some(Self {
            set_of: SetOf::new(sets),
            ways: ways as usize,
            sampling_bits,
            lines,
        })
    }

    /// The set of a line; none where it is not kept.
    #[inline(always)]
    fn set(&self, line: u64) -> Option<&'static [AtomicU32]> {
        if self.lines.is_empty() {
            return Some(&[]);
        }
        let set = self.set_of.set(line);
        let group = set >> self.sampling_bits;
        let chosen = group.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        if (set ^ chosen) & ((1 << self.sampling_bits) - 1) != 0 {
            return None;
        }
        let first = group as usize * self.ways;
        self.lines.get(first..first + self.ways)
    }

    /// Uses a line; how many misses that stands for.
    #[inline]
    pub(crate) fn misses(&self, line: u64) -> u64 {
        match self.set(line) {
            None => 0,
            Some(set) if touch(set, tag(line)) => 0,
            Some(_) => 1 << self.sampling_bits,
        }
    }
}

/// Moves the word to the front; whether it was there.
#[inline(never)]
fn touch(set: &[AtomicU32], word: u32) -> bool {
    let found = set.iter().position(|place| place.load(Relaxed) == word);
    let mut carried = word;
    for place in set.iter().take(found.map_or(set.len(), |way| way + 1)) {
        let moved = place.load(Relaxed);
        place.store(carried, Relaxed);
        carried = moved;
    }
    found.is_some()
}
