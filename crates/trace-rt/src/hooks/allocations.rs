//! Allocation sites: the stacks from which blocks come.

use crate::records;
use crate::{directory, start, sys};
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicU64, AtomicUsize};
use wire::trace::TraceGeometry;

/// Places of the index, a power of two: twice as many as sites.
const N_PLACES: usize = 2 * TraceGeometry::N_ALLOCATION_SITES as usize;

/// Address of the index. A place holds the upper half of a stack's hash and the site's number plus one.
static INDEX: AtomicUsize = AtomicUsize::new(0);

/// Makes the index; without memory, sites are not told apart.
pub(super) fn prepare() {
    if let Some(rows) = sys::private_rows::<AtomicU64>(N_PLACES) {
        INDEX.store(rows.as_ptr().expose_provenance(), Release);
    }
}

/// The number of the site with these frames, counted once more.
pub(super) fn site(frames: &[u64], n_bytes: u64) -> Option<u32> {
    let arena = start::arena()?;
    let number = number_of(frames)?;
    let site = arena.allocation_sites.get(number as usize)?;
    if directory::is_open() {
        site.count.fetch_add(1, Relaxed);
        site.bytes.fetch_add(n_bytes, Relaxed);
    } else {
        records::add(&site.count, 1);
        records::add(&site.bytes, n_bytes);
    }
    Some(number)
}

fn number_of(frames: &[u64]) -> Option<u32> {
    let address = INDEX.load(Acquire);
    if address == 0 {
        return None;
    }
    let index: &'static [AtomicU64] = sys::rows_at(address, N_PLACES);
    let hash = frames.iter().fold(0, |hash: u64, &frame| {
        (hash.rotate_left(5) ^ frame).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    let tag = hash & 0xffff_ffff_0000_0000;
    let mut at = hash as usize % N_PLACES;
    for _ in 0..N_PLACES {
        let place = index.get(at)?;
        let found = place.load(Acquire);
        if found == 0 {
            return add(frames, tag, place);
        }
        if found & 0xffff_ffff_0000_0000 == tag {
            return Some(found as u32 - 1);
        }
        at = (at + 1) % N_PLACES;
    }
    None
}

#[cold]
fn add(frames: &[u64], tag: u64, place: &AtomicU64) -> Option<u32> {
    let arena = start::arena()?;
    let number = arena.header.n_allocation_sites.load(Relaxed);
    if number >= TraceGeometry::N_ALLOCATION_SITES {
        arena.header.lost_rows.fetch_add(1, Relaxed);
        return None;
    }
    let number = arena.header.n_allocation_sites.fetch_add(1, Relaxed);
    let site = arena.allocation_sites.get(number as usize)?;
    site.frames
        .iter()
        .zip(frames)
        .for_each(|(word, &frame)| word.store(frame, Relaxed));
    site.n_frames.store(frames.len() as u64, Release);
    // Another thread may have added the same stack meanwhile: then both names stand for it.
    match place.compare_exchange(0, tag | (number + 1), AcqRel, Acquire) {
        Ok(_) => Some(number as u32),
        Err(other) if other & 0xffff_ffff_0000_0000 == tag => Some(other as u32 - 1),
        Err(_) => Some(number as u32),
    }
}
