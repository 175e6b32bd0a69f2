//! Clippy that is not there, does not get through, or is not wanted.

use crate::harness::{Outcome, World, run, write_files};
use std::fs;
use std::os::unix::fs::PermissionsExt;

const MANIFEST: &str = "[package]\nname = \"app\"\nedition = \"2021\"\n[workspace]\n";
/// Clippy warns of the clone, which the package denies.
const MAIN: &str = "#![deny(warnings, clippy::all)]\n\
    fn main() { let words = [\"a\".to_string()]; println!(\"{}\", words[0].to_string().to_owned()); }\n";

/// Runs whyslow with a cargo whose `clippy` is this shell command.
fn with_clippy(clippy: &str, flags: &[&str]) -> Outcome {
    let world = World::new();
    write_files(world.path(), &[("Cargo.toml", MANIFEST), ("src/main.rs", MAIN)]);
    let cargo = world.path().join("cargo");
    let script = format!("#!/bin/sh\nif [ \"$1\" = clippy ]; then {clippy}; fi\nexec cargo \"$@\"\n");
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let mut whyslow = world.whyslow();
    whyslow.args(flags).current_dir(world.path()).env("CARGO", &cargo);
    let outcome = run(whyslow);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "a\n");
    outcome
}

#[test]
fn lints_that_the_package_denies_do_not_stop_the_run() {
    let outcome = with_clippy(":", &[]);
    assert!(!outcome.stderr.contains("clippy"), "{}", outcome.stderr);
}

#[test]
fn clippy_that_is_not_installed_is_noted() {
    with_clippy("exit 101", &[]).assert_says("rustup component add clippy");
}

#[test]
fn clippy_that_fails_is_noted() {
    let outcome = with_clippy("[ \"$2\" = --version ] && exit 0; echo garbage; exit 101", &[]);
    outcome.assert_says("clippy did not get through");
}

#[test]
fn clippy_that_is_not_wanted_is_not_run() {
    let outcome = with_clippy("exit 101", &["--no-clippy"]);
    assert!(!outcome.stderr.contains("clippy"), "{}", outcome.stderr);
}
