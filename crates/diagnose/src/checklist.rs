//! What a reviewer asks about the speed of a program, answered as far as one recording can.
//!
//! Where it cannot tell, the answer is "unknown", and the evidence says what was seen and what would tell.

use crate::{Confidence, Finding, Resource, SILENCE};
use profile::{Arg, HeapMode, Hotspot, Ledger, Message, Profile, Sampler, TimeClass};
use std::ops::RangeInclusive;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// The recording cannot tell.
    Unknown,
}

/// A question of the checklist, answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Stable kebab-case name of the question; its words are the message `checklist-<item>`.
    pub item: &'static str,
    /// The answer as far as this recording can give one.
    pub status: Status,
    /// What the answer rests on.
    pub evidence: Message,
}

/// With fewer samples a share of 10 % is known to within a half only (Poisson, 95 %).
const ENOUGH_SAMPLES: u64 = 200;
/// A line that takes this share of the run is worth calling a bottleneck.
const BOTTLENECK: f64 = 0.1;
/// Threads that wait less than this for locks lose nothing to them.
const LOW_WAITING: f64 = 0.01;
/// A run that keeps this part of the machine busy has no processors to spare.
const BUSY: f64 = 0.75;

type Verdict = (Status, Message);

/// Answers the checklist.
pub fn checklist(profile: &Profile, ledger: &Ledger, hot_lines: &[Hotspot], findings: &[Finding]) -> Vec<Answer> {
    let answers = [
        ("profiled", profiled(profile)),
        ("bottleneck-confirmed", bottleneck_confirmed(hot_lines, findings)),
        (
            "algorithm-and-data-structure-fit",
            faulted_by(findings, 1..=2).unwrap_or_else(|| unknown("checklist-needs-sizes")),
        ),
        ("no-unnecessary-allocations", allocations(profile, ledger, findings)),
        ("parallelism-where-it-pays", parallelism(profile, findings)),
        (
            "cache-friendly-layout",
            faulted_by(findings, 4..=4).unwrap_or_else(|| unknown("checklist-needs-cache-model")),
        ),
        ("low-lock-contention", lock_contention(profile, ledger, findings)),
        ("gain-benchmarked", unknown("checklist-needs-comparison")),
        ("still-readable", unknown("checklist-needs-reviewer")),
    ];
    let answer = |(item, (status, evidence))| Answer { item, status, evidence };
    answers.into_iter().map(answer).collect()
}

fn profiled(profile: &Profile) -> Verdict {
    let samples = profile.totals.samples;
    if profile.run.sampler == Sampler::None || samples < ENOUGH_SAMPLES {
        let evidence = Message::new("checklist-few-samples").with("samples", Arg::Count(samples));
        return (Status::No, evidence);
    }
    (
        Status::Yes,
        Message::new("checklist-samples").with("samples", Arg::Count(samples)),
    )
}

fn bottleneck_confirmed(hot_lines: &[Hotspot], findings: &[Finding]) -> Verdict {
    if let Some(finding) = findings
        .iter()
        .find(|finding| finding.confidence == Confidence::Measured)
    {
        return (Status::Yes, cites(finding));
    }
    let Some(hottest) = hot_lines.first() else {
        return unknown("checklist-nothing-measured");
    };
    let (status, key) = match hottest.self_share >= BOTTLENECK {
        true => (Status::Yes, "checklist-hottest-line"),
        false => (Status::No, "checklist-flat"),
    };
    let function = hottest.site.function.as_str();
    let evidence = Message::new(key)
        .text("function", function)
        .with("share", Arg::Share(hottest.self_share));
    (status, evidence)
}

/// "No" when a finding of these levels says so; no finding is no proof of the opposite.
fn faulted_by(findings: &[Finding], levels: RangeInclusive<u8>) -> Option<Verdict> {
    let found = findings.iter().find(|finding| levels.contains(&finding.level));
    found.map(|finding| (Status::No, cites(finding)))
}

fn allocations(profile: &Profile, ledger: &Ledger, findings: &[Finding]) -> Verdict {
    if let Some(fault) = faulted_by(findings, 3..=3) {
        return fault;
    }
    if profile.run.heap == HeapMode::Off || profile.totals.samples < ENOUGH_SAMPLES {
        return unknown("checklist-heap-unmeasured");
    }
    let share = share_of(ledger, TimeClass::Allocate);
    let status = if share < SILENCE { Status::Yes } else { Status::Unknown };
    let evidence = Message::new("checklist-allocating")
        .with("share", Arg::Share(share))
        .with("allocations", Arg::Count(profile.totals.allocations));
    (status, evidence)
}

