//! Whether and what to record. Runs inside malloc and signal handlers.

use crate::sys::{self, Arena};
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use wire::{Config, Process};

static IS_ACTIVE: AtomicBool = AtomicBool::new(false);
static PROCESS: AtomicU32 = AtomicU32::new(0);
static PID: AtomicU32 = AtomicU32::new(0);

/// The arena, while recording.
#[inline(always)]
pub(crate) fn active() -> Option<&'static Arena> {
    if IS_ACTIVE.load(Relaxed) { sys::arena() } else { None }
}

/// What to record, while recording.
#[inline(always)]
pub(crate) fn config() -> Option<&'static Config> {
    active().map(|arena| &arena.header.config)
}

/// Starts recording.
pub(crate) fn activate() {
    IS_ACTIVE.store(true, Relaxed);
}

/// Takes a place among the processes, for the calling process, and remembers its id.
pub(crate) fn enter_process(arena: &Arena, flags: u32) {
    let pid = sys::pid();
    PID.store(pid, Relaxed);
    let processes = &arena.header.processes;
    let place = arena
        .header
        .n_attached
        .fetch_add(1, Relaxed)
        .min(processes.len() as u32 - 1);
    PROCESS.store(place, Relaxed);
    if let Some(process) = processes.get(place as usize) {
        process.pid.store(pid, Relaxed);
        process.flags.store(flags, Relaxed);
    }
}

/// Place of the calling process among the processes.
pub(crate) fn process_place() -> u32 {
    PROCESS.load(Relaxed)
}

/// Its id.
pub(crate) fn pid() -> u32 {
    PID.load(Relaxed)
}

/// Its counters.
pub(crate) fn process(arena: &Arena) -> Option<&Process> {
    arena.header.processes.get(process_place() as usize)
}
