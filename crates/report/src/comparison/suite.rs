//! The comparison of suites of benchmarks: one line for each benchmark.

use crate::pipe::unless_closed;
use crate::quantity::signed_percent;
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right, tail};
use crate::terminal::theme::{ALARM, BOLD, CURE, DIM, HEADING, Piece};
use crate::{Catalogue, printable};
use bench::stats::median;
use bench::{Benchmark, Candidate, Subject, SuiteComparison, Verdict};
use profile::{Arg, Message};
use std::fmt::Write as _;
use std::io::{self, Write};
use textwrap::core::display_width;

const ID_COLUMNS: usize = 40;
const NUMBER_COLUMNS: usize = 12;
const CHANGE_COLUMNS: usize = 9;

/// One benchmark of one candidate, ready to be shown.
struct Row {
    id: String,
    baseline: String,
    candidate: String,
    change: String,
    verdict: Verdict,
    words: String,
    interval: String,
}

/// Writes a table of benchmarks for each candidate, and what could not be compared.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn print_suite(
    out: &mut dyn Write,
    comparison: &SuiteComparison,
    catalogue: &Catalogue,
    style: Style,
) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    unless_closed(print_all(&mut canvas, comparison, catalogue).and_then(|()| out.flush()))
}

fn print_all(canvas: &mut Canvas<'_>, comparison: &SuiteComparison, catalogue: &Catalogue) -> io::Result<()> {
    let said = |message: &Message| Piece::plain(catalogue.render_unbroken(message));
    let baseline = Message::new("compare-baseline").text("name", printable(&comparison.baseline));
    canvas.paragraph(&[], &Piece::new(BOLD, catalogue.render_unbroken(&baseline)))?;
    for name in names(comparison) {
        canvas.blank()?;
        canvas.paragraph(&[], &Piece::new(HEADING, printable(name)))?;
        let rows = rows(comparison, name, catalogue);
        let widest = rows.iter().map(|row| display_width(&row.id)).max().unwrap_or(0);
        let words = rows.iter().map(|row| display_width(&row.words)).max().unwrap_or(0);
        // What a narrow terminal cannot hold is left out from the end: the interval first, then ends of names.
        let fixed = 2 + 2 * NUMBER_COLUMNS + CHANGE_COLUMNS;
        let id_columns = widest.min(ID_COLUMNS).min(canvas.width().saturating_sub(fixed + 12));
        canvas.line(&[Piece::dim(format!(
            "  {}{}{}",
            padded("", id_columns),
            right(&catalogue.text("compare-column-baseline"), NUMBER_COLUMNS),
            right(&catalogue.text("compare-column-candidate"), NUMBER_COLUMNS),
        ))])?;
        for row in &rows {
            let style = match row.verdict {
                Verdict::Faster => CURE,
                Verdict::Slower => ALARM,
                Verdict::CannotTell => DIM,
            };
            let (words, interval) = (
                format!("  {}", padded(&row.words, words)),
                format!("  {}", row.interval),
            );
            let used = fixed + id_columns + display_width(words.trim_end());
            let has_room = fixed + id_columns + display_width(&words) + display_width(&interval) <= canvas.width();
            canvas.line(&[
                Piece::plain(format!("  {}", padded(&tail(&row.id, id_columns), id_columns))),
                Piece::plain(right(&row.baseline, NUMBER_COLUMNS)),
                Piece::plain(right(&row.candidate, NUMBER_COLUMNS)),
                Piece::new(style, right(&row.change, CHANGE_COLUMNS)),
                Piece::new(style, if used <= canvas.width() { words } else { String::new() }),
                Piece::dim(if has_room { interval } else { String::new() }),
            ])?;
        }
        let certainty: Vec<Piece> = certainty(comparison, name).iter().map(said).collect();
        canvas.flow(&[Piece::plain("  ")], " · ", &certainty)?;
    }
    let cut_short = super::cut_short(comparison.stopped);
    for message in missing(comparison).into_iter().chain(cut_short) {
        canvas.blank()?;
        canvas.paragraph(&[], &said(&message))?;
    }
    Ok(())
}

