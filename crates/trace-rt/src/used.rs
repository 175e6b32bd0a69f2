//! Which bytes of a fetched line were used: a sample of the watched lines, kept one by one, because only the recorder knows
//! the types that tell which fields they are.

use crate::{objects, start};
use core::sync::atomic::Ordering::{Relaxed, Release};
use wire::trace::{LINE_BYTES, MissRecord, TraceGeometry, object};

/// The first lines of each record are all kept; later ones ever more seldom.
const KEPT_AT_FIRST: u64 = 64;
/// Of each further doubling of their number, so many.
const KEPT_OF_DOUBLING: u64 = 32;

/// Notes a watched line that has left the first level. `record` has counted it already.
pub(crate) fn note(record: &MissRecord, line: u64, used_mask: u64) {
    let Some(weight) = weight(record.watched_lines.load(Relaxed)) else {
        return;
    };
    let object = record.object.load(Relaxed);
    if object == object::STACK || object == object::OTHER {
        return;
    }
    let address = line * LINE_BYTES;
    let first_used = address + u64::from(used_mask.trailing_zeros()) % LINE_BYTES;
    // The block may be gone, and another one in its place.
    let Some(block) = objects::block_at(first_used).filter(|block| block.object == object) else {
        return;
    };
    let Some(arena) = start::arena() else { return };
    let number = arena.header.n_used_lines.fetch_add(1, Relaxed);
    let Some(row) = arena.used_lines.get(number as usize) else {
        arena.header.n_used_lines.store(TraceGeometry::N_USED_LINES, Relaxed);
        return;
    };
    row.site.store(record.address.load(Relaxed), Relaxed);
    row.object.store(object, Relaxed);
    row.address.store(address, Relaxed);
    row.block_start.store(block.start, Relaxed);
    row.block_bytes.store(block.n_bytes, Relaxed);
    row.used_mask.store(used_mask, Relaxed);
    row.weight.store(weight, Release);
}

/// How many lines the `n`th one of a record stands for; none when it is not kept.
fn weight(n: u64) -> Option<u64> {
    if n <= KEPT_AT_FIRST {
        return Some(1);
    }
    let step = (n.next_power_of_two() / 2 / KEPT_OF_DOUBLING).max(1);
    n.is_multiple_of(step).then_some(step)
}
