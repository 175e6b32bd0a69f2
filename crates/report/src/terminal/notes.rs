//! What was not measured or lost, what measuring cost, and what to do next.

use super::canvas::{Canvas, padded};
use super::theme::{COMMAND, Piece};
use crate::{Catalogue, View, printable};
use profile::{Arg, Message};
use std::io;
use textwrap::core::display_width;

const INDENT: usize = 2;
const GAP: usize = 2;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    super::heading(canvas, catalogue, "heading-notes")?;
    let own_cost = match view.profile.totals.overhead_estimate {
        _ if view.trace.is_some() => Message::new("note-trace-no-times"),
        0.0 => Message::new("note-overhead-unknown"),
        share => Message::new("note-overhead").with("share", Arg::Share(share)),
    };
    for note in std::iter::once(&own_cost).chain(view.all_notes()) {
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
        let kept = Message::new("next-recording").text("path", printable(&recording));
        canvas.paragraph(&[], &Piece::plain(catalogue.render_unbroken(&kept)))?;
    }
    let mut commands = vec![
        ("cargo whyslow report".to_owned(), "next-report"),
        ("cargo whyslow report --json report.json".to_owned(), "next-json"),
    ];
    let has_edits = view
        .findings
        .iter()
        .any(|finding| finding.fixes.iter().any(|fix| !fix.edits.is_empty()));
    if has_edits && is_of_this_package(view) {
        commands.push(("cargo whyslow fix".to_owned(), "next-fix"));
    }
    if let Some(finding) = view.findings.first() {
        commands.push((format!("cargo whyslow explain {}", finding.rule), "next-explain"));
    }
    let widest = commands.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, key) in commands {
        let what = catalogue.text(key);
        let (lead, what_starts) = (Piece::new(COMMAND, padded(&command, widest)), INDENT + widest + GAP);
        if what_starts + display_width(&what) <= canvas.prose_width() {
            canvas.line(&[Piece::plain("  "), lead, Piece::dim(format!("  {what}"))])?;
        } else {
            canvas.paragraph(&[Piece::plain("  ")], &Piece::new(COMMAND, command))?;
            canvas.paragraph(&[Piece::plain("    ")], &Piece::dim(what))?;
        }
    }
    Ok(())
}

/// Whether the recording lies with the package, where the commands that go on from it look for it.
fn is_of_this_package(view: &View<'_>) -> bool {
    let root = view.profile.run.workspace_root.as_deref();
    view.recording
        .is_some_and(|path| path.is_relative() || root.is_some_and(|root| path.starts_with(root)))
}
