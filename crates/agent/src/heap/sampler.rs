//! Chooses which allocations to record with their stacks. Runs inside malloc and signal handlers.
//!
//! Each allocation weighs its bytes plus a constant. Along the weight, samples are a Poisson process: a block of weight
//! w is taken with probability 1 − exp(−w / interval), whatever happened before, and the recorder weighs it with the
//! inverse, which makes every sum unbiased. The interval may follow the past (how fast samples came) but not the block
//! at hand, so the estimates stay unbiased while the interval adapts.

use super::{Growth, Request, is_exact, tracked};
use crate::aggregate::entry_of;
use crate::ring::Ring;
use crate::sys::{self, Arena, Registers};
use crate::thread::{self, Thread};
use crate::{arena, stack};
use core::sync::atomic::{AtomicI64, Ordering::Relaxed};
use wire::{AggregateKey, AllocationRecord, CALL_WEIGHT, EntryKind, GrowthRecord, Slot, entry};

/// Mean weight between the first samples of a program.
const START_INTERVAL: u64 = 16 << 10;
/// Samples of a thread after which its rate is looked at: so many, or twice as many, stand for what was allocated last,
/// however short the program.
const N_WINDOW: u32 = 128;
/// The time that these should take: 1250 samples a second.
const WINDOW_NS: u64 = 102_400_000;
/// Words of stack copied with a sample at most. A hook's caller has a frame pointer, so unwinding needs few of them.
const MAX_DUMP_WORDS: usize = 48;
/// After this many samples of all threads the shortest interval doubles, which bounds the recording of a long run.
const N_PER_DOUBLING: u64 = 8192;

/// Draws the first interval of a thread.
pub(crate) fn start_sampling(arena: &Arena, slot: &Slot) {
    let config = &arena.header.config;
    let mode = config.heap.load(Relaxed);
    if mode == wire::heap_mode::OFF {
        return;
    }
    slot.interval.store(shortest_interval(arena), Relaxed);
    draw(slot);
    if mode == wire::heap_mode::EXACT {
        // The fast path sees a countdown that has run out, always.
        slot.exact_countdown.store(slot.countdown.load(Relaxed), Relaxed);
        slot.countdown.store(-1, Relaxed);
    }
}

/// Looks whether an allocation is to be recorded.
#[inline(always)]
pub(super) fn on_allocation(thread: Thread, block: usize, request: &Request, caller: Registers) {
    if is_exact() {
        count_stack(thread, request, caller);
    }
    if is_due(thread.slot, request.size) {
        sample_allocation(thread, block, request, caller);
    }
}

/// Looks whether a `realloc` is to be recorded.
pub(super) fn on_growth(thread: Thread, growth: &Growth, caller: Registers) {
    if is_exact() {
        count_growth_stack(thread, growth, caller);
    }
    if is_due(thread.slot, growth.new_size) {
        sample_growth(thread, growth, caller);
    }
}

#[inline(always)]
fn is_due(slot: &Slot, size: u64) -> bool {
    let countdown = countdown(slot);
    let left = countdown
        .load(Relaxed)
        .saturating_sub_unsigned(size.saturating_add(CALL_WEIGHT));
    countdown.store(left, Relaxed);
    left < 0
}

#[inline(always)]
fn countdown(slot: &Slot) -> &AtomicI64 {
    if is_exact() {
        &slot.exact_countdown
    } else {
        &slot.countdown
    }
}

#[cold]
fn sample_allocation(thread: Thread, block: usize, request: &Request, caller: Registers) {
    let Some(_guard) = thread::enter() else {
        return;
    };
    let Thread { arena, slot } = thread;
    let time_ns = sys::now_ns();
    let id = arena.header.last_sample_id.fetch_add(1, Relaxed) + 1;
    let record = AllocationRecord {
        time_ns,
        id,
        kind: request.kind,
        size: request.size,
        align: request.align,
        interval: slot.interval.load(Relaxed),
    };
    if write(thread, AllocationRecord::KIND, &record.to_words(), caller) {
        let (birth_ns, size) = (time_ns, request.size);
        tracked::put(
            arena,
            block,
            tracked::Tracked {
                id,
                birth_ns,
                size,
                moved_bytes: 0,
                growths: 0,
            },
        );
    }
    adapt(thread, time_ns);
}

#[cold]
fn sample_growth(thread: Thread, growth: &Growth, caller: Registers) {
    let Some(_guard) = thread::enter() else {
        return;
    };
    let time_ns = sys::now_ns();
    thread.arena.header.last_sample_id.fetch_add(1, Relaxed);
    let record = GrowthRecord {
        time_ns,
        old_size: growth.old_size,
        new_size: growth.new_size,
        has_moved: growth.has_moved.into(),
        interval: thread.slot.interval.load(Relaxed),
    };
    write(thread, GrowthRecord::KIND, &record.to_words(), caller);
    adapt(thread, time_ns);
}

