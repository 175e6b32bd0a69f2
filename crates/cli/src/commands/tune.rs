//! `cargo whyslow tune`: which build settings make the program faster, and at what price.

mod apply;
mod memory;
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
use memory::{Known, Memory};
use profile::{Arg, Message};
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
    let display = Display::new(console, args.quiet)?;
    let workshop = Workshop::new(args, &package)?;
    let memory = Memory::open(workshop.memory_file(), &workshop.fingerprint()?);
    let mut session = Session {
        args,
        memory: if args.again { memory.judged_anew() } else { memory },
        workshop,
        display,
        baseline: None,
    };
    let tuned = session.tuned();
    let Session { workshop, display, .. } = session;
    drop(display);
    let tuned = tuned?;
    if tuned.rows.is_empty() && tuned.refused.is_empty() && tuned.is_interrupted {
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
    if tuned.n_earlier > 0 {
        console.note(&Message::new("tune-earlier").with("count", Arg::Count(tuned.n_earlier as u64)));
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
    /// How many of the rows are from an earlier run.
    n_earlier: usize,
    is_interrupted: bool,
}

/// Builds and times what is not known.
struct Session<'a> {
    args: &'a TuneArgs,
    workshop: Workshop<'a>,
    display: Display<'a>,
    memory: Memory,
    /// The build as it is, once something has to be compared with it.
    baseline: Option<Built>,
}

impl Session<'_> {
    fn tuned(&mut self) -> anyhow::Result<Tuned> {
        let mut tuned = Tuned::default();
        let mut tried: Vec<(Vec<Setting>, Built)> = Vec::new();
        for setting in SETTINGS {
            if self.memory.of(&[setting]).is_some() {
                continue;
            }
            if !self.has_baseline()? {
                tuned.is_interrupted = true;
                return Ok(tuned);
            }
            if self.baseline.as_ref().is_some_and(|baseline| baseline.has(&setting)) {
                self.memory.keep(&[setting], &Known::Present);
                continue;
            }
            let built = self.workshop.build(&[setting], &mut self.display);
            if self.display.is_interrupted() {
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
        let measured = self.compared(&tried)?;
        let new = |setting: &Setting| measured.iter().find(|row| row.settings == setting.name);
        let mut ratios: Vec<(Setting, Option<f64>)> = Vec::new();
        for setting in SETTINGS {
            let row = match (self.memory.of(&[setting]), new(&setting)) {
                (Some(Known::Judged(row)), _) => {
                    tuned.n_earlier += 1;
                    row
                }
                (_, Some(row)) => row,
                _ => continue,
            };
            ratios.push((setting, faster(row)));
            tuned.rows.push(row.clone());
        }
        let chosen = combination(&ratios);
        tuned.recommended = chosen.iter().copied().take(1).collect();
        if chosen.len() > 1 && !self.display.is_interrupted() {
            let best = ratios.iter().filter_map(|(_, ratio)| *ratio).fold(1.0, f64::min);
            self.combine(&chosen, best, &mut tuned)?;
        }
        tuned.is_interrupted = self.display.is_interrupted();
        Ok(tuned)
    }

    /// Builds the program as it is, and sees it run, unless that is done: one that does not run would be found out after all
    /// builds otherwise. False when the user interrupts.
    fn has_baseline(&mut self) -> anyhow::Result<bool> {
        if self.baseline.is_some() {
            return Ok(true);
        }
        let baseline = self.workshop.build(&[], &mut self.display);
        if self.display.is_interrupted() {
            return Ok(false);
        }
        let baseline = baseline.map_err(|unbuilt| match unbuilt {
            Unbuilt::Said(words) => {
                Failure::new(Message::new("error-fix-does-not-build").text("reason", first_lines(&words)))
            }
            Unbuilt::Known(message) => Failure::new(message),
        })?;
        let ran = bench::runs_alike(&baseline.program, &options(self.args)?);
        if self.display.is_interrupted() {
            return Ok(false);
        }
        ran?;
        self.baseline = Some(baseline);
        Ok(true)
    }

    /// Proves the chosen settings together, then the smallest set of the best of them that brings most of what all bring.
    fn combine(&mut self, chosen: &[Setting], best: f64, tuned: &mut Tuned) -> anyhow::Result<()> {
        let Some(all) = self.together(chosen, tuned)? else {
            return Ok(());
        };
        let is_enough = |ratio: f64| 1.0 - ratio >= MOST * (1.0 - all);
        let mut n_settings = 1;
        let mut ratio = Some(best);
        while n_settings < chosen.len() && !ratio.is_some_and(is_enough) {
            n_settings += 1;
            ratio = match n_settings == chosen.len() {
                true => Some(all),
                false => self.together(&chosen[..n_settings], tuned)?,
            };
        }
        tuned.recommended = chosen[..n_settings].to_vec();
        Ok(())
    }

    /// The ratio of settings together; `None` when they do not build, bring nothing, or the user interrupts.
    fn together(&mut self, settings: &[Setting], tuned: &mut Tuned) -> anyhow::Result<Option<f64>> {
        if let Some(Known::Judged(row)) = self.memory.of(settings) {
            tuned.n_earlier += 1;
            tuned.rows.push(row.clone());
            return Ok(faster(row));
        }
        if !self.has_baseline()? {
            return Ok(None);
        }
        let Ok(built) = self.workshop.build(settings, &mut self.display) else {
            return Ok(None);
        };
        if self.display.is_interrupted() {
            return Ok(None);
        }
        let rows = self.compared(&[(settings.to_vec(), built)])?;
        let ratio = rows.first().and_then(faster);
        tuned.rows.extend(rows);
        Ok(ratio)
    }

    /// Times builds against that of the program as it is, and keeps what is said.
    fn compared(&mut self, tried: &[(Vec<Setting>, Built)]) -> anyhow::Result<Vec<Row>> {
        let Some(baseline) = self.baseline.as_ref().filter(|_| !tried.is_empty()) else {
            return Ok(Vec::new());
        };
        let programs: Vec<Program> = tried.iter().map(|(_, built)| built.program.clone()).collect();
        let comparison = bench::compare(&baseline.program, &programs, &options(self.args)?, &mut self.display)?;
        let rows = rows(tried, &comparison, baseline);
        if !self.display.is_interrupted() {
            for ((settings, _), row) in tried.iter().zip(&rows) {
                self.memory.keep(settings, &Known::Judged(row.clone()));
            }
        }
        Ok(rows)
    }
}

fn options(args: &TuneArgs) -> anyhow::Result<Options> {
    Ok(Options {
        max_time: max_time(args.max_time)?,
        input: args.input.clone(),
        compares_output: !args.ignore_output,
        ..Options::default()
    })
}

/// The ratio of a build that is faster and does the same.
fn faster(row: &Row) -> Option<f64> {
    let is_faster = row.judgement.verdict == Verdict::Faster && row.output != Sameness::Different;
    is_faster.then_some(row.judgement.ratio.value)
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
