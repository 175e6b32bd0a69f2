//! `cargo whyslow compare`: which of several programs is faster.

mod benches;
mod exact;
mod progress;
mod revision;
mod subject;

use crate::args::{CompareArgs, is_stdout};
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::output::to_file;
use bench::{Comparison, Metric, Options, Program, Sameness, Verdict};
use profile::Message;
pub(super) use progress::Display;
use report::comparison;
use std::process::ExitCode;
use std::time::Duration;
use subject::Subjects;
pub(super) use subject::command_line;

/// Exit code for a regression that `--fail-on-regression` forbids.
const REGRESSION: u8 = 1;

/// Builds what has to be built, runs all of it interleaved, and says which is faster.
///
/// # Errors
/// When a subject does not exist, cannot be built or fails, or an output file cannot be written.
pub(crate) fn compare(args: &CompareArgs, console: &Console) -> anyhow::Result<ExitCode> {
    if args.exact {
        return exact::compare(args, console);
    }
    let mut subjects = Subjects::new(args);
    let baseline = subjects.program(&args.baseline)?;
    let candidates: Vec<Program> = args
        .candidates
        .iter()
        .map(|candidate| subjects.program(candidate))
        .collect::<anyhow::Result<_>>()?;
    let options = options(args)?;
    if args.target.bench.is_some() {
        return benches::compare(baseline, candidates, &options, args, console);
    }
    let comparison = {
        let mut display = Display::new(console, args.quiet)?;
        bench::compare(&baseline, &candidates, &options, &mut display)?
    };
    if args.by.metric() == Metric::Instructions
        && comparison
            .baseline
            .measurements
            .iter()
            .any(|run| run.instructions.is_none())
    {
        return Err(Failure::new(Message::new("error-no-instructions")).into());
    }
    show(&comparison, args, console)?;
    Ok(match args.fail_on_regression {
        Some(percent) if is_regression(&comparison, percent / 100.0) => ExitCode::from(REGRESSION),
        _ => ExitCode::SUCCESS,
    })
}

fn options(args: &CompareArgs) -> anyhow::Result<Options> {
    let defaults = Options::default();
    let max_time = max_time(args.max_time)?;
    Ok(Options {
        warmup: args.warmup,
        max_pairs: args.max_pairs as usize,
        max_time,
        metric: args.by.metric(),
        min_effect: (args.min_effect / 100.0).max(0.0),
        input: args.input.clone(),
        prepare: args.prepare.as_deref().map(command_line).transpose()?,
        may_fail: args.ignore_failure,
        compares_output: !args.ignore_output,
        seed: args.seed.unwrap_or(defaults.seed),
        ..defaults
    })
}

/// The time that a comparison may take.
///
/// # Errors
/// When that many seconds are no time.
pub(super) fn max_time(seconds: f64) -> Result<Duration, Failure> {
    let refused = |_| Failure::new(Message::new("error-max-time").text("value", seconds.to_string()));
    Duration::try_from_secs_f64(seconds).map_err(refused)
}

fn show(comparison: &Comparison, args: &CompareArgs, console: &Console) -> anyhow::Result<()> {
    let is_taken = |path: &Option<std::path::PathBuf>| path.as_deref().is_some_and(is_stdout);
    if !is_taken(&args.json) && !is_taken(&args.markdown) {
        comparison::print(
            &mut Stream::Stdout.raw(),
            comparison,
            console.catalogue(),
            console.style(Stream::Stdout),
        )?;
    }
    if let Some(path) = &args.json {
        to_file(path, |out| comparison::write_json(out, comparison))?;
    }
    if let Some(path) = &args.markdown {
        let text = comparison::markdown(comparison, console.catalogue());
        to_file(path, |out| out.write_all(text.as_bytes()))?;
    }
    for candidate in comparison
        .candidates
        .iter()
        .filter(|candidate| candidate.output == Sameness::Different)
    {
        console.note(&Message::new("note-output-differs").text("name", candidate.subject.name.clone()));
    }
    Ok(())
}

fn is_regression(comparison: &Comparison, share: f64) -> bool {
    let judgements = comparison.candidates.iter().map(|candidate| candidate.judgement);
    let mut slower = judgements.filter(|judgement| judgement.verdict == Verdict::Slower);
    slower.any(|judgement| judgement.ratio.value >= 1.0 + share)
}
