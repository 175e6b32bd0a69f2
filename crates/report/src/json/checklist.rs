//! What a reviewer asks about the speed of a program, answered as far as one recording can.
//!
//! A recording can show that something is wrong; that all is well it can show for few questions only. Where it
//! cannot tell, the answer is "unknown", and the evidence says what would tell.

use super::{ChecklistItem, Status};
use crate::{Catalogue, View};
use diagnose::{Confidence, Finding, Resource};
use profile::{Arg, Message, Sampler};
use std::ops::RangeInclusive;

pub(super) fn answers(view: &View<'_>, catalogue: &Catalogue) -> Vec<ChecklistItem> {
    let answers = [
        ("profiled", profiled(view)),
        ("bottleneck-confirmed", bottleneck_confirmed(view)),
        ("algorithm-and-data-structure-fit", faulted_by(view, 1..=2)),
        ("no-unnecessary-allocations", faulted_by(view, 3..=3)),
        ("parallelism-where-it-pays", unknown("checklist-needs-scaling")),
        ("cache-friendly-layout", faulted_by(view, 4..=4)),
        ("low-lock-contention", low_lock_contention(view)),
        ("gain-benchmarked", unknown("checklist-needs-comparison")),
        ("still-readable", unknown("checklist-needs-reviewer")),
    ];
    answers
        .into_iter()
        .map(|(item, (status, evidence))| ChecklistItem {
            item,
            question: catalogue.text(&format!("checklist-{item}")),
            status,
            evidence: catalogue.render(&evidence),
        })
        .collect()
}

type Answer = (Status, Message);

fn profiled(view: &View<'_>) -> Answer {
    let samples = view.profile.totals.samples;
    let status = if samples > 0 && view.profile.run.sampler != Sampler::None {
        Status::Yes
    } else {
        Status::No
    };
    (
        status,
        Message::new("checklist-samples").with("samples", Arg::Count(samples)),
    )
}

fn bottleneck_confirmed(view: &View<'_>) -> Answer {
    match view
        .findings
        .iter()
        .find(|finding| finding.confidence == Confidence::Measured)
    {
        Some(finding) => (Status::Yes, cites(finding)),
        None => unknown("checklist-nothing-measured"),
    }
}

/// "No" when a finding of these levels says so; no finding is no proof of the opposite.
fn faulted_by(view: &View<'_>, levels: RangeInclusive<u8>) -> Answer {
    match view.findings.iter().find(|finding| levels.contains(&finding.level)) {
        Some(finding) => (Status::No, cites(finding)),
        None => unknown("checklist-no-finding"),
    }
}

fn low_lock_contention(view: &View<'_>) -> Answer {
    match view.findings.iter().find(|finding| finding.resource == Resource::Lock) {
        Some(finding) => (Status::No, cites(finding)),
        None => unknown("checklist-no-finding"),
    }
}

fn cites(finding: &Finding) -> Message {
    Message::new("checklist-finding")
        .text("rule", finding.rule)
        .with("share", Arg::Share(finding.share))
}

fn unknown(key: &'static str) -> Answer {
    (Status::Unknown, Message::new(key))
}
