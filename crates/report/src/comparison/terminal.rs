//! The comparison on a terminal.

use super::plot;
use crate::pipe::unless_closed;
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right};
use crate::terminal::theme::{ALARM, BOLD, CURE, HEADING, Piece};
use crate::{Catalogue, printable};
use bench::{Candidate, Comparison, Sameness, Verdict, figures};
use profile::Message;
use std::io::{self, Write};
use textwrap::core::display_width;

const NUMBER_COLUMNS: usize = 12;

/// Writes the verdict on each candidate with what it rests on.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn print(out: &mut dyn Write, comparison: &Comparison, catalogue: &Catalogue, style: Style) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    let printed = print_all(&mut canvas, comparison, catalogue).and_then(|()| out.flush());
    unless_closed(printed)
}

fn print_all(canvas: &mut Canvas<'_>, comparison: &Comparison, catalogue: &Catalogue) -> io::Result<()> {
    let baseline = Message::new("compare-baseline").text("name", printable(&comparison.baseline.name));
    canvas.paragraph(&[], &Piece::new(BOLD, catalogue.render_unbroken(&baseline)))?;
    for candidate in &comparison.candidates {
        canvas.blank()?;
        print_candidate(canvas, candidate, comparison, catalogue)?;
    }
    if let Some(reason) = super::cut_short(comparison.stopped) {
        canvas.blank()?;
        canvas.paragraph(&[], &Piece::plain(catalogue.render_unbroken(&reason)))?;
    }
    Ok(())
}

fn print_candidate(
    canvas: &mut Canvas<'_>,
    candidate: &Candidate,
    comparison: &Comparison,
    catalogue: &Catalogue,
) -> io::Result<()> {
    canvas.paragraph(&[], &Piece::new(HEADING, printable(&candidate.subject.name)))?;
    let style = match candidate.judgement.verdict {
        Verdict::Faster => CURE,
        Verdict::Slower => ALARM,
        Verdict::CannotTell => BOLD,
    };
    let indent = [Piece::plain("  ")];
    canvas.paragraph(
        &indent,
        &Piece::new(style, catalogue.render_unbroken(&super::verdict(candidate))),
    )?;
    let certainty: Vec<Piece> = super::certainty(candidate, comparison)
        .iter()
        .map(|message| Piece::plain(catalogue.render_unbroken(message)))
        .collect();
    canvas.flow(&indent, " · ", &certainty)?;
    if candidate.output == Sameness::Different {
        let warning = catalogue.text("compare-output-warning");
        canvas.paragraph(&indent, &Piece::new(ALARM, warning))?;
    }
    let ratios = candidate.subject.ratios(&comparison.baseline, comparison.metric);
    if let Some(lines) =
        plot::lines(candidate, &ratios).filter(|lines| lines.iter().all(|line| display_width(line) <= canvas.width()))
    {
        for line in lines {
            canvas.line(&[Piece::dim(line)])?;
        }
    }
    print_figures(canvas, candidate, comparison, catalogue)
}

fn print_figures(
    canvas: &mut Canvas<'_>,
    candidate: &Candidate,
    comparison: &Comparison,
    catalogue: &Catalogue,
) -> io::Result<()> {
    let figures = figures(&comparison.baseline, &candidate.subject);
    let name = |figure: &bench::Figure| catalogue.text(&format!("figure-{}", figure.name));
    let widest = figures
        .iter()
        .map(|figure| display_width(&name(figure)))
        .max()
        .unwrap_or(0);
    canvas.line(&[Piece::dim(format!(
        "  {}{}{}",
        padded(&catalogue.text("compare-median"), widest),
        right(&catalogue.text("compare-column-baseline"), NUMBER_COLUMNS),
        right(&catalogue.text("compare-column-candidate"), NUMBER_COLUMNS),
    ))])?;
    for figure in &figures {
        let number = |value| right(&catalogue.render_arg(&super::value(figure, value)), NUMBER_COLUMNS);
        let change = super::change(figure);
        canvas.line(&[
            Piece::plain(format!("  {}", padded(&name(figure), widest))),
            Piece::plain(number(figure.baseline)),
            Piece::plain(number(figure.candidate)),
            Piece::dim(right(&change, NUMBER_COLUMNS)),
        ])?;
    }
    Ok(())
}
