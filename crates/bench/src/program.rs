//! One of the programs that are compared: how to run it, and one run.

use crate::error::BenchError;
use crate::measurement::Measurement;
use crate::output::{self, Digest};
use crate::sys;
use perf_event::events::Hardware;
use perf_event::{Builder, Counter};
use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// How to run a program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// What reports call it.
    pub name: String,
    /// The executable, looked up in `PATH` when it has no slash.
    pub executable: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Working directory; the current one when `None`.
    pub current_dir: Option<PathBuf>,
    /// Environment variables to set on top of the current environment.
    pub env: Vec<(OsString, OsString)>,
}

/// One finished run.
pub(crate) struct Ran {
    pub(crate) measurement: Measurement,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Digest,
    pub(crate) stderr_tail: String,
}

/// Counts instructions of this thread and of the processes that it starts, where the machine can.
pub(crate) struct Instructions(Option<Counter>);

impl Instructions {
    pub(crate) fn open() -> Self {
        let counter = Builder::new(Hardware::INSTRUCTIONS).inherit(true).enabled(true).build();
        Self(counter.ok())
    }

    fn read(&mut self) -> Option<u64> {
        self.0.as_mut()?.read().ok()
    }
}

impl Program {
    /// Runs the program once. Its standard input is `input`, its output goes to files: a pipe would have to be emptied
    /// meanwhile, and some programs do less when they see the null device.
    pub(crate) fn run(&self, input: Option<&PathBuf>, instructions: &mut Instructions) -> Result<Ran, BenchError> {
        let (mut stdout, mut stderr) = (output::file()?, output::file()?);
        let mut command = Command::new(&self.executable);
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(dir) = &self.current_dir {
            command.current_dir(dir);
        }
        let duplicate = |file: &File| file.try_clone().map(Stdio::from).map_err(BenchError::Output);
        command.stdin(match input {
            Some(path) => {
                let opened = File::open(path);
                Stdio::from(opened.map_err(|source| BenchError::Input {
                    path: path.clone(),
                    source,
                })?)
            }
            None => Stdio::null(),
        });
        command.stdout(duplicate(&stdout)?).stderr(duplicate(&stderr)?);

        let instructions_before = instructions.read();
        let started = Instant::now();
        let child = command.spawn().map_err(|source| BenchError::Start {
            program: self.executable.clone(),
            source,
        })?;
        let (status, usage) = sys::wait4(&child).map_err(|source| BenchError::Wait {
            program: self.executable.clone(),
            source,
        })?;
        let wall_s = started.elapsed().as_secs_f64();
        let counted = instructions_before.zip(instructions.read());
        Ok(Ran {
            measurement: Measurement {
                wall_s,
                instructions: counted.map(|(before, after)| after.saturating_sub(before)),
                ..usage
            },
            status,
            stdout: output::digest(&mut stdout).map_err(BenchError::Output)?,
            stderr_tail: output::tail(&mut stderr).unwrap_or_default(),
        })
    }
}
