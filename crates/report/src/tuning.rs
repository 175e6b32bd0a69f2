//! What each build setting brings, and what it costs.

use crate::Catalogue;
use crate::pipe::unless_closed;
use crate::quantity::signed_percent;
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right};
use crate::terminal::theme::{CURE, DIM, HEADING, Piece};
use bench::{Judgement, Sameness, Verdict};
use profile::{Arg, Message};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use textwrap::core::display_width;

/// One build, or several settings together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The settings, as written in a manifest.
    pub settings: String,
    /// Against the build as it is.
    pub judgement: Judgement,
    /// Whether it does the same.
    pub output: Sameness,
    /// How long it took to build from nothing, in seconds.
    pub build_s: f64,
    /// Size of the executable, divided by that of the build as it is.
    pub size_ratio: f64,
    /// Peak memory, divided by that of the build as it is.
    pub memory_ratio: f64,
}

/// A setting that could not be tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The setting.
    pub settings: String,
    /// Why.
    pub reason: Message,
}

const COLUMNS: usize = 12;

/// Prints a table of all settings, then the recommendation.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn print(
    out: &mut dyn Write,
    rows: &[Row],
    refused: &[Refused],
    recommended: &[&str],
    catalogue: &Catalogue,
    style: Style,
) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    let printed = print_rows(&mut canvas, rows, catalogue)
        .and_then(|()| print_refused(&mut canvas, refused, catalogue))
        .and_then(|()| print_recommended(&mut canvas, recommended, catalogue))
        .and_then(|()| out.flush());
    unless_closed(printed)
}

fn print_rows(canvas: &mut Canvas<'_>, rows: &[Row], catalogue: &Catalogue) -> io::Result<()> {
    canvas.line(&[Piece::new(HEADING, catalogue.text("heading-tuning"))])?;
    let widest = rows.iter().map(|row| display_width(&row.settings)).max().unwrap_or(0);
    canvas.line(&[Piece::dim(format!(
        "  {}{}{}{}{}",
        padded("", widest),
        right(&catalogue.text("column-time"), COLUMNS),
        right(&catalogue.text("column-memory"), COLUMNS),
        right(&catalogue.text("column-size"), COLUMNS),
        right(&catalogue.text("column-build"), COLUMNS),
    ))])?;
    for row in rows {
        let (style, verdict) = match (row.judgement.verdict, row.output) {
            (_, Sameness::Different) => (DIM, "compare-different-output"),
            (Verdict::Faster, _) => (CURE, "tune-faster"),
            (Verdict::Slower, _) => (DIM, "tune-slower"),
            (Verdict::CannotTell, _) => (DIM, "tune-cannot-tell"),
        };
        canvas.line(&[
            Piece::plain(format!("  {}", padded(&row.settings, widest))),
            Piece::new(style, right(&signed_percent(row.judgement.ratio.value), COLUMNS)),
            Piece::plain(right(&signed_percent(row.memory_ratio), COLUMNS)),
            Piece::plain(right(&signed_percent(row.size_ratio), COLUMNS)),
            Piece::plain(right(&catalogue.render_arg(&Arg::Seconds(row.build_s)), COLUMNS)),
            Piece::new(style, format!("  {}", catalogue.text(verdict))),
        ])?;
    }
    Ok(())
}

/// What could not be tried, and why.
fn print_refused(canvas: &mut Canvas<'_>, refused: &[Refused], catalogue: &Catalogue) -> io::Result<()> {
    if !refused.is_empty() {
        canvas.blank()?;
    }
    for one in refused {
        let said = Message::new("tune-refused")
            .text("settings", one.settings.clone())
            .text("reason", catalogue.render(&one.reason));
        canvas.paragraph(&[Piece::plain("  ")], &Piece::dim(catalogue.render_unbroken(&said)))?;
    }
    Ok(())
}

fn print_recommended(canvas: &mut Canvas<'_>, recommended: &[&str], catalogue: &Catalogue) -> io::Result<()> {
    canvas.blank()?;
    let said = match recommended {
        [] => Message::new("tune-nothing"),
        settings => Message::new("tune-recommended").text("settings", settings.join(", ")),
    };
    canvas.paragraph(&[], &Piece::new(CURE, catalogue.render_unbroken(&said)))
}
