//! The logs of one thread's slot: call sites, and what they missed.

use crate::caches::{L1, flag};
use crate::{sys, used};
use core::sync::atomic::Ordering::{Relaxed, Release};
use core::sync::atomic::{AtomicU64, AtomicUsize};
use wire::trace::{MissRecord, SiteEntry, SlotHeader, TraceGeometry};

/// Watched lines in the first level at one time; a power of two.
const N_WATCHED: usize = 256;
/// A line of which so many uses in a row touched no further byte is watched no longer: it may stay for the whole run.
const USES_TO_LEARN: u64 = 256;
const FIRST_INDEX_BITS: u32 = 12;

/// The logs, and what finds a record in them.
pub(crate) struct Records {
    slot: &'static SlotHeader,
    sites: &'static [SiteEntry],
    records: &'static [MissRecord],
    lost: &'static AtomicU64,
    /// Address of the index: an open hash table of record numbers plus one.
    index: AtomicUsize,
    /// log2 of its size.
    index_bits: AtomicU64,
    watched: &'static [WatchedLine],
}

/// A sampled line in the first level.
struct WatchedLine {
    /// Number of the line plus one; 0: none.
    line: AtomicU64,
    /// Bytes of it that were used.
    used: AtomicU64,
    /// Number of the record that fetched it, plus one.
    record: AtomicU64,
    /// Uses in a row that touched no further byte.
    idle: AtomicU64,
}

impl Records {
    pub(crate) fn new(
        slot: &'static SlotHeader,
        sites: usize,
        records: usize,
        lost: &'static AtomicU64,
    ) -> Option<Self> {
        let index: &'static [AtomicU64] = sys::private_rows(1 << FIRST_INDEX_BITS)?;
        Some(Self {
            slot,
            sites: sys::rows_at(sites, TraceGeometry::N_SITES as usize),
            records: sys::rows_at(records, TraceGeometry::N_RECORDS as usize),
            lost,
            index: AtomicUsize::new(index.as_ptr().expose_provenance()),
            index_bits: AtomicU64::new(u64::from(FIRST_INDEX_BITS)),
            watched: sys::private_rows(N_WATCHED)?,
        })
    }

