//! Builds, tests and runs the copy with cargo.

use crate::args::FixArgs;
use crate::package::Package;
use bench::Program;
use fix::{Tree, Workshop};
use profile::Profile;
use record::{BuildRequest, Purpose};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How much of cargo's words a table can hold.
const MAX_WORDS: usize = 300;

/// Cargo, for one package.
pub(super) struct Cargo<'a> {
    args: &'a FixArgs,
    package: &'a Package,
    /// Arguments of the program.
    program_args: Vec<OsString>,
    /// Name of the recorded program.
    executable: OsString,
    /// Where builds and programs go.
    into: PathBuf,
    check: Option<Program>,
    n_programs: usize,
}

impl<'a> Cargo<'a> {
    pub(super) fn new(
        args: &'a FixArgs,
        package: &'a Package,
        profile: &Profile,
        into: PathBuf,
    ) -> anyhow::Result<Self> {
        let recorded = profile.run.command.iter().skip(1).map(OsString::from);
        Ok(Self {
            program_args: match args.args.is_empty() {
                true => recorded.collect(),
                false => args.args.clone(),
            },
            executable: profile.run.executable.file_name().unwrap_or_default().to_owned(),
            check: args
                .check
                .as_deref()
                .map(super::super::compare::command_line)
                .transpose()?,
            args,
            package,
            into,
            n_programs: 0,
        })
    }

    fn manifest(&self, tree: &Tree) -> Result<PathBuf, String> {
        tree.copy_of(&self.package.manifest)
            .ok_or_else(|| self.package.manifest.display().to_string())
    }

    /// Copies the program aside: the next build writes to the same place.
    fn set_aside(&mut self, executable: &Path) -> Result<PathBuf, String> {
        self.n_programs += 1;
        let dir = self.into.join("programs").join(self.n_programs.to_string());
        let to = dir.join(executable.file_name().unwrap_or_default());
        let copied = fs::create_dir_all(&dir).and_then(|()| fs::copy(executable, &to));
        copied
            .map(|_| to.clone())
            .map_err(|error| format!("{}: {error}", to.display()))
    }
}

impl Workshop for Cargo<'_> {
    fn build(&mut self, tree: &Tree) -> Result<Program, String> {
        let request = BuildRequest {
            manifest_path: Some(self.manifest(tree)?),
            target_dir: Some(self.into.join("target")),
            lints: Vec::new(),
            purpose: Purpose::Timing,
            ..self.args.target.build_request(true)
        };
        let built = record::build_quietly(&request)?;
        let executable = built.launch.executable;
        // Tests and benches carry a hash in their names.
        let stem = |name: &OsString| name.to_string_lossy().split("-").next().unwrap_or_default().to_owned();
        let name = executable.file_name().unwrap_or_default().to_owned();
        if stem(&name) != stem(&self.executable) {
            return Err(format!(
                "{} was recorded, not {}",
                self.executable.display(),
                name.display()
            ));
        }
        let program = Program {
            name: String::new(),
            executable: self.set_aside(&executable)?,
            args: self.program_args.clone(),
            current_dir: built.launch.current_dir,
            env: built.launch.env,
        };
        match &self.check {
            Some(check) => is_working(check, &program).map(|()| program),
            None => Ok(program),
        }
    }

    fn test(&mut self, tree: &Tree) -> Result<(), String> {
        if self.args.no_test {
            return Ok(());
        }
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["test", "--quiet", "--manifest-path"])
            .arg(self.manifest(tree)?);
        command.arg("--target-dir").arg(self.into.join("target"));
        command.args(self.args.target.test_flags());
        words_of(command)
    }
}

/// Asks the user's own check about a program.
fn is_working(check: &Program, program: &Program) -> Result<(), String> {
    let mut command = Command::new(&check.executable);
    command.args(&check.args).env("WHYSLOW_PROGRAM", &program.executable);
    words_of(command)
}

/// Runs a command; its words when it fails.
fn words_of(mut command: Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&words).trim().to_owned();
    let start = words
        .char_indices()
        .rev()
        .take(MAX_WORDS)
        .last()
        .map_or(0, |(index, _)| index);
    Err(words[start..].to_owned())
}
