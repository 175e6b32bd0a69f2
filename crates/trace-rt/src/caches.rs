//! Set-associative caches with the least recently used line replaced first.

use crate::sys;
use core::sync::atomic::Ordering::Relaxed;
use core::sync::atomic::{AtomicU32, AtomicU64};
use wire::trace::LINE_SAMPLING;

/// Flags of a line in the first level, beside its number in the bits above.
pub(crate) mod flag {
    /// No other thread has the line: it may be written to.
    pub(crate) const OWNED: u64 = 1;
    /// Each access is looked at: threads fight for the line.
    pub(crate) const SHARED: u64 = 2;
    /// Each access is looked at: the line is one of the sample.
    pub(crate) const SAMPLED: u64 = 4;
    /// All of them.
    pub(crate) const ALL: u64 = 7;
    /// Bits that they take.
    pub(crate) const BITS: u32 = 3;
}

/// True for the lines of the sample. The hash spreads lines of any stride.
#[inline(always)]
pub(crate) fn is_sampled(line: u64) -> bool {
    line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58 < 64 / LINE_SAMPLING
}

/// A line that the callbacks may pass over, but for the time of its use. Their assembly knows this layout.
#[repr(C)]
pub(crate) struct Recent {
    /// The line shifted left by one, with the lowest bit set where it may be written to; 0: none.
    pub(crate) key: AtomicU64,
    /// Address of the line's time in [`L1`].
    time: AtomicU64,
}

/// Lines that are passed over at one time, found by the lowest bits of their numbers; repeated in the assembly.
pub(crate) const N_RECENT: usize = 1024;

/// A thread's first level. Words hold a line's number and [`flag`]s; 0: empty.
///
/// The least recently used line of a set is the one with the oldest time. Time goes on with each miss and whenever the
/// callbacks do not pass over a line, so that order among lines of one set is lost only where both were passed over in between.
pub(crate) struct L1 {
    set_mask: u64,
    ways: usize,
    /// Places of a set: its ways, up to a multiple of four for the search.
    stride: usize,
    /// The lower half of each line's number plus one, for the search; 0: empty.
    tags: &'static [AtomicU32],
    lines: &'static [AtomicU64],
    times: &'static [AtomicU64],
}

impl L1 {
    /// `sets` is a power of two.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        let stride = (ways as usize).next_multiple_of(4);
        let n = sets as usize * stride;
        Some(Self {
            set_mask: sets - 1,
            ways: ways as usize,
            stride,
            tags: sys::private_rows(n)?,
            lines: sys::private_rows(n)?,
            times: sys::private_rows(n)?,
        })
    }

    #[inline(always)]
    fn first_of_set(&self, line: u64) -> usize {
        (line & self.set_mask) as usize * self.stride
    }

    /// Where the line is.
    #[inline(always)]
    pub(crate) fn find(&self, line: u64) -> Option<usize> {
        let first = self.first_of_set(line);
        let set = self.tags.get(first..first + self.stride)?;
        Some(first + sys::position(set, tag(line))?)
    }

    /// Where a further line of its set goes: to the place that is empty, or was used longest ago.
    #[inline(always)]
    pub(crate) fn victim(&self, line: u64) -> usize {
        let first = self.first_of_set(line);
        let lines = self.lines.get(first..first + self.ways).unwrap_or(&[]);
        let times = self.times.get(first..first + self.ways).unwrap_or(&[]);
        let mut victim = 0;
        let mut oldest = u64::MAX;
        for (way, (line, time)) in lines.iter().zip(times).enumerate() {
            let time = if line.load(Relaxed) == 0 { 0 } else { time.load(Relaxed) };
            if time < oldest {
                oldest = time;
                victim = way;
            }
        }
        first + victim
    }

    #[inline(always)]
    pub(crate) fn word(&self, at: usize) -> Option<&'static AtomicU64> {
        self.lines.get(at)
    }

    /// Notes the time of a place's use.
    #[inline(always)]
    pub(crate) fn set_time(&self, at: usize, time: u64) {
        if let Some(place) = self.times.get(at) {
            place.store(time, Relaxed);
        }
    }

    /// Puts a line in a place.
    #[inline(always)]
    pub(crate) fn put(&self, at: usize, word: u64, time: u64) {
        if let Some(place) = self.tags.get(at) {
            place.store(tag(word >> flag::BITS), Relaxed);
        }
        if let Some(line) = self.lines.get(at) {
            line.store(word, Relaxed);
        }
        self.set_time(at, time);
    }

    /// Another thread takes the right to write to the line in a place.
    pub(crate) fn take_ownership(&self, at: usize) {
        if let Some(line) = self.lines.get(at) {
            line.fetch_and(!flag::OWNED, Relaxed);
        }
    }

    /// Another thread takes the line in a place.
    pub(crate) fn take(&self, at: usize) {
        if let (Some(tag), Some(line)) = (self.tags.get(at), self.lines.get(at)) {
            tag.store(0, Relaxed);
            line.store(0, Relaxed);
        }
    }

    /// Lets the callbacks pass over the line in a place, unless each access to it is to be seen.
    #[inline(always)]
    pub(crate) fn set_recent(&self, recent: &[Recent; N_RECENT], at: usize, word: u64) {
        let line = word >> flag::BITS;
        let Some(entry) = recent.get(line as usize % N_RECENT) else {
            return;
        };
        if word & (flag::SHARED | flag::SAMPLED) != 0 {
            if entry.key.load(Relaxed) >> 1 == line {
                entry.key.store(0, Relaxed);
            }
            return;
        }
        let Some(time) = self.times.get(at) else { return };
        entry
            .time
            .store(core::ptr::from_ref(time).expose_provenance() as u64, Relaxed);
        entry.key.store(line << 1 | word & flag::OWNED, Relaxed);
    }

    /// All words that it holds.
    pub(crate) fn words(&self) -> impl Iterator<Item = u64> {
        self.lines
            .iter()
            .map(|word| word.load(Relaxed))
            .filter(|&word| word != 0)
    }

    pub(crate) fn clear(&self) {
        self.tags.iter().for_each(|word| word.store(0, Relaxed));
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
        && entry.key.load(Relaxed) >> 1 == line
    {
        entry.key.store(0, Relaxed);
    }
}