    pub(crate) fn at(&self, number: usize) -> Option<&'static MissRecord> {
        self.records.get(number)
    }

    /// Notes what a call site in the executable's code is, at its first use.
    pub(crate) fn add_site(&self, address: u64, kind: u64, callers: &[u64]) {
        let n = self.slot.n_sites.load(Relaxed);
        let Some(site) = self.sites.get(n as usize) else {
            self.lost.fetch_add(1, Relaxed);
            return;
        };
        site.address.store(address, Relaxed);
        site.kind.store(kind, Relaxed);
        let words = site.callers.iter().zip(callers);
        words.for_each(|(word, &caller)| word.store(caller, Relaxed));
        self.slot.n_sites.store(n + 1, Release);
    }

    /// The record of a site and an object; made if there is none.
    #[inline]
    pub(crate) fn record(&self, address: u64, object: u64) -> Option<&'static MissRecord> {
        self.number_of(address, object).and_then(|n| self.records.get(n))
    }

    #[inline]
    pub(crate) fn number_of(&self, address: u64, object: u64) -> Option<usize> {
        let bits = self.index_bits.load(Relaxed);
        let index = self.index(bits);
        let mut at = hash(address, object) >> (64 - bits);
        loop {
            let place = index.get(at as usize)?;
            let number = place.load(Relaxed);
            if number == 0 {
                return self.add(address, object, place);
            }
            let record = self.records.get(number as usize - 1)?;
            if record.address.load(Relaxed) == address && record.object.load(Relaxed) == object {
                return Some(number as usize - 1);
            }
            at = (at + 1) & ((1 << bits) - 1);
        }
    }

    fn index(&self, bits: u64) -> &'static [AtomicU64] {
        sys::rows_at(self.index.load(Relaxed), 1 << bits)
    }

    #[cold]
    fn add(&self, address: u64, object: u64, place: &AtomicU64) -> Option<usize> {
        let n = self.slot.n_records.load(Relaxed);
        let Some(record) = self.records.get(n as usize) else {
            self.lost.fetch_add(1, Relaxed);
            return None;
        };
        record.address.store(address, Relaxed);
        record.object.store(object, Relaxed);
        place.store(n + 1, Relaxed);
        self.slot.n_records.store(n + 1, Release);
        let bits = self.index_bits.load(Relaxed);
        if n * 2 > 1 << bits {
            self.grow(bits);
        }
        Some(n as usize)
    }

    /// Makes the index twice as large. Without memory it only becomes slower: records are never more than places.
    fn grow(&self, bits: u64) {
        let old = self.index(bits);
        let Some(new) = sys::private_rows::<AtomicU64>(1 << (bits + 1)) else {
            return;
        };
        for number in old
            .iter()
            .map(|place| place.load(Relaxed))
            .filter(|&number| number != 0)
        {
            let Some(record) = self.records.get(number as usize - 1) else {
                continue;
            };
            let hash = hash(record.address.load(Relaxed), record.object.load(Relaxed));
            let mut at = hash >> (64 - bits - 1);
            while let Some(place) = new.get(at as usize) {
                if place.load(Relaxed) == 0 {
                    place.store(number, Relaxed);
                    break;
                }
                at = (at + 1) & ((1 << (bits + 1)) - 1);
            }
        }
        self.index.store(new.as_ptr().expose_provenance(), Relaxed);
        self.index_bits.store(bits + 1, Relaxed);
        sys::release(old);
    }

    /// A sampled line was fetched by a record.
    pub(crate) fn watch(&self, line: u64, mask: u64, number: Option<usize>) {
        let Some(watched) = self.watched_at(line) else { return };
        self.end_watch(watched);
        watched.line.store(line + 1, Relaxed);
        watched.used.store(mask, Relaxed);
        watched.idle.store(0, Relaxed);
        watched
            .record
            .store(number.map_or(0, |number| number as u64 + 1), Relaxed);
    }

    /// A watched line was used. False when nothing more is to be learned of it.
    #[inline]
    pub(crate) fn use_watched(&self, line: u64, mask: u64) -> bool {
        let is_it = |watched: &&WatchedLine| watched.line.load(Relaxed) == line + 1;
        let Some(watched) = self.watched_at(line).filter(is_it) else {
            return false;
        };
        let used = watched.used.load(Relaxed);
        watched.used.store(used | mask, Relaxed);
        if mask & !used != 0 {
            watched.idle.store(0, Relaxed);
            return true;
        }
        add(&watched.idle, 1);
        watched.idle.load(Relaxed) < USES_TO_LEARN
    }

    /// A sampled line has left the first level.
    pub(crate) fn evicted(&self, line: u64) {
        if let Some(watched) = self
            .watched_at(line)
            .filter(|watched| watched.line.load(Relaxed) == line + 1)
        {
            self.end_watch(watched);
        }
    }

    /// The thread ends: its lines leave the first level.
    pub(crate) fn settle(&self, l1: &L1) {
        l1.words().for_each(|word| self.evicted(word >> flag::BITS));
    }

    fn watched_at(&self, line: u64) -> Option<&'static WatchedLine> {
        let hash = line.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 32;
        self.watched.get(hash as usize % N_WATCHED)
    }

    fn end_watch(&self, watched: &WatchedLine) {
        let line = watched.line.swap(0, Relaxed).wrapping_sub(1);
        let used = watched.used.swap(0, Relaxed);
        let number = watched.record.swap(0, Relaxed);
        if let Some(record) = number
            .checked_sub(1)
            .and_then(|number| self.records.get(number as usize))
        {
            add(&record.watched_lines, 1);
            add(&record.watched_used_bytes, u64::from(used.count_ones()));
            used::note(record, line, used);
        }
    }
}

#[inline(always)]
fn hash(address: u64, object: u64) -> u64 {
    (address ^ object.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Adds to a word that only this thread writes.
#[inline(always)]
pub(crate) fn add(word: &AtomicU64, n: u64) {
    word.store(word.load(Relaxed).wrapping_add(n), Relaxed);
}

/// Notes a miss at `address` in its record.
#[inline]
pub(crate) fn note_stride(record: &MissRecord, address: u64) {
    let stride = address.wrapping_sub(record.last_address.load(Relaxed));
    record.last_address.store(address, Relaxed);
    // Without branches, which no processor could foresee.
    let is_even = record.last_stride.load(Relaxed) == stride;
    add(&record.even_steps, u64::from(is_even));
    record.last_stride.store(stride, Relaxed);
    // The majority vote of Boyer and Moore (1981): one candidate and its lead.
    let candidate = record.stride.load(Relaxed);
    let support = record.stride_support.load(Relaxed);
    let is_for = candidate == stride || support == 0;
    record.stride.store(if is_for { stride } else { candidate }, Relaxed);
    let step = if is_for { 1 } else { u64::MAX };
    record.stride_support.store(support.wrapping_add(step), Relaxed);
}
