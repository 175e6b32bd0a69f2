//! Everything that a report shows, in one place.

use diagnose::{Answer, Finding};
use profile::{Hotspot, Ledger, Message, ObjectTotals, Profile, Trace, TraceLine};
use std::fmt;
use std::path::Path;

/// What a report shows. Reports compute nothing: each number that they show stands in here.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The recording.
    pub profile: &'a Profile,
    /// Its costs by site and operation.
    pub ledger: &'a Ledger,
    /// The hottest lines, hottest first: [`Ledger::hot_lines`].
    pub hotspots: &'a [Hotspot],
    /// Causes, in the order in which they are to be shown.
    pub findings: &'a [Finding],
    /// What a reviewer asks, answered: [`diagnose::checklist`].
    pub checklist: &'a [Answer],
    /// What the trace lens saw, when the recording is one of it.
    pub trace: Option<TraceView<'a>>,
    /// Notes beside those of the profile: from the commands and the rules.
    pub notes: &'a [Message],
    /// Share of the run below which rules keep silent, 0 to 1: said when there is no finding.
    pub silence_below: f64,
    /// Text of the source file with this absolute path, where it can be had.
    pub sources: &'a dyn Fn(&str) -> Option<String>,
    /// Where the recording is kept, as the user can type it where the command ran.
    pub recording: Option<&'a Path>,
}

/// What the trace lens saw.
#[derive(Clone, Copy, Debug)]
pub struct TraceView<'a> {
    /// The trace of the recording.
    pub trace: &'a Trace,
    /// The trace by source line: [`Profile::trace_lines`].
    pub lines: &'a [TraceLine],
    /// The trace by object: [`Trace::object_totals`].
    pub objects: &'a [ObjectTotals],
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("command", &self.profile.run.command)
            .field("findings", &self.findings.len())
            .field("recording", &self.recording)
            .finish_non_exhaustive()
    }
}

impl View<'_> {
    /// `file` as a person reads it: relative to the workspace, or from its package on.
    pub(crate) fn short_path<'p>(&self, file: &'p str) -> &'p str {
        crate::paths::short(file, self.profile.run.workspace_root.as_deref())
    }

    /// The notes of the recording, then those of commands and rules.
    pub(crate) fn all_notes(&self) -> impl Iterator<Item = &Message> {
        self.profile.notes.iter().chain(self.notes)
    }
}
