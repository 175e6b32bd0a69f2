//! Adds up the counters of all threads and processes.

use super::event::AgentTotals;
use super::sys::Arena;
use std::sync::atomic::Ordering::Relaxed;
use wire::{LIVE_FLUSH_BYTES, Process, Slot, process_flag, slot_state};

/// Counts up to now.
pub(super) fn read(arena: &Arena) -> AgentTotals {
    let header = arena.header();
    let sum = |of_slot: fn(&Slot) -> u64| arena.slots().iter().map(of_slot).sum::<u64>();
    let orphans = &header.orphans;
    let n_attached = header.n_attached.load(Relaxed) as usize;
    let processes = header.processes.get(..n_attached).unwrap_or(&header.processes);
    let live_and_peak: Vec<(i64, i64)> = processes
        .iter()
        .enumerate()
        .map(|(place, process)| live_and_peak(arena.slots(), place, process))
        .collect();
    let is_hooked = |process: &&Process| process.flags.load(Relaxed) & process_flag::RUST_HOOKED != 0;
    AgentTotals {
        allocations: sum(|slot| slot.allocations.load(Relaxed)) + orphans.allocations.load(Relaxed),
        allocated_bytes: sum(|slot| slot.allocated_bytes.load(Relaxed)) + orphans.allocated_bytes.load(Relaxed),
        grown_bytes: sum(|slot| slot.grown_bytes.load(Relaxed)) + orphans.grown_bytes.load(Relaxed),
        frees: sum(|slot| slot.frees.load(Relaxed)) + orphans.frees.load(Relaxed),
        freed_bytes: sum(|slot| slot.freed_bytes.load(Relaxed)) + orphans.freed_bytes.load(Relaxed),
        reallocations: sum(|slot| slot.reallocations.load(Relaxed)) + orphans.reallocations.load(Relaxed),
        moves: sum(|slot| slot.moves.load(Relaxed)) + orphans.moves.load(Relaxed),
        moved_bytes: sum(|slot| slot.moved_bytes.load(Relaxed)) + orphans.moved_bytes.load(Relaxed),
        peak_bytes: live_and_peak.iter().map(|&(_, peak)| positive(peak)).max().unwrap_or(0),
        live_bytes: live_and_peak.first().map_or(0, |&(live, _)| positive(live)),
        foreign_allocations: sum(|slot| slot.foreign_allocations.load(Relaxed))
            + orphans.foreign_allocations.load(Relaxed),
        foreign_bytes: sum(|slot| slot.foreign_bytes.load(Relaxed)) + orphans.foreign_bytes.load(Relaxed),
        processes: n_attached as u64,
        processes_with_rust_hooks: processes.iter().filter(is_hooked).count() as u64,
        lost_threads: header.lost_threads.load(Relaxed),
        lost_events: sum(|slot| slot.ring.lost.load(Relaxed) + slot.cpu_ring.lost.load(Relaxed)),
        lost_calls: header.lost_calls.load(Relaxed),
    }
}

/// Bytes alive in a process, and the most there were, with what its threads have not reported yet.
fn live_and_peak(slots: &[Slot], place: usize, process: &Process) -> (i64, i64) {
    let unreported =
        |slot: &&Slot| slot.process.load(Relaxed) as usize == place && slot.state.load(Relaxed) != slot_state::FREE;
    let balances: Vec<(i64, i64)> = slots
        .iter()
        .filter(unreported)
        .map(|slot| {
            let live = slot.live.load(Relaxed);
            (
                live + LIVE_FLUSH_BYTES,
                slot.live_max.load(Relaxed).max(live) + LIVE_FLUSH_BYTES,
            )
        })
        .collect();
    let live = process.live.load(Relaxed) + balances.iter().map(|&(live, _)| live).sum::<i64>();
    let peak = balances
        .iter()
        .map(|&(own, most)| live - own + most)
        .max()
        .unwrap_or(live);
    (live, peak.max(process.peak.load(Relaxed)))
}

fn positive(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}
