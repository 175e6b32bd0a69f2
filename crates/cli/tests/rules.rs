//! The fixtures of every rule, run as programs: `slow` is named at its marked line, `fast` and `near` are not mentioned.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rules that speak from the trace lens; all others from the sample lens.
const TRACED: [&str; 6] = [
    "cold-fields",
    "contended-atomic",
    "false-sharing",
    "large-element",
    "scattered-access",
    "working-set-exceeds-cache",
];

/// A program of the fixtures package.
struct Fixture {
    rule: String,
    variant: String,
}

#[test]
fn every_slow_fixture_is_named_and_no_other_is() {
    let world = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for fixture in listed(world.path()) {
        // Sampling is random, and other programs may run meanwhile: a verdict is wrong when it is so twice.
        let twice = fault(world.path(), &fixture).and_then(|_| fault(world.path(), &fixture));
        wrong.extend(twice);
    }
    assert!(
        wrong.is_empty(),
        "{} fixtures judged wrongly:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What is wrong about the findings of a fixture.
fn fault(world: &Path, fixture: &Fixture) -> Option<String> {
    let report = report(world, fixture);
    let findings: Vec<String> = report["findings"].as_array().unwrap().iter().map(short).collect();
    let expected = if fixture.variant.starts_with("slow") {
        marks(fixture)
    } else {
        Vec::new()
    };
    let is_right = match findings.first() {
        None => expected.is_empty(),
        Some(first) => expected.contains(first),
    };
    (!is_right).then(|| {
        format!(
            "{} {}: expected one of {expected:?}, found {findings:?}",
            fixture.rule, fixture.variant
        )
    })
}

/// Rules about the build have no line in a source: they are told from packages that differ in their manifest.
#[test]
fn a_weak_build_is_named_and_a_strong_one_is_not() {
    for rule in ["debug-assertions-on", "generic-target-cpu", "weak-build-profile"] {
        check_packages(rule);
    }
}

fn check_packages(rule: &str) {
    let world = tempfile::tempdir().unwrap();
    for (variant, is_weak) in [("slow", true), ("fast", false), ("near", false)] {
        let manifest = fixtures().join(rule).join(variant).join("Cargo.toml");
        let json = world.path().join(format!("{variant}.json"));
        whyslow(world.path(), &manifest, &json, &[]);
        let report: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
        let is_named = report["findings"].as_array().unwrap().iter().any(|f| f["rule"] == rule);
        // A processor that knows no more than the baseline is served well by it.
        let is_weak = is_weak && (rule != "generic-target-cpu" || has_wide_vectors());
        assert_eq!(is_named, is_weak, "{rule} {variant}: {report:#}");
    }
}

fn has_wide_vectors() -> bool {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    [" avx2 ", " fma "].iter().all(|feature| cpuinfo.contains(feature))
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .canonicalize()
        .unwrap()
}

fn whyslow(world: &Path, manifest: &Path, json: &Path, args: &[&str]) -> String {
    let is_traced = args.first().is_some_and(|rule| TRACED.contains(rule));
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"))
        // The caches that the fixtures were made for, whatever machine this is.
        .args(if is_traced {
            &["trace", "--cache=48k,12:2m,16:32m,16"][..]
        } else {
            &["run"]
        })
        .args(["--quiet", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
        .arg("--json")
        .arg(json)
        .arg("--")
        .args(args)
        .env("XDG_CACHE_HOME", world.join("cache"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What the package itself lists when it is run without arguments.
fn listed(world: &Path) -> Vec<Fixture> {
    let list = whyslow(world, &fixtures().join("Cargo.toml"), &world.join("list.json"), &[]);
    let fixtures: Vec<Fixture> = list
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(rule, variant)| Fixture {
            rule: rule.to_owned(),
            variant: variant.to_owned(),
        })
        .collect();
    assert!(fixtures.len() >= 33, "only {} fixtures are listed", fixtures.len());
    fixtures
}

fn report(world: &Path, fixture: &Fixture) -> Value {
    let json = world.join(format!("{}-{}.json", fixture.rule, fixture.variant));
    whyslow(
        world,
        &fixtures().join("Cargo.toml"),
        &json,
        &[&fixture.rule, &fixture.variant],
    );
    serde_json::from_slice(&fs::read(&json).unwrap()).unwrap()
}

/// `rule file:line`, with the file's name only.
fn short(finding: &Value) -> String {
    let file = finding["where"]["file"].as_str().unwrap_or_default();
    let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    format!(
        "{} {name}:{}",
        finding["rule"].as_str().unwrap_or_default(),
        finding["where"]["line"]
    )
}

/// The lines that end in `//~ rule`, in the form of [`short`].
fn marks(fixture: &Fixture) -> Vec<String> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../diagnose/src/rules");
    let name = format!("{}.rs", fixture.variant);
    let source = fs::read_to_string(rules.join(&fixture.rule).join(&name)).unwrap();
    let marks = source.lines().enumerate().filter_map(|(index, line)| {
        let (_, rule) = line.split_once("//~ ")?;
        Some(format!("{} {name}:{}", rule.trim(), index + 1))
    });
    marks.collect()
}
