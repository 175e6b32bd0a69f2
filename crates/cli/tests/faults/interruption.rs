//! Recordings that end before their target would.

use crate::harness::{Running, World, program, run};
use rustix::process::{Signal, kill_process, kill_process_group};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn a_duration_ends_the_target() {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow
        .args(["--duration", "3", "--exe"])
        .arg(program())
        .args(["--", "forever"]);
    let start = Instant::now();
    let outcome = run(whyslow);
    assert!(start.elapsed() < Duration::from_secs(20));
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "started\n");
    outcome.assert_says("squares");
    outcome.assert_says("stopped before the end");
}

/// Starts a recording of the behaviour and waits until the program says that it has started.
fn recording(world: &World, behaviour: &str) -> Running {
    let mut whyslow = world.whyslow();
    // The program tells that it runs through a file: its stdout is read at its end only.
    let told = world.path().join("told");
    whyslow.arg("--exe").arg(program()).args(["--", behaviour]);
    let mut shell = world.in_this_world(Command::new("bash"));
    let line = format!("exec {} > >(tee '{}')", quoted(&whyslow), told.display());
    shell.arg("-c").arg(line).current_dir(world.path());
    let running = Running::start(shell);
    let deadline = Instant::now() + Duration::from_secs(30);
    while std::fs::read(&told).unwrap_or_default().is_empty() {
        assert!(Instant::now() < deadline, "the target did not start");
        std::thread::yield_now();
    }
    running
}

fn quoted(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn ctrl_c_gives_the_report_of_what_ran() {
    let world = World::new();
    let running = recording(&world, "forever");
    // A terminal sends its interrupt to the whole foreground group.
    kill_process_group(running.pid(), Signal::INT).unwrap();
    let outcome = running.finish();
    outcome.assert_says("Where the time goes");
    // Which of the two ends first is up to the scheduler.
    let stderr = &outcome.stderr;
    assert!(
        stderr.contains("stopped before the end") || stderr.contains("SIGINT"),
        "{stderr}"
    );
}

#[test]
fn sigterm_to_us_ends_the_target_and_gives_the_report() {
    let world = World::new();
    let running = recording(&world, "forever");
    kill_process(running.pid(), Signal::TERM).unwrap();
    let outcome = running.finish();
    outcome.assert_says("Where the time goes");
}

#[test]
fn a_target_goes_on_when_we_are_killed() {
    let world = World::new();
    let running = recording(&world, "long");
    kill_process(running.pid(), Signal::KILL).unwrap();
    // The target holds the other end of the pipe: this returns when it has ended.
    assert_eq!(running.finish().stdout, "started\nended\n");
}
