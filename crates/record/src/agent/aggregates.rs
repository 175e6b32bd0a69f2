//! Reads the calls that the program's threads summed up by stack.

use super::drain::allocation_kind;
use super::event::{Aggregate, AggregateKind};
use super::sys::Arena;
use profile::{Distribution, FdKind, WaitKind};
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use wire::{AggregateKey, EntryKind, IoCall, N_BUCKETS, bucket_bounds, entry, fd_kind, slot_state, wait_kind};

/// All aggregates; waits that are still going on count up to `now_ns`.
pub(super) fn read(arena: &Arena, now_ns: u64) -> Vec<Aggregate> {
    let waits_going_on = waits_going_on(arena, now_ns);
    let places = arena
        .index()
        .iter()
        .map(|place| place.load(Acquire))
        .filter(|&place| place != 0);
    places
        .filter_map(|place| read_entry(arena.pool(), place, waits_going_on.get(&place).copied()))
        .collect()
}

/// Time that threads have been waiting in waits which have not ended, by the place of their entry.
fn waits_going_on(arena: &Arena, now_ns: u64) -> HashMap<u32, u64> {
    let is_in_use = |state| state == slot_state::CLAIMED || state == slot_state::EXITED;
    arena
        .slots()
        .iter()
        .filter(|slot| is_in_use(slot.state.load(Acquire)))
        .filter_map(|slot| {
            let place = u32::try_from(slot.wait_entry.load(Relaxed))
                .ok()
                .filter(|&place| place != 0)?;
            Some((place, now_ns.saturating_sub(slot.wait_since_ns.load(Relaxed))))
        })
        .collect()
}

fn read_entry(pool: &[AtomicU64], place: u32, waiting_ns: Option<u64>) -> Option<Aggregate> {
    let words = pool.get(place as usize..)?;
    let word = |at: usize| words.get(at).map_or(0, |word| word.load(Relaxed));
    let (key, n_frames) = AggregateKey::from_words(word(entry::THREAD), word(entry::KIND), word(entry::ADDRESS))?;
    let words = words.get(..entry::n_words(key.kind, n_frames))?;
    let chain = words
        .get(entry::FRAMES..entry::FRAMES + n_frames)?
        .iter()
        .map(|word| word.load(Relaxed))
        .collect();
    let count = word(entry::COUNT).saturating_add(waiting_ns.is_some().into());
    if count == 0 {
        return None;
    }
    let (mut total_ns, mut max_ns) = (word(entry::TOTAL_NS), word(entry::MAX_NS));
    if let Some(waiting_ns) = waiting_ns {
        total_ns = total_ns.saturating_add(waiting_ns);
        max_ns = max_ns.max(waiting_ns);
    }
    let size = || sizes(words, word(entry::MIN_SIZE), word(entry::MAX_SIZE), word(entry::BYTES));
    let what = match key.kind {
        EntryKind::Io => AggregateKind::Io {
            call: IoCall::from_byte(key.sub)?.name(),
            fd_kind: fd_kind_of(key.detail),
            errors: word(entry::ERRORS),
            bytes: word(entry::BYTES),
            size: size(),
        },
        EntryKind::Wait => AggregateKind::Wait {
            kind: wait_kind_of(key.sub)?,
            address: key.address,
        },
        EntryKind::Wake => AggregateKind::Wake { address: key.address },
        EntryKind::Allocation => AggregateKind::Allocation {
            kind: allocation_kind(key.sub.into())?,
            bytes: word(entry::BYTES),
            size: size(),
        },
        EntryKind::Growth => {
            let added_bytes = std::mem::take(&mut total_ns);
            AggregateKind::Growth {
                moves: word(entry::ERRORS),
                moved_bytes: word(entry::BYTES),
                added_bytes,
                new_size: sizes(words, word(entry::MIN_SIZE), word(entry::MAX_SIZE), 0),
            }
        }
    };
    Some(Aggregate {
        pid: key.pid,
        tid: key.tid,
        chain,
        what,
        count,
        total_ns,
        max_ns,
    })
}

/// The distribution in the histogram at the end of an entry. `sum`: exact sum of the values, or 0 where it is unknown.
fn sizes(words: &[AtomicU64], min: u64, max: u64, sum: u64) -> Distribution {
    let histogram = words
        .len()
        .checked_sub(entry::HISTOGRAM_WORDS)
        .and_then(|at| words.get(at..))
        .unwrap_or(&[]);
    let counts = histogram.iter().flat_map(|word| {
        let word = word.load(Relaxed);
        [word as u32, (word >> 32) as u32]
    });
    let values = counts
        .take(N_BUCKETS)
        .enumerate()
        .filter(|&(_, count)| count > 0)
        .map(|(bucket, count)| {
            let (low, high) = bucket_bounds(bucket);
            // A value from the bucket, which the extremes narrow down.
            let middle = low + (high.min(max).saturating_sub(low)) / 2;
            (middle.clamp(min.min(max), max), f64::from(count))
        });
    let mut distribution = Distribution::of(values);
    if !distribution.is_empty() {
        (distribution.min, distribution.max) = (min, max);
        if sum > 0 {
            distribution.mean = sum as f64 / distribution.weight;
        }
    }
    distribution
}

fn fd_kind_of(kind: u8) -> FdKind {
    match kind {
        fd_kind::FILE => FdKind::File,
        fd_kind::PIPE => FdKind::Pipe,
        fd_kind::SOCKET => FdKind::Socket,
        fd_kind::CHARACTER => FdKind::Character,
        _ => FdKind::Other,
    }
}

fn wait_kind_of(kind: u8) -> Option<WaitKind> {
    Some(match kind {
        wait_kind::FUTEX => WaitKind::Futex,
        wait_kind::MUTEX => WaitKind::PthreadMutex,
        wait_kind::RWLOCK => WaitKind::PthreadRwLock,
        wait_kind::CONDITION => WaitKind::PthreadCondition,
        wait_kind::JOIN => WaitKind::Join,
        wait_kind::SLEEP => WaitKind::Sleep,
        wait_kind::POLL => WaitKind::Poll,
        wait_kind::CHILD => WaitKind::Child,
        _ => return None,
    })
}
