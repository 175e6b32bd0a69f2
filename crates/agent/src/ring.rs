//! Writes records to a ring. Runs inside malloc and signal handlers.
//!
//! A record is written word by word behind the head, then the head moves: the reader sees all of it or nothing.

use crate::sys::Arena;
use core::sync::atomic::{AtomicU64, Ordering};
use wire::{RecordHeader, RingControl, Slot};

/// One thread's ring of words.
pub(crate) struct Ring<'a> {
    control: &'a RingControl,
    words: &'a [AtomicU64],
}

impl<'a> Ring<'a> {
    /// The ring of events of a slot.
    pub(crate) fn of_events(arena: &'a Arena, slot: &'a Slot) -> Option<Self> {
        let words = section(arena, slot, arena.rings, arena.geometry.ring_words)?;
        Some(Self {
            control: &slot.ring,
            words,
        })
    }

    /// The ring of CPU samples of a slot.
    pub(crate) fn of_cpu_samples(arena: &'a Arena, slot: &'a Slot) -> Option<Self> {
        let words = section(arena, slot, arena.cpu_rings, arena.geometry.cpu_ring_words)?;
        Some(Self {
            control: &slot.cpu_ring,
            words,
        })
    }

    /// True when more than five eighths of it wait for the reader.
    pub(crate) fn is_filling(&self) -> bool {
        let n_used = self
            .control
            .head
            .load(Ordering::Relaxed)
            .wrapping_sub(self.control.tail.load(Ordering::Relaxed));
        n_used > self.words.len() as u64 / 8 * 5
    }

    /// Begins a record that will have at most `max_words`; counts a loss when there is no room.
    pub(crate) fn begin(&self, kind: u32, max_words: usize) -> Option<Writer<'_>> {
        let head = self.control.head.load(Ordering::Relaxed);
        let tail = self.control.tail.load(Ordering::Acquire);
        let n_used = head.wrapping_sub(tail);
        if n_used + max_words as u64 > self.words.len() as u64 {
            let lost = self.control.lost.load(Ordering::Relaxed);
            self.control.lost.store(lost + 1, Ordering::Relaxed);
            return None;
        }
        Some(Writer {
            ring: self,
            kind,
            head,
            n_words: 1,
            max_words: max_words as u64,
        })
    }
}

fn section<'a>(arena: &Arena, slot: &Slot, words: &'a [AtomicU64], n_words: u64) -> Option<&'a [AtomicU64]> {
    let offset = (core::ptr::from_ref(slot).addr()).checked_sub(arena.slots.as_ptr().addr())?;
    let first = offset / size_of::<Slot>() * n_words as usize;
    words.get(first..first + n_words as usize)
}

/// A record being written. It does not exist for the reader until it is finished.
pub(crate) struct Writer<'a> {
    ring: &'a Ring<'a>,
    kind: u32,
    head: u64,
    n_words: u64,
    max_words: u64,
}

impl Writer<'_> {
    /// Appends a word; words beyond the maximum are dropped.
    #[inline(always)]
    pub(crate) fn push(&mut self, word: u64) {
        if self.n_words < self.max_words {
            self.set(self.n_words, word);
            self.n_words += 1;
        }
    }

    /// Appends words.
    pub(crate) fn extend(&mut self, words: &[u64]) {
        for &word in words {
            self.push(word);
        }
    }

    /// Place of the next word, for [`set`](Self::set).
    pub(crate) fn place(&self) -> u64 {
        self.n_words
    }

    /// Writes a word at a place that `push` has passed.
    #[inline(always)]
    pub(crate) fn set(&mut self, place: u64, word: u64) {
        let at = (self.head + place) as usize & (self.ring.words.len() - 1);
        if let Some(target) = self.ring.words.get(at) {
            target.store(word, Ordering::Relaxed);
        }
    }

    /// Hands the record to the reader.
    pub(crate) fn finish(mut self) {
        let header = RecordHeader {
            n_words: self.n_words as u32,
            kind: self.kind,
        };
        self.set(0, header.to_word());
        self.ring
            .control
            .head
            .store(self.head + self.n_words, Ordering::Release);
    }
}
