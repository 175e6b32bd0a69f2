//! `cargo whyslow compare --exact`: each program once under the trace lens, the baseline twice, counts side by side.

use super::Subjects;
use super::subject::Subject;
use crate::args::{CompareArgs, is_stdout};
use crate::console::{Console, Stream};
use crate::output::to_file;
use crate::places;
use crate::progress::Spinner;
use anyhow::Context;
use bench::{Counts, ExactComparison, Work, compare_exactly};
use profile::{Profile, Scope};
use record::TraceOptions;
use report::exact;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Counts and compares.
///
/// # Errors
/// When a subject does not exist, cannot be built for tracing or started, or an output file cannot be written.
pub(super) fn compare(args: &CompareArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let mut subjects = Subjects::new(args);
    let baseline = subjects.traced(&args.baseline)?;
    let candidates: Vec<Subject> = args
        .candidates
        .iter()
        .map(|candidate| subjects.traced(candidate))
        .collect::<anyhow::Result<_>>()?;
    let twice = [counts(&baseline, args, console)?, counts(&baseline, args, console)?];
    let mut counted = Vec::new();
    for candidate in candidates {
        let counts = counts(&candidate, args, console)?;
        counted.push((candidate.name, counts));
    }
    let comparison = compare_exactly(&baseline.name, twice, counted);
    show(&comparison, args, console)?;
    let is_regression = |percent: f64| {
        let mut more = comparison
            .candidates
            .iter()
            .filter(|candidate| candidate.work == Work::More);
        more.any(|candidate| candidate.ratio >= 1.0 + percent / 100.0)
    };
    Ok(match args.fail_on_regression {
        Some(percent) if is_regression(percent) => ExitCode::from(super::REGRESSION),
        _ => ExitCode::SUCCESS,
    })
}

fn counts(subject: &Subject, args: &CompareArgs, console: &Console) -> anyhow::Result<Counts> {
    let mut progress = Spinner::new(console, args.quiet);
    let options = TraceOptions {
        cache_dir: places::usable_dir(),
        ..TraceOptions::default()
    };
    let recording = record::trace(&subject.launch, &options, &mut progress).with_context(|| subject.name.clone())?;
    Ok(counts_of(&recording.profile))
}

fn counts_of(profile: &Profile) -> Counts {
    let totals = profile.trace.as_ref().map(|trace| trace.totals).unwrap_or_default();
    let mut by_function = BTreeMap::new();
    for line in profile.trace_lines(&Scope::User) {
        *by_function.entry(line.site.function).or_default() += line.accesses;
    }
    Counts {
        accesses: totals.reads + totals.writes,
        bytes: totals.bytes_read + totals.bytes_written,
        calls: totals.calls,
        l1_misses: totals.l1_misses,
        l2_misses: totals.l2_misses,
        last_misses: totals.last_misses,
        by_function,
    }
}

fn show(comparison: &ExactComparison, args: &CompareArgs, console: &Console) -> anyhow::Result<()> {
    if !args.json.as_deref().is_some_and(is_stdout) {
        exact::print(
            &mut Stream::Stdout.raw(),
            comparison,
            console.catalogue(),
            console.style(Stream::Stdout),
        )?;
    }
    if let Some(path) = &args.json {
        to_file(path, |out| exact::write_json(out, comparison))?;
    }
    Ok(())
}
