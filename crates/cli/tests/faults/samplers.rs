//! perf_event refused: timers take over, and the report says so.

use crate::harness::{World, copy_executable, is_root_or_skipped, program, run};
use std::process::Command;

#[test]
fn refused_perf_events_are_replaced_by_timers() {
    let world = World::new();
    let json = world.path().join("report.json");
    let mut refused = world.in_this_world(Command::new(program()));
    refused.arg("refuse-perf").arg(env!("CARGO_BIN_EXE_cargo-whyslow"));
    refused
        .arg("--exe")
        .arg(program())
        .arg("--json")
        .arg(&json)
        .args(["--", "spin"]);
    let outcome = run(refused);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "spun\n");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(report["totals"]["sampler"], "timer", "{}", outcome.stderr);
    assert!(report["totals"]["samples"].as_f64().unwrap() >= 5.0);
    outcome.assert_says("timer");
}

#[test]
fn refused_perf_events_are_an_error_when_nothing_else_will_do() {
    let world = World::new();
    let mut refused = world.in_this_world(Command::new(program()));
    refused.arg("refuse-perf").arg(env!("CARGO_BIN_EXE_cargo-whyslow"));
    refused
        .arg("--exe")
        .arg(program())
        .args(["--sampler", "perf", "--", "spin"]);
    let outcome = run(refused);
    outcome.assert_code(2);
    outcome.assert_says("error: ");
    assert!(!outcome.stderr.contains("panicked"));
}

#[test]
fn timers_on_request() {
    let recorded = World::new().compare_executable(program(), &["spin"], &["--sampler", "timer"]);
    recorded.assert_measured();
    assert_eq!(recorded.report["totals"]["sampler"], "timer");
}

#[test]
fn an_unprivileged_user_gets_a_report() {
    if !is_root_or_skipped() {
        return;
    }
    let world = World::new();
    let open = |path: &std::path::Path| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(path, mode).unwrap();
    };
    open(world.path());
    // The build directory may lie where nobody else can enter.
    let copy = |from: &std::path::Path, name: &str| {
        let to = world.path().join(name);
        copy_executable(from, &to);
        to
    };
    let whyslow = copy(
        std::path::Path::new(env!("CARGO_BIN_EXE_cargo-whyslow")),
        "cargo-whyslow",
    );
    let target = copy(program(), "misbehave");
    let mut command = world.in_this_world(Command::new("setpriv"));
    command
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(whyslow);
    command
        .arg("--exe")
        .arg(target)
        .args(["--", "spin"])
        .current_dir(world.path());
    let outcome = run(command);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "spun\n");
    outcome.assert_says("squares");
}

#[test]
fn heap_off_records_cpu_only() {
    let recorded = World::new().compare_executable(program(), &["spin"], &["--heap", "off"]);
    recorded.assert_sampled();
    assert_eq!(recorded.total("allocations"), 0.0);
}
