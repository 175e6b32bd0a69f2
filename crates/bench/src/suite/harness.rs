//! A suite's executable: which harness it was built with, and one short run of it.

use super::{criterion, divan};
use crate::comparison::Progress;
use crate::error::BenchError;
use crate::program::Program;
use std::ffi::OsString;
use std::process::{Command, Output, Stdio};

/// What measures the benchmarks of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harness {
    /// The crate `criterion`.
    Criterion {
        /// Whether it has the mode that keeps to its time although the suite asks for more (since 0.4).
        has_quick: bool,
    },
    /// The crate `divan`.
    Divan,
}

/// An executable full of benchmarks.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// How to run it, as `cargo bench` would.
    pub program: Program,
    /// What measures its benchmarks.
    pub harness: Harness,
}

/// Time per iteration by benchmark, in seconds, in the order of the harness.
pub(super) type Times = Vec<(String, f64)>;

/// Lines of a failed run that are shown.
const TAIL_LINES: usize = 12;

impl Suite {
    /// Finds out which harness a program was built with, by its own help.
    ///
    /// # Errors
    /// When it cannot be started, or knows neither criterion's nor divan's options.
    pub fn of(program: Program) -> Result<Self, BenchError> {
        let output = output(&program, &["--help".into()], &[])?;
        let help = String::from_utf8_lossy(&output.stdout);
        let harness = if help.contains("--save-baseline") {
            Harness::Criterion {
                has_quick: help.contains("--quick"),
            }
        } else if help.contains("--sample-count") {
            Harness::Divan
        } else {
            return Err(BenchError::UnknownHarness { program: program.name });
        };
        Ok(Self { program, harness })
    }

    /// Runs every benchmark for about so long; `None` when the user interrupts.
    pub(super) fn run(&self, seconds: f64, progress: &dyn Progress) -> Result<Option<Times>, BenchError> {
        let times = match self.harness {
            Harness::Criterion { has_quick } => criterion::run(&self.program, seconds, has_quick),
            Harness::Divan => divan::run(&self.program, seconds),
        };
        // Ctrl-C reaches the suite as well: that it failed then says nothing.
        if progress.is_interrupted() {
            return Ok(None);
        }
        times.map(Some)
    }
}

/// Runs a suite with arguments and variables on top of its own.
pub(super) fn output(program: &Program, args: &[OsString], env: &[(OsString, OsString)]) -> Result<Output, BenchError> {
    let mut command = Command::new(&program.executable);
    // What the user asks for himself is not asked for twice.
    let is_new = |arg: &&OsString| !program.args.contains(arg);
    let mut names = args.iter().peekable();
    let mut added = Vec::new();
    while let Some(name) = names.next() {
        let value = names.next_if(|next| !next.to_string_lossy().starts_with('-'));
        if is_new(&name) {
            added.push(name);
            added.extend(value);
        }
    }
    command
        .args(&program.args)
        .args(added)
        .envs(program.env.iter().chain(env).map(|(name, value)| (name, value)))
        .stdin(Stdio::null());
    if let Some(dir) = &program.current_dir {
        command.current_dir(dir);
    }
    command.output().map_err(|source| BenchError::Start {
        program: program.executable.clone(),
        source,
    })
}

/// What a run wrote, when it ended well.
pub(super) fn stdout(program: &Program, output: &Output) -> Result<String, BenchError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = stderr.trim_end().lines().collect();
    Err(BenchError::Failed {
        program: program.name.clone(),
        status: output.status.to_string(),
        stderr: lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"),
    })
}
