//! `cargo whyslow tune`: which build settings make the program faster, and at what price.

use super::compare::{Display, max_time};
use crate::args::TuneArgs;
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::package::Package;
use bench::{Comparison, Options, Program, Sameness, Verdict};
use fix::{SETTINGS, Setting, combination, with_settings};
use profile::{Arg, Message};
use record::{BuildRequest, Purpose};
use report::tuning::{self, Row};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// A setting that gives this part of the gain of all together is enough.
const MOST: f64 = 0.9;

/// A program built with some settings.
struct Built {
    program: Program,
    build_s: f64,
    bytes: u64,
}

/// Builds the program with each setting, times all of them against the build as it is, then the best together.
///
/// # Errors
/// When the program does not build as it is, or cannot be timed, or the manifest cannot be written.
pub(crate) fn tune(args: &TuneArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let package = Package::around(args.target.manifest_path.as_deref())?;
    let mut display = Display::new(console, args.quiet)?;
    let baseline = built(args, &package, &[], &mut display)
        .map_err(|reason| Failure::new(Message::new("error-fix-does-not-build").text("reason", reason)))?;
    let mut tried: Vec<(Vec<Setting>, Built)> = Vec::new();
    for setting in SETTINGS {
        // A setting that the package refuses is none for it.
        if let Ok(of_setting) = built(args, &package, &[setting], &mut display) {
            tried.push((vec![setting], of_setting));
        }
    }
    let singles = compared(args, &baseline, &tried, &mut display)?;
    let ratios: Vec<(Setting, Option<f64>)> = tried
        .iter()
        .zip(&singles.candidates)
        .map(|((settings, _), of)| (settings[0], faster(of)))
        .collect();
    let chosen = combination(&ratios);
    let mut rows = rows(&tried, &singles, &baseline);
    let mut recommended: Vec<Setting> = chosen.iter().copied().take(1).collect();
    if chosen.len() > 1
        && let Ok(of_all) = built(args, &package, &chosen, &mut display)
    {
        let together = vec![(chosen.clone(), of_all)];
        let comparison = compared(args, &baseline, &together, &mut display)?;
        let best = ratios.iter().filter_map(|(_, ratio)| *ratio).fold(1.0, f64::min);
        if let Some(ratio) = comparison.candidates.first().and_then(faster)
            && 1.0 - best < MOST * (1.0 - ratio)
        {
            recommended = chosen;
        }
        rows.extend(self::rows(&together, &comparison, &baseline));
    }
    drop(display);
    let names: Vec<&str> = recommended.iter().map(|setting| setting.name).collect();
    tuning::print(
        &mut Stream::Stdout.raw(),
        &rows,
        &names,
        console.catalogue(),
        console.style(Stream::Stdout),
    )?;
    if args.apply && !recommended.is_empty() {
        apply(args, &package, &recommended, console)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds with these settings on top of the user's own; the compiler's words when it refuses.
fn built(args: &TuneArgs, package: &Package, settings: &[Setting], display: &mut Display<'_>) -> Result<Built, String> {
    let names: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
    display.show(&Message::new("progress-fix-building").text("name", names.join(", ")));
    let target_dir = args
        .target
        .target_dir
        .clone()
        .unwrap_or_else(|| package.target_dir.clone());
    let of_settings = names
        .join("_")
        .replace(|char: char| !char.is_ascii_alphanumeric() && char != '-', "");
    let request = args.target.build_request(true);
    let profile = request.profile.clone().unwrap_or_else(|| "release".to_owned());
    let request = BuildRequest {
        target_dir: Some(
            target_dir
                .join("whyslow")
                .join("tune")
                .join(format!("with-{of_settings}")),
        ),
        lints: Vec::new(),
        purpose: Purpose::Timing,
        settings: settings.iter().filter_map(|setting| setting.config(&profile)).collect(),
        rustflags: settings
            .iter()
            .filter_map(|setting| setting.flag().map(str::to_owned))
            .collect(),
        ..request
    };
    let started = Instant::now();
    let built = record::build_quietly(&request).map_err(|refused| refused.words)?;
    let executable = built.launch.executable;
    Ok(Built {
        build_s: started.elapsed().as_secs_f64(),
        bytes: fs::metadata(&executable).map_or(0, |metadata| metadata.len()),
        program: Program {
            name: names.join(", "),
            executable,
            args: built.launch.args.into_iter().chain(args.args.iter().cloned()).collect(),
            current_dir: built.launch.current_dir,
            env: built.launch.env,
        },
    })
}

fn compared(
    args: &TuneArgs,
    baseline: &Built,
    tried: &[(Vec<Setting>, Built)],
    display: &mut Display<'_>,
) -> anyhow::Result<Comparison> {
    let options = Options {
        max_time: max_time(args.max_time)?,
        input: args.input.clone(),
        compares_output: !args.ignore_output,
        ..Options::default()
    };
    let programs: Vec<Program> = tried.iter().map(|(_, built)| built.program.clone()).collect();
    Ok(bench::compare(&baseline.program, &programs, &options, display)?)
}

/// The ratio of a candidate that is faster and does the same.
fn faster(candidate: &bench::Candidate) -> Option<f64> {
    let is_faster = candidate.judgement.verdict == Verdict::Faster && candidate.output != Sameness::Different;
    is_faster.then_some(candidate.judgement.ratio.value)
}

fn rows(tried: &[(Vec<Setting>, Built)], comparison: &Comparison, baseline: &Built) -> Vec<Row> {
    let row = |((_, built), candidate): (&(Vec<Setting>, Built), &bench::Candidate)| Row {
        settings: built.program.name.clone(),
        judgement: candidate.judgement,
        output: candidate.output,
        build_s: built.build_s,
        size_ratio: built.bytes as f64 / baseline.bytes.max(1) as f64,
    };
    tried.iter().zip(&comparison.candidates).map(row).collect()
}

/// Writes what belongs to the profile; flags of the compiler belong to a machine, not to a package.
fn apply(args: &TuneArgs, package: &Package, settings: &[Setting], console: &Console) -> anyhow::Result<()> {
    let manifest: PathBuf = package.workspace_root.join("Cargo.toml");
    let profile = args
        .target
        .build_request(true)
        .profile
        .unwrap_or_else(|| "release".to_owned());
    let text = fs::read_to_string(&manifest)?;
    let written = with_settings(&text, &profile, settings)?;
    fs::write(&manifest, written).map_err(|source| Failure::cannot_write(&manifest, source))?;
    console.note(&Message::new("fix-applied").text("files", manifest.display().to_string()));
    for flag in settings.iter().filter_map(Setting::flag) {
        console.note(&Message::new("tune-flag").with("flag", Arg::Text(flag.to_owned())));
    }
    Ok(())
}
