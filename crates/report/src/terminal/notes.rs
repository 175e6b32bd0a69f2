//! What was not measured or lost, what measuring cost, and what to do next.

use super::canvas::Canvas;
use super::theme::{COMMAND, Piece};
use crate::{Catalogue, View, printable};
use profile::{Arg, Message};
use std::io;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    super::heading(canvas, catalogue, "heading-notes")?;
    let totals = &view.profile.totals;
    let overhead = Message::new("note-overhead").with("share", Arg::Share(totals.overhead_estimate));
    let lost = Message::new("note-lost-events").with("events", Arg::Count(totals.lost_events));
    let own = [Some(overhead), (totals.lost_events > 0).then_some(lost)];
    for note in own.iter().flatten().chain(view.all_notes()) {
        let lead = [Piece::dim("  - ")];
        canvas.paragraph(&lead, &Piece::plain(catalogue.render_unbroken(note)))?;
    }
    Ok(())
}

/// The last lines: where the recording is kept, and the commands that go on from it.
pub(super) fn print_next(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    canvas.blank()?;
    if let Some(recording) = view.recording {
        let recording = recording.to_string_lossy();
        let kept = Message::new("next-recording").text("path", printable(view.short_path(&recording)));
        canvas.paragraph(&[], &Piece::plain(catalogue.render_unbroken(&kept)))?;
    }
    let mut commands = vec![
        ("cargo whyslow report".to_owned(), "next-report"),
        ("cargo whyslow report --json report.json".to_owned(), "next-json"),
    ];
    if let Some(finding) = view.findings.first() {
        commands.push((format!("cargo whyslow explain {}", finding.rule), "next-explain"));
    }
    for (command, key) in commands {
        let pieces = [
            Piece::new(COMMAND, command.replace(' ', "\u{a0}")),
            Piece::dim(catalogue.text(key)),
        ];
        canvas.flow(&[Piece::plain("  ")], "  ", &pieces)?;
    }
    Ok(())
}
