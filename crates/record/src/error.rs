//! Why a program could not be built or recorded.

use profile::Message;
use std::io;
use std::path::PathBuf;

/// Why a program could not be built or recorded. Each text says what happened, to what, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// `cargo metadata` failed: no manifest, or a broken one. Holds cargo's own words.
    #[error("cannot read the package: {0}")]
    Metadata(String),
    /// The package has nothing to run of the kind that was asked for.
    #[error("package {package} has nothing of that kind to run")]
    NothingToRun {
        /// Package name.
        package: String,
        /// What was looked for.
        kind: Message,
        /// What to do.
        advice: Message,
    },
    /// Several programs fit.
    #[error("several programs could be meant; choose one: {}", choices.join(", "))]
    Ambiguous {
        /// Flags that would choose.
        choices: Vec<String>,
    },
    /// Cargo could not be started.
    #[error("cannot start cargo: {source}; is it on the PATH?")]
    Cargo {
        /// The system's reason.
        source: io::Error,
    },
    /// The build failed; cargo has printed why.
    #[error("the build failed; cargo's messages are above")]
    BuildFailed,
    /// The executable is not there, or not one that this machine runs.
    #[error("cannot run {path}")]
    Executable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: Message,
    },
    /// The kernel refuses perf events, and no other sampler was allowed.
    #[error("the kernel refuses perf events: {source}; leave out --sampler perf to sample with timers instead")]
    PerfRefused {
        /// The system's reason.
        source: io::Error,
    },
    /// The compiler cannot build programs that can be traced.
    #[error("{compiler} cannot build for tracing: {reason}")]
    TraceUnsupported {
        /// Its version and LLVM's.
        compiler: String,
        /// What went wrong.
        reason: String,
    },
    /// The program was not built for tracing, so that nothing of it was seen.
    #[error("{path} was not built for tracing; leave out --exe to have it built")]
    NotTraceable {
        /// The executable.
        path: PathBuf,
    },
    /// The target could not be started.
    #[error("cannot start {path}: {source}")]
    Launch {
        /// The executable.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file or directory of the tool's own could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The path.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A system call failed that nothing can do without.
    #[error("{what}: {source}")]
    System {
        /// What was tried: a key of the catalogues.
        what: &'static str,
        /// The system's reason.
        source: io::Error,
    },
}