/// True when the callbacks would pass over the line; notes the time of its use, as they do.
#[inline(always)]
pub(crate) fn pass_over(recent: &[Recent; N_RECENT], line: u64, writes: bool, time: u64) -> bool {
    let Some(entry) = recent.get(line as usize % N_RECENT) else {
        return false;
    };
    let key = entry.key.load(Relaxed);
    let is_passed = if writes { key == line << 1 | 1 } else { key >> 1 == line };
    if is_passed {
        sys::row_at::<AtomicU64>(entry.time.load(Relaxed) as usize).store(time, Relaxed);
    }
    is_passed
}

impl Recent {
    /// No line.
    pub(crate) const fn none() -> Self {
        Self {
            key: AtomicU64::new(0),
            time: AtomicU64::new(0),
        }
    }
}

/// Number of the set of a line, among a number that need not be a power of two.
#[inline(always)]
fn set_of(line: u64, sets: u64, mask: u64) -> u64 {
    if mask == 0 { line % sets } else { line & mask }
}

/// The mask for [`set_of`]; 0 when the number of sets is no power of two.
const fn mask_of(sets: u64) -> u64 {
    if sets.is_power_of_two() { sets - 1 } else { 0 }
}

/// What becomes of a line in a cache.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its thread is the only one that has it.
    Writable,
    /// Others have it, too.
    ReadOnly,
    /// Another one wrote to it.
    Gone,
}

/// No other thread has the line of a word of the second level.
const WRITABLE: u32 = 1 << 31;
/// Times are kept in units of this power of two, so that half a word lasts.
const TIME_SHIFT: u32 = 4;

/// A thread's second level. Words hold the lower bits of a line's number, plus one, and [`WRITABLE`]; 0: empty.
pub(crate) struct L2 {
    sets: u64,
    set_mask: u64,
    ways: usize,
    /// Places of a set: its ways, up to a multiple of four for the search.
    stride: usize,
    lines: &'static [AtomicU32],
    times: &'static [AtomicU32],
}

