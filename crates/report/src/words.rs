//! Words for the enumerations of the data model.

use crate::{Catalogue, printable};
use diagnose::{Confidence, Effort};
use profile::{Ledger, Operation, Row, Sampler, Site, TimeClass, Work};

pub(crate) fn confidence(catalogue: &Catalogue, confidence: Confidence) -> String {
    catalogue.text(match confidence {
        Confidence::Measured => "confidence-measured",
        Confidence::Likely => "confidence-likely",
        Confidence::Possible => "confidence-possible",
    })
}

pub(crate) fn effort(catalogue: &Catalogue, effort: Effort) -> String {
    catalogue.text(match effort {
        Effort::Simple => "effort-simple",
        Effort::Moderate => "effort-moderate",
        Effort::Complex => "effort-complex",
    })
}

pub(crate) fn level(catalogue: &Catalogue, level: u8) -> String {
    match level {
        1..=7 => catalogue.text(&format!("level-{level}")),
        _ => level.to_string(),
    }
}

pub(crate) fn time_class(catalogue: &Catalogue, class: TimeClass) -> String {
    catalogue.text(&format!("time-{}", class.name()))
}

/// The sampler's name: the same in every language.
pub(crate) fn sampler(sampler: Sampler) -> &'static str {
    match sampler {
        Sampler::Perf => "perf",
        Sampler::Timer => "timer",
        Sampler::None => "none",
    }
}

/// What cost most at a place. Rows stand in order of their cost.
pub(crate) fn operation_at(catalogue: &Catalogue, ledger: &Ledger, site: &Site) -> String {
    let is_here = |row: &&Row| {
        let of_row = ledger.site(row.site);
        of_row.line == site.line && of_row.file == site.file && of_row.function == site.function
    };
    ledger
        .rows
        .iter()
        .find(is_here)
        .map_or_else(String::new, |row| operation(catalogue, ledger, &row.operation))
}

/// The library call and, where it says more than the call, the work that it came to: `Vec::push (grow)`.
fn operation(catalogue: &Catalogue, ledger: &Ledger, operation: &Operation) -> String {
    let call = printable(ledger.call_name(operation.call));
    if operation.work == Work::Own {
        return if call.is_empty() {
            catalogue.text("work-own")
        } else {
            call.into_owned()
        };
    }
    let work = work(catalogue, &operation.work);
    if call.is_empty() {
        work
    } else {
        format!("{call} ({work})")
    }
}

/// Names that are code (`memmove`) are the same in every language.
fn work(catalogue: &Catalogue, work: &Work) -> String {
    match work {
        Work::Own => catalogue.text("work-own"),
        Work::Free => catalogue.text("work-free"),
        Work::Grow => catalogue.text("work-grow"),
        Work::Sort => catalogue.text("work-sort"),
        Work::Lock => catalogue.text("work-lock"),
        Work::LockWait => catalogue.text("work-lock-wait"),
        Work::Idle => catalogue.text("work-idle"),
        Work::Sleep => catalogue.text("work-sleep"),
        Work::Poll => catalogue.text("work-poll"),
        Work::PageFault => catalogue.text("work-page-fault"),
        other => printable(&other.to_string()).into_owned(),
    }
}