/// The same as Markdown, for a pull request.
pub fn markdown_suite(comparison: &SuiteComparison, catalogue: &Catalogue) -> String {
    let code = super::markdown::code;
    let baseline = Message::new("compare-baseline").text("name", code(&comparison.baseline));
    let mut text = format!("{}\n", catalogue.render(&baseline));
    for name in names(comparison) {
        let certainty: Vec<String> = certainty(comparison, name)
            .iter()
            .map(|message| catalogue.render(message))
            .collect();
        let _ = write!(
            text,
            "\n**{}**  \n{}\n\n| | {} | {} | | | |\n| --- | ---: | ---: | ---: | --- | --- |\n",
            code(name),
            certainty.join(" · "),
            catalogue.text("compare-column-baseline"),
            catalogue.text("compare-column-candidate"),
        );
        for row in rows(comparison, name, catalogue) {
            let emphasis = if row.verdict == Verdict::CannotTell { "" } else { "**" };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {emphasis}{}{emphasis} | {} |",
                code(&row.id),
                row.baseline,
                row.candidate,
                row.change,
                row.words,
                row.interval,
            );
        }
    }
    for message in missing(comparison) {
        let _ = write!(text, "\n{}\n", catalogue.render(&message));
    }
    text.replace(crate::quantity::NO_BREAK, " ")
}

/// Names of the candidates, in the order in which they were given.
fn names(comparison: &SuiteComparison) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (_, candidate) in candidates(comparison) {
        if !names.contains(&candidate.subject.name.as_str()) {
            names.push(&candidate.subject.name);
        }
    }
    names
}

fn candidates(comparison: &SuiteComparison) -> impl Iterator<Item = (&Benchmark, &Candidate)> {
    let of_benchmark = |benchmark: &'_ Benchmark| benchmark.comparison.candidates.len();
    comparison.benchmarks.iter().flat_map(move |benchmark| {
        (0..of_benchmark(benchmark)).map(move |index| (benchmark, &benchmark.comparison.candidates[index]))
    })
}

fn rows(comparison: &SuiteComparison, name: &str, catalogue: &Catalogue) -> Vec<Row> {
    let time = |subject: &Subject| {
        let seconds: Vec<f64> = subject.measurements.iter().map(|run| run.wall_s).collect();
        match seconds.is_empty() {
            true => "—".to_owned(),
            false => catalogue.render_arg(&Arg::Seconds(median(&seconds))),
        }
    };
    let row = |(benchmark, candidate): (&Benchmark, &Candidate)| {
        let judgement = candidate.judgement;
        let words = match judgement.verdict {
            Verdict::Faster => "tune-faster",
            Verdict::Slower => "tune-slower",
            Verdict::CannotTell if judgement.is_negligible => "suite-same",
            Verdict::CannotTell => "tune-cannot-tell",
        };
        Row {
            id: printable(&benchmark.id).into_owned(),
            baseline: time(&benchmark.comparison.baseline),
            candidate: time(&candidate.subject),
            change: signed_percent(judgement.ratio.value),
            verdict: judgement.verdict,
            words: catalogue.text(words),
            interval: format!(
                "{} … {}",
                signed_percent(judgement.ratio.low),
                signed_percent(judgement.ratio.high)
            ),
        }
    };
    let of_name = candidates(comparison).filter(|(_, candidate)| candidate.subject.name == name);
    of_name.map(row).collect()
}

/// How sure the verdicts on one candidate are, and what would decide the rest.
fn certainty(comparison: &SuiteComparison, name: &str) -> Vec<Message> {
    let of_name = || candidates(comparison).filter(|(_, candidate)| candidate.subject.name == name);
    let pairs = of_name()
        .map(|(_, candidate)| candidate.subject.measurements.len())
        .max();
    let floors: Vec<f64> = of_name()
        .map(|(benchmark, _)| benchmark.comparison.noise_floor)
        .collect();
    let mut said = vec![
        Message::new("suite-confidence")
            .with("confidence", Arg::Share(comparison.confidence))
            .with("benchmarks", Arg::Count(comparison.benchmarks.len() as u64)),
        Message::new("compare-pairs").with("pairs", Arg::Count(pairs.unwrap_or(0) as u64)),
        Message::new("suite-noise-floor").with("floor", Arg::Share(median(&floors))),
    ];
    let open = of_name().filter(|(_, candidate)| {
        candidate.judgement.verdict == Verdict::CannotTell && !candidate.judgement.is_negligible
    });
    // The first of them to be decided: the last one may be hopeless.
    let more: Option<usize> = open.filter_map(|(_, candidate)| candidate.judgement.more_pairs).min();
    said.extend(more.map(|pairs| Message::new("suite-more-pairs").with("pairs", Arg::Count(pairs as u64))));
    said
}

/// Which benchmarks each suite lacks.
fn missing(comparison: &SuiteComparison) -> Vec<Message> {
    let mut names: Vec<&str> = comparison.missing.iter().map(|one| one.name.as_str()).collect();
    names.dedup();
    let of_name = |name: &str| {
        let ids = comparison.missing.iter().filter(|one| one.name == name);
        let ids: Vec<&str> = ids.map(|one| one.id.as_str()).collect();
        Message::new("suite-missing")
            .text("name", name.to_owned())
            .text("benchmarks", ids.join(", "))
    };
    names.into_iter().map(of_name).collect()
}