impl L2 {
    /// Without sets there is no such level: it never holds anything.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        let stride = (ways as usize).next_multiple_of(4);
        let n = sets as usize * stride;
        let rows = || if n == 0 { Some(&[][..]) } else { sys::private_rows(n) };
        Some(Self {
            sets,
            set_mask: mask_of(sets),
            ways: ways as usize,
            stride,
            lines: rows()?,
            times: rows()?,
        })
    }

    #[inline(always)]
    fn first_of_set(&self, line: u64) -> usize {
        if self.sets == 0 {
            return 0;
        }
        set_of(line, self.sets, self.set_mask) as usize * self.stride
    }

    #[inline(always)]
    fn word(line: u64) -> u32 {
        (line as u32).wrapping_add(1) & !WRITABLE
    }

    #[inline(always)]
    fn find(&self, line: u64) -> Option<usize> {
        let first = self.first_of_set(line);
        let set = self.lines.get(first..first + self.stride)?;
        Some(first + sys::position_but_for(set, Self::word(line), WRITABLE)?)
    }

    /// Uses a line. When it was there, whether it may be written to.
    #[inline(always)]
    pub(crate) fn touch(&self, line: u64, time: u64) -> Option<bool> {
        let at = self.find(line)?;
        self.times.get(at)?.store((time >> TIME_SHIFT) as u32, Relaxed);
        Some(self.lines.get(at)?.load(Relaxed) & WRITABLE != 0)
    }

    /// Whether a line that is there may be written to.
    pub(crate) fn look(&self, line: u64) -> Option<bool> {
        let at = self.find(line)?;
        Some(self.lines.get(at)?.load(Relaxed) & WRITABLE != 0)
    }

    /// Puts a line that is not there in the place that was used longest ago.
    pub(crate) fn insert(&self, line: u64, is_writable: bool, time: u64) {
        let first = self.first_of_set(line);
        let lines = self.lines.get(first..first + self.ways).unwrap_or(&[]);
        let times = self.times.get(first..first + self.ways).unwrap_or(&[]);
        let age = |(line, time): (&AtomicU32, &AtomicU32)| match line.load(Relaxed) {
            0 => 0,
            _ => time.load(Relaxed),
        };
        let ages = lines.iter().zip(times).map(age).enumerate();
        let Some((way, _)) = ages.min_by_key(|&(_, age)| age) else {
            return;
        };
        if let (Some(place), Some(used)) = (lines.get(way), times.get(way)) {
            place.store(Self::word(line) | if is_writable { WRITABLE } else { 0 }, Relaxed);
            used.store((time >> TIME_SHIFT) as u32, Relaxed);
        }
    }

    /// Notes what became of a line. True when the level held it.
    pub(crate) fn mark(&self, line: u64, fate: Fate) -> bool {
        let Some(place) = self.find(line).and_then(|at| self.lines.get(at)) else {
            return false;
        };
        let marked = match fate {
            Fate::Writable => Self::word(line) | WRITABLE,
            Fate::ReadOnly => Self::word(line),
            Fate::Gone => 0,
        };
        place.store(marked, Relaxed);
        true
    }

    pub(crate) fn clear(&self) {
        self.lines.iter().for_each(|word| word.store(0, Relaxed));
    }
}

/// The level that all threads share. Words hold the lower half of a line's number, plus one; 0: empty. Each set is in order of use.
pub(crate) struct LastLevel {
    sets: u64,
    set_mask: u64,
    ways: usize,
    lines: &'static [AtomicU32],
}

impl LastLevel {
    /// Without sets there is no such level: it never holds anything.
    pub(crate) fn new(sets: u64, ways: u64) -> Option<Self> {
        let lines = match sets * ways {
            0 => &[][..],
            n => sys::dense_rows(n as usize)?,
        };
        Some(Self {
            sets,
            set_mask: mask_of(sets),
            ways: ways as usize,
            lines,
        })
    }

    #[inline(always)]
    fn set(&self, line: u64) -> &'static [AtomicU32] {
        if self.sets == 0 {
            return &[];
        }
        let first = set_of(line, self.sets, self.set_mask) as usize * self.ways;
        self.lines.get(first..first + self.ways).unwrap_or(&[])
    }

    /// Has the line's set brought near.
    #[inline(always)]
    pub(crate) fn prefetch(&self, line: u64) {
        if let Some(first) = self.set(line).first() {
            sys::prefetch(core::ptr::from_ref(first).addr());
        }
    }

    /// Uses a line; returns whether it was there.
    #[inline]
    pub(crate) fn touch(&self, line: u64) -> bool {
        let set = self.set(line);
        let word = tag(line);
        let found = set.iter().position(|place| place.load(Relaxed) == word);
        let mut carried = word;
        for place in set.iter().take(found.map_or(set.len(), |way| way + 1)) {
            let moved = place.load(Relaxed);
            place.store(carried, Relaxed);
            carried = moved;
        }
        found.is_some()
    }
}
