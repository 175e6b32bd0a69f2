//! What became of each fix: proposed, compiled, passed, faster, kept; predicted beside measured; and the diff.

use crate::pipe::unless_closed;
use crate::quantity::signed_percent;
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right, tail};
use crate::terminal::theme::{ALARM, CURE, DIM, HEADING, Piece};
use crate::{Catalogue, paths, printable};
use diagnose::{Finding, Fix};
use fix::{Measured, Outcome, Proof, Trial};
use profile::{Arg, Message};
use std::io::{self, Write};
use std::path::Path;

/// One fix that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Number of its finding in the report.
    pub id: usize,
    /// The finding.
    pub finding: &'a Finding,
    /// The fix.
    pub fix: &'a Fix,
    /// What became of it.
    pub trial: &'a Trial,
    /// Whether it is part of the patch.
    pub is_kept: bool,
}

const PLACE_COLUMNS: usize = 28;
const FACTOR_COLUMNS: usize = 11;
/// Lines of the compiler's or a test's words.
const MAX_WORDS: usize = 6;

/// Prints the table of all fixes, what the kept ones bring together, and their diff.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn print(
    out: &mut dyn Write,
    rows: &[Row<'_>],
    proof: &Proof,
    diffs: &[String],
    root: &Path,
    catalogue: &Catalogue,
    style: Style,
) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    let printed = print_rows(&mut canvas, rows, root, catalogue)
        .and_then(|()| print_result(&mut canvas, proof, diffs, catalogue))
        .and_then(|()| out.flush());
    unless_closed(printed)
}

fn print_rows(canvas: &mut Canvas<'_>, rows: &[Row<'_>], root: &Path, catalogue: &Catalogue) -> io::Result<()> {
    canvas.line(&[Piece::new(HEADING, catalogue.text("heading-fixes"))])?;
    let widest = rows.iter().map(|row| row.finding.rule.len()).max().unwrap_or(0);
    canvas.line(&[Piece::dim(format!(
        "   #  {}  {}{}{}",
        padded(&catalogue.text("column-rule"), widest),
        padded(&catalogue.text("column-place"), PLACE_COLUMNS),
        right(&catalogue.text("column-predicted"), FACTOR_COLUMNS),
        right(&catalogue.text("column-measured"), FACTOR_COLUMNS),
    ))])?;
    for row in rows {
        let (style, mark) = match (row.is_kept, &row.trial.outcome) {
            (true, _) => (CURE, "✓"),
            (false, Outcome::ChangesOutput | Outcome::FailsTests(_)) => (ALARM, "✗"),
            (false, _) => (DIM, "✗"),
        };
        let place = &row.finding.place;
        let place = format!("{}:{}", printable(paths::short(&place.file, Some(root))), place.line);
        let factor = |value: f64| catalogue.render_arg(&Arg::Factor(value));
        let measured = row.trial.measured;
        let measured = measured.map_or_else(|| "—".to_owned(), |measured| factor(1.0 / measured.ratio));
        canvas.line(&[
            Piece::new(style, mark),
            Piece::plain(format!("{:>3}  {}  ", row.id, padded(row.finding.rule, widest))),
            Piece::plain(padded(&tail(&place, PLACE_COLUMNS), PLACE_COLUMNS)),
            Piece::plain(right(&factor(row.finding.predicted_speedup), FACTOR_COLUMNS)),
            Piece::plain(right(&measured, FACTOR_COLUMNS)),
        ])?;
        let indent = [Piece::plain("      ")];
        canvas.paragraph(&indent, &Piece::dim(catalogue.render_unbroken(&row.fix.title)))?;
        let outcome = match row.is_kept {
            true => "outcome-kept",
            false => outcome(&row.trial.outcome),
        };
        canvas.paragraph(&indent, &Piece::new(style, catalogue.text(outcome)))?;
        if row.trial.is_from_earlier {
            let said = catalogue.render_unbroken(&earlier(row.trial.measured));
            canvas.paragraph(&indent, &Piece::dim(said))?;
        }
        if let Outcome::DoesNotCompile(words) | Outcome::FailsTests(words) | Outcome::DoesNotApply(words) =
            &row.trial.outcome
        {
            for line in words.lines().take(MAX_WORDS) {
                canvas.line(&[indent[0].clone(), Piece::dim(printable(line))])?;
            }
        }
    }
    Ok(())
}

fn print_result(canvas: &mut Canvas<'_>, proof: &Proof, diffs: &[String], catalogue: &Catalogue) -> io::Result<()> {
    canvas.blank()?;
    if proof.is_interrupted {
        canvas.paragraph(&[], &Piece::new(ALARM, catalogue.text("fix-interrupted")))?;
    }
    let Some(Measured { ratio, .. }) = proof.together.filter(|_| !proof.kept.is_empty()) else {
        return canvas.paragraph(&[], &Piece::plain(catalogue.text("fix-nothing-kept")));
    };
    let together = Message::new("fix-together")
        .with("count", Arg::Count(proof.kept.len() as u64))
        .with("factor", Arg::Factor(1.0 / ratio))
        .with("gain", Arg::Share(1.0 - ratio));
    canvas.paragraph(&[], &Piece::new(CURE, catalogue.render_unbroken(&together)))?;
    for diff in diffs {
        canvas.blank()?;
        for line in diff.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') => CURE,
                Some(b'-') => ALARM,
                _ => DIM,
            };
            canvas.line(&[Piece::new(style, printable(line))])?;
        }
    }
    Ok(())
}

/// That a verdict was known, and what it rests on.
fn earlier(measured: Option<Measured>) -> Message {
    let Some(measured) = measured else {
        return Message::new("fix-judged-earlier");
    };
    let pairs = Arg::Count(measured.pairs as u64);
    match measured.interval {
        Some([low, high]) => Message::new("fix-measured-earlier")
            .with("pairs", pairs)
            .text("low", signed_percent(low))
            .text("high", signed_percent(high)),
        None => Message::new("fix-timed-earlier").with("pairs", pairs),
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::DoesNotApply(_) => "outcome-does-not-apply",
        Outcome::DoesNotCompile(_) => "outcome-does-not-compile",
        Outcome::FailsTests(_) => "outcome-fails-tests",
        Outcome::ChangesOutput => "outcome-changes-output",
        Outcome::GainsTooLittle => "outcome-gains-too-little",
        Outcome::Undecided => "outcome-undecided",
        Outcome::Pays => "outcome-kept",
        Outcome::BetterKept => "outcome-better-kept",
    }
}
