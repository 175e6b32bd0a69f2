//! `cargo whyslow compare --bench NAME`: the benchmarks of several suites, one by one.

use super::{Display, REGRESSION, is_regression};
use crate::args::{CompareArgs, is_stdout};
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::output::to_file;
use bench::{BenchError, Metric, Options, Program, Suite, SuiteComparison, compare_suites};
use profile::Message;
use report::comparison;
use std::process::ExitCode;

/// What `cargo bench` passes to every suite.
const BENCH: &str = "--bench";

/// Compares the benchmarks of suites that were built.
///
/// # Errors
/// When a suite has none that can be compared, fails, or an output file cannot be written.
pub(super) fn compare(
    baseline: Program,
    candidates: Vec<Program>,
    options: &Options,
    args: &CompareArgs,
    console: &Console,
) -> anyhow::Result<ExitCode> {
    if options.metric != Metric::Wall {
        let metric = match options.metric {
            Metric::Memory => "memory",
            Metric::Instructions => "instructions",
            Metric::Cpu | Metric::Wall => "cpu",
        };
        return Err(Failure::new(Message::new("error-bench-metric").text("metric", metric)).into());
    }
    let baseline = suite(baseline)?;
    let candidates = candidates.into_iter().map(suite).collect::<Result<Vec<_>, _>>()?;
    let comparison = {
        let mut display = Display::new(console, args.quiet)?;
        compare_suites(&baseline, &candidates, options, &mut display)?
    };
    show(&comparison, args, console)?;
    let is_forbidden = |percent: f64| {
        let mut benchmarks = comparison.benchmarks.iter();
        benchmarks.any(|benchmark| is_regression(&benchmark.comparison, percent / 100.0))
    };
    Ok(match args.fail_on_regression {
        Some(percent) if is_forbidden(percent) => ExitCode::from(REGRESSION),
        _ => ExitCode::SUCCESS,
    })
}

/// The suite, also when the user named a finished executable.
fn suite(mut program: Program) -> Result<Suite, BenchError> {
    if !program.args.iter().any(|arg| arg == BENCH) {
        program.args.insert(0, BENCH.into());
    }
    Suite::of(program)
}

fn show(comparison: &SuiteComparison, args: &CompareArgs, console: &Console) -> anyhow::Result<()> {
    let is_taken = |path: &Option<std::path::PathBuf>| path.as_deref().is_some_and(is_stdout);
    if !is_taken(&args.json) && !is_taken(&args.markdown) {
        comparison::print_suite(
            &mut Stream::Stdout.raw(),
            comparison,
            console.catalogue(),
            console.style(Stream::Stdout),
        )?;
    }
    if let Some(path) = &args.json {
        to_file(path, |out| comparison::write_suite_json(out, comparison))?;
    }
    if let Some(path) = &args.markdown {
        let text = comparison::markdown_suite(comparison, console.catalogue());
        to_file(path, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}
