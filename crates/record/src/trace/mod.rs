//! The trace lens: runs a program whose accesses to memory were instrumented, and returns what the runtime counted.
//!
//! The measured program can write anything into the shared memory: what is read from it is checked, never trusted.

mod arena;
mod build;
mod caches;
mod executable;
mod name;
mod probe;
mod raw;
mod types;

pub(crate) use build::flags;
pub use caches::CacheChoice;
pub(crate) use probe::check;

use crate::error::RecordError;
use crate::launch::{self, Addresses, Signals};
use crate::library::TRACE_RUNTIME;
use crate::recorder::{Launch, Progress, Recording, Stage, user_roots_of};
use arena::TraceArena;
use executable::Executable;
use profile::{Arg, Exit, Message, Profile, Run};
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use symbolize::{Symbolizer, SymbolizerOptions};

/// How to trace.
#[derive(Clone, Debug, Default)]
pub struct TraceOptions {
    /// The cache model; this machine's caches when `None`.
    pub caches: Option<CacheChoice>,
    /// Stop after this time.
    pub duration: Option<Duration>,
    /// Where symbol caches are kept; nowhere when `None`.
    pub cache_dir: Option<PathBuf>,
}

/// How often the target's end is looked for at the latest.
const TICK: Duration = Duration::from_millis(10);
/// How often the progress display is told.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Runs `launch`, which was built with [`Purpose::Trace`](crate::Purpose::Trace), to its end under the trace lens.
///
/// The target keeps this process's stdin, stdout and stderr. Signals to this process are passed on to it; when one asks
/// to stop, or `options.duration` is over, the target is ended and what was counted until then is returned.
///
/// # Errors
/// When the target cannot be started, or was not built for tracing.
pub fn trace(launch: &Launch, options: &TraceOptions, progress: &mut dyn Progress) -> Result<Recording, RecordError> {
    let caches = caches::model(options.caches.as_ref(), &crate::machine())?;
    let (mut profile, arena, executable) = run(launch, options, &caches, progress)?;
    progress.stage(Stage::Symbolizing);
    let ended_at = Instant::now();
    let raw = raw::read(&arena);
    let mut symbolizer = Symbolizer::new(SymbolizerOptions {
        cache_dir: options.cache_dir.as_ref().map(|dir| dir.join("symbols")),
        user_roots: user_roots_of(launch),
        has_cargo_metadata: !launch.user_roots.is_empty(),
        agent_path: TRACE_RUNTIME.unpacked().ok(),
    });
    name::name_and_fill(
        &mut profile,
        &raw,
        &executable,
        &caches,
        &mut symbolizer,
        crates_of(launch),
    );
    profile.notes.extend(symbolizer.notes());
    note_limits(&mut profile);
    profile.totals.processing_s = ended_at.elapsed().as_secs_f64();
    progress.stage(Stage::Done);
    Ok(Recording { profile })
}

fn run(
    launch: &Launch,
    options: &TraceOptions,
    caches: &[profile::CacheModel],
    progress: &mut dyn Progress,
) -> Result<(Profile, TraceArena, Executable), RecordError> {
    launch::check_executable(&launch.executable)?;
    let executable = Executable::read(&launch.executable)
        .filter(|executable| executable.is_instrumented)
        .ok_or_else(|| RecordError::NotTraceable {
            path: launch.executable.clone(),
        })?;
    let arena = TraceArena::create(&executable, caches).map_err(|source| RecordError::System {
        what: "failed-making-memory",
        source,
    })?;
    let environment = environment(&arena)?;
    let mut signals = Signals::listen();
    let started = Instant::now();
    let mut target = launch::suspended(launch, &environment, Addresses::Fixed)?.start(launch)?;
    let mut told = Instant::now();
    let ended = loop {
        let ended = target.wait(TICK).map_err(|source| RecordError::System {
            what: "failed-waiting",
            source,
        })?;
        if let Some(ended) = ended {
            break ended;
        }
        signals.pass_on(&target);
        if options.duration.is_some_and(|duration| started.elapsed() >= duration) {
            signals.stop(&target);
        }
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            progress.stage(Stage::Running {
                elapsed: started.elapsed(),
                samples: 0,
            });
        }
    };
    let mut profile = Profile {
        machine: crate::machine(),
        notes: launch.notes.clone(),
        run: Run {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            command: std::iter::once(launch.executable.as_os_str())
                .chain(launch.args.iter().map(OsString::as_os_str))
                .map(|arg| arg.to_string_lossy().into_owned())
                .collect(),
            executable: launch.executable.clone(),
            workspace_root: launch.workspace_root.clone(),
            build: launch.build.clone(),
            exit: match (ended.status.code(), ended.status.signal()) {
                (Some(code), _) => Exit::Code(code),
                (None, signal) => Exit::Signal(signal.unwrap_or(0)),
            },
            is_partial: signals.is_stopping(),
            ..Run::default()
        },
        ..Profile::default()
    };
    profile.totals.wall_s = started.elapsed().as_secs_f64();
    profile.totals.user_s = ended.user.as_secs_f64();
    profile.totals.sys_s = ended.sys.as_secs_f64();
    profile.totals.max_rss_bytes = ended.max_rss_bytes;
    Ok((profile, arena, executable))
}

/// The crates of the user's, as they name themselves in debug information. A binary is called like its file, but for the hash that
/// tests and benches carry.
fn crates_of(launch: &Launch) -> Vec<String> {
    let packages = launch.user_roots.iter().map(|root| root.package.clone());
    let file = launch.executable.file_name().unwrap_or_default().to_string_lossy();
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let stem = file
        .rsplit_once('-')
        .filter(|(_, hash)| is_hash(hash))
        .map(|(stem, _)| stem.to_owned());
    let program = stem.unwrap_or_else(|| file.clone().into_owned());
    let mut crates: Vec<String> = packages.chain([program]).map(|name| name.replace('-', "_")).collect();
    crates.sort();
    crates.dedup();
    crates
}

/// Variables for the program. The runtime is preloaded, too: its `malloc` must come before the C library's.
fn environment(arena: &TraceArena) -> Result<Vec<(OsString, OsString)>, RecordError> {
    let mut preload = runtime()?.into_os_string();
    if let Some(users) = std::env::var_os("LD_PRELOAD").filter(|users| !users.is_empty()) {
        preload.push(":");
        preload.push(users);
    }
    Ok(vec![
        ("LD_PRELOAD".into(), preload),
        (wire::trace::TRACE_VARIABLE.into(), arena.variable().into()),
    ])
}

/// Path of the runtime's library.
///
/// # Errors
/// When there is none for this platform, or no place for it.
pub(crate) fn runtime() -> Result<PathBuf, RecordError> {
    TRACE_RUNTIME.unpacked().map_err(|error| RecordError::TraceUnsupported {
        compiler: String::new(),
        reason: error.to_string(),
    })
}

fn note_limits(profile: &mut Profile) {
    let Some(trace) = &profile.trace else { return };
    let totals = trace.totals;
    if totals.lost_threads > 0 {
        let note = Message::new("note-trace-lost-threads").with("count", Arg::Count(totals.lost_threads));
        profile.notes.push(note);
    }
    if totals.lost_rows > 0 {
        let note = Message::new("note-trace-lost-rows").with("count", Arg::Count(totals.lost_rows));
        profile.notes.push(note);
    }
    profile.notes.push(Message::new("note-trace-unseen"));
}

/// The path with the links of the system resolved, as the kernel names the mapping.
fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
