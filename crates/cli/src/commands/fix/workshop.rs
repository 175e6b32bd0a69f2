//! Builds, tests and runs the copy with cargo.

use crate::args::FixArgs;
use crate::package::Package;
use bench::Program;
use fix::{Refusal, Tree, Workshop};
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
    /// The program that was built last.
    built: Option<PathBuf>,
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
            built: None,
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
    fn build(&mut self, tree: &Tree) -> Result<Program, Refusal> {
        let request = BuildRequest {
            manifest_path: Some(self.manifest(tree).map_err(Refusal::Surroundings)?),
            target_dir: Some(self.into.join("target")),
            lints: Vec::new(),
            purpose: Purpose::Timing,
            ..self.args.target.build_request(true)
        };
        let built = record::build_quietly(&request).map_err(|refused| match refused.is_by_compiler {
            true => Refusal::Compiler(refused.words),
            false => Refusal::Surroundings(refused.words),
        })?;
        let executable = built.launch.executable;
        // Tests and benches carry a hash in their names.
        let stem = |name: &OsString| name.to_string_lossy().split("-").next().unwrap_or_default().to_owned();
        let name = executable.file_name().unwrap_or_default().to_owned();
        if stem(&name) != stem(&self.executable) {
            return Err(Refusal::Surroundings(format!(
                "{} was recorded, not {}",
                self.executable.display(),
                name.display()
            )));
        }
        let executable = self.set_aside(&executable).map_err(Refusal::Surroundings)?;
        self.built = Some(executable.clone());
        Ok(Program {
            name: name.to_string_lossy().into_owned(),
            executable,
            args: self.program_args.clone(),
            current_dir: built.launch.current_dir,
            env: built.launch.env,
        })
    }

    fn test(&mut self, tree: &Tree) -> Result<(), String> {
        if let (Some(check), Some(program)) = (&self.check, &self.built) {
            is_working(check, program)?;
        }
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
fn is_working(check: &Program, program: &Path) -> Result<(), String> {
    let mut command = Command::new(&check.executable);
    command.args(&check.args).env("WHYSLOW_PROGRAM", program);
    words_of(command).map_err(|words| format!("{}: {words}", check.name))
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
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    // It stands anywhere in what linkers say.
    if let Some(line) = stderr
        .lines()
        .chain(stdout.lines())
        .find(|line| fix::is_about_space(line))
    {
        return Err(line.trim().to_owned());
    }
    if let Some(names) = failed_tests(&stdout) {
        return Err(names);
    }
    // Compilers say what is wrong first.
    let start = stderr.find("error").unwrap_or(0);
    let words = match stderr[start..].trim() {
        "" => stdout.trim(),
        words => words,
    };
    Err(match words {
        "" => output.status.to_string(),
        words => words.chars().take(MAX_WORDS).collect(),
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The names that the test harness lists last.
fn failed_tests(stdout: &str) -> Option<String> {
    let (_, listed) = stdout.rsplit_once("\nfailures:\n")?;
    let names: Vec<&str> = listed.lines().map_while(|line| line.strip_prefix("    ")).collect();
    (!names.is_empty()).then(|| names.join(", ").chars().take(MAX_WORDS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Result<(), String> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        words_of(command)
    }

    #[test]
    fn what_failed_is_named() {
        let listed = "echo 'failures:\n\n---- a stdout ----\nboom\n\n\nfailures:\n    a\n    b::c\n\ntest result: FAILED. 0 passed'";
        assert_eq!(
            words(&format!("{listed}; echo error: test failed >&2; exit 101")),
            Err("a, b::c".to_owned())
        );
        let unbuilt = "echo '   Compiling x\nerror[E0308]: mismatched types\nmore' >&2; exit 101";
        assert_eq!(words(unbuilt), Err("error[E0308]: mismatched types\nmore".to_owned()));
        let full =
            "for i in 1 2 3 4 5 6 7 8 9; do echo 'error: linking failed, and a long line of arguments' >&2; done";
        let full = format!("{full}; echo 'ld: final link failed: No space left on device' >&2; exit 1");
        assert_eq!(
            words(&full),
            Err("ld: final link failed: No space left on device".to_owned())
        );
        assert_eq!(words("echo other; exit 1"), Err("other".to_owned()));
        assert!(words("exit 3").unwrap_err().contains('3'));
        assert_eq!(words("true"), Ok(()));
    }
}
