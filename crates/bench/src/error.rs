//! What can go wrong while programs are timed.

use std::io;
use std::path::PathBuf;

/// Why a comparison was not possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// Its executable.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A program failed where success was expected.
    #[error("{program} failed: {status}")]
    Failed {
        /// Its name.
        program: String,
        /// How it ended.
        status: String,
        /// The last lines that it wrote to standard error.
        stderr: String,
    },
    /// The file that programs are to read could not be opened.
    #[error("cannot read {path}: {source}")]
    Input {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A temporary file for a program's output could not be made or read.
    #[error("cannot keep the program's output: {0}")]
    Output(io::Error),
    /// The system did not tell how a program ended.
    #[error("cannot wait for {program}: {source}")]
    Wait {
        /// Its executable.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Benchmarks are measured by something whose figures cannot be read.
    #[error("{program} has no benchmarks of criterion or divan")]
    UnknownHarness {
        /// Its name.
        program: String,
    },
    /// Suites have no benchmark in common.
    #[error("{suites} have no benchmark in common")]
    NothingInCommon {
        /// Their names.
        suites: String,
        /// What the baseline's benchmarks are called.
        ids: String,
    },
}
