//! Counts and samples the heap. Runs inside malloc and signal handlers.

mod counters;
mod sampler;
mod sizes;
mod tracked;

pub(crate) use counters::flush_live;
pub(crate) use sampler::start_sampling;
pub(crate) use sizes::{is_size_in_front, set_sizes_unknown, set_usable_size_function};
pub(crate) use tracked::{FILTER, FILTER_WORD_MASK, forget_all as forget_tracked_blocks, may_be_tracked};

use crate::arena;
use crate::sys::Registers;
use crate::thread;
use core::sync::atomic::Ordering::Relaxed;
use wire::{Slot, allocation_kind};

/// An allocation to be counted.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    /// An [`allocation_kind`].
    pub(crate) kind: u64,
    pub(crate) size: u64,
    pub(crate) align: u64,
}

impl Request {
    fn is_foreign(&self) -> bool {
        self.kind == allocation_kind::FOREIGN
    }

    fn is_rust(&self) -> bool {
        self.kind == allocation_kind::ALLOC || self.kind == allocation_kind::ALLOC_ZEROED
    }
}

/// Makes a block by `make`, and counts it.
#[inline]
pub(crate) fn allocate(request: Request, caller: Registers, make: impl FnOnce() -> usize) -> usize {
    let Some(thread) = thread::current() else {
        let block = make();
        if block != 0 {
            counters::count_orphan_allocation(&request, live_size(&request, block));
        }
        return block;
    };
    if is_counted_already(thread.slot) && !request.is_rust() {
        return make();
    }
    let block = within_allocator(thread.slot, make);
    if block != 0 {
        counters::count_allocation(thread, &request, live_size(&request, block));
        sampler::on_allocation(thread, block, &request, caller);
    }
    block
}

/// Who frees a block, and says how large it is.
#[derive(Clone, Copy)]
pub(crate) enum Freeing {
    /// Rust's entry point.
    Rust(u64),
    /// A function of an allocator that is told the size.
    Sized(u64),
    /// A function that is not.
    Unsized,
}

/// Frees a block by `free`, and counts it.
#[inline]
pub(crate) fn deallocate(block: usize, freeing: Freeing, free: impl FnOnce()) {
    if block == 0 {
        return free();
    }
    let size = || match freeing {
        Freeing::Rust(size) | Freeing::Sized(size) => size,
        Freeing::Unsized => sizes::usable(block),
    };
    let Some(thread) = thread::current() else {
        counters::count_orphan_free(size());
        return free();
    };
    if is_counted_already(thread.slot) && !matches!(freeing, Freeing::Rust(_)) {
        return free();
    }
    if may_be_tracked(block) {
        tracked::on_free(thread, block);
    }
    counters::count_free(thread, size());
    sizes::forget(block);
    within_allocator(thread.slot, free);
}

/// Passes a foreign block to `free`.
pub(crate) fn deallocate_foreign(block: usize) {
    if may_be_tracked(block)
        && let Some(thread) = thread::current()
    {
        tracked::on_free(thread, block);
    }
}

/// Resizes a block by `resize`, and counts that. `old_size` is known at Rust's entry points.
pub(crate) fn reallocate(
    block: usize,
    old_size: Option<u64>,
    new_size: u64,
    caller: Registers,
    resize: impl FnOnce() -> usize,
) -> usize {
    let Some(thread) = thread::current() else {
        let old_size = old_size.unwrap_or_else(|| sizes::usable(block));
        let new_block = resize();
        if new_block != 0 {
            counters::count_orphan_growth(old_size, new_size, new_block != block);
        }
        return new_block;
    };
    if is_counted_already(thread.slot) && old_size.is_none() {
        return resize();
    }
    let was_mapped = sizes::is_mapped(block);
    let old_live = old_size.unwrap_or_else(|| sizes::usable(block));
    let tracked = if may_be_tracked(block) {
        tracked::take(thread.arena, block)
    } else {
        None
    };
    let new_block = within_allocator(thread.slot, resize);
    if new_block != 0 {
        sizes::forget(block);
    }
    if new_block == 0 {
        if let Some(tracked) = tracked {
            tracked::put(thread.arena, block, tracked);
        }
        return 0;
    }
    let growth = Growth {
        // A block with a mapping of its own keeps its pages when it gets another address: nothing is copied.
        has_moved: new_block != block && !(was_mapped && sizes::is_mapped(new_block)),
        old_size: old_live,
        new_size,
    };
    let new_live = if old_size.is_some() {
        new_size
    } else {
        sizes::of_new_block(new_block, new_size)
    };
    counters::count_growth(thread, &growth, new_live);
    if let Some(tracked) = tracked {
        tracked::put(thread.arena, new_block, tracked.grown(&growth));
    }
    sampler::on_growth(thread, &growth, caller);
    new_block
}

/// A `realloc` to be counted.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    old_size: u64,
    new_size: u64,
    has_moved: bool,
}

impl Growth {
    fn copied_bytes(&self) -> u64 {
        if self.has_moved {
            self.old_size.min(self.new_size)
        } else {
            0
        }
    }

    fn added_bytes(&self) -> u64 {
        self.new_size.saturating_sub(self.old_size)
    }
}

/// Bytes that a block adds to those alive: what its free will take off again.
#[inline(always)]
fn live_size(request: &Request, block: usize) -> u64 {
    if request.is_rust() || request.is_foreign() {
        request.size
    } else {
        sizes::of_new_block(block, request.size)
    }
}

/// True inside an allocator whose caller was counted.
#[inline(always)]
fn is_counted_already(slot: &Slot) -> bool {
    slot.allocator_depth.load(Relaxed) != 0
}

/// Runs a call of the allocator; what it allocates meanwhile is not counted again.
#[inline(always)]
fn within_allocator<R>(slot: &Slot, call: impl FnOnce() -> R) -> R {
    let depth = slot.allocator_depth.load(Relaxed);
    slot.allocator_depth.store(depth + 1, Relaxed);
    let result = call();
    slot.allocator_depth.store(depth, Relaxed);
    result
}

/// True when every stack is wanted.
#[inline(always)]
fn is_exact() -> bool {
    arena::config().is_some_and(|config| config.heap.load(Relaxed) == wire::heap_mode::EXACT)
}
