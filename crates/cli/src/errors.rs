//! What the user reads when something fails, and the exit code that goes with it.

use crate::console::Console;
use bench::BenchError;
use fix::ProveError;
use profile::{Message, StoreError};
use record::RecordError;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Wrong usage, or an environment in which the command cannot work.
const USAGE_OR_ENVIRONMENT: u8 = 2;

/// An error of the command line's own.
#[derive(Debug)]
pub(crate) struct Failure {
    message: Message,
    help: Option<Message>,
    source: Option<io::Error>,
}

impl Failure {
    /// Something failed.
    pub(crate) fn new(message: Message) -> Self {
        Self {
            message,
            help: None,
            source: None,
        }
    }

    /// The system refused to write to `path`.
    pub(crate) fn cannot_write(path: &Path, source: io::Error) -> Self {
        let message = Message::new("error-write")
            .text("path", path.display().to_string())
            .text("reason", source.to_string());
        Self {
            source: Some(source),
            ..Self::new(message)
        }
    }

    /// The same, with what to do next.
    #[must_use]
    pub(crate) fn with_help(self, help: Message) -> Self {
        Self {
            help: Some(help),
            ..self
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.key)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Tells the user about the error; the exit code for it. A reader of our output that went away is no error.
pub(crate) fn exit_code(error: &anyhow::Error, console: &Console) -> ExitCode {
    let is_broken_pipe = |cause: &(dyn Error + 'static)| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        kind == Some(io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    console.error(&text(error, console));
    if let Some(help) = error.chain().find_map(help) {
        console.help(&help);
    }
    ExitCode::from(USAGE_OR_ENVIRONMENT)
}

/// The chain of causes in one line, up to the first one that speaks for those below it.
fn text(error: &anyhow::Error, console: &Console) -> String {
    let mut parts = Vec::new();
    for cause in error.chain() {
        match message(cause, console) {
            Some(message) => {
                parts.push(console.render(&message));
                break;
            }
            // Some causes are told by what they caused.
            None if parts
                .last()
                .is_some_and(|part: &String| part.ends_with(&cause.to_string())) => {}
            None => parts.push(cause.to_string()),
        }
    }
    parts.join(": ")
}

/// The sentence for an error that has one in the catalogues.
fn message(error: &(dyn Error + 'static), console: &Console) -> Option<Message> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return Some(failure.message.clone());
    }
    if let Some(error) = error.downcast_ref::<RecordError>() {
        return record_message(error, console);
    }
    if let Some(error) = error.downcast_ref::<BenchError>() {
        return bench_message(error);
    }
    if let Some(error) = error.downcast_ref::<ProveError>() {
        return prove_message(error);
    }
    store_message(error.downcast_ref::<StoreError>()?)
}

fn record_message(error: &RecordError, console: &Console) -> Option<Message> {
    Some(match error {
        RecordError::Metadata(_) if is_manifest_missing(error) => Message::new("error-no-manifest"),
        RecordError::Metadata(words) => {
            let lines: Vec<&str> = full_lines(words).collect();
            Message::new("error-metadata").text("reason", lines.join(BETWEEN_LINES))
        }
        RecordError::NothingToRun { package, kind, advice } => Message::new("error-nothing-to-run")
            .text("package", package)
            .text("kind", console.render(kind))
            .text("advice", console.render(advice)),
        RecordError::Ambiguous { choices } => Message::new("error-ambiguous").text("choices", choices.join(", ")),
        RecordError::Cargo { source } => Message::new("error-cargo").text("reason", source.to_string()),
        RecordError::BuildFailed => Message::new("error-build-failed"),
        RecordError::Executable { path, reason } => Message::new("error-executable")
            .text("path", path.display().to_string())
            .text("reason", console.render(reason)),
        RecordError::Launch { path, source } => Message::new("error-launch")
            .text("path", path.display().to_string())
            .text("reason", source.to_string()),
        RecordError::Write { path, source } => Message::new("error-write")
            .text("path", path.display().to_string())
            .text("reason", source.to_string()),
        RecordError::TraceUnsupported { compiler, reason } => Message::new("error-trace-unsupported")
            .text("compiler", compiler)
            .text("reason", reason),
        RecordError::NotTraceable { path } => {
            Message::new("error-not-traceable").text("path", path.display().to_string())
        }
        RecordError::PerfRefused { source } => Message::new("error-perf-refused").text("reason", source.to_string()),
        RecordError::System { what, source } => Message::new("error-system")
            .text("what", console.render(&Message::new(what)))
            .text("reason", source.to_string()),
        _ => return None,
    })
}

fn bench_message(error: &BenchError) -> Option<Message> {
    Some(match error {
        BenchError::Start { program, source } | BenchError::Wait { program, source } => Message::new("error-launch")
            .text("path", program.display().to_string())
            .text("reason", source.to_string()),
        BenchError::Failed {
            program,
            status,
            stderr,
        } => Message::new("error-program-failed")
            .text("program", program)
            .text("status", status)
            .text("stderr", last_lines(stderr)),
        BenchError::Input { path, source } => Message::new("error-read")
            .text("path", path.display().to_string())
            .text("reason", source.to_string()),
        BenchError::UnknownHarness { program } => Message::new("error-unknown-harness").text("program", program),
        BenchError::NothingInCommon { suites, ids } if ids.is_empty() => {
            Message::new("error-no-benchmarks").text("suites", suites)
        }
        BenchError::NothingInCommon { suites, ids } => Message::new("error-no-common-benchmark")
            .text("suites", suites)
            .text("ids", ids),
        BenchError::Output(source) => Message::new("error-output").text("reason", source.to_string()),
        _ => return None,
    })
}

fn prove_message(error: &ProveError) -> Option<Message> {
    Some(match error {
        ProveError::DoesNotBuild(reason) => {
            Message::new("error-fix-does-not-build").text("reason", first_lines(reason))
        }
        ProveError::TestsFail(reason) => Message::new("error-fix-tests-fail").text("reason", first_lines(reason)),
        ProveError::UnstableOutput => Message::new("error-fix-unstable"),
        ProveError::NoSpace(reason) => Message::new("error-fix-no-space").text("reason", first_lines(reason)),
        ProveError::Bench(error) => return bench_message(error),
        _ => return None,
    })
}

/// Lines of other programs' words that an error shows, and what stands between them.
const N_LINES: usize = 2;
const BETWEEN_LINES: &str = " · ";

/// The beginning of what a compiler said, in one line.
pub(crate) fn first_lines(words: &str) -> String {
    let lines: Vec<&str> = full_lines(words).take(N_LINES).collect();
    lines.join(BETWEEN_LINES)
}

/// The end of what a program said, in one line.
fn last_lines(words: &str) -> String {
    let lines: Vec<&str> = full_lines(words).collect();
    lines[lines.len().saturating_sub(N_LINES)..].join(BETWEEN_LINES)
}

fn full_lines(words: &str) -> impl Iterator<Item = &str> {
    words.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn store_message(error: &StoreError) -> Option<Message> {
    let (key, path) = match error {
        StoreError::Read { path, source } => {
            return Some(
                Message::new("error-recording-read")
                    .text("path", path.display().to_string())
                    .text("reason", source.to_string()),
            );
        }
        StoreError::Foreign { path } => ("error-recording-foreign", path),
        StoreError::Version { path, .. } => ("error-recording-version", path),
        StoreError::Damaged { path } => ("error-recording-damaged", path),
        _ => return None,
    };
    Some(Message::new(key).text("path", path.display().to_string()))
}

/// What to do next, where the error itself does not say it.
fn help(error: &(dyn Error + 'static)) -> Option<Message> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.help.clone();
    }
    match error.downcast_ref::<BenchError>() {
        Some(BenchError::Failed { .. }) => return Some(Message::new("help-program-failed")),
        Some(BenchError::UnknownHarness { .. }) => return Some(Message::new("help-unknown-harness")),
        Some(BenchError::NothingInCommon { ids, .. }) if ids.is_empty() => {
            return Some(Message::new("help-no-benchmarks"));
        }
        _ => {}
    }
    match error.downcast_ref::<ProveError>() {
        // The recorded run had its input from the user.
        Some(ProveError::Bench(BenchError::Failed { .. })) => return Some(Message::new("help-fix-program-failed")),
        Some(ProveError::TestsFail(_)) => return Some(Message::new("help-fix-tests-fail")),
        Some(ProveError::NoSpace(_)) => return Some(Message::new("help-fix-no-space")),
        Some(ProveError::UnstableOutput) => return Some(Message::new("help-fix-unstable")),
        _ => {}
    }
    match error.downcast_ref::<RecordError>()? {
        error if is_manifest_missing(error) => Some(Message::new("help-no-manifest")),
        RecordError::TraceUnsupported { .. } => Some(Message::new("help-trace-unsupported")),
        RecordError::NotTraceable { .. } => Some(Message::new("help-not-traceable")),
        RecordError::PerfRefused { .. } => Some(Message::new("help-perf-refused")),
        _ => None,
    }
}

/// Cargo's own words for a directory without a package, in `cargo/util/important_paths.rs`.
fn is_manifest_missing(error: &RecordError) -> bool {
    matches!(error, RecordError::Metadata(words) if words.contains("could not find `Cargo.toml`"))
}
