//! Settles which measured time counts towards the run, so that the classes add up to it. The definition stands at the
//! head of [`super`].

use super::{ClassTime, Entry};
use crate::operation_mark::io_call;
use crate::{FdKind, Origin, Profile, Sampler, TimeClass, Work};

/// Nanoseconds in a second.
const NANO: f64 = 1e9;

/// Fills `cost.seconds` of every entry; gives the time by class and the total.
pub(super) fn settle(profile: &Profile, entries: &mut [Entry]) -> (Vec<ClassTime>, f64) {
    let wall_s = profile.totals.wall_s;
    let cpu_s = |class| -> f64 {
        let of_class = entries.iter().filter(|entry| entry.class == class);
        of_class.map(|entry| entry.cost.cpu_ns as f64 / NANO).sum()
    };
    let (cpu_io_s, cpu_lock_s) = (cpu_s(TimeClass::Io), cpu_s(TimeClass::LockWait));
    let sampled_s: f64 = entries.iter().map(|entry| entry.cost.cpu_ns as f64 / NANO).sum();

    let blocked = Blocked::of(entries);
    // The time of an I/O call holds its processor time, which samples have counted already.
    let io_s = (blocked.device_s + blocked.party_s - cpu_io_s).max(0.0);
    let device_s = (blocked.device_s - cpu_io_s).max(0.0);
    let party_s = io_s - device_s;
    let lock_s = blocked.lock_s;
    let unseen_kernel_s = if sees_kernel(profile) {
        0.0
    } else {
        (profile.totals.sys_s - blocked.device_s - blocked.party_s - cpu_lock_s).max(0.0)
    };
    let busy_s = sampled_s + device_s + lock_s + unseen_kernel_s;

    // A busy machine must not dilute the shares: time spent ready to run, without a processor, is no cost of the program.
    // Nor is what recording cost.
    let overhead = profile.totals.overhead_estimate.min(0.99);
    let overhead_s = sampled_s * overhead / (1.0 - overhead);
    let active_s = (busy_s + overhead_s).max(profile.totals.active_s);
    let gap_s = (wall_s - active_s).max(0.0);
    let filler_s = party_s + blocked.sleep_s;
    let filled = if filler_s > 0.0 {
        (gap_s / filler_s).min(1.0)
    } else {
        0.0
    };
    let other_s = (gap_s - filler_s * filled).max(0.0);

    let scale = Scale {
        device: ratio(device_s, blocked.device_s),
        party: ratio(party_s, blocked.party_s) * filled,
        sleep: filled,
    };
    for entry in entries.iter_mut() {
        entry.cost.seconds = entry.cost.cpu_ns as f64 / NANO + scale.blocked_s(entry);
    }

    let total_s = busy_s + filler_s * filled + other_s;
    let mut time: Vec<ClassTime> = TimeClass::ALL
        .iter()
        .map(|&class| ClassTime {
            class,
            seconds: entries
                .iter()
                .filter(|entry| entry.class == class)
                .map(|entry| entry.cost.seconds)
                .sum(),
            share: 0.0,
        })
        .collect();
    for row in &mut time {
        row.seconds += match row.class {
            TimeClass::Kernel => unseen_kernel_s,
            TimeClass::Other => other_s,
            _ => 0.0,
        };
        row.share = ratio(row.seconds, total_s);
    }
    (time, total_s)
}

/// How much of the measured blocking counts, by kind.
struct Scale {
    device: f64,
    party: f64,
    sleep: f64,
}

impl Scale {
    fn blocked_s(&self, entry: &Entry) -> f64 {
        let io: f64 = entry
            .cost
            .io
            .iter()
            .map(|io| {
                let scale = if waits_for_party(&io.call, io.fd_kind) {
                    self.party
                } else {
                    self.device
                };
                io.total_ns as f64 / NANO * scale
            })
            .sum();
        let wait_s = entry.cost.wait_ns() as f64 / NANO;
        io + match entry.work {
            Work::LockWait => wait_s,
            Work::Sleep => wait_s * self.sleep,
            _ => 0.0,
        }
    }
}

/// Measured blocking by kind, in seconds, summed over threads.
#[derive(Default)]
struct Blocked {
    /// I/O that a device or the kernel completes.
    device_s: f64,
    /// Reads that wait until another party writes.
    party_s: f64,
    lock_s: f64,
    sleep_s: f64,
}

impl Blocked {
    fn of(entries: &[Entry]) -> Self {
        let mut sum = Self::default();
        for entry in entries {
            for io in &entry.cost.io {
                let seconds = io.total_ns as f64 / NANO;
                if waits_for_party(&io.call, io.fd_kind) {
                    sum.party_s += seconds;
                } else {
                    sum.device_s += seconds;
                }
            }
            let wait_s = entry.cost.wait_ns() as f64 / NANO;
            match entry.work {
                Work::LockWait => sum.lock_s += wait_s,
                Work::Sleep => sum.sleep_s += wait_s,
                _ => {}
            }
        }
        sum
    }
}

fn waits_for_party(call: &str, fd_kind: FdKind) -> bool {
    matches!(io_call(call), "read" | "readv" | "recv")
        && matches!(fd_kind, FdKind::Pipe | FdKind::Socket | FdKind::Character)
}

/// Whether processor time in the kernel is among the samples: perf shows kernel frames, or may not look there;
/// a timer's signal arrives when the call returns, so its samples stand at the call.
fn sees_kernel(profile: &Profile) -> bool {
    let tables = &profile.tables;
    let is_in_kernel = |stack| {
        tables
            .frames_of(stack)
            .next()
            .is_some_and(|(_, frame)| frame.origin == Origin::Kernel)
    };
    profile.run.sampler != Sampler::Perf || profile.cpu.iter().any(|row| is_in_kernel(row.stack))
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
