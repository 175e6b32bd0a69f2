//! What memory is whose: a shadow of the address space with one word for each 16 bytes that a block or a static covers.
//!
//! Full pages of large blocks have one word each. Marks of freed blocks stay until another block takes the place.

use crate::sys;
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use core::sync::atomic::{AtomicU32, AtomicUsize};
use wire::trace::{LINE_BYTES, object};

const GRANULE: u64 = 16;
const PAGE: u64 = 4096;
/// Bytes that one leaf of the shadow stands for.
const LEAF_BYTES: u64 = 1 << 24;
const N_GRANULES: usize = (LEAF_BYTES / GRANULE) as usize;
const N_PAGES: usize = (LEAF_BYTES / PAGE) as usize;
/// Leaves of a 47-bit address space.
const N_LEAVES: usize = 1 << (47 - 24);
/// From this size on, pages are marked.
const LARGE: u64 = 2 * PAGE;
/// A block begins here. Beside the number, as the next one.
const START: u32 = 1 << 31;
/// The number is a static's.
const STATIC: u32 = 1 << 30;
const NUMBER: u32 = STATIC - 1;
/// How far the ends of a block are looked for.
const MAX_STEPS: u64 = 1 << 16;

/// Address of the table of leaves.
static LEAVES: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone, Copy)]
struct Leaf {
    granules: &'static [AtomicU32],
    pages: &'static [AtomicU32],
}

/// Makes the table. Without memory nothing is known of any object.
pub(crate) fn prepare() {
    if let Some(leaves) = sys::private_rows::<AtomicUsize>(N_LEAVES) {
        LEAVES.store(leaves.as_ptr().expose_provenance(), Relaxed);
    }
}

#[inline]
fn leaf(address: u64) -> Option<Leaf> {
    let found = slot_of_leaf(address)?.load(Acquire);
    (found != 0).then(|| leaf_at(found))
}

#[inline]
fn slot_of_leaf(address: u64) -> Option<&'static AtomicUsize> {
    let table = LEAVES.load(Relaxed);
    if table == 0 {
        return None;
    }
    sys::rows_at::<AtomicUsize>(table, N_LEAVES).get((address / LEAF_BYTES) as usize)
}

fn leaf_at(address: usize) -> Leaf {
    let (granules, pages) = sys::rows_at::<AtomicU32>(address, N_GRANULES + N_PAGES).split_at(N_GRANULES);
    Leaf { granules, pages }
}

fn made_leaf(address: u64) -> Option<Leaf> {
    let slot = slot_of_leaf(address)?;
    let found = slot.load(Acquire);
    if found != 0 {
        return Some(leaf_at(found));
    }
    let rows: &'static [AtomicU32] = sys::private_rows(N_GRANULES + N_PAGES)?;
    match slot.compare_exchange(0, rows.as_ptr().expose_provenance(), AcqRel, Acquire) {
        Ok(_) => Some(leaf_at(rows.as_ptr().expose_provenance())),
        Err(other) => {
            sys::release(rows);
            Some(leaf_at(other))
        }
    }
}

impl Leaf {
    #[inline]
    fn granule(&self, address: u64) -> Option<&'static AtomicU32> {
        self.granules.get((address % LEAF_BYTES / GRANULE) as usize)
    }

    #[inline]
    fn page(&self, address: u64) -> Option<&'static AtomicU32> {
        self.pages.get((address % LEAF_BYTES / PAGE) as usize)
    }

    /// The mark of an address.
    #[inline]
    fn mark(&self, address: u64) -> u32 {
        let page = self.page(address).map_or(0, |page| page.load(Relaxed));
        if page != 0 {
            return page;
        }
        self.granule(address).map_or(0, |granule| granule.load(Relaxed))
    }
}

/// A heap block of an allocation site was made.
pub(crate) fn mark_heap(start: u64, n_bytes: u64, site: u32) {
    mark(start, n_bytes, (site + 1) & NUMBER);
}

/// The executable has a static here.
pub(crate) fn mark_static(start: u64, n_bytes: u64, number: u32) {
    mark(start, n_bytes, (number + 1) & NUMBER | STATIC);
}

