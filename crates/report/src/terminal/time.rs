//! "Where the time goes": the time classes as a bar and its legend.

use super::canvas::Canvas;
use super::theme::{HEADING, Piece, bar_part};
use crate::{Catalogue, View, words};
use profile::{Arg, ClassTime, Message};
use std::io;

const BAR_COLUMNS: usize = 60;
/// A run that cost more than its wall-clock time by this factor had several threads: the sum is said.
const ONE_THREAD: f64 = 1.02;
/// Classes below this are left out of the legend: they would fill the line and say nothing.
const LEGEND_FROM: f64 = 0.001;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    let mut classes: Vec<&ClassTime> = view
        .ledger
        .time
        .iter()
        .filter(|time| time.share >= LEGEND_FROM)
        .collect();
    classes.sort_by(|a, b| b.share.total_cmp(&a.share));
    if classes.is_empty() {
        return Ok(());
    }
    canvas.blank()?;
    let mut heading = vec![Piece::new(HEADING, catalogue.text("heading-time"))];
    if view.ledger.total_s > view.profile.totals.wall_s * ONE_THREAD {
        let total = Message::new("time-total").with("total", Arg::Seconds(view.ledger.total_s));
        heading.push(Piece::dim(catalogue.render_unbroken(&total)));
    }
    canvas.flow(&[], "  ", &heading)?;
    let mut bar = vec![Piece::plain("  ")];
    bar.extend(bar_pieces(&classes, BAR_COLUMNS.min(canvas.width().saturating_sub(4))));
    canvas.line(&bar)?;
    let legend: Vec<Piece> = classes
        .iter()
        .enumerate()
        .map(|(index, time)| {
            let (fill, color) = bar_part(index);
            let share = crate::quantity::format(&Arg::Share(time.share), catalogue.lang());
            Piece::new(
                color,
                format!(
                    "{fill}\u{a0}{}\u{a0}{share}",
                    words::time_class(catalogue, time.class).replace(' ', "\u{a0}")
                ),
            )
        })
        .collect();
    canvas.flow(&[Piece::plain("  ")], "  ", &legend)
}

/// The parts of the bar. Each boundary is rounded, not each part, so the parts fill the bar.
fn bar_pieces(classes: &[&ClassTime], columns: usize) -> Vec<Piece> {
    let mut reached = 0.0;
    let mut drawn = 0;
    let mut pieces = Vec::new();
    for (index, time) in classes.iter().enumerate() {
        let (fill, color) = bar_part(index);
        reached += time.share;
        let until = ((reached * columns as f64).round() as usize).min(columns);
        pieces.push(Piece::new(color, fill.to_string().repeat(until.saturating_sub(drawn))));
        drawn = drawn.max(until);
    }
    pieces
}
