//! Lines that threads fight for: who touches which bytes. Written under the lock of the line's directory entry.

use crate::model::Access;
use crate::records::add;
use crate::thread::Thread;
use crate::{objects, start, sys};
use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering::{Relaxed, Release};
use wire::trace::{LINE_BYTES, SharedLine, Sharer, TraceGeometry};

/// So many accesses of a thread to a line tell what it does there. Looking at all of them takes too long,
/// unless they are few among the lines of all.
const ACCESSES_TO_SEE: u64 = 20_000;
/// What a thread can see of all lines together, some fifty nanoseconds each.
const ALL_TO_SEE: u64 = 10_000_000;

/// Since a thread got a line back.
mod tenure {
    pub(super) const NEVER_LOST: u64 = 0;
    pub(super) const NOTHING_FRESH_USED: u64 = 1;
    pub(super) const FRESH_USED: u64 = 2;
}

/// Begins a record for a line; its number plus one, or 0 when there is no place.
pub(crate) fn new_record(line: u64, thread: &Thread) -> u64 {
    let Some(arena) = start::arena() else { return 0 };
    let number = arena.header.n_shared_lines.fetch_add(1, Relaxed);
    let Some(record) = arena.shared_lines.get(number as usize) else {
        arena
            .header
            .n_shared_lines
            .store(TraceGeometry::N_SHARED_LINES, Relaxed);
        arena.header.lost_rows.fetch_add(1, Relaxed);
        return 0;
    };
    let address = line * LINE_BYTES;
    record.object.store(
        objects::object_in_line(address, thread.stack_end.load(Relaxed)),
        Relaxed,
    );
    record.pid.store(u64::from(sys::pid()), Relaxed);
    record.address.store(address, Release);
    number + 1
}

/// Notes an access. `was_taken`: the thread just got the line back. False when the thread's further ones need not be seen.
pub(crate) fn note(number: u64, thread: &Thread, mask: u64, access: Access, was_taken: bool) -> bool {
    let record = start::arena().and_then(|arena| arena.shared_lines.get(number as usize));
    let Some(record) = record else { return false };
    let Some(own) = sharer(record, thread.slot_idx + 1) else {
        add(&record.lost_events, u64::from(was_taken));
        return false;
    };
    let seen = thread.seen_shared.load(Relaxed);
    thread.seen_shared.store(seen + 1, Relaxed);
    if seen >= ALL_TO_SEE && own.reads.load(Relaxed) + own.writes.load(Relaxed) >= ACCESSES_TO_SEE {
        add(&own.unseen_misses, u64::from(was_taken));
        return false;
    }
    if was_taken {
        match own.tenure.load(Relaxed) {
            tenure::NOTHING_FRESH_USED => add(&own.false_misses, 1),
            tenure::FRESH_USED => add(&own.true_misses, 1),
            _ => debug_assert_eq!(own.tenure.load(Relaxed), tenure::NEVER_LOST),
        }
        own.fresh.store(own.unseen.swap(0, Relaxed), Relaxed);
        own.tenure.store(tenure::NOTHING_FRESH_USED, Relaxed);
    }
    if own.tenure.load(Relaxed) == tenure::NOTHING_FRESH_USED && mask & own.fresh.load(Relaxed) != 0 {
        own.tenure.store(tenure::FRESH_USED, Relaxed);
    }
    add(&own.atomics, u64::from(access.is_atomic()));
    if access.reads() {
        add(&own.reads, 1);
        own.read_mask.store(own.read_mask.load(Relaxed) | mask, Relaxed);
        vote(&own.read_site, &own.read_support, access.site);
    }
    if access.writes() {
        add(&own.writes, 1);
        own.write_mask.store(own.write_mask.load(Relaxed) | mask, Relaxed);
        vote(&own.write_site, &own.write_support, access.site);
        for other in sharers(record).filter(|other| !core::ptr::eq(*other, own)) {
            other.unseen.store(other.unseen.load(Relaxed) | mask, Relaxed);
        }
    }
    true
}

fn sharers(record: &SharedLine) -> impl Iterator<Item = &Sharer> {
    record.sharers.iter().take(record.n_sharers.load(Relaxed) as usize)
}

fn sharer(record: &SharedLine, slot: u64) -> Option<&Sharer> {
    if let Some(known) = sharers(record).find(|sharer| sharer.slot.load(Relaxed) == slot) {
        return Some(known);
    }
    let n = record.n_sharers.load(Relaxed);
    let fresh = record.sharers.get(n as usize)?;
    fresh.slot.store(slot, Relaxed);
    note_blocks(record);
    record.n_sharers.store(n + 1, Release);
    Some(fresh)
}

/// Notes what the line's parts belong to: a thread may come with a block of its own.
fn note_blocks(record: &SharedLine) {
    let line = record.address.load(Relaxed);
    for (quarter, block) in record.blocks.iter().enumerate() {
        let at = line + quarter as u64 * LINE_BYTES / record.blocks.len() as u64;
        if let Some(found) = objects::block_at(at) {
            block.object.store(found.object, Relaxed);
            block.start.store(found.start, Relaxed);
            block.bytes.store(found.n_bytes, Relaxed);
        }
    }
}

/// The majority vote of Boyer and Moore (1981).
fn vote(candidate: &AtomicU64, support: &AtomicU64, value: u64) {
    let lead = support.load(Relaxed);
    if candidate.load(Relaxed) == value {
        support.store(lead + 1, Relaxed);
    } else if lead == 0 {
        candidate.store(value, Relaxed);
        support.store(1, Relaxed);
    } else {
        support.store(lead - 1, Relaxed);
    }
}
