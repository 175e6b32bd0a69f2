//! Targets that end in every way there is: what was recorded before must not be lost.

use crate::harness::World;

#[test]
fn at_once() {
    let recorded = World::new().compare(&["quick"]);
    assert!(recorded.total("wall_s") > 0.0);
}

#[test]
fn with_a_code_of_its_own() {
    let recorded = World::new().compare(&["code", "42"]);
    recorded.outcome.assert_code(42);
    recorded.outcome.assert_says("42");
}

#[test]
fn without_exit_target_the_code_is_ours_and_the_targets_is_shown() {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow
        .arg("--exe")
        .arg(crate::harness::program())
        .args(["--", "code", "42"]);
    let outcome = crate::harness::run(whyslow);
    outcome.assert_code(0);
    outcome.assert_says("exit code 42");
}

#[test]
fn by_panic() {
    let recorded = World::new().compare(&["panic"]);
    recorded.outcome.assert_code(101);
    recorded.outcome.assert_says("deliberate");
    recorded.assert_measured();
}

#[test]
fn by_abort() {
    let recorded = World::new().compare(&["abort"]);
    recorded.outcome.assert_says("SIGABRT");
    recorded.assert_measured();
}

#[test]
fn by_segmentation_fault() {
    let recorded = World::new().compare(&["segfault"]);
    recorded.outcome.assert_says("SIGSEGV");
    recorded.assert_measured();
}

#[test]
fn by_sigkill() {
    let recorded = World::new().compare(&["kill"]);
    recorded.outcome.assert_says("SIGKILL");
    recorded.assert_measured();
}

#[test]
fn by_underscore_exit() {
    let recorded = World::new().compare(&["exit-now"]);
    recorded.outcome.assert_code(7);
    recorded.assert_measured();
}
