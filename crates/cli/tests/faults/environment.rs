//! Unusual environments.

use crate::harness::{World, program, run};
use std::fs;

#[test]
fn home_unset() {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow
        .env_remove("HOME")
        .env_remove("XDG_CACHE_HOME")
        .env("TMPDIR", world.path());
    whyslow.arg("--exe").arg(program()).args(["--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "spun\n");
    outcome.assert_says("Where the time goes");

    let mut report = world.whyslow();
    report
        .env_remove("HOME")
        .env_remove("XDG_CACHE_HOME")
        .env("TMPDIR", world.path());
    report.arg("report").current_dir(world.path());
    assert!(run(report).stdout.contains("squares"));
}

#[test]
fn a_cache_home_that_is_a_file() {
    let world = World::new();
    let file = world.path().join("file");
    fs::write(&file, "").unwrap();
    let mut whyslow = world.whyslow();
    whyslow.env("XDG_CACHE_HOME", &file).env("TMPDIR", world.path());
    whyslow.arg("--exe").arg(program()).args(["--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_code(0);
    outcome.assert_says("Where the time goes");
}

#[test]
fn chinese() {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow
        .args(["--lang", "zh", "--exe"])
        .arg(program())
        .args(["--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_code(0);
    assert!(!outcome.stderr.contains("Where the time goes"), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .chars()
            .any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char)),
        "{}",
        outcome.stderr
    );
}
