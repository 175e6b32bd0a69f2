//! From what the user names to a program that can be run: a revision, a directory, an executable, a command.

use super::revision;
use crate::args::CompareArgs;
use crate::errors::Failure;
use crate::package;
use anyhow::Context;
use bench::Program;
use profile::Message;
use record::{BuildRequest, Launch, Purpose, RecordError};
use std::path::{Path, PathBuf};

/// A program that can be traced.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) launch: Launch,
}

/// Makes programs of what the user names, and builds each into a directory of its own.
pub(super) struct Subjects<'a> {
    args: &'a CompareArgs,
    n_built: usize,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(args: &'a CompareArgs) -> Self {
        Self { args, n_built: 0 }
    }

    /// The program that `spec` names.
    ///
    /// # Errors
    /// When it names nothing, or cannot be built.
    pub(super) fn program(&mut self, spec: &str) -> anyhow::Result<Program> {
        let path = Path::new(spec);
        if path.is_dir() {
            let path = path.canonicalize().with_context(|| spec.to_owned())?;
            return self.built(spec, &path.join("Cargo.toml"));
        }
        if path.is_file() {
            let executable = std::path::absolute(path).with_context(|| spec.to_owned())?;
            return Ok(Program {
                name: spec.to_owned(),
                executable,
                args: self.args.args.clone(),
                ..Program::default()
            });
        }
        if let Some(commit) = revision::commit(spec, self.args.target.manifest_path.as_deref()) {
            let manifest = revision::checked_out(&commit, &self.store()?, self.args.target.manifest_path.as_deref())?;
            return self.built(&format!("{spec} ({})", commit.short()), &manifest);
        }
        let program = command_line(spec)?;
        let is_command = spec.contains(char::is_whitespace) || is_in_path(&program.executable);
        match is_command {
            true => Ok(program),
            false => Err(Failure::new(Message::new("error-no-subject").text("spec", spec))
                .with_help(Message::new("help-no-subject"))
                .into()),
        }
    }

    fn built(&mut self, name: &str, manifest: &Path) -> anyhow::Result<Program> {
        let launch = self.build(name, manifest, Purpose::Timing)?;
        Ok(Program {
            name: name.to_owned(),
            executable: launch.executable,
            args: launch.args,
            current_dir: launch.current_dir,
            env: launch.env,
        })
    }

    /// The program that `spec` names, built so that it can be traced. Its output goes nowhere.
    ///
    /// # Errors
    /// When it names nothing, or cannot be built for tracing.
    pub(super) fn traced(&mut self, spec: &str) -> anyhow::Result<Subject> {
        let path = Path::new(spec);
        let target = &self.args.target;
        let (name, launch) = if path.is_dir() {
            let manifest = path.canonicalize().with_context(|| spec.to_owned())?.join("Cargo.toml");
            (spec.to_owned(), self.build(spec, &manifest, Purpose::Trace)?)
        } else if let Some(commit) = Some(spec)
            .filter(|_| !path.is_file())
            .and_then(|spec| revision::commit(spec, target.manifest_path.as_deref()))
        {
            let manifest = revision::checked_out(&commit, &self.store()?, target.manifest_path.as_deref())?;
            let name = format!("{spec} ({})", commit.short());
            let launch = self.build(&name, &manifest, Purpose::Trace)?;
            (name, launch)
        } else {
            let program = self.program(spec)?;
            let launch = Launch {
                executable: program.executable,
                args: program.args,
                ..Launch::default()
            };
            (program.name, launch)
        };
        Ok(Subject {
            name,
            launch: Launch {
                input: self.args.input.clone(),
                is_output_discarded: true,
                ..launch
            },
        })
    }

    fn build(&mut self, name: &str, manifest: &Path, purpose: Purpose) -> anyhow::Result<Launch> {
        if !manifest.is_file() {
            let message = Message::new("error-no-package").text("path", manifest.display().to_string());
            return Err(Failure::new(message).into());
        }
        self.n_built += 1;
        let request = BuildRequest {
            manifest_path: Some(manifest.to_owned()),
            target_dir: Some(self.store()?.join("target").join(directory_name(name))),
            lints: Vec::new(),
            purpose,
            cache_dir: crate::places::usable_dir(),
            ..self.args.target.build_request(self.args.quiet)
        };
        let built = record::build(&request).map_err(|error| self.with_advice(error, manifest))?;
        let mut launch = built.launch;
        launch.args.extend(self.args.args.iter().cloned());
        Ok(launch)
    }

    /// A build that the compiler fails because it is no nightly one.
    fn with_advice(&self, error: RecordError, manifest: &Path) -> anyhow::Error {
        let bench = self.args.target.bench.as_deref();
        match error {
            RecordError::BuildFailed if bench.is_some_and(|bench| package::needs_nightly(bench, manifest)) => {
                Failure::new(Message::new("error-build-failed"))
                    .with_help(Message::new("help-unknown-harness"))
                    .into()
            }
            error => error.into(),
        }
    }

    /// Where sources of revisions and builds go: below the target directory of the package around us.
    fn store(&self) -> anyhow::Result<PathBuf> {
        let target = &self.args.target;
        let dir = package::target_dir(target.target_dir.as_deref(), target.manifest_path.as_deref());
        let dir = dir.unwrap_or_else(crate::places::temporary_dir);
        Ok(std::path::absolute(dir)?.join("whyslow").join("compare"))
    }
}

/// A command as a shell would split it, but without a shell's variables and pipes.
///
/// # Errors
/// When a quote is not closed, or there is nothing.
pub(in crate::commands) fn command_line(text: &str) -> anyhow::Result<Program> {
    let mut words = shlex::split(text).unwrap_or_default().into_iter();
    let Some(executable) = words.next() else {
        return Err(Failure::new(Message::new("error-command-line").text("command", text)).into());
    };
    Ok(Program {
        name: text.to_owned(),
        executable: executable.into(),
        args: words.map(Into::into).collect(),
        ..Program::default()
    })
}

fn is_in_path(executable: &Path) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    executable.components().count() == 1 && std::env::split_paths(&path).any(|dir| dir.join(executable).is_file())
}

/// A name for a directory of builds, different for different names as far as people choose them.
fn directory_name(name: &str) -> String {
    let plain = |char: char| {
        if char.is_ascii_alphanumeric() || matches!(char, '-' | '.') {
            char
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    match name.trim_matches(['.', '_']) {
        "" => "working-tree".to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_a_shell_would() {
        let program = command_line("grep -c 'two words' file").unwrap();
        assert_eq!(program.executable, Path::new("grep"));
        assert_eq!(program.args, ["-c", "two words", "file"]);
        assert!(command_line("'open").is_err());
        assert!(command_line("  ").is_err());
    }

    #[test]
    fn names_of_directories_hold_no_separators() {
        assert_eq!(directory_name("HEAD~1 (3f2a)"), "HEAD_1__3f2a_");
        assert_eq!(directory_name("."), "working-tree");
        assert_eq!(directory_name("../other"), ".._other");
    }
}
