//! Shows a comparison: on a terminal, as JSON, and as Markdown for a pull request.

mod json;
mod markdown;
mod plot;
mod suite;
mod terminal;

pub use json::{ComparisonReport, SCHEMA, write_json, write_suite_json};
pub use markdown::markdown;
pub use suite::{markdown_suite, print_suite};
pub use terminal::print;

use crate::quantity::signed_percent;
use bench::{Candidate, Comparison, Figure, Judgement, Sameness, Stopped, Unit, Verdict};
use profile::{Arg, Message};

/// The verdict on one candidate in a sentence.
fn verdict(candidate: &Candidate) -> Message {
    let Judgement { verdict, ratio, .. } = candidate.judgement;
    let key = match verdict {
        Verdict::Faster => "compare-faster",
        Verdict::Slower => "compare-slower",
        Verdict::CannotTell if candidate.judgement.is_negligible => "compare-negligible",
        Verdict::CannotTell => "compare-cannot-tell",
    };
    Message::new(key).with("difference", Arg::Share((ratio.value - 1.0).abs()))
}

/// How sure the verdict is, and what would make it surer.
fn certainty(candidate: &Candidate, comparison: &Comparison) -> Vec<Message> {
    let Judgement {
        ratio,
        more_pairs,
        is_negligible,
        ..
    } = candidate.judgement;
    let n_runs = candidate.subject.measurements.len();
    let mut said = vec![
        Message::new("compare-interval")
            .with("confidence", Arg::Share(comparison.confidence))
            .text("low", signed_percent(ratio.low))
            .text("high", signed_percent(ratio.high)),
        Message::new("compare-pairs").with("pairs", Arg::Count(n_runs as u64)),
        Message::new("compare-noise-floor").with("floor", Arg::Share(comparison.noise_floor)),
    ];
    said.push(Message::new(match candidate.output {
        Sameness::Same => "compare-same-output",
        Sameness::Different => "compare-different-output",
        Sameness::Unstable => "compare-unstable-output",
        Sameness::NotCompared => "compare-output-ignored",
    }));
    let n_outliers =
        candidate.subject.n_outliers(comparison.metric) + comparison.baseline.n_outliers(comparison.metric);
    if n_outliers > 0 {
        said.push(
            Message::new("compare-outliers")
                .with("outliers", Arg::Count(n_outliers as u64))
                .with("runs", Arg::Count(2 * n_runs as u64)),
        );
    }
    if candidate.judgement.verdict == Verdict::CannotTell && !is_negligible {
        said.push(match more_pairs {
            Some(pairs) => Message::new("compare-more-pairs").with("pairs", Arg::Count(pairs as u64)),
            None => Message::new("compare-hopeless"),
        });
    }
    said
}

/// What cut the comparison short, when something did.
fn cut_short(stopped: Stopped) -> Option<Message> {
    match stopped {
        Stopped::Decided | Stopped::PairsOver => None,
        Stopped::TimeOver => Some(Message::new("compare-time-over")),
        Stopped::Interrupted => Some(Message::new("compare-interrupted")),
    }
}

/// How a figure changes, where the baseline has any of it.
fn change(figure: &Figure) -> String {
    match figure.baseline > 0.0 {
        true => signed_percent(figure.candidate / figure.baseline),
        false => String::new(),
    }
}

/// A figure with its unit.
fn value(figure: &Figure, value: f64) -> Arg {
    match figure.unit {
        Unit::Seconds => Arg::Seconds(value),
        Unit::Bytes => Arg::Bytes(value.round() as u64),
        Unit::Count => Arg::Count(value.round() as u64),
    }
}

#[cfg(test)]
mod tests;
