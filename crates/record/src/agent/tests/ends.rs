//! Programs that end in every way: they behave as without the agent, and what they did until then is recorded.

use super::{Event, Program, Recorded};
use crate::agent::AgentConfig;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::LazyLock;

static ENDS: LazyLock<Program> = LazyLock::new(|| Program::compile("ends", &[]));

/// Runs the program with and without the agent: both must end in the same way and print the same.
#[track_caller]
fn run(how: &str, n_allocations: u64) -> Recorded {
    let plain = ENDS.run_plain(&[how]);
    let config = AgentConfig {
        timer_hz: Some(250),
        ..AgentConfig::default()
    };
    let recorded = ENDS.run(&config, &[how]);
    assert_eq!(recorded.status.code(), plain.status.code(), "{}", recorded.stderr);
    assert_eq!(recorded.status.signal(), plain.status.signal(), "{}", recorded.stderr);
    assert_eq!(recorded.stdout, String::from_utf8_lossy(&plain.stdout));
    let without_ids = |text: &str| -> String { text.chars().filter(|c| !c.is_ascii_digit()).collect() };
    assert_eq!(
        without_ids(&recorded.stderr),
        without_ids(&String::from_utf8_lossy(&plain.stderr))
    );
    assert!(recorded.has_attached);
    let totals = recorded.totals;
    assert!(totals.allocations >= n_allocations, "{totals:?}");
    // What std itself allocates for threads, children and messages comes on top.
    assert!(totals.allocations < 5 * n_allocations + 5000, "{totals:?}");
    assert_eq!(totals.lost_events, 0, "{totals:?}");
    recorded
}

fn n_processes(recorded: &Recorded) -> usize {
    let mut pids: Vec<u32> = recorded
        .events
        .iter()
        .filter_map(|event| {
            if let Event::Thread { pid, .. } = event {
                Some(*pid)
            } else {
                None
            }
        })
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids.len()
}

#[test]
fn an_end_of_any_kind_leaves_the_record_whole() {
    run("at-once", 0);
    for how in [
        "returns",
        "exits",
        "underscore-exit",
        "panics",
        "aborts",
        "segfaults",
        "kills-itself",
        "terminates",
    ] {
        let recorded = run(how, 10_000);
        let executable = recorded
            .events
            .iter()
            .any(|event| matches!(event, Event::Mapping { path, start, end } if path.ends_with("ends") && start < end));
        assert!(executable, "{how}: {:?}", recorded.events.first());
    }
}

#[test]
fn children_are_followed_through_fork_and_exec() {
    let forked = run("forks", 30_000);
    assert_eq!((forked.totals.processes, n_processes(&forked)), (2, 2));
    let executed = run("forks-and-executes", 20_000);
    assert_eq!((executed.totals.processes, n_processes(&executed)), (2, 2));
    let replaced = run("becomes-another", 20_000);
    assert_eq!((replaced.totals.processes, n_processes(&replaced)), (2, 1));
}

#[test]
fn what_a_program_does_to_its_surroundings_does_not_matter() {
    for how in ["closes-all-descriptors", "changes-folder", "drops-privileges"] {
        run(how, 20_000);
    }
}

#[test]
fn five_hundred_threads_at_once_and_thousands_one_after_the_other_are_recorded() {
    let recorded = run("many-threads", 10_500);
    assert_eq!(recorded.totals.lost_threads, 0);
    let n_threads = recorded
        .events
        .iter()
        .filter(|event| matches!(event, Event::Thread { .. }))
        .count();
    assert!(n_threads >= 501, "{n_threads}");
    let recorded = run("many-short-threads", 13_000);
    assert_eq!(recorded.totals.lost_threads, 0, "{:?}", recorded.totals);
}

#[test]
fn a_thread_that_outlives_main_is_recorded() {
    let config = AgentConfig::default();
    let recorded = ENDS.run(&config, &["thread-outlives-main"]);
    assert!(recorded.status.success());
    assert!(recorded.totals.allocations > 100_000, "{:?}", recorded.totals);
}

#[test]
fn the_programs_own_signal_handlers_get_their_signals_and_samples_are_taken_even_in_threads_that_block_them() {
    let program = Program::compile("signals", &[]);
    let config = AgentConfig {
        timer_hz: Some(250),
        ..AgentConfig::default()
    };
    let recorded = program.run(&config, &[]);
    assert_eq!(recorded.stdout, "prof 3 segv 3\n", "{}", recorded.stderr);
    let mut cpu_ns_of = std::collections::HashMap::<u32, u64>::new();
    for event in &recorded.events {
        if let Event::Cpu { tid, cpu_ns, n_chain } = *event {
            assert!(n_chain > 0);
            *cpu_ns_of.entry(tid).or_default() += cpu_ns;
        }
    }
    // Two threads burned 300 ms each, or less where they had to share a processor.
    assert_eq!(cpu_ns_of.len(), 2, "{cpu_ns_of:?}");
    let total: u64 = cpu_ns_of.values().sum();
    assert!((100_000_000..700_000_000).contains(&total), "{cpu_ns_of:?}");
}

#[test]
fn a_program_that_does_not_take_the_agent_runs_as_ever() {
    let mut agent = crate::agent::Agent::create(&AgentConfig::default(), Path::new("/nonexistent")).unwrap();
    let mut command = std::process::Command::new(&ENDS.executable);
    // The library is there, but the number says that the memory is another's.
    for (name, value) in agent.environment() {
        let value = if name == wire::ARENA_VARIABLE {
            "1:/proc/self/exe".into()
        } else {
            value
        };
        command.env(name, value);
    }
    assert_eq!(command.arg("exits").status().unwrap().code(), Some(3));
    agent.drain(&mut |event| panic!("{event:?}"));
    assert!(!agent.has_attached());
}
