//! Packages that cannot be built or run, and those that can.

use crate::harness::{Outcome, World, run, write_files};

const MANIFEST: &str = "[package]\nname = \"app\"\nedition = \"2021\"\n[workspace]\n";
const MAIN: &str = "fn main() { println!(\"hello\"); }\n";

/// Runs whyslow with `flags` in a package made of `files`.
fn in_package(world: &World, files: &[(&str, &str)], flags: &[&str]) -> Outcome {
    write_files(world.path(), files);
    let mut whyslow = world.whyslow();
    whyslow.args(flags).current_dir(world.path());
    run(whyslow)
}

#[test]
fn a_package_with_one_program_is_built_and_run() {
    let world = World::new();
    let outcome = in_package(
        &world,
        &[("Cargo.toml", MANIFEST), ("src/main.rs", MAIN)],
        &["whyslow", "run"],
    );
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "hello\n");
    assert!(world.path().join("target/whyslow/sample").is_dir());
    assert!(
        world
            .path()
            .join("target/whyslow/recordings/last/profile.whyslow")
            .is_file()
    );

    let mut report = world.whyslow();
    report.args(["report"]).current_dir(world.path());
    let report = run(report);
    report.assert_code(0);
    assert!(report.stdout.contains("Where the time goes"), "{}", report.stdout);
}

#[test]
fn no_manifest() {
    let outcome = in_package(&World::new(), &[], &[]);
    outcome.assert_code(2);
    outcome.assert_says("Cargo.toml");
    outcome.assert_says("--manifest-path");
    outcome.assert_says("--exe");
}

#[test]
fn a_manifest_path_that_leads_nowhere() {
    let outcome = in_package(&World::new(), &[], &["--manifest-path", "missing/Cargo.toml"]);
    outcome.assert_code(2);
    outcome.assert_says("missing/Cargo.toml");
}

#[test]
fn a_broken_manifest() {
    let outcome = in_package(
        &World::new(),
        &[("Cargo.toml", "[package\n"), ("src/main.rs", MAIN)],
        &[],
    );
    outcome.assert_code(2);
    outcome.assert_says("Cargo.toml");
}

#[test]
fn no_program() {
    let files = [("Cargo.toml", MANIFEST), ("src/lib.rs", "//! Nothing to run.\n")];
    let outcome = in_package(&World::new(), &files, &[]);
    outcome.assert_code(2);
    outcome.assert_says("app");
    outcome.assert_says("--exe");
}

#[test]
fn several_programs() {
    let world = World::new();
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/bin/one.rs", MAIN),
        ("src/bin/two.rs", MAIN),
    ];
    let outcome = in_package(&world, &files, &[]);
    outcome.assert_code(2);
    outcome.assert_says("--bin one");
    outcome.assert_says("--bin two");
    let chosen = in_package(&world, &[], &["--bin", "two"]);
    chosen.assert_code(0);
    assert_eq!(chosen.stdout, "hello\n");
}

#[test]
fn a_program_that_does_not_exist() {
    let files = [("Cargo.toml", MANIFEST), ("src/main.rs", MAIN)];
    let outcome = in_package(&World::new(), &files, &["--bin", "other"]);
    outcome.assert_code(2);
    outcome.assert_says("other");
}

#[test]
fn a_build_that_fails_shows_cargos_errors() {
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", "fn main() { undefined_function() }\n"),
    ];
    let outcome = in_package(&World::new(), &files, &[]);
    outcome.assert_code(2);
    outcome.assert_says("undefined_function");
    outcome.assert_says("E0425");
    outcome.assert_says("error: the build failed");
}

#[test]
fn a_path_with_spaces_and_other_scripts() {
    let world = World::new();
    let files = [
        ("mit Leerzeichen/数据/Cargo.toml", MANIFEST),
        ("mit Leerzeichen/数据/src/main.rs", MAIN),
    ];
    let outcome = in_package(&world, &files, &["--manifest-path", "mit Leerzeichen/数据/Cargo.toml"]);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "hello\n");
}

#[test]
fn tests_and_examples_run_too() {
    let world = World::new();
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "#[test] fn passes() {}\n"),
        ("examples/show.rs", MAIN),
        (
            "tests/outside.rs",
            "#[test] fn passes() { assert!(std::path::Path::new(\"Cargo.toml\").exists()) }\n",
        ),
    ];
    let example = in_package(&world, &files, &["--example", "show"]);
    assert_eq!(example.stdout, "hello\n", "{}", example.stderr);
    for flags in [["--lib"].as_slice(), &["--test", "outside"]] {
        let outcome = in_package(&world, &[], flags);
        outcome.assert_code(0);
        assert!(outcome.stdout.contains("1 passed"), "{flags:?}: {outcome:?}");
    }
}

#[test]
fn a_package_that_fails_its_tests_still_gets_a_report() {
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "#[test] fn fails() { panic!() }\n"),
    ];
    let outcome = in_package(&World::new(), &files, &["--lib", "--exit-target"]);
    outcome.assert_code(101);
    outcome.assert_says("exit code 101");
}