fn mark(start: u64, n_bytes: u64, mark: u32) {
    let end = start + n_bytes.max(1);
    let is_large = n_bytes >= LARGE;
    let mut at = start / GRANULE * GRANULE;
    let mut word = mark | START;
    while at < end {
        let Some(leaf) = made_leaf(at) else { return };
        let leaf_end = (at / LEAF_BYTES + 1) * LEAF_BYTES;
        while at < end.min(leaf_end) {
            let Some(page) = leaf.page(at) else { return };
            if is_large && at.is_multiple_of(PAGE) && at + PAGE <= end {
                page.store(word, Relaxed);
                at += PAGE;
            } else {
                if page.load(Relaxed) != 0 {
                    page.store(0, Relaxed);
                    blank(leaf, at);
                }
                let Some(granule) = leaf.granule(at) else { return };
                granule.store(word, Relaxed);
                at += GRANULE;
            }
            word = mark;
        }
    }
}

/// The marks below a page's mark are out of date.
#[cold]
fn blank(leaf: Leaf, address: u64) {
    let first = (address % LEAF_BYTES / PAGE * (PAGE / GRANULE)) as usize;
    let granules = leaf.granules.get(first..first + (PAGE / GRANULE) as usize);
    granules
        .unwrap_or(&[])
        .iter()
        .for_each(|granule| granule.store(0, Relaxed));
}

/// Has what is known of an address brought near.
#[inline(always)]
pub(crate) fn prefetch(address: u64) {
    if let Some(granule) = leaf(address).and_then(|leaf| leaf.granule(address)) {
        sys::prefetch(core::ptr::from_ref(granule).addr());
    }
}

/// What an address of the program belongs to; see [`object`]. `stack_end` is where the calling thread's stack ends.
#[inline]
pub(crate) fn object_at(address: u64, stack_end: u64) -> u64 {
    if (sys::stack_pointer()..stack_end).contains(&address) {
        return object::STACK;
    }
    match leaf(address).map_or(0, |leaf| leaf.mark(address)) {
        0 if sys::is_on_main_stack(address) => object::STACK,
        0 => object::OTHER,
        mark => object_of(mark),
    }
}

fn object_of(mark: u32) -> u64 {
    let kind = if mark & STATIC == 0 {
        object::HEAP
    } else {
        object::STATIC
    };
    kind | u64::from((mark & NUMBER) - 1)
}

/// The first object that a line holds bytes of.
pub(crate) fn object_in_line(line_address: u64, stack_end: u64) -> u64 {
    first_mark_in_line(line_address).map_or_else(|| object_at(line_address, stack_end), |(_, mark)| object_of(mark))
}

fn first_mark_in_line(line_address: u64) -> Option<(u64, u32)> {
    let leaf = leaf(line_address)?;
    (line_address..line_address + LINE_BYTES)
        .step_by(GRANULE as usize)
        .map(|at| (at, leaf.mark(at)))
        .find(|&(_, mark)| mark != 0)
}

/// A heap block or a static.
#[derive(Clone, Copy)]
pub(crate) struct Block {
    /// See [`object`].
    pub(crate) object: u64,
    /// Address of its first byte.
    pub(crate) start: u64,
    /// Its bytes up to the granule's end, as far as they were looked for.
    pub(crate) n_bytes: u64,
}

/// The block or static that holds an address, as far as its ends could be found.
pub(crate) fn block_at(address: u64) -> Option<Block> {
    let mark_at = |at: u64| leaf(at).map_or(0, |leaf| leaf.mark(at));
    let inside = address / GRANULE * GRANULE;
    let mark = mark_at(inside) & !START;
    if mark == 0 {
        return None;
    }
    let mut start = first_of_mark(inside);
    let mut n_steps = 0;
    while mark_at(start) & START == 0 {
        if n_steps == MAX_STEPS || mark_at(start) != mark {
            return None;
        }
        n_steps += 1;
        start = first_of_mark(start - GRANULE);
    }
    if mark_at(start) & !START != mark {
        return None;
    }
    let mut end = behind_mark(inside);
    for _ in 0..MAX_STEPS {
        if mark_at(end) != mark {
            break;
        }
        end = behind_mark(end);
    }
    Some(Block {
        object: object_of(mark),
        start,
        n_bytes: end - start,
    })
}

/// True when one mark stands for the whole page.
fn is_page_marked(address: u64) -> bool {
    let page = leaf(address).and_then(|leaf| leaf.page(address));
    page.is_some_and(|page| page.load(Relaxed) != 0)
}

/// The first address that the mark of a granule stands for.
fn first_of_mark(address: u64) -> u64 {
    if is_page_marked(address) {
        address / PAGE * PAGE
    } else {
        address
    }
}

/// The first address behind what the mark of a granule stands for.
fn behind_mark(address: u64) -> u64 {
    if is_page_marked(address) {
        (address / PAGE + 1) * PAGE
    } else {
        address + GRANULE
    }
}
