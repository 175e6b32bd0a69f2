//! `cargo whyslow trace`: build instrumented, run, keep, diagnose, print.

use super::run::{executable, with_advice};
use crate::args::TraceArgs;
use crate::console::{Console, Stream};
use crate::exit;
use crate::output;
use crate::places;
use crate::progress::Spinner;
use crate::recordings;
use record::{BuildRequest, Launch, Purpose, TraceOptions};
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the program that `args` name under the trace lens. The report goes to stderr: stdout is the program's.
///
/// # Errors
/// When there is no such program, the compiler cannot build it for tracing, it cannot be started, or an output file
/// cannot be written.
pub(crate) fn trace(args: &TraceArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let cache_dir = places::usable_dir();
    let (mut launch, target_dir) = program(args, cache_dir.clone())?;
    launch.args.extend(args.args.iter().cloned());
    let mut progress = Spinner::new(console, args.output.quiet);
    let options = TraceOptions {
        cache_dir,
        ..args.options()
    };
    let profile = record::trace(&launch, &options, &mut progress)?.profile;
    drop(progress);

    let kept = recordings::save(&profile, &recordings::stores(target_dir.as_deref()));
    let notes: Vec<_> = kept.note.into_iter().collect();
    let findings = output::show(
        &profile,
        kept.dir.as_deref(),
        &notes,
        &args.output,
        Stream::Stderr,
        console,
    )?;
    if args.exit_target {
        return Ok(exit::like(profile.run.exit));
    }
    Ok(exit::on_findings(&findings, args.output.deny))
}

/// What to launch, and the package's target directory when cargo built it.
fn program(args: &TraceArgs, cache_dir: Option<PathBuf>) -> anyhow::Result<(Launch, Option<PathBuf>)> {
    if let Some(path) = &args.target.exe {
        return Ok((executable(path)?, None));
    }
    let request = BuildRequest {
        purpose: Purpose::Trace,
        cache_dir,
        // What clippy says is about the time that code takes, which this lens does not measure.
        lints: Vec::new(),
        ..args.target.build_request(args.output.quiet)
    };
    let built = record::build(&request).map_err(|error| with_advice(error, &args.target))?;
    Ok((built.launch, Some(built.target_dir)))
}
