//! Adds up the counters of all threads and processes.

use super::event::AgentTotals;
use super::sys::Arena;
use std::sync::atomic::Ordering::Relaxed;
use wire::{LIVE_FLUSH_BYTES, Process, Slot, process_flag, slot_state};

/// Counts up to now.
pub(super) fn read(arena: &Arena) -> AgentTotals {
    let header = arena.header();
    // The program may have written anything: sums wrap.
    let sum_up =
        |start: u64, of_slot: fn(&Slot) -> u64| arena.slots().iter().map(of_slot).fold(start, u64::wrapping_add);
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
        allocations: sum_up(orphans.allocations.load(Relaxed), |slot| slot.allocations.load(Relaxed)),
        allocated_bytes: sum_up(orphans.allocated_bytes.load(Relaxed), |slot| {
            slot.allocated_bytes.load(Relaxed)
        }),
        grown_bytes: sum_up(orphans.grown_bytes.load(Relaxed), |slot| slot.grown_bytes.load(Relaxed)),
        frees: sum_up(orphans.frees.load(Relaxed), |slot| slot.frees.load(Relaxed)),
        freed_bytes: sum_up(orphans.freed_bytes.load(Relaxed), |slot| slot.freed_bytes.load(Relaxed)),
        reallocations: sum_up(orphans.reallocations.load(Relaxed), |slot| {
            slot.reallocations.load(Relaxed)
        }),
        moves: sum_up(orphans.moves.load(Relaxed), |slot| slot.moves.load(Relaxed)),
        moved_bytes: sum_up(orphans.moved_bytes.load(Relaxed), |slot| slot.moved_bytes.load(Relaxed)),
        peak_bytes: live_and_peak.iter().map(|&(_, peak)| positive(peak)).max().unwrap_or(0),
        live_bytes: live_and_peak.first().map_or(0, |&(live, _)| positive(live)),
        foreign_allocations: sum_up(orphans.foreign_allocations.load(Relaxed), |slot| {
            slot.foreign_allocations.load(Relaxed)
        }),
        foreign_bytes: sum_up(orphans.foreign_bytes.load(Relaxed), |slot| {
            slot.foreign_bytes.load(Relaxed)
        }),
        processes: n_attached as u64,
        processes_with_rust_hooks: processes.iter().filter(is_hooked).count() as u64,
        lost_threads: header.lost_threads.load(Relaxed),
        lost_events: sum_up(0, |slot| {
            slot.ring
                .lost
                .load(Relaxed)
                .wrapping_add(slot.cpu_ring.lost.load(Relaxed))
        }),
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
            let most = slot.live_max.load(Relaxed).max(live);
            (live.wrapping_add(LIVE_FLUSH_BYTES), most.wrapping_add(LIVE_FLUSH_BYTES))
        })
        .collect();
    let reported = process.live.load(Relaxed);
    let live = balances.iter().fold(reported, |sum, &(own, _)| sum.wrapping_add(own));
    let peaks = balances
        .iter()
        .map(|&(own, most)| live.wrapping_sub(own).wrapping_add(most));
    (live, peaks.fold(live.max(process.peak.load(Relaxed)), i64::max))
}

fn positive(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}
