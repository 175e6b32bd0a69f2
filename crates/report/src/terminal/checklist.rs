//! What a reviewer asks, answered from the recording.

use super::canvas::Canvas;
use super::theme::{ALARM, CURE, DIM, Piece};
use crate::{Catalogue, View};
use diagnose::Status;
use std::io;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    if view.checklist.is_empty() {
        return Ok(());
    }
    super::heading(canvas, catalogue, "heading-checklist")?;
    for answer in view.checklist {
        let (style, mark) = match answer.status {
            Status::Yes => (CURE, "✓"),
            Status::No => (ALARM, "✗"),
            Status::Unknown => (DIM, "?"),
        };
        let lead = [Piece::plain("  "), Piece::new(style, format!("{mark} "))];
        let question = Piece::plain(catalogue.text(&format!("checklist-{}", answer.item)));
        let evidence = Piece::dim(catalogue.render_unbroken(&answer.evidence));
        canvas.flow(&lead, "  ", &[question, evidence])?;
    }
    Ok(())
}
