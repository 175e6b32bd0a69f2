//! Standard streams and arguments pass through untouched.

use crate::harness::{World, program, run};
use std::fs::File;
use std::process::Command;

#[test]
fn arguments() {
    let recorded = World::new().compare(&["args", "", "two words", "--json", "-", "ä 文", "--", "*"]);
    assert!(recorded.outcome.stdout.ends_with("<*>\n"));
}

#[test]
fn stderr_of_the_target_stands_before_the_report() {
    let recorded = World::new().compare(&["chatter"]);
    let stderr = &recorded.outcome.stderr;
    assert!(stderr.starts_with("err 0\nerr 1\nerr 2\n"), "{stderr}");
    recorded.assert_measured();
}

#[test]
fn stdin() {
    let world = World::new();
    let text = "line\n".repeat(100_000);
    let file = world.path().join("input");
    std::fs::write(&file, &text).unwrap();
    let mut whyslow = world.whyslow();
    whyslow.arg("--exe").arg(program()).args(["--", "copy"]);
    whyslow.stdin(File::open(&file).unwrap());
    assert_eq!(run(whyslow).stdout, text);
}

#[test]
fn the_report_goes_to_stderr_and_no_color_to_a_pipe() {
    let recorded = World::new().compare(&["spin"]);
    assert_eq!(recorded.outcome.stdout, "spun\n");
    recorded.outcome.assert_says("Where the time goes");
    assert!(
        !recorded.outcome.stderr.contains('\u{1b}'),
        "{}",
        recorded.outcome.stderr
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let world = World::new();
    world.compare(&["spin"]);
    let mut shell = world.in_this_world(Command::new("bash"));
    let report = format!(
        "set -o pipefail; '{}' report --all | head -1",
        env!("CARGO_BIN_EXE_cargo-whyslow")
    );
    shell.arg("-c").arg(report).current_dir(world.path());
    let outcome = run(shell);
    outcome.assert_code(0);
    assert!(!outcome.stdout.is_empty());
}
