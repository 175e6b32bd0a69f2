//! I/O, waits and wakes.

use super::{Event, Program, Recorded};
use crate::agent::{AgentConfig, AggregateKind};
use profile::{FdKind, WaitKind};
use std::collections::BTreeMap;
use std::process::Command;

/// Calls and errors by name, over all stacks.
fn io_counts(recorded: &Recorded) -> BTreeMap<&'static str, (u64, u64)> {
    let mut counts = BTreeMap::<_, (u64, u64)>::new();
    for aggregate in &recorded.aggregates {
        if let AggregateKind::Io { call, errors, .. } = aggregate.what {
            let (count, failed) = counts.entry(call).or_default();
            *count += aggregate.count;
            *failed += errors;
        }
    }
    counts
}

/// What `strace -c` counted: calls and errors by name.
fn strace_counts(program: &Program, arguments: &[&str]) -> BTreeMap<String, (u64, u64)> {
    let output = Command::new("strace")
        .args(["-f", "-c", "-U", "calls,errors,name", "-o", "/dev/stderr"])
        .arg(&program.executable)
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let rows = text.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (calls, errors, name) = match fields[..] {
            [calls, errors, name] => (calls, errors.parse().ok()?, name),
            [calls, name] => (calls, 0, name),
            _ => return None,
        };
        Some((name.to_owned(), (calls.parse().ok()?, errors)))
    });
    rows.collect()
}

#[test]
fn io_counts_agree_with_strace() {
    let program = Program::compile("files", &[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    let arguments = [file.to_str().unwrap()];
    let recorded = program.run(&AgentConfig::default(), &arguments);
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let counted = io_counts(&recorded);
    let traced = strace_counts(&program, &arguments);
    // Calls that neither the loader nor the C library makes on its own.
    for name in ["write", "pread64", "lseek", "fsync", "ftruncate", "statx"] {
        let found = counted.get(name).copied().unwrap_or_default();
        let mut expected = traced.get(name).copied().unwrap_or_default();
        if name == "pread64" {
            // The loader reads one program header.
            expected.0 = expected.0.min(50);
        }
        assert_eq!(found, expected, "{name}: {counted:?} {traced:?}");
    }
    assert_eq!(counted["read"], (200, 0));
    assert_eq!(counted["open"], (10, 8));
    let mut n_bytes = 0;
    for aggregate in &recorded.aggregates {
        if let AggregateKind::Io {
            call: "write",
            fd_kind,
            bytes,
            size,
            ..
        } = aggregate.what
        {
            assert_eq!(
                (fd_kind, aggregate.count, size.min, size.max),
                (FdKind::File, 1000, 1, 64)
            );
            assert!((30..36).contains(&size.median), "{size:?}");
            assert!(aggregate.chain.len() > 2 && aggregate.total_ns > 0 && aggregate.max_ns <= aggregate.total_ns);
            n_bytes += bytes;
        }
    }
    assert_eq!(n_bytes, (0..1000).map(|round| 1 + round % 64).sum::<u64>());
}

#[test]
fn lock_waits_condition_waits_sleeps_and_joins_take_their_time_at_their_threads() {
    let program = Program::compile("locks", &[]);
    let recorded = program.run(&AgentConfig::default(), &[]);
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let tid_of = |wanted: &str| {
        let found = recorded.events.iter().find_map(|event| match event {
            Event::Thread { tid, name, .. } if name == wanted => Some(*tid),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("no thread {wanted}"))
    };
    let waited_ms = |tid: Option<u32>, wanted: WaitKind| {
        let of_thread = |aggregate: &&crate::agent::Aggregate| tid.is_none_or(|tid| aggregate.tid == tid);
        let waits = recorded.aggregates.iter().filter(of_thread);
        let is_wanted = |what: &AggregateKind| matches!(what, AggregateKind::Wait { kind, .. } if *kind == wanted);
        waits
            .filter(|aggregate| is_wanted(&aggregate.what))
            .map(|aggregate| aggregate.total_ns)
            .sum::<u64>()
            / 1_000_000
    };
    let waiter_ms = waited_ms(Some(tid_of("waiter")), WaitKind::Futex);
    assert!((50..1000).contains(&waiter_ms), "{waiter_ms}");
    let sleeper_ms = waited_ms(Some(tid_of("sleeper")), WaitKind::Futex);
    assert!((50..1000).contains(&sleeper_ms), "{sleeper_ms}");
    let holder_ms = waited_ms(Some(tid_of("holder")), WaitKind::Sleep);
    assert!((100..1000).contains(&holder_ms), "{holder_ms}");
    let joins_ms = waited_ms(None, WaitKind::Join);
    assert!((50..1000).contains(&joins_ms), "{joins_ms}");
    // Who held the lock woke who waited, at the same address.
    let lock_of = |what: &AggregateKind| match *what {
        AggregateKind::Wait {
            kind: WaitKind::Futex,
            address,
        } => Some(address),
        _ => None,
    };
    let holder = tid_of("holder");
    let wakes: Vec<_> = recorded
        .aggregates
        .iter()
        .filter(|aggregate| aggregate.tid == holder)
        .filter_map(|aggregate| match aggregate.what {
            AggregateKind::Wake { address } => Some((address, aggregate.count)),
            _ => None,
        })
        .collect();
    let lock = recorded
        .aggregates
        .iter()
        .find_map(|aggregate| lock_of(&aggregate.what).filter(|_| aggregate.tid == tid_of("waiter")));
    assert_eq!(wakes, [(lock.unwrap(), 1)]);
}
