//! Counts and samples of the heap.

use super::{Event, Program, Recorded};
use crate::agent::{AgentConfig, HeapRecording};

/// What a program that counts for itself printed.
fn printed(recorded: &Recorded, name: &str) -> u64 {
    let line = recorded
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("no {name} in {:?} {:?}", recorded.stdout, recorded.stderr))
        .parse()
        .unwrap()
}

#[track_caller]
fn check_counts(program: &Program, arguments: &[&str], heap: HeapRecording) -> Recorded {
    let recorded = program.run(
        &AgentConfig {
            heap,
            ..AgentConfig::default()
        },
        arguments,
    );
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let totals = &recorded.totals;
    assert_eq!(totals.processes_with_rust_hooks, 1, "{totals:?}");
    assert_eq!(totals.allocations, printed(&recorded, "allocations"), "{totals:?}");
    assert_eq!(
        totals.allocated_bytes,
        printed(&recorded, "allocated_bytes"),
        "{totals:?}"
    );
    assert_eq!(totals.frees, printed(&recorded, "frees"), "{totals:?}");
    assert_eq!(totals.freed_bytes, printed(&recorded, "freed_bytes"), "{totals:?}");
    assert_eq!(totals.reallocations, printed(&recorded, "reallocations"), "{totals:?}");
    assert_eq!(totals.live_bytes, printed(&recorded, "live_bytes"), "{totals:?}");
    recorded
}

#[test]
fn totals_agree_to_the_count_with_a_counting_allocator() {
    let program = Program::compile("counting", &[]);
    for heap in [HeapRecording::Sampled, HeapRecording::Exact] {
        let recorded = check_counts(&program, &["1"], heap);
        assert_eq!(recorded.totals.peak_bytes, printed(&recorded, "peak_bytes"));
        check_counts(&program, &["4"], heap);
    }
}

#[test]
fn totals_agree_with_a_counting_allocator_that_was_optimized_at_link_time_as_far_as_they_can() {
    let program = Program::compile("counting", &["-C", "lto=fat", "-C", "codegen-units=1"]);
    let recorded = program.run(&AgentConfig::default(), &["1"]);
    let totals = &recorded.totals;
    // `malloc` is counted: the C library's own few calls come on top.
    let close = |counted: u64, expected: u64| counted >= expected && counted - expected < 40;
    assert!(
        close(totals.allocations, printed(&recorded, "allocations")),
        "{totals:?}"
    );
    assert!(
        close(totals.reallocations, printed(&recorded, "reallocations")),
        "{totals:?}"
    );
    assert!(close(totals.frees, printed(&recorded, "frees")), "{totals:?}");
}

#[test]
fn the_system_allocator_is_counted_at_rusts_entry_points() {
    let program = Program::compile("blocks", &[]);
    let recorded = program.run(&AgentConfig::default(), &["300000"]);
    let totals = &recorded.totals;
    assert_eq!(totals.processes_with_rust_hooks, 1, "{totals:?}");
    // One block per round, and the handful that std needs to start.
    assert!(totals.allocations - 300_000 < 100, "{totals:?}");
    assert!(totals.allocated_bytes - 300_000 * 100 < 100_000, "{totals:?}");
    check_estimates(&recorded);
}

/// The weights of the samples add up to the exact counts.
#[track_caller]
fn check_estimates(recorded: &Recorded) {
    let (mut allocations, mut bytes, mut n_samples) = (0.0, 0.0, 0);
    for event in &recorded.events {
        if let Event::Allocation {
            size,
            weight,
            n_dump,
            n_chain,
            ..
        } = *event
        {
            allocations += weight;
            bytes += weight * size as f64;
            n_samples += 1;
            assert!(n_dump > 0 && n_chain > 0, "{event:?}");
        }
    }
    let exact = recorded.totals.allocations + recorded.totals.foreign_allocations;
    let tolerance = 5.0 / f64::from(n_samples).sqrt();
    assert!(n_samples > 100, "{n_samples}");
    assert!(
        (allocations / exact as f64 - 1.0).abs() < tolerance,
        "{allocations} of {exact} from {n_samples}"
    );
    let exact_bytes = recorded.totals.allocated_bytes + recorded.totals.foreign_bytes;
    assert!(
        (bytes / exact_bytes as f64 - 1.0).abs() < tolerance,
        "{bytes} of {exact_bytes} from {n_samples}"
    );
    assert_eq!(recorded.totals.lost_events, 0);
}
