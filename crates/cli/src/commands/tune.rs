//! `cargo whyslow tune`: which build settings make the program faster, and at what price.

mod apply;
mod profiling;
mod workshop;

use super::compare::{Display, max_time};
use super::version_control;
use crate::args::TuneArgs;
use crate::console::{Console, Stream};
use crate::errors::{Failure, first_lines};
use crate::package::Package;
use bench::stats::median;
use bench::{Comparison, Options, Program, Progress, Sameness, Subject, Verdict};
use fix::{SETTINGS, Setting, combination};
use profile::Message;
use report::tuning::{self, Refused, Row};
use std::process::ExitCode;
use workshop::{Built, Unbuilt, Workshop};

/// A set of settings that gives this part of the gain of all together is enough.
const MOST: f64 = 0.9;

/// Builds the program with each setting, times all of them against the build as it is, then the best together.
///
/// # Errors
/// When the program does not build as it is, or cannot be timed, or files cannot be written.
pub(crate) fn tune(args: &TuneArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let package = Package::around(args.target.manifest_path.as_deref())?;
    if args.apply {
        version_control::check_allowed(&package.workspace_root, args.allow_dirty, args.allow_no_vcs)?;
    }
    let mut display = Display::new(console, args.quiet)?;
    let mut workshop = Workshop::new(args, &package)?;
    let tuned = tuned(args, &mut workshop, &mut display);
    drop(display);
    let tuned = tuned?;
    if tuned.rows.is_empty() && tuned.refused.is_empty() {
        console.note(&Message::new("tune-interrupted"));
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = tuned.recommended.iter().map(|setting| setting.name).collect();
    tuning::print(
        &mut Stream::Stdout.raw(),
        &tuned.rows,
        &tuned.refused,
        &names,
        console.catalogue(),
        console.style(Stream::Stdout),
    )?;
    if tuned.rows.iter().any(|row| row.output == Sameness::Unstable) {
        console.note(&Message::new("compare-unstable-output"));
    }
    if tuned.is_interrupted {
        console.note(&Message::new("tune-interrupted"));
    } else if args.apply && !tuned.recommended.is_empty() {
        apply::write(&workshop, &tuned.recommended, console)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What came of it.
#[derive(Default)]
struct Tuned {
    rows: Vec<Row>,
    refused: Vec<Refused>,
    recommended: Vec<Setting>,
    is_interrupted: bool,
}

fn tuned(args: &TuneArgs, workshop: &mut Workshop<'_>, display: &mut Display<'_>) -> anyhow::Result<Tuned> {
    let mut tuned = Tuned::default();
    let baseline = workshop.build(&[], display);
    if display.is_interrupted() {
        tuned.is_interrupted = true;
        return Ok(tuned);
    }
    let baseline = baseline.map_err(|unbuilt| match unbuilt {
        Unbuilt::Said(words) => {
            Failure::new(Message::new("error-fix-does-not-build").text("reason", first_lines(&words)))
        }
        Unbuilt::Known(message) => Failure::new(message),
    })?;
    // A program that does not run would be found out after all builds otherwise.
    let ran = bench::runs_alike(&baseline.program, &options(args)?);
    if display.is_interrupted() {
        tuned.is_interrupted = true;
        return Ok(tuned);
    }
    ran?;
    let mut tried: Vec<(Vec<Setting>, Built)> = Vec::new();
    for setting in SETTINGS.into_iter().filter(|setting| !baseline.has(setting)) {
        let built = workshop.build(&[setting], display);
        if display.is_interrupted() {
            tuned.is_interrupted = true;
            return Ok(tuned);
        }
        match built {
            Ok(built) => tried.push((vec![setting], built)),
            // A setting that the package or the machine refuses is none for it.
            Err(unbuilt) => tuned.refused.push(Refused {
                settings: setting.name.to_owned(),
                reason: match unbuilt {
                    Unbuilt::Said(words) => Message::new("tune-said").text("words", first_lines(&words)),
                    Unbuilt::Known(message) => message,
                },
            }),
        }
    }
    let singles = compared(args, &baseline, &tried, display)?;
    let ratios: Vec<(Setting, Option<f64>)> = tried
        .iter()
        .zip(&singles.candidates)
        .map(|((settings, _), of)| (settings[0], faster(of)))
        .collect();
    tuned.rows = rows(&tried, &singles, &baseline);
    let chosen = combination(&ratios);
    tuned.recommended = chosen.iter().copied().take(1).collect();
    if chosen.len() > 1 && !display.is_interrupted() {
        let best = ratios.iter().filter_map(|(_, ratio)| *ratio).fold(1.0, f64::min);
        combine(args, workshop, &baseline, &chosen, best, &mut tuned, display)?;
    }
    tuned.is_interrupted = display.is_interrupted();
    Ok(tuned)
}

/// Proves the chosen settings together, then the smallest set of the best of them that brings most of what all bring.
fn combine(
    args: &TuneArgs,
    workshop: &mut Workshop<'_>,
    baseline: &Built,
    chosen: &[Setting],
    best: f64,
    tuned: &mut Tuned,
    display: &mut Display<'_>,
) -> anyhow::Result<()> {
    let mut measured = |n_settings: usize| -> anyhow::Result<Option<f64>> {
        let settings = chosen[..n_settings].to_vec();
        let Ok(built) = workshop.build(&settings, display) else {
            return Ok(None);
        };
        if display.is_interrupted() {
            return Ok(None);
        }
        let together = vec![(settings, built)];
        let comparison = compared(args, baseline, &together, display)?;
        tuned.rows.extend(rows(&together, &comparison, baseline));
        Ok(comparison.candidates.first().and_then(faster))
    };
    let Some(all) = measured(chosen.len())? else {
        return Ok(());
    };
    let is_enough = |ratio: f64| 1.0 - ratio >= MOST * (1.0 - all);
    let mut n_settings = 1;
    let mut ratio = Some(best);
    while n_settings < chosen.len() && !ratio.is_some_and(is_enough) {
        n_settings += 1;
        ratio = match n_settings == chosen.len() {
            true => Some(all),
            false => measured(n_settings)?,
        };
    }
    tuned.recommended = chosen[..n_settings].to_vec();
    Ok(())
}

fn compared(
    args: &TuneArgs,
    baseline: &Built,
    tried: &[(Vec<Setting>, Built)],
    display: &mut Display<'_>,
) -> anyhow::Result<Comparison> {
    let programs: Vec<Program> = tried.iter().map(|(_, built)| built.program.clone()).collect();
    Ok(bench::compare(&baseline.program, &programs, &options(args)?, display)?)
}

fn options(args: &TuneArgs) -> anyhow::Result<Options> {
    Ok(Options {
        max_time: max_time(args.max_time)?,
        input: args.input.clone(),
        compares_output: !args.ignore_output,
        ..Options::default()
    })
}

/// The ratio of a candidate that is faster and does the same.
fn faster(candidate: &bench::Candidate) -> Option<f64> {
    let is_faster = candidate.judgement.verdict == Verdict::Faster && candidate.output != Sameness::Different;
    is_faster.then_some(candidate.judgement.ratio.value)
}

fn rows(tried: &[(Vec<Setting>, Built)], comparison: &Comparison, baseline: &Built) -> Vec<Row> {
    let memory = |subject: &Subject| {
        let bytes: Vec<f64> = subject
            .measurements
            .iter()
            .map(|run| run.max_rss_bytes as f64)
            .collect();
        median(&bytes)
    };
    let memory_of_baseline = memory(&comparison.baseline);
    let row = |((_, built), candidate): (&(Vec<Setting>, Built), &bench::Candidate)| Row {
        settings: built.program.name.clone(),
        judgement: candidate.judgement,
        output: candidate.output,
        build_s: built.build_s,
        size_ratio: built.bytes as f64 / baseline.bytes.max(1) as f64,
        memory_ratio: memory(&candidate.subject) / memory_of_baseline,
    };
    // Of an interrupted session there may be nothing to show.
    let is_measured = !comparison.baseline.measurements.is_empty();
    let pairs = tried.iter().zip(&comparison.candidates);
    pairs.filter(|_| is_measured).map(row).collect()
}
