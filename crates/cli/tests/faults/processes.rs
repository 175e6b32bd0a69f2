//! Children, successors, crowds of threads, and processes that change what they are.

use crate::harness::{World, is_root_or_skipped};

#[test]
fn fork() {
    let recorded = World::new().compare(&["fork"]);
    recorded.assert_measured();
    // Parent and child work for the same time: both are seen.
    assert!(recorded.total("samples") >= 150.0, "{}", recorded.report["totals"]);
}

#[test]
fn exec() {
    World::new().compare(&["exec"]).assert_measured();
}

#[test]
fn fork_and_exec() {
    let recorded = World::new().compare(&["spawn"]);
    recorded.assert_measured();
    assert!(recorded.total("samples") >= 150.0, "{}", recorded.report["totals"]);
}

#[test]
fn five_hundred_threads() {
    World::new().compare(&["threads", "500"]);
}

#[test]
fn another_working_directory() {
    World::new().compare(&["chdir"]).assert_measured();
}

#[test]
fn dropped_privileges() {
    if is_root_or_skipped() {
        let recorded = World::new().compare(&["drop-privileges"]);
        recorded.outcome.assert_code(0);
        recorded.assert_measured();
    }
}

#[test]
fn closed_descriptors() {
    let world = World::new();
    let scratch = world.path().to_str().unwrap();
    let recorded = world.compare(&["close-all", scratch]);
    recorded.outcome.assert_code(0);
    recorded.assert_measured();
}
