//! How good predictions were: predicted beside measured gain, by rule.

use crate::Catalogue;
use crate::pipe::unless_closed;
use crate::terminal::Style;
use crate::terminal::canvas::{Canvas, padded, right};
use crate::terminal::theme::{HEADING, Piece};
use bench::stats::median;
use profile::{Arg, Message};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A fix that was timed.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The rule that proposed it.
    pub rule: String,
    /// Predicted factor for the whole program.
    pub predicted: f64,
    /// Measured factor.
    pub measured: f64,
    /// Whether it was kept.
    pub is_kept: bool,
}

const COLUMNS: usize = 12;

/// Prints medians by rule, and over all how much of the predicted gain came true.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn print(out: &mut dyn Write, judged: &[Judged], catalogue: &Catalogue, style: Style) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    unless_closed(print_all(&mut canvas, judged, catalogue).and_then(|()| out.flush()))
}

fn print_all(canvas: &mut Canvas<'_>, judged: &[Judged], catalogue: &Catalogue) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
    for one in judged {
        by_rule.entry(&one.rule).or_default().push(one);
    }
    let widest = by_rule.keys().map(|rule| rule.len()).max().unwrap_or(0);
    canvas.line(&[Piece::new(HEADING, catalogue.text("heading-calibration"))])?;
    let heads = ["column-tried", "column-kept", "column-predicted", "column-measured"];
    let heads: String = heads.iter().map(|key| right(&catalogue.text(key), COLUMNS)).collect();
    canvas.line(&[Piece::dim(format!(
        "  {}{heads}",
        padded(&catalogue.text("column-rule"), widest)
    ))])?;
    for (rule, of_rule) in &by_rule {
        let number = |count: usize| right(&catalogue.render_arg(&Arg::Count(count as u64)), COLUMNS);
        let factor = |read: fn(&Judged) -> f64| {
            let values: Vec<f64> = of_rule.iter().map(|judged| read(judged)).collect();
            right(&catalogue.render_arg(&Arg::Factor(median(&values))), COLUMNS)
        };
        canvas.line(&[Piece::plain(format!(
            "  {}{}{}{}{}",
            padded(rule, widest),
            number(of_rule.len()),
            number(of_rule.iter().filter(|judged| judged.is_kept).count()),
            factor(|judged| judged.predicted),
            factor(|judged| judged.measured),
        ))])?;
    }
    let gain = |factor: f64| 1.0 - 1.0 / factor.max(f64::MIN_POSITIVE);
    let parts: Vec<f64> = judged
        .iter()
        .filter(|judged| judged.is_kept && judged.predicted > 1.0)
        .map(|judged| gain(judged.measured) / gain(judged.predicted))
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    canvas.blank()?;
    let said = Message::new("calibration-of-kept").with("part", Arg::Share(median(&parts)));
    canvas.paragraph(&[], &Piece::plain(catalogue.render_unbroken(&said)))
}
