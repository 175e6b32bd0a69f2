//! Runs a program under the sample lens and returns its profile.

use crate::assemble;
use crate::error::RecordError;
use crate::hooks::Hooks;
use crate::interpret::Interpreter;
use crate::launch::{self, Addresses, Signals};
use crate::perf::{PerfSampler, Rate};
use crate::sys::monotonic_ns;
use profile::{Arg, BuildSettings, Exit, HeapMode, Ledger, Lint, Message, Profile, Run, Sampler, Scope, Work};
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use symbolize::{Symbolizer, SymbolizerOptions};

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
    /// What it reads from standard input; this process's own when `None`.
    pub input: Option<PathBuf>,
    /// Whether what it writes to standard output is thrown away.
    pub is_output_discarded: bool,
    /// Root of the cargo workspace, when there is one.
    pub workspace_root: Option<PathBuf>,
    /// Source roots of the user's own packages; empty when there is no cargo metadata.
    pub user_roots: Vec<UserRoot>,
    /// How it was built, when whyslow built it.
    pub build: Option<BuildSettings>,
    /// What clippy said about its source.
    pub lints: Vec<Lint>,
    /// What could not be learned about it before it runs, for the user to read.
    pub notes: Vec<Message>,
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
    /// CPU samples per second of CPU time, at the beginning.
    pub frequency_hz: u32,
    /// The same when there are enough of them to tell shares; `None`: no change. Timers keep their first rate.
    pub later_hz: Option<u32>,
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
            // Primes, so that samples do not march in step with a program's own period.
            frequency_hz: 997,
            later_hz: Some(251),
            heap: HeapMode::Sampled,
            has_locks: true,
            has_io: true,
            duration: None,
            sampler: SamplerChoice::Auto,
            cache_dir: None,
        }
    }
}

impl Options {
    fn rate(&self) -> Rate {
        Rate {
            first_hz: self.frequency_hz,
            later_hz: self.later_hz.filter(|&later| later < self.frequency_hz),
        }
    }
}

/// How often rings are read and the target's end is looked for at the latest: the smallest ring holds 0.1 s of samples.
const TICK: Duration = Duration::from_millis(10);
/// How often the progress display is told.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Below this many samples, a share of 10 % is uncertain by more than 6 points (twice the binomial standard error).
pub(crate) const FEW_SAMPLES: u64 = 100;

/// Runs `launch` to its end under the sample lens.
///
/// The target keeps this process's stdin, stdout and stderr. Signals to this process are passed on to it; when one asks
/// to stop, or `options.duration` is over, the target is ended and what was recorded until then is returned.
///
/// # Errors
/// When the target cannot be started.
pub fn record(launch: &Launch, options: &Options, progress: &mut dyn Progress) -> Result<Recording, RecordError> {
    launch::check_executable(&launch.executable)?;
    let mut notes = launch.notes.clone();
    let has_perf = is_perf_allowed(options, &mut notes)?;
    let mut hooks = Hooks::prepare(launch, options, has_perf, &mut notes);
    let mut signals = Signals::listen();
    let suspended = launch::suspended(launch, &hooks.environment(), Addresses::Usual)?;
    let mut perf = if has_perf {
        let attached = PerfSampler::attach(suspended.pid(), options.rate());
        Some(attached.map_err(|source| RecordError::PerfRefused { source })?)
    } else {
        None
    };
    let mut interpreter = Interpreter::new(suspended.pid().unsigned_abs(), monotonic_ns());
    let started = Instant::now();
    let mut target = suspended.start(launch)?;

    let mut events = Vec::new();
    let mut told = Instant::now();
    let ended = loop {
        let ended = target.wait(TICK).map_err(|source| RecordError::System {
            what: "failed-waiting",
            source,
        })?;
        let now_ns = if ended.is_some() { u64::MAX } else { monotonic_ns() };
        if let Some(perf) = &mut perf {
            perf.drain(&mut events);
            interpreter.perf_events(&mut events, now_ns);
        }
        hooks.drain(&mut interpreter, ended.is_some());
        if let Some(ended) = ended {
            break ended;
        }
        signals.pass_on(&target);
        if options.duration.is_some_and(|duration| started.elapsed() >= duration) {
            signals.stop(&target);
        }
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            target.observe_threads();
            progress.stage(Stage::Running {
                elapsed: started.elapsed(),
                samples: interpreter.n_samples,
            });
        }
    };
    let wall = interpreter.wall().unwrap_or_else(|| started.elapsed());
    progress.stage(Stage::Symbolizing);
    let ended_at = Instant::now();
    let mut profile = Profile {
        machine: crate::machine(),
        lints: launch.lints.clone(),
        notes,
        ..Profile::default()
    };
    profile.run = Run {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        command: std::iter::once(launch.executable.as_os_str())
            .chain(launch.args.iter().map(OsString::as_os_str))
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect(),
        executable: launch.executable.clone(),
        workspace_root: launch.workspace_root.clone(),
        build: launch.build.clone(),
        sampler: sampler_used(perf.as_ref(), &hooks),
        frequency_hz: options.frequency_hz,
        heap: hooks.heap_mode(),
        exit: match (ended.status.code(), ended.status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, signal) => Exit::Signal(signal.unwrap_or(0)),
        },
        is_partial: signals.is_stopping(),
    };
    profile.totals.wall_s = wall.as_secs_f64();
    profile.totals.user_s = ended.user.as_secs_f64();
    profile.totals.active_s = target.activity.total().as_secs_f64();
    profile.totals.sys_s = ended.sys.as_secs_f64();
    profile.totals.max_rss_bytes = ended.max_rss_bytes;
    let mut symbolizer = Symbolizer::new(symbolizer_options(launch, options, &hooks));
    let aggregates = hooks.aggregates(&mut interpreter);
    let named = assemble::name_and_fill(&mut profile, &interpreter, &mut symbolizer);
    hooks.fill(&mut profile, &aggregates, &named);
    profile.totals.lock_wait_s = lock_wait_s(&profile);
    profile.notes.extend(symbolizer.notes());
    note_limits(&mut profile, perf.as_ref(), interpreter.n_lost);
    profile.threads = interpreter.threads.into_threads();
    profile.totals.processing_s = ended_at.elapsed().as_secs_f64();
    progress.stage(Stage::Done);
    Ok(Recording { profile })
}

