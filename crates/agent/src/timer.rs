//! CPU samples by a timer on each thread's CPU clock. Runs inside malloc and signal handlers.

use crate::ring::Ring;
use crate::sys::{self, Local};
use crate::{arena, stack};
use core::ffi::{c_int, c_void};
use core::sync::atomic::Ordering::Relaxed;
use wire::{Config, CpuRecord};

/// Sets the handler, for all threads. Called once.
pub(crate) fn install(config: &Config) {
    let signal = config.timer_signal.load(Relaxed);
    if config.timer_hz.load(Relaxed) != 0 {
        sys::set_signal_handler(signal, on_timer as *const () as usize);
    }
}

/// Starts the calling thread's timer, if one is wanted and it has none.
pub(crate) fn start(config: &Config) {
    let local = sys::local();
    let hz = u64::from(config.timer_hz.load(Relaxed));
    if hz == 0 || local.timer.load(Relaxed) != 0 {
        return;
    }
    let timer = sys::start_timer(config.timer_signal.load(Relaxed), 1_000_000_000 / hz);
    local.timer.store(timer.map_or(0, |timer| timer + 1), Relaxed);
}

/// Stops the thread's timer.
pub(crate) fn stop(local: &Local) {
    if let Some(timer) = local.timer.swap(0, Relaxed).checked_sub(1) {
        sys::delete_timer(timer);
    }
}

/// Makes a signal set one that does not hold back the timers' signal.
pub(crate) fn own_signal() -> Option<u32> {
    let config = arena::config()?;
    (config.timer_hz.load(Relaxed) != 0).then(|| config.timer_signal.load(Relaxed))
}

/// Signal handler.
extern "C" fn on_timer(_: c_int, _: *mut c_void, context: *mut c_void) {
    let (Some(arena), Some(slot)) = (arena::active(), sys::slot_at(sys::local().slot.load(Relaxed))) else {
        return;
    };
    let Some(ring) = Ring::of_cpu_samples(arena, slot) else {
        return;
    };
    let cpu_ns = sys::thread_cpu_ns();
    let previous_ns = slot.last_cpu_ns.load(Relaxed);
    let dump_words = arena.header.config.dump_words.load(Relaxed) as usize;
    let max_words = 1 + CpuRecord::N_WORDS + stack::max_words(dump_words);
    // A sample without room is not forgotten: the next one stands for its time too.
    let Some(mut writer) = ring.begin(CpuRecord::KIND, max_words) else {
        return;
    };
    slot.last_cpu_ns.store(cpu_ns, Relaxed);
    let record = CpuRecord {
        time_ns: sys::now_ns(),
        cpu_ns: cpu_ns.saturating_sub(previous_ns),
    };
    writer.extend(&record.to_words());
    stack::write(&mut writer, &sys::signal_registers(context), dump_words);
    writer.finish();
}
