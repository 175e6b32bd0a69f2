//! Runs a program under the sample lens and returns its profile.

use crate::error::RecordError;
use profile::{BuildSettings, HeapMode, Profile};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// What to run.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// The ELF executable.
    pub executable: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Working directory; the current one when `None`.
    pub current_dir: Option<PathBuf>,
    /// Environment variables to set on top of the current environment.
    pub env: Vec<(OsString, OsString)>,
    /// Root of the cargo workspace, when there is one.
    pub workspace_root: Option<PathBuf>,
    /// Source roots of the user's own packages; empty when there is no cargo metadata.
    pub user_roots: Vec<UserRoot>,
    /// How it was built, when whyslow built it.
    pub build: Option<BuildSettings>,
}

/// Source root of one of the user's own packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRoot {
    /// Directory of its manifest.
    pub path: PathBuf,
    /// Package name.
    pub package: String,
}

/// How to record.
#[derive(Clone, Debug)]
pub struct Options {
    /// CPU samples per second of CPU time.
    pub frequency_hz: u32,
    /// How the heap is recorded.
    pub heap: HeapMode,
    /// Whether waits on locks are recorded.
    pub has_locks: bool,
    /// Whether I/O calls are recorded.
    pub has_io: bool,
    /// Stop after this time.
    pub duration: Option<Duration>,
    /// Which sampler to use.
    pub sampler: SamplerChoice,
    /// Where unpacked agents and symbol caches are kept; a private directory is chosen when `None`.
    pub cache_dir: Option<PathBuf>,
}

/// Which sampler to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SamplerChoice {
    /// perf_event where the kernel allows it, else timers.
    #[default]
    Auto,
    /// perf_event only.
    Perf,
    /// Timers in the agent only.
    Timer,
}

/// What the recorder is doing, for a progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The target runs. Called every tenth of a second.
    Running {
        /// Time since launch.
        elapsed: Duration,
        /// CPU samples so far.
        samples: u64,
    },
    /// The target has ended, its addresses are being named.
    Symbolizing,
    /// Done.
    Done,
}

/// Receives the recorder's progress.
pub trait Progress {
    /// Called on each change of stage, and while the target runs.
    fn stage(&mut self, stage: Stage);
}

/// A finished recording.
#[derive(Debug)]
pub struct Recording {
    /// What was measured. How the target ended stands in `profile.run.exit`.
    pub profile: Profile,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // 997 is prime, so that samples do not march in step with a program's own period.
            frequency_hz: 997,
            heap: HeapMode::Sampled,
            has_locks: true,
            has_io: true,
            duration: None,
            sampler: SamplerChoice::Auto,
            cache_dir: None,
        }
    }
}
