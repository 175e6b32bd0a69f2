//! The slot of each thread: taken at its first event, given back at its end. Runs inside malloc and signal handlers.

use crate::sys::{self, Arena, Local};
use crate::{arena, heap, timer};
use core::ffi::c_void;
use core::sync::atomic::Ordering::{AcqRel, Relaxed, Release};
use wire::{LIVE_FLUSH_BYTES, Slot, slot_state};

/// What a hook needs: the arena and the calling thread's slot.
#[derive(Clone, Copy)]
pub(crate) struct Thread {
    pub(crate) arena: &'static Arena,
    pub(crate) slot: &'static Slot,
}

/// Marks that the thread runs code of the agent, until dropped.
pub(crate) struct Guard(&'static Local);

/// None when the thread runs code of the agent already.
#[inline(always)]
pub(crate) fn enter() -> Option<Guard> {
    let local = sys::local();
    if local.is_busy.load(Relaxed) != 0 {
        return None;
    }
    local.is_busy.store(1, Relaxed);
    Some(Guard(local))
}

impl Drop for Guard {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.is_busy.store(0, Relaxed);
    }
}

/// The calling thread's slot; taken if it has none. None when there is nothing to record into.
#[inline(always)]
pub(crate) fn current() -> Option<Thread> {
    let arena = arena::active()?;
    let slot = match sys::slot_at(sys::local().slot.load(Relaxed)) {
        Some(slot) => slot,
        None => register(arena)?,
    };
    Some(Thread { arena, slot })
}

/// States the bounds of the calling thread's stack.
pub(crate) fn set_stack(low: u64, high: u64) {
    let local = sys::local();
    local.stack_low.store(low, Relaxed);
    local.stack_high.store(high, Relaxed);
}

#[cold]
fn register(arena: &'static Arena) -> Option<&'static Slot> {
    let local = sys::local();
    if local.is_done.load(Relaxed) != 0 {
        return None;
    }
    let _guard = enter()?;
    let Some(slot) = claim(arena) else {
        arena.header.lost_threads.fetch_add(1, Relaxed);
        local.is_done.store(1, Relaxed);
        return None;
    };
    slot.pid.store(arena::pid(), Relaxed);
    slot.tid.store(sys::tid(), Relaxed);
    slot.process.store(arena::process_place(), Relaxed);
    store_name(slot);
    slot.allocator_depth.store(0, Relaxed);
    slot.live.store(-LIVE_FLUSH_BYTES, Relaxed);
    slot.live_max.store(-LIVE_FLUSH_BYTES, Relaxed);
    slot.n_window_samples.store(0, Relaxed);
    slot.wait_entry.store(0, Relaxed);
    slot.window_since_ns.store(sys::now_ns(), Relaxed);
    slot.last_cpu_ns.store(0, Relaxed);
    heap::start_sampling(arena, slot);
    // The recorder reads a slot from here on.
    slot.state.store(slot_state::CLAIMED, Release);
    if let Some(process) = arena::process(arena) {
        process.n_threads.fetch_add(1, Relaxed);
    }
    local.slot.store(core::ptr::from_ref(slot).expose_provenance(), Relaxed);
    sys::watch_thread_end();
    timer::start(&arena.header.config);
    Some(slot)
}

fn claim(arena: &'static Arena) -> Option<&'static Slot> {
    let n_slots = arena.slots.len();
    let first = arena.header.next_slot.fetch_add(1, Relaxed) as usize;
    let take = |wanted: u32, is_fit: fn(&Slot) -> bool| {
        (0..n_slots).find_map(|step| {
            let slot = arena.slots.get((first + step) & (n_slots - 1))?;
            let is_candidate = slot.state.load(Relaxed) == wanted && is_fit(slot);
            let is_ours = || {
                slot.state
                    .compare_exchange(wanted, slot_state::STARTING, AcqRel, Relaxed)
                    .is_ok()
            };
            (is_candidate && is_ours()).then_some(slot)
        })
    };
    // Thousands of short threads may end before the recorder looks again; those that left nothing to read make room.
    take(slot_state::FREE, |_| true).or_else(|| take(slot_state::EXITED, is_read))
}

fn is_read(slot: &Slot) -> bool {
    [&slot.ring, &slot.cpu_ring]
        .iter()
        .all(|ring| ring.head.load(Relaxed) == ring.tail.load(Relaxed))
}

/// Notes the thread's name, which it may have changed.
pub(crate) fn store_name(slot: &Slot) {
    for (word, part) in slot.name.iter().zip(sys::thread_name()) {
        word.store(part, Relaxed);
    }
}

/// Called by the C library at the end of a thread, in up to four rounds; the last one gives the slot back, so that
/// destructors of the program which run in between are still counted.
pub(crate) extern "C" fn on_end(_: *mut c_void) {
    let local = sys::local();
    let round = local.end_rounds.load(Relaxed) + 1;
    local.end_rounds.store(round, Relaxed);
    if round < crate::abi::PTHREAD_DESTRUCTOR_ITERATIONS {
        sys::watch_thread_end();
    } else {
        end(local);
    }
}

fn end(local: &'static Local) {
    timer::stop(local);
    local.is_done.store(1, Relaxed);
    let slot = sys::slot_at(local.slot.swap(0, Relaxed));
    let (Some(arena), Some(slot)) = (arena::active(), slot) else {
        return;
    };
    store_name(slot);
    heap::flush_live(arena, slot);
    slot.wait_entry.store(0, Relaxed);
    slot.state.store(slot_state::EXITED, Release);
}

/// Gives back the slots that a process left behind when it called `exec`: its threads are gone.
pub(crate) fn end_all_of(arena: &Arena, pid: u32) {
    for slot in arena.slots {
        let is_left = slot.state.load(Relaxed) == slot_state::CLAIMED && slot.pid.load(Relaxed) == pid;
        if is_left {
            slot.state.store(slot_state::EXITED, Release);
        }
    }
}
