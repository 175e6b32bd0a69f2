//! Exact counts of the heap. Runs inside malloc and signal handlers.

use super::{Growth, Request};
use crate::arena;
use crate::sys::Arena;
use crate::thread::Thread;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use wire::{LIVE_FLUSH_BYTES, Slot};

/// Adds to a counter that only this thread writes.
#[inline(always)]
fn bump(counter: &AtomicU64, value: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(value), Relaxed);
}

/// Counts an allocation.
#[inline(always)]
pub(super) fn count_allocation(thread: Thread, request: &Request, live_size: u64) {
    let slot = thread.slot;
    if request.is_foreign() {
        bump(&slot.foreign_allocations, 1);
        bump(&slot.foreign_bytes, request.size);
    } else {
        bump(&slot.allocations, 1);
        bump(&slot.allocated_bytes, request.size);
        add_live(thread, live_size);
    }
}

/// Counts a free.
#[inline(always)]
pub(super) fn count_free(thread: Thread, size: u64) {
    bump(&thread.slot.frees, 1);
    bump(&thread.slot.freed_bytes, size);
    take_live(thread, size);
}

/// Counts a `realloc`.
pub(super) fn count_growth(thread: Thread, growth: &Growth, new_live: u64) {
    let slot = thread.slot;
    bump(&slot.reallocations, 1);
    bump(&slot.grown_bytes, growth.added_bytes());
    if growth.has_moved {
        bump(&slot.moves, 1);
        bump(&slot.moved_bytes, growth.copied_bytes());
    }
    // While the block is copied, both are alive; the allocator decides that, so only the sizes asked for are counted.
    if new_live >= growth.old_size {
        add_live(thread, new_live - growth.old_size);
    } else {
        take_live(thread, growth.old_size - new_live);
    }
}

#[inline(always)]
fn add_live(thread: Thread, bytes: u64) {
    let live = thread.slot.live.load(Relaxed).saturating_add(bytes as i64);
    thread.slot.live.store(live, Relaxed);
    if live >= 0 {
        flush_live(thread.arena, thread.slot);
    }
}

#[inline(always)]
fn take_live(thread: Thread, bytes: u64) {
    let slot = thread.slot;
    let before = slot.live.load(Relaxed);
    // A maximum stands just before a free.
    if before > slot.live_max.load(Relaxed) {
        slot.live_max.store(before, Relaxed);
    }
    let live = before.saturating_sub(bytes as i64);
    slot.live.store(live, Relaxed);
    if live < -2 * LIVE_FLUSH_BYTES {
        flush_live(thread.arena, slot);
    }
}

/// Reports the thread's balance of live bytes, and the maximum on the way, to its process.
#[cold]
pub(crate) fn flush_live(arena: &Arena, slot: &Slot) {
    let Some(process) = arena.header.processes.get(slot.process.load(Relaxed) as usize) else {
        return;
    };
    let live = slot.live.load(Relaxed);
    let live_max = slot.live_max.load(Relaxed).max(live);
    slot.live.store(-LIVE_FLUSH_BYTES, Relaxed);
    slot.live_max.store(-LIVE_FLUSH_BYTES, Relaxed);
    let before = process.live.fetch_add(live + LIVE_FLUSH_BYTES, Relaxed);
    process.peak.fetch_max(before + live_max + LIVE_FLUSH_BYTES, Relaxed);
}

/// Counts an allocation of a thread without a slot.
#[cold]
pub(super) fn count_orphan_allocation(request: &Request, live_size: u64) {
    let Some(arena) = arena::active() else {
        return;
    };
    let orphans = &arena.header.orphans;
    if request.is_foreign() {
        orphans.foreign_allocations.fetch_add(1, Relaxed);
        orphans.foreign_bytes.fetch_add(request.size, Relaxed);
    } else {
        orphans.allocations.fetch_add(1, Relaxed);
        orphans.allocated_bytes.fetch_add(request.size, Relaxed);
        change_process_live(arena, live_size as i64);
    }
}

/// Counts a free by a thread without a slot.
#[cold]
pub(super) fn count_orphan_free(size: u64) {
    if let Some(arena) = arena::active() {
        arena.header.orphans.frees.fetch_add(1, Relaxed);
        arena.header.orphans.freed_bytes.fetch_add(size, Relaxed);
        change_process_live(arena, -(size as i64));
    }
}

/// Counts a `realloc` by a thread without a slot.
#[cold]
pub(super) fn count_orphan_growth(old_size: u64, new_size: u64, has_moved: bool) {
    let Some(arena) = arena::active() else {
        return;
    };
    let orphans = &arena.header.orphans;
    orphans.reallocations.fetch_add(1, Relaxed);
    orphans
        .grown_bytes
        .fetch_add(new_size.saturating_sub(old_size), Relaxed);
    if has_moved {
        orphans.moves.fetch_add(1, Relaxed);
        orphans.moved_bytes.fetch_add(old_size.min(new_size), Relaxed);
    }
    change_process_live(arena, new_size as i64 - old_size as i64);
}

fn change_process_live(arena: &Arena, bytes: i64) {
    if let Some(process) = arena::process(arena) {
        let before = process.live.fetch_add(bytes, Relaxed);
        process.peak.fetch_max(before + bytes, Relaxed);
    }
}
