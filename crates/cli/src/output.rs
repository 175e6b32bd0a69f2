//! From a profile to everything that the user asked to see of it.

use crate::args::{OutputArgs, is_stdout};
use crate::collapsed;
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::hints;
use crate::sources;
use diagnose::{Finding, Options};
use profile::{Ledger, Message, Profile, Trace};
use report::{TraceView, View};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Rows of the hot spot table.
const N_HOTSPOTS: usize = 10;

/// Diagnoses the profile and writes the reports that `args` ask for, the one for people to `stream`; the findings.
///
/// # Errors
/// When an output cannot be written.
pub(crate) fn show(
    profile: &Profile,
    recording: Option<&Path>,
    notes: &[Message],
    args: &OutputArgs,
    stream: Stream,
    console: &Console,
) -> anyhow::Result<Vec<Finding>> {
    let ledger = Ledger::book(profile, &args.scope());
    let texts = sources::read(profile, &ledger);
    let options = Options { all: args.all };
    let findings = diagnose::diagnose(profile, &ledger, &texts, &options);
    let hotspots = ledger.hot_lines(N_HOTSPOTS);
    let checklist = diagnose::checklist(profile, &ledger, &hotspots, &findings);
    let notes: Vec<Message> = notes
        .iter()
        .cloned()
        .chain(sources::note_on_changes(profile, &ledger, recording))
        .chain(hints::note_on_dependencies(profile, &ledger, &findings))
        .collect();
    let recording = recording.map(as_typed_here);
    let trace_lines = profile.trace_lines(&args.scope());
    let trace_objects = profile.trace.as_ref().map(Trace::object_totals).unwrap_or_default();
    let trace = profile.trace.as_ref().map(|trace| TraceView {
        trace,
        lines: &trace_lines,
        objects: &trace_objects,
    });
    let view = View {
        profile,
        ledger: &ledger,
        hotspots: &hotspots,
        findings: &findings,
        checklist: &checklist,
        trace,
        notes: &notes,
        silence_below: if args.all { 0.0 } else { diagnose::SILENCE },
        sources: &|file| texts.text(file).map(str::to_owned),
        recording: recording.as_deref(),
    };
    if args.has_terminal_report() {
        report::terminal::print(&mut stream.raw(), &view, console.catalogue(), console.style(stream))?;
    }
    if let Some(path) = &args.json {
        to_file(path, |out| report::json::write(out, &view, console.catalogue()))?;
    }
    if let Some(path) = &args.collapsed {
        to_file(path, |out| collapsed::write(profile, out))?;
    }
    Ok(findings)
}

/// The path relative to the current directory when it lies in it.
fn as_typed_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    inside.unwrap_or_else(|| path.to_owned())
}

/// Opens `path` for writing, or stdout for `-`, and lets `write` fill it.
///
/// # Errors
/// When the file cannot be created or written.
pub(crate) fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let refused = |source| Failure::cannot_write(path, source);
    let file: Box<dyn Write> = if is_stdout(path) {
        Box::new(io::stdout())
    } else {
        Box::new(File::create(path).map_err(refused)?)
    };
    let mut out = BufWriter::new(file);
    Ok(write(&mut out).and_then(|()| out.flush()).map_err(refused)?)
}