fn parallelism(profile: &Profile, findings: &[Finding]) -> Verdict {
    if let Some(verdict) = waiting_for_locks(findings) {
        return verdict;
    }
    let (cpus, totals) = (profile.machine.n_cpus.max(1), &profile.totals);
    if totals.wall_s <= 0.0 || totals.samples < ENOUGH_SAMPLES {
        return unknown("checklist-needs-scaling");
    }
    let busy = totals.cpu_s() / totals.wall_s;
    let status = if busy >= BUSY * f64::from(cpus) {
        Status::Yes
    } else {
        Status::Unknown
    };
    let evidence = Message::new("checklist-processors")
        .with("busy", Arg::Number(busy))
        .with("processors", Arg::Count(u64::from(cpus)));
    (status, evidence)
}

fn lock_contention(profile: &Profile, ledger: &Ledger, findings: &[Finding]) -> Verdict {
    if let Some(verdict) = waiting_for_locks(findings) {
        return verdict;
    }
    if profile.threads.len() == 1 {
        return (Status::Yes, Message::new("checklist-one-thread"));
    }
    if profile.totals.samples < ENOUGH_SAMPLES {
        return unknown("checklist-no-finding");
    }
    let share = share_of(ledger, TimeClass::LockWait);
    let status = if share < LOW_WAITING {
        Status::Yes
    } else {
        Status::Unknown
    };
    let evidence = Message::new("checklist-lock-waiting").with("share", Arg::Share(share));
    (status, evidence)
}

fn waiting_for_locks(findings: &[Finding]) -> Option<Verdict> {
    let found = findings.iter().find(|finding| finding.resource == Resource::Lock);
    found.map(|finding| (Status::No, cites(finding)))
}

fn share_of(ledger: &Ledger, class: TimeClass) -> f64 {
    let of_class = ledger.time.iter().find(|time| time.class == class);
    of_class.map_or(0.0, |time| time.share)
}

fn cites(finding: &Finding) -> Message {
    Message::new("checklist-finding")
        .text("rule", finding.rule)
        .with("share", Arg::Share(finding.share))
}

fn unknown(key: &'static str) -> Verdict {
    (Status::Unknown, Message::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use profile::{ClassTime, Thread};

    fn profile(samples: u64, threads: usize, cpu_s: f64) -> Profile {
        let mut profile = Profile::default();
        profile.run.sampler = Sampler::Perf;
        profile.run.heap = HeapMode::Sampled;
        profile.machine.n_cpus = 4;
        profile.threads = vec![Thread::default(); threads];
        profile.totals.samples = samples;
        profile.totals.wall_s = 1.0;
        profile.totals.user_s = cpu_s;
        profile
    }

    fn ledger(class: TimeClass, share: f64) -> Ledger {
        let time = vec![ClassTime {
            class,
            seconds: share,
            share,
        }];
        Ledger {
            time,
            ..Ledger::default()
        }
    }

    fn check(profile: &Profile, ledger: &Ledger, item: &str, expected: Status) {
        let answers = checklist(profile, ledger, &[], &[]);
        let answer = answers.iter().find(|answer| answer.item == item).unwrap();
        assert_eq!(answer.status, expected, "{answer:?}");
    }

    #[test]
    fn a_short_run_proves_nothing() {
        let (profile, ledger) = (profile(50, 2, 1.0), Ledger::default());
        check(&profile, &ledger, "profiled", Status::No);
        check(&profile, &ledger, "no-unnecessary-allocations", Status::Unknown);
        check(&profile, &ledger, "parallelism-where-it-pays", Status::Unknown);
        check(&profile, &ledger, "low-lock-contention", Status::Unknown);
    }

    #[test]
    fn little_time_in_the_allocator_shows_that_allocations_are_in_order() {
        let allocating = |share| ledger(TimeClass::Allocate, share);
        check(
            &profile(2000, 1, 1.0),
            &allocating(0.01),
            "no-unnecessary-allocations",
            Status::Yes,
        );
        check(
            &profile(2000, 1, 1.0),
            &allocating(0.2),
            "no-unnecessary-allocations",
            Status::Unknown,
        );
    }

    #[test]
    fn busy_processors_show_that_parallelism_is_used() {
        check(
            &profile(2000, 4, 3.8),
            &Ledger::default(),
            "parallelism-where-it-pays",
            Status::Yes,
        );
        check(
            &profile(2000, 4, 1.0),
            &Ledger::default(),
            "parallelism-where-it-pays",
            Status::Unknown,
        );
    }

    #[test]
    fn threads_that_hardly_wait_show_that_contention_is_low() {
        let waiting = |share| ledger(TimeClass::LockWait, share);
        check(
            &profile(2000, 4, 1.0),
            &waiting(0.001),
            "low-lock-contention",
            Status::Yes,
        );
        check(
            &profile(2000, 4, 1.0),
            &waiting(0.1),
            "low-lock-contention",
            Status::Unknown,
        );
        check(
            &profile(2000, 1, 1.0),
            &waiting(0.0),
            "low-lock-contention",
            Status::Yes,
        );
    }
}
