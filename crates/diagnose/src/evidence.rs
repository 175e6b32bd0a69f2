//! Measurements as evidence: the names are keys of `evidence/{en,zh}.ftl`.

use crate::Evidence;
use profile::Arg;
use std::borrow::Cow;

/// The shared catalogue, in English.
pub(crate) const ENGLISH: &str = include_str!("evidence/en.ftl");
/// The shared catalogue, in Chinese.
pub(crate) const CHINESE: &str = include_str!("evidence/zh.ftl");

fn evidence(name: &'static str, value: Arg) -> Evidence {
    Evidence {
        name: Cow::Borrowed(name),
        value,
    }
}

/// CPU samples that fell there.
pub(crate) fn samples(samples: u64) -> Evidence {
    evidence("evidence-samples", Arg::Count(samples))
}

/// Seconds spent there.
pub(crate) fn seconds(seconds: f64) -> Evidence {
    evidence("evidence-time", Arg::Seconds(seconds))
}

/// Calls counted.
pub(crate) fn calls(calls: u64) -> Evidence {
    evidence("evidence-calls", Arg::Count(calls))
}

/// Bytes per call, median.
pub(crate) fn bytes_per_call(bytes: u64) -> Evidence {
    evidence("evidence-bytes-per-call", Arg::Bytes(bytes))
}

/// Bytes transferred.
pub(crate) fn bytes(bytes: u64) -> Evidence {
    evidence("evidence-bytes", Arg::Bytes(bytes))
}

/// Waits counted.
pub(crate) fn waits(waits: u64) -> Evidence {
    evidence("evidence-waits", Arg::Count(waits))
}

/// Time waited, in seconds, over all threads.
pub(crate) fn wait_time(seconds: f64) -> Evidence {
    evidence("evidence-wait-time", Arg::Seconds(seconds))
}

/// Processor time spent spinning, in seconds.
pub(crate) fn spin_time(seconds: f64) -> Evidence {
    evidence("evidence-spin-time", Arg::Seconds(seconds))
}

/// Threads that waited.
pub(crate) fn threads(threads: u64) -> Evidence {
    evidence("evidence-threads", Arg::Count(threads))
}

/// Threads that the run started.
pub(crate) fn threads_started(threads: u64) -> Evidence {
    evidence("evidence-threads-started", Arg::Count(threads))
}

/// Allocations made there.
pub(crate) fn allocations(allocations: f64) -> Evidence {
    evidence("evidence-allocations", Arg::Count(allocations.round() as u64))
}

/// Copies made, as far as they took memory.
pub(crate) fn copies(copies: f64) -> Evidence {
    evidence("evidence-copies", Arg::Count(copies.round() as u64))
}

/// Bytes allocated there.
pub(crate) fn allocated_bytes(bytes: f64) -> Evidence {
    evidence("evidence-allocated-bytes", Arg::Bytes(bytes.round() as u64))
}

/// Calls of `realloc`.
pub(crate) fn growths(growths: f64) -> Evidence {
    evidence("evidence-growths", Arg::Count(growths.round() as u64))
}

/// Bytes that `realloc` moved.
pub(crate) fn moved_bytes(bytes: f64) -> Evidence {
    evidence("evidence-moved-bytes", Arg::Bytes(bytes.round() as u64))
}

/// Size after the last growth, median.
pub(crate) fn final_size(bytes: u64) -> Evidence {
    evidence("evidence-final-size", Arg::Bytes(bytes))
}

/// Time from allocation to free, median, in seconds.
pub(crate) fn lifetime(seconds: f64) -> Evidence {
    evidence("evidence-lifetime", Arg::Seconds(seconds))
}

/// Questions sent and answered.
pub(crate) fn round_trips(count: u64) -> Evidence {
    evidence("evidence-round-trips", Arg::Count(count))
}

/// Time of one round trip, in seconds.
pub(crate) fn time_per_round_trip(seconds: f64) -> Evidence {
    evidence("evidence-time-per-round-trip", Arg::Seconds(seconds))
}

/// Bytes of one question.
pub(crate) fn bytes_per_question(bytes: u64) -> Evidence {
    evidence("evidence-bytes-per-question", Arg::Bytes(bytes))
}

/// Bytes of one answer.
pub(crate) fn bytes_per_answer(bytes: u64) -> Evidence {
    evidence("evidence-bytes-per-answer", Arg::Bytes(bytes))
}

/// Time of the work done under a lock, in seconds.
pub(crate) fn held_time(seconds: f64) -> Evidence {
    evidence("evidence-held-time", Arg::Seconds(seconds))
}

/// Who held what others waited for.
pub(crate) fn held_by(holder: &str) -> Evidence {
    evidence("evidence-held-by", Arg::Text(holder.to_owned()))
}

/// Time of the work under a lock that did not need it, in seconds.
pub(crate) fn held_in_vain(seconds: f64) -> Evidence {
    evidence("evidence-held-in-vain", Arg::Seconds(seconds))
}

/// Time that threads were blocked, in seconds.
pub(crate) fn blocked_time(seconds: f64) -> Evidence {
    evidence("evidence-blocked-time", Arg::Seconds(seconds))
}

/// The longest of the calls, in seconds.
pub(crate) fn longest(seconds: f64) -> Evidence {
    evidence("evidence-longest", Arg::Seconds(seconds))
}

/// Share of the run.
pub(crate) fn share(name: &'static str, share: f64) -> Evidence {
    evidence(name, Arg::Share(share))
}

/// A number of things.
pub(crate) fn count(name: &'static str, count: u64) -> Evidence {
    evidence(name, Arg::Count(count))
}

/// A name or a range.
pub(crate) fn text(name: &'static str, text: String) -> Evidence {
    evidence(name, Arg::Text(text))
}

/// The size of something.
pub(crate) fn size(name: &'static str, bytes: u64) -> Evidence {
    evidence(name, Arg::Bytes(bytes))
}
