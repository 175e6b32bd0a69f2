//! `cargo whyslow run`: build, record, keep, diagnose, print.

use crate::args::{RunArgs, TargetArgs};
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::exit;
use crate::output;
use crate::package;
use crate::places;
use crate::progress::Spinner;
use crate::recordings;
use anyhow::Context;
use profile::Message;
use record::{Launch, Options, RecordError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the program that `args` name and says where its time goes. The report goes to stderr: stdout is the program's.
///
/// # Errors
/// When there is no such program, it cannot be built or started, or an output file cannot be written.
pub(crate) fn run(args: &RunArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let (launch, target_dir) = program(args)?;
    let measured = measure(&launch, &recordings::stores(target_dir.as_deref()), args, console)?;
    Ok(measured.exit)
}

/// What came of a recorded run.
pub(super) struct Measured {
    /// The exit code that the run asks for.
    pub(super) exit: ExitCode,
    /// Where the recording is, if any store took it.
    pub(super) recording: Option<PathBuf>,
}

/// Records `launch`, keeps the recording in the first of `stores` that takes it, and shows the report.
///
/// # Errors
/// When the program cannot be started, or an output file cannot be written.
pub(super) fn measure(
    launch: &Launch,
    stores: &[PathBuf],
    args: &RunArgs,
    console: &Console,
) -> anyhow::Result<Measured> {
    let mut progress = Spinner::new(console, args.output.quiet);
    let options = Options {
        cache_dir: places::usable_dir(),
        ..args.record.options()
    };
    let recording = record::record(launch, &options, &mut progress)?;
    drop(progress);

    let profile = recording.profile;
    let kept = recordings::save(&profile, stores);
    let notes: Vec<_> = kept.note.into_iter().collect();
    let findings = output::show(
        &profile,
        kept.dir.as_deref(),
        &notes,
        &args.output,
        Stream::Stderr,
        console,
    )?;

    let exit = match args.exit_target {
        true => exit::like(profile.run.exit),
        false => exit::on_findings(&findings, args.output.deny),
    };
    Ok(Measured {
        exit,
        recording: kept.dir,
    })
}

/// What to launch, and the package's target directory when cargo built it.
fn program(args: &RunArgs) -> anyhow::Result<(Launch, Option<PathBuf>)> {
    let (mut launch, target_dir) = match &args.target.exe {
        Some(path) => (executable(path)?, None),
        None => {
            let request = args.target.build_request(args.output.quiet);
            let built = record::build(&request).map_err(|error| with_advice(error, &args.target))?;
            (built.launch, Some(built.target_dir))
        }
    };
    launch.args.extend(args.args.iter().cloned());
    Ok((launch, target_dir))
}

/// A build that failed because of where it was to go can go elsewhere.
pub(super) fn with_advice(error: RecordError, target: &TargetArgs) -> anyhow::Error {
    let target_dir = || package::target_dir(target.target_dir.as_deref(), target.manifest_path.as_deref());
    match error {
        RecordError::BuildFailed => match target_dir().filter(|dir| package::is_read_only(dir)) {
            Some(dir) => {
                let help = Message::new("help-target-dir").text("path", dir.display().to_string());
                Failure::new(Message::new("error-build-failed")).with_help(help).into()
            }
            None => error.into(),
        },
        other => other.into(),
    }
}

/// An already built program.
///
/// # Errors
/// When the current directory is gone.
pub(super) fn executable(path: &Path) -> anyhow::Result<Launch> {
    // A name without a slash would be looked up in PATH.
    let executable = std::path::absolute(path).context("finding the executable")?;
    Ok(Launch {
        executable,
        ..Launch::default()
    })
}
