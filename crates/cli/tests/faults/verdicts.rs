//! Exit codes that speak of findings.

use crate::harness::{Outcome, World, program, run};

/// The program hashes small integers with the standard hasher: a finding of level 2.
fn with_flags(flags: &[&str]) -> Outcome {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow.args(flags).arg("--exe").arg(program()).args(["--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_says("slow-hash");
    outcome
}

#[test]
fn findings_alone_are_no_failure() {
    with_flags(&[]).assert_code(0);
}

#[test]
fn denied_findings_are() {
    with_flags(&["--deny", "any"]).assert_code(1);
    with_flags(&["--deny", "2"]).assert_code(1);
}

#[test]
fn less_fundamental_findings_than_the_denied_level_are_not() {
    with_flags(&["--deny", "1"]).assert_code(0);
}

#[test]
fn a_report_can_be_denied_later() {
    let world = World::new();
    world.compare(&["spin"]);
    let mut report = world.whyslow();
    report.args(["report", "--deny", "any"]).current_dir(world.path());
    run(report).assert_code(1);
}