/// Tries on this process, because the agent must know before the target exists whether it is to take the samples.
fn is_perf_allowed(options: &Options, notes: &mut Vec<Message>) -> Result<bool, RecordError> {
    if options.sampler == SamplerChoice::Timer {
        return Ok(false);
    }
    let own_pid = i32::try_from(std::process::id()).unwrap_or(0);
    match PerfSampler::attach(own_pid, options.rate()) {
        Ok(_) => Ok(true),
        Err(source) if options.sampler == SamplerChoice::Perf => Err(RecordError::PerfRefused { source }),
        Err(error) => {
            notes.push(Message::new("note-perf-refused").text("reason", error.to_string()));
            Ok(false)
        }
    }
}

fn sampler_used(perf: Option<&PerfSampler>, hooks: &Hooks) -> Sampler {
    match perf {
        Some(_) => Sampler::Perf,
        None if hooks.has_timers() => Sampler::Timer,
        None => Sampler::None,
    }
}

fn note_limits(profile: &mut Profile, perf: Option<&PerfSampler>, n_lost_samples: u64) {
    if perf.is_some_and(|perf| !perf.has_kernel) {
        profile.notes.push(Message::new("note-no-kernel-samples"));
    }
    if profile.run.sampler == Sampler::None {
        profile.notes.push(Message::new("note-no-sampler"));
    }
    if profile.run.sampler != Sampler::None && profile.totals.samples < FEW_SAMPLES {
        profile
            .notes
            .push(Message::new("note-few-samples").with("count", Arg::Count(profile.totals.samples)));
    }
    if n_lost_samples > 0 {
        profile
            .notes
            .push(Message::new("note-lost-samples").with("count", Arg::Count(n_lost_samples)));
    }
    if profile.totals.lost_events > 0 {
        profile
            .notes
            .push(Message::new("note-lost-events").with("count", Arg::Count(profile.totals.lost_events)));
    }
    profile.totals.lost_events += n_lost_samples;
    if !profile.machine.has_hardware_counters {
        profile.notes.push(Message::new("note-no-hardware-counters"));
    }
}

fn symbolizer_options(launch: &Launch, options: &Options, hooks: &Hooks) -> SymbolizerOptions {
    SymbolizerOptions {
        cache_dir: options.cache_dir.as_ref().map(|dir| dir.join("symbols")),
        user_roots: user_roots_of(launch),
        has_cargo_metadata: !launch.user_roots.is_empty(),
        agent_path: hooks.library(),
    }
}

/// Where the user's code lies.
pub(crate) fn user_roots_of(launch: &Launch) -> Vec<symbolize::UserRoot> {
    launch
        .user_roots
        .iter()
        .map(|root| symbolize::UserRoot {
            path: root.path.clone(),
            package: Some(root.package.clone()),
        })
        .collect()
}

/// Which of the waits were for locks is told by their stacks, and the ledger reads those.
fn lock_wait_s(profile: &Profile) -> f64 {
    let ledger = Ledger::book(profile, &Scope::User);
    let locks = ledger.entries.iter().filter(|entry| entry.work == Work::LockWait);
    locks.map(|entry| entry.cost.wait_ns()).sum::<u64>() as f64 / 1e9
}
