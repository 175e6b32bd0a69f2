//! `cargo whyslow fix`: makes the fixes of the last run, proves them in a copy, and applies those that pay.

mod progress;
mod proposals;
mod workshop;

use super::compare::max_time;
use super::fingerprint;
use super::version_control::{check_allowed, diffs, write_patch};
use crate::args::FixArgs;
use crate::calibration;
use crate::console::{Console, Stream};
use crate::errors::Failure;
use crate::package::Package;
use crate::recordings;
use crate::sources;
use anyhow::Context;
use bench::Options;
use diagnose::Finding;
use fix::{Gains, Outcome, Proof, Tree, Trial, Verdicts};
use profile::{Arg, Ledger, Message, Profile, Scope};
use progress::Display;
use proposals::Proposed;
use report::calibration::Judged;
use report::proof::{self, Row};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use workshop::Cargo;

/// Proves the fixes that `args` name and prints what became of them.
///
/// # Errors
/// When there is no recording, the sources have changed since, the package does not build, or nothing can be told.
pub(crate) fn fix(args: &FixArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let package = Package::around(args.target.manifest_path.as_deref())?;
    let target_dir = args
        .target
        .target_dir
        .clone()
        .unwrap_or_else(|| package.target_dir.clone());
    let store: Vec<PathBuf> = recordings::stores(Some(&target_dir)).into_iter().take(1).collect();
    if args.apply {
        check_allowed(&package.workspace_root, args.allow_dirty, args.allow_no_vcs)?;
    }
    let recording = recordings::newest(&store)?;
    let proof = fix_recording(&recording, args, &package, &target_dir, console)?;
    let Some(proof) = proof.filter(|proof| !proof.is_interrupted && !proof.kept.is_empty()) else {
        return Ok(ExitCode::SUCCESS);
    };
    if args.apply {
        let written = write_patch(&proof.patch)?;
        console.note(&Message::new("fix-applied").text("files", written.join(", ")));
    } else {
        console.note(&Message::new("fix-apply-hint"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Proves the fixes of a recording of the package, wherever it lies, and prints what became of them; `None` when there is none
/// to try.
///
/// # Errors
/// When the sources have changed since, the package does not build, or nothing can be told.
pub(super) fn fix_recording(
    recording: &Path,
    args: &FixArgs,
    package: &Package,
    target_dir: &Path,
    console: &Console,
) -> anyhow::Result<Option<Proof>> {
    let (profile, findings) = recorded(recording, package)?;
    let proposed = proposals::of(&findings, args, &package.workspace_root)?;
    if proposed.is_empty() {
        console.note(&Message::new("fix-nothing-to-try"));
        return Ok(None);
    }
    let proof = proved(&proposed, &profile, package, target_dir, args, console)?;
    // A record for later: without it the proof is as good.
    let _ = calibration::note(target_dir, &judged(&proof, &proposed, &findings));
    show(&proof, &proposed, &findings, &package.workspace_root, console)?;
    note_on_earlier(&proof, console);
    Ok(Some(proof))
}

/// A recording of this package, with its findings.
fn recorded(path: &Path, package: &Package) -> anyhow::Result<(Profile, Vec<Finding>)> {
    let profile = recordings::load(path)?;
    if profile.run.workspace_root.as_deref() != Some(&package.workspace_root) {
        let message = Message::new("error-recording-of-other").text("path", path.display().to_string());
        return Err(Failure::new(message)
            .with_help(Message::new("help-no-recording"))
            .into());
    }
    let ledger = Ledger::book(&profile, &Scope::User);
    if sources::note_on_changes(&profile, &ledger, Some(path)).is_some() {
        let failure = Failure::new(Message::new("error-sources-changed"));
        return Err(failure.with_help(Message::new("help-record-again")).into());
    }
    let texts = sources::read(&profile, &ledger);
    let findings = diagnose::diagnose(&profile, &ledger, &texts, &diagnose::Options::default());
    Ok((profile, findings))
}

fn proved(
    proposed: &[Proposed<'_>],
    profile: &Profile,
    package: &Package,
    target_dir: &Path,
    args: &FixArgs,
    console: &Console,
) -> anyhow::Result<Proof> {
    let into = target_dir.join("whyslow").join("fix");
    let skipped: Vec<PathBuf> = [target_dir, &package.target_dir, &package.workspace_root.join("target")]
        .map(Path::to_owned)
        .into();
    let mut tree = Tree::copy(&package.workspace_root, &into.join("copy"), &skipped, &package.outside)
        .context("copying the workspace")?;
    // What programs read, as far as it is named.
    let program_args = profile.run.command.iter().skip(1).map(PathBuf::from);
    let inputs = program_args
        .chain(args.args.iter().map(PathBuf::from))
        .chain(args.input.clone());
    let fingerprint = fingerprint::of(&args.target, package, &tree, &skipped, inputs)
        .context("reading the sources")?
        .with((args.no_test, args.ignore_output, &args.check, args.max_time.to_bits()))
        .with((&profile.run.command, &args.args));
    let mut verdicts = Verdicts::open(into.with_file_name("verdicts.jsonl"), fingerprint);
    if args.again {
        verdicts = verdicts.judged_anew();
    }
    let mut cargo = Cargo::new(args, package, profile, into)?;
    let options = Options {
        max_time: max_time(args.max_time)?,
        input: args.input.clone(),
        compares_output: !args.ignore_output && args.check.is_none(),
        may_fail: profile.run.exit != profile::Exit::Code(0),
        ..Options::default()
    };
    let gains = match args.min_gain {
        Some(percent) => Gains {
            simple: percent / 100.0,
            complex: percent / 100.0,
        },
        None => Gains::default(),
    };
    let proposals: Vec<_> = proposed.iter().map(|proposed| proposed.proposal.clone()).collect();
    let mut display = Display::new(console, args.quiet)?;
    Ok(fix::prove(
        &proposals,
        &mut tree,
        &mut cargo,
        &mut verdicts,
        &options,
        gains,
        &mut display,
    )?)
}

/// Says that not all verdicts are of this run.
fn note_on_earlier(proof: &Proof, console: &Console) {
    let n_earlier = proof.trials.iter().filter(|trial| trial.is_from_earlier).count();
    if n_earlier == proof.trials.len() && n_earlier > 0 {
        console.note(&Message::new("fix-all-earlier"));
    } else if n_earlier > 0 {
        console.note(&Message::new("fix-some-earlier").with("count", Arg::Count(n_earlier as u64)));
    }
}

/// Predicted and measured gain of what this run timed.
fn judged(proof: &Proof, proposed: &[Proposed<'_>], findings: &[Finding]) -> Vec<Judged> {
    // A program that does something else may be as fast as it likes.
    let is_new = |trial: &&Trial| !trial.is_from_earlier && trial.outcome != Outcome::ChangesOutput;
    let anew = proof.trials.iter().filter(is_new);
    let timed = anew.filter_map(|trial| {
        let measured = trial.measured?;
        let finding = &findings[proposed[trial.proposal].finding];
        Some(Judged {
            rule: finding.rule.to_owned(),
            predicted: finding.predicted_speedup,
            measured: 1.0 / measured.ratio,
            is_kept: proof.kept.contains(&trial.proposal),
        })
    });
    timed.collect()
}

fn show(
    proof: &Proof,
    proposed: &[Proposed<'_>],
    findings: &[Finding],
    root: &Path,
    console: &Console,
) -> anyhow::Result<()> {
    let rows: Vec<Row<'_>> = proof
        .trials
        .iter()
        .map(|trial| {
            let proposed = &proposed[trial.proposal];
            Row {
                id: proposed.finding + 1,
                finding: &findings[proposed.finding],
                fix: proposed.fix,
                trial,
                is_kept: proof.kept.contains(&trial.proposal),
            }
        })
        .collect();
    let diffs = diffs(&proof.patch, root)?;
    let style = console.style(Stream::Stdout);
    proof::print(
        &mut Stream::Stdout.raw(),
        &rows,
        proof,
        &diffs,
        root,
        console.catalogue(),
        style,
    )?;
    Ok(())
}
