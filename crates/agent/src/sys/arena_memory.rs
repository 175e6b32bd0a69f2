//! The arena's memory, as references to atomics. Runs inside malloc and signal handlers.

use super::kernel;
use crate::abi;
use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use wire::{Geometry, Header, Slot, TrackedBlock};

/// The parts of the arena.
#[derive(Clone, Copy)]
pub(crate) struct Arena {
    pub(crate) header: &'static Header,
    pub(crate) slots: &'static [Slot],
    /// The rings of all slots, one after the other.
    pub(crate) rings: &'static [AtomicU64],
    /// See `rings`.
    pub(crate) cpu_rings: &'static [AtomicU64],
    pub(crate) tracked_keys: &'static [AtomicU64],
    pub(crate) tracked: &'static [TrackedBlock],
    pub(crate) index: &'static [AtomicU32],
    pub(crate) pool: &'static [AtomicU64],
    pub(crate) geometry: Geometry,
}

struct Cell(UnsafeCell<MaybeUninit<Arena>>);

// SAFETY: written once, before `IS_MAPPED` is set; only read afterwards.
unsafe impl Sync for Cell {}

static ARENA: Cell = Cell(UnsafeCell::new(MaybeUninit::uninit()));
static IS_MAPPED: AtomicBool = AtomicBool::new(false);

/// The arena, once it is mapped.
#[inline(always)]
pub(crate) fn arena() -> Option<&'static Arena> {
    if !IS_MAPPED.load(Ordering::Acquire) {
        return None;
    }
    // SAFETY: the flag is set after the cell was written, and nothing writes it again.
    let cell = unsafe { &*ARENA.0.get() };
    // SAFETY: as above.
    Some(unsafe { cell.assume_init_ref() })
}

/// The slot at an address that `Local::slot` holds.
#[inline(always)]
pub(crate) fn slot_at(address: usize) -> Option<&'static Slot> {
    let slot = core::ptr::with_exposed_provenance::<Slot>(address);
    // SAFETY: `Local::slot` is null or the address of a slot in the arena, which is never unmapped.
    unsafe { slot.as_ref() }
}

/// Maps the arena at `path`; false when there is none, or it is not the one meant.
pub(crate) fn map_arena(path: &CStr, nonce: u64) -> bool {
    let Some(fd) = kernel::open_read_write(path) else {
        return false;
    };
    let mapped = kernel::mode_and_size(fd).and_then(|(mode, size)| {
        let is_arena = mode & abi::S_IFMT == abi::S_IFREG && size >= size_of::<Header>() as u64;
        let protection = abi::PROT_READ | abi::PROT_WRITE;
        let base = is_arena.then(|| kernel::map(0, size as usize, protection, abi::MAP_SHARED, fd))??;
        Some((base, size))
    });
    kernel::close(fd);
    let Some((base, size)) = mapped else {
        return false;
    };
    kernel::leave_out_of_dumps(base, size as usize);
    let arena = parts(base, size, nonce);
    if let Some(arena) = arena {
        // SAFETY: runs once, in the constructor, before any other thread can see the flag.
        unsafe { (*ARENA.0.get()).write(arena) };
        IS_MAPPED.store(true, Ordering::Release);
    } else {
        kernel::unmap(base, size as usize);
    }
    arena.is_some()
}

fn parts(base: usize, size: u64, nonce: u64) -> Option<Arena> {
    let header = core::ptr::with_exposed_provenance::<Header>(base);
    // SAFETY: the mapping is page-aligned, at least as large as a header, and a header holds atomics only.
    let header = unsafe { &*header };
    let geometry = header.geometry();
    let is_ours = header.magic.load(Ordering::Acquire) == wire::MAGIC
        && header.version.load(Ordering::Relaxed) == wire::VERSION
        && header.nonce.load(Ordering::Relaxed) == nonce
        && geometry.is_valid()
        && geometry.total_bytes() <= size;
    if !is_ours {
        return None;
    }
    Some(Arena {
        header,
        slots: part(base, geometry.slots_at(), geometry.n_slots),
        rings: part(base, geometry.rings_at(), geometry.n_slots * geometry.ring_words),
        cpu_rings: part(
            base,
            geometry.cpu_rings_at(),
            geometry.n_slots * geometry.cpu_ring_words,
        ),
        tracked_keys: part(base, geometry.tracked_keys_at(), geometry.n_tracked),
        tracked: part(base, geometry.tracked_at(), geometry.n_tracked),
        index: part(base, geometry.index_at(), geometry.n_index),
        pool: part(base, geometry.pool_at(), geometry.pool_words),
        geometry,
    })
}

/// `n` values of a type made of atomics, at an offset that [`Geometry`] computed.
fn part<T>(base: usize, offset: u64, n: u64) -> &'static [T] {
    let first = core::ptr::with_exposed_provenance::<T>(base + offset as usize);
    // SAFETY: the geometry was checked against the file's size, its offsets are page-aligned, every bit pattern is a
    // valid atomic, and the recorder has sealed the file against shrinking.
    unsafe { core::slice::from_raw_parts(first, n as usize) }
}