fn write(thread: Thread, kind: u32, fields: &[u64], caller: Registers) -> bool {
    let dump_words = (thread.arena.header.config.dump_words.load(Relaxed) as usize).min(MAX_DUMP_WORDS);
    let Some(ring) = Ring::of_events(thread.arena, thread.slot) else {
        return false;
    };
    let Some(mut writer) = ring.begin(kind, 1 + fields.len() + stack::max_words(dump_words)) else {
        return false;
    };
    writer.extend(fields);
    stack::write(&mut writer, &caller, dump_words);
    writer.finish();
    true
}

/// Fits the interval to how fast samples come, and draws the weight until the next one.
fn adapt(thread: Thread, now_ns: u64) {
    let Thread { arena, slot } = thread;
    let interval = slot.interval.load(Relaxed);
    let n_samples = slot.n_window_samples.load(Relaxed) + 1;
    let elapsed_ns = now_ns.saturating_sub(slot.window_since_ns.load(Relaxed));
    // The recorder is late: better few samples than lost ones.
    let is_filling = Ring::of_events(arena, slot).is_some_and(|ring| ring.is_filling());
    let n_window = if is_filling { N_WINDOW / 16 } else { N_WINDOW };
    let is_slow = elapsed_ns > 2 * WINDOW_NS;
    let fitted = if is_slow {
        interval / 2
    } else if n_samples >= n_window && elapsed_ns < WINDOW_NS / 2 {
        interval.saturating_mul(2).min(1 << 40)
    } else {
        interval
    };
    let is_window_over = is_slow || n_samples >= n_window;
    slot.n_window_samples
        .store(if is_window_over { 0 } else { n_samples }, Relaxed);
    if is_window_over {
        slot.window_since_ns.store(now_ns, Relaxed);
    }
    slot.interval.store(fitted.max(shortest_interval(arena)), Relaxed);
    draw(slot);
}

fn shortest_interval(arena: &Arena) -> u64 {
    let doublings = arena.header.last_sample_id.load(Relaxed) / N_PER_DOUBLING;
    START_INTERVAL << doublings.min(32)
}

/// Draws the weight until the next sample from the exponential distribution.
fn draw(slot: &Slot) {
    let interval = slot.interval.load(Relaxed) as f64;
    countdown(slot).store((interval * exponential(random_bits())) as i64, Relaxed);
}

/// xorshift64* (Vigna 2016), seeded per thread.
fn random_bits() -> u64 {
    let local = sys::local();
    let mut state = local.random.load(Relaxed);
    if state == 0 {
        state = (sys::now_ns() ^ u64::from(sys::tid()) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    }
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    local.random.store(state, Relaxed);
    state.wrapping_mul(0x2545_f491_4f6c_dd1d)
}

/// −ln of a uniform number from (0, 1], by the series of artanh; off by less than one part in a million.
fn exponential(bits: u64) -> f64 {
    let uniform = ((bits >> 11) + 1) as f64 / (1u64 << 53) as f64;
    let raw = uniform.to_bits();
    let exponent = (raw >> 52) as i64 - 1023;
    let mantissa = f64::from_bits(raw & ((1 << 52) - 1) | 1023 << 52);
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let t2 = t * t;
    let series = 1.0 + t2 * (1.0 / 3.0 + t2 * (1.0 / 5.0 + t2 * (1.0 / 7.0 + t2 * (1.0 / 9.0 + t2 / 11.0))));
    -(exponent as f64 * core::f64::consts::LN_2 + 2.0 * t * series)
}

/// Counts an allocation under its stack.
fn count_stack(thread: Thread, request: &Request, caller: Registers) {
    with_stack_entry(thread, EntryKind::Allocation, request.kind as u8, caller, |entry| {
        entry.add_call();
        entry.add(entry::BYTES, request.size);
        entry.add_size(request.size);
    });
}

fn count_growth_stack(thread: Thread, growth: &Growth, caller: Registers) {
    with_stack_entry(thread, EntryKind::Growth, 0, caller, |entry| {
        entry.add_call();
        entry.add(entry::ERRORS, growth.has_moved.into());
        entry.add(entry::BYTES, growth.copied_bytes());
        entry.add(entry::TOTAL_NS, growth.added_bytes());
        entry.add_size(growth.new_size);
    });
}

fn with_stack_entry(
    thread: Thread,
    kind: EntryKind,
    sub: u8,
    caller: Registers,
    count: impl FnOnce(crate::aggregate::Entry<'_>),
) {
    let Some(_guard) = thread::enter() else {
        thread.arena.header.lost_calls.fetch_add(1, Relaxed);
        return;
    };
    let key = AggregateKey {
        pid: arena::pid(),
        tid: thread.slot.tid.load(Relaxed),
        kind,
        sub,
        detail: 0,
        address: 0,
    };
    if let Some(entry) = entry_of(thread.arena, &key, &caller) {
        count(entry);
    }
}
