//! A comparison of exact counts: on a terminal, and as data (schema `whyslow.exact/1`).

use crate::pipe::unless_closed;
use crate::quantity::{self, signed_percent};
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right, tail};
use crate::terminal::theme::{ALARM, BOLD, CURE, HEADING, Piece};
use crate::{Catalogue, printable};
use bench::{Counts, ExactCandidate, ExactComparison, Work};
use profile::{Arg, Message};
use serde::Serialize;
use std::io::{self, Write};
use textwrap::core::display_width;

/// Name and version of the schema.
const SCHEMA: &str = "whyslow.exact/1";
const NUMBER_COLUMNS: usize = 16;
const MAX_FUNCTIONS: usize = 10;
const INDENT: &str = "  ";

/// The figures of a run, each with the key of its name.
fn figures(counts: &Counts) -> [(&'static str, u64); 6] {
    [
        ("exact-accesses", counts.accesses),
        ("exact-bytes", counts.bytes),
        ("exact-calls", counts.calls),
        ("exact-l1-misses", counts.l1_misses),
        ("exact-l2-misses", counts.l2_misses),
        ("exact-last-misses", counts.last_misses),
    ]
}

/// Writes the comparison for people.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success: the reader has seen enough.
pub fn print(out: &mut dyn Write, comparison: &ExactComparison, catalogue: &Catalogue, style: Style) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    let printed = print_all(&mut canvas, comparison, catalogue).and_then(|()| out.flush());
    unless_closed(printed)
}

fn print_all(canvas: &mut Canvas<'_>, comparison: &ExactComparison, catalogue: &Catalogue) -> io::Result<()> {
    let baseline = Message::new("compare-baseline").text("name", printable(&comparison.baseline));
    canvas.paragraph(&[], &Piece::new(BOLD, catalogue.render_unbroken(&baseline)))?;
    let repeats = match comparison.spread {
        0 => Message::new("exact-repeats"),
        spread => Message::new("exact-varies").with("accesses", Arg::Count(spread)),
    };
    canvas.paragraph(
        &[Piece::plain(INDENT)],
        &Piece::plain(catalogue.render_unbroken(&repeats)),
    )?;
    for candidate in &comparison.candidates {
        canvas.blank()?;
        print_candidate(canvas, comparison, candidate, catalogue)?;
    }
    Ok(())
}

fn print_candidate(
    canvas: &mut Canvas<'_>,
    comparison: &ExactComparison,
    candidate: &ExactCandidate,
    catalogue: &Catalogue,
) -> io::Result<()> {
    canvas.paragraph(&[], &Piece::new(HEADING, printable(&candidate.name)))?;
    let difference = Arg::Share((candidate.ratio - 1.0).abs());
    let (style, verdict) = match candidate.work {
        Work::Less => (CURE, Message::new("exact-less").with("difference", difference)),
        Work::More => (ALARM, Message::new("exact-more").with("difference", difference)),
        Work::Same => (BOLD, Message::new("exact-same")),
    };
    let verdict = Piece::new(style, catalogue.render_unbroken(&verdict));
    canvas.paragraph(&[Piece::plain(INDENT)], &verdict)?;
    let names = figures(&candidate.counts).map(|(key, _)| catalogue.text(key));
    let rows = figures(&comparison.counts)
        .into_iter()
        .zip(figures(&candidate.counts))
        .map(|((_, before), (_, after))| (before, after));
    print_table(canvas, names.into_iter().zip(rows).collect(), catalogue)?;
    let changed = candidate.changed.iter().take(MAX_FUNCTIONS);
    let rows: Vec<(String, (u64, u64))> = changed
        .map(|changed| {
            (
                printable(&changed.function).into_owned(),
                (changed.before, changed.after),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let heading = Piece::plain(catalogue.text("exact-functions"));
    canvas.paragraph(&[Piece::plain(INDENT)], &heading)?;
    print_table(canvas, rows, catalogue)
}

fn print_table(canvas: &mut Canvas<'_>, rows: Vec<(String, (u64, u64))>, catalogue: &Catalogue) -> io::Result<()> {
    let room = canvas.width().saturating_sub(3 * NUMBER_COLUMNS + 4).max(8);
    let widest = rows
        .iter()
        .map(|(name, _)| display_width(name))
        .max()
        .unwrap_or(0)
        .min(room);
    canvas.line(&[Piece::dim(format!(
        "    {}{}{}",
        padded("", widest),
        right(&catalogue.text("compare-column-baseline"), NUMBER_COLUMNS),
        right(&catalogue.text("compare-column-candidate"), NUMBER_COLUMNS),
    ))])?;
    for (name, (before, after)) in rows {
        let ratio = match before {
            0 => String::new(),
            before => signed_percent(after as f64 / before as f64),
        };
        canvas.line(&[Piece::plain(format!(
            "    {}{}{}{}",
            padded(&tail(&name, widest), widest),
            right(&quantity::grouped(before), NUMBER_COLUMNS),
            right(&quantity::grouped(after), NUMBER_COLUMNS),
            right(&ratio, NUMBER_COLUMNS - 4),
        ))])?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    baseline: Subject<'a>,
    /// By how many accesses two counts of the baseline differ.
    spread: u64,
    candidates: Vec<CandidateReport<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    accesses: u64,
    bytes: u64,
    calls: u64,
    l1_misses: u64,
    l2_misses: u64,
    last_misses: u64,
}

#[derive(Serialize)]
struct CandidateReport<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    /// `less`, `more` or `same`.
    work: &'static str,
    /// Accesses, candidate divided by baseline.
    ratio: f64,
    changed: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    function: &'a str,
    before: u64,
    after: u64,
}

fn subject<'a>(name: &'a str, counts: &Counts) -> Subject<'a> {
    Subject {
        name,
        accesses: counts.accesses,
        bytes: counts.bytes,
        calls: counts.calls,
        l1_misses: counts.l1_misses,
        l2_misses: counts.l2_misses,
        last_misses: counts.last_misses,
    }
}

/// Writes the comparison as pretty-printed JSON.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn write_json(out: &mut dyn Write, comparison: &ExactComparison) -> io::Result<()> {
    let candidates = comparison.candidates.iter().map(|candidate| CandidateReport {
        subject: subject(&candidate.name, &candidate.counts),
        work: match candidate.work {
            Work::Less => "less",
            Work::More => "more",
            Work::Same => "same",
        },
        ratio: candidate.ratio,
        changed: candidate
            .changed
            .iter()
            .map(|changed| Changed {
                function: &changed.function,
                before: changed.before,
                after: changed.after,
            })
            .collect(),
    });
    let report = Report {
        schema: SCHEMA,
        baseline: subject(&comparison.baseline, &comparison.counts),
        spread: comparison.spread,
        candidates: candidates.collect(),
    };
    crate::json::write_pretty(out, &report)
}
