//! Counts and samples of the heap.

use super::{Event, Program, Recorded};
use crate::agent::entry_point_flags::entry_point_flags;
use crate::agent::{Agent, AgentConfig, AggregateKind, HeapRecording};
use std::ffi::OsStr;
use std::path::Path;

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

/// Compares the agent's counts with the program's own. Byte counts of frees need Rust's entry points.
#[track_caller]
fn check_counts(program: &Program, n_threads: &str, heap: HeapRecording, is_hooked: bool) {
    let recorded = program.run(
        &AgentConfig {
            heap,
            ..AgentConfig::default()
        },
        &[n_threads],
    );
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let totals = &recorded.totals;
    assert_eq!(totals.processes_with_rust_hooks, u64::from(is_hooked), "{totals:?}");
    // For each thread, std takes one small block from the system's allocator, behind the back of the program's own.
    let n_behind = if is_hooked {
        0
    } else {
        n_threads.parse::<u64>().unwrap()
    };
    let n_more = totals.allocations - printed(&recorded, "allocations");
    assert!(n_more <= n_behind, "{totals:?}");
    let more_bytes = totals.allocated_bytes - printed(&recorded, "allocated_bytes");
    assert!(more_bytes <= n_more * 100, "{totals:?}");
    assert!(totals.frees - printed(&recorded, "frees") <= n_more, "{totals:?}");
    assert_eq!(totals.reallocations, printed(&recorded, "reallocations"), "{totals:?}");
    if is_hooked {
        assert_eq!(totals.freed_bytes, printed(&recorded, "freed_bytes"), "{totals:?}");
        assert_eq!(totals.live_bytes, printed(&recorded, "live_bytes"), "{totals:?}");
        if n_threads == "1" {
            assert_eq!(totals.peak_bytes, printed(&recorded, "peak_bytes"), "{totals:?}");
        }
    }
    // Several threads: to within what each may hold back; at `malloc`: with what it adds to each block.
    let peak = printed(&recorded, "peak_bytes") as f64;
    // The program counts a block while it is still being made, the agent from then on: threads overlap less.
    let ratio = totals.peak_bytes as f64 / peak;
    assert!((0.5..1.2).contains(&ratio), "{peak} {totals:?}");
}

#[track_caller]
fn check_all_counts(program: &Program, is_hooked: bool) {
    for heap in [HeapRecording::Sampled, HeapRecording::Exact] {
        check_counts(program, "1", heap, is_hooked);
        check_counts(program, "4", heap, is_hooked);
    }
}

#[test]
fn totals_agree_to_the_count_with_an_allocator_that_wraps_malloc_and_is_inlined() {
    check_all_counts(&Program::compile("counting", &[]), false);
}

#[test]
fn totals_agree_to_the_count_after_optimization_at_link_time() {
    check_all_counts(
        &Program::compile("counting", &["-C", "lto=fat", "-C", "codegen-units=1"]),
        false,
    );
}

#[test]
fn totals_agree_to_the_count_with_an_allocator_of_a_dependency_that_does_not_use_malloc() {
    let allocator = Program::compile("counting_allocator", &["--crate-type", "rlib", "--cfg", "own_memory"]);
    let external = format!("counting_allocator={}", allocator.executable.display());
    check_all_counts(
        &Program::compile("counting", &["--cfg", "dependency", "--extern", &external]),
        true,
    );
}

#[test]
fn totals_agree_to_the_count_with_an_allocator_of_the_program_itself_when_its_entry_points_are_kept_whole() {
    let flags = entry_point_flags(OsStr::new("rustc"), Path::new("."), "x86_64-unknown-linux-gnu");
    let mut arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    arguments.extend(["--cfg", "own_memory"]);
    check_all_counts(&Program::compile("counting", &arguments), true);
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
    let (mut allocations, mut bytes, mut n_samples, mut n_with_chain) = (0.0, 0.0, 0u32, 0);
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
            assert!(n_dump > 0, "{event:?}");
            n_with_chain += usize::from(n_chain > 0);
        }
    }
    let exact = recorded.totals.allocations + recorded.totals.foreign_allocations;
    let tolerance = 5.0 / f64::from(n_samples).sqrt();
    assert!(n_samples > 100, "{n_samples}");
    // All but those of the loader and the C library, which have no frame pointers.
    assert!(n_samples as usize - n_with_chain < 10, "{n_with_chain} of {n_samples}");
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

#[test]
fn the_functions_of_well_known_allocators_are_counted() {
    for arguments in [
        &[][..],
        &["--cfg", "jemalloc"],
        &["-C", "lto=fat"],
        &["--cfg", "jemalloc", "-C", "lto=fat"],
    ] {
        let program = Program::compile("known_allocator", arguments);
        let recorded = program.run(&AgentConfig::default(), &["100000"]);
        assert!(recorded.status.success(), "{}", recorded.stderr);
        let totals = &recorded.totals;
        // Printing the counts allocates too.
        for (counted, name) in [
            (totals.allocations, "allocations"),
            (totals.frees, "frees"),
            (totals.reallocations, "reallocations"),
        ] {
            let expected = printed(&recorded, name);
            assert!(
                (expected..expected + 4).contains(&counted),
                "{arguments:?} {name} {expected}: {totals:?}"
            );
        }
        let expected = printed(&recorded, "allocated_bytes");
        assert!(
            (expected..expected + 5000).contains(&totals.allocated_bytes),
            "{totals:?}"
        );
        // A tenth of the blocks, and the vector that holds them.
        assert!(
            (1_000_000..2_500_000).contains(&totals.peak_bytes),
            "{arguments:?} {totals:?}"
        );
        assert!(totals.live_bytes < 20_000, "{arguments:?} {totals:?}");
    }
}

#[test]
fn sampled_blocks_are_followed_through_growth_to_their_end() {
    let program = Program::compile("growth", &[]);
    let recorded = program.run(&AgentConfig::default(), &[]);
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let main_tid = recorded.events.iter().find_map(|event| match event {
        Event::Thread { pid, tid, .. } if pid == tid => Some(*tid),
        _ => None,
    });
    let of_size = |wanted: u64| {
        recorded.events.iter().filter_map(move |event| match *event {
            Event::Allocation { id, size, weight, .. } if size == wanted => Some((id, weight)),
            _ => None,
        })
    };
    let end_of = |wanted: u64| {
        recorded.events.iter().find_map(|event| match *event {
            Event::End {
                id,
                freed,
                growths,
                last_size,
            } if id == wanted => Some((freed, growths, last_size)),
            _ => None,
        })
    };
    // Vectors that begin with 48 bytes and grow six times.
    let chains: Vec<_> = of_size(48).filter_map(|(id, _)| end_of(id)).collect();
    assert!(chains.len() > 8, "{}", chains.len());
    for (freed, growths, last_size) in &chains {
        assert_eq!((*growths, *last_size, freed.is_some()), (6, 48 << 6, true));
    }
    // Blocks of 777 bytes are freed by another thread, those of 888 bytes never.
    let handed_over: Vec<_> = of_size(777).filter_map(|(id, _)| end_of(id)?.0).collect();
    assert!(handed_over.len() > 8, "{}", handed_over.len());
    assert!(
        handed_over
            .iter()
            .all(|freed| Some(freed.tid) != main_tid && freed.lifetime_ns > 0)
    );
    let leaked: Vec<_> = of_size(888).map(|(id, _)| end_of(id)).collect();
    assert!(leaked.len() > 8 && leaked.iter().all(|end| end.is_some_and(|(freed, ..)| freed.is_none())));
    let growths: f64 = recorded
        .events
        .iter()
        .filter_map(|event| match *event {
            Event::Growth {
                new_size,
                old_size,
                weight,
                ..
            } if new_size == 2 * old_size => Some(weight),
            _ => None,
        })
        .sum();
    assert!((growths / (6.0 * 150_000.0) - 1.0).abs() < 0.4, "{growths}");
}

#[test]
fn every_stack_of_the_exact_mode_adds_up_to_the_totals() {
    let program = Program::compile("growth", &[]);
    let config = AgentConfig {
        heap: HeapRecording::Exact,
        ..AgentConfig::default()
    };
    let recorded = program.run(&config, &[]);
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let (mut allocations, mut allocated, mut growths, mut moved, mut added) = (0, 0, 0, 0, 0);
    for aggregate in &recorded.aggregates {
        match aggregate.what {
            AggregateKind::Allocation { bytes, size, .. } => {
                allocations += aggregate.count;
                allocated += bytes;
                assert_eq!(size.weight as u64, aggregate.count);
                assert!(size.min <= size.median && size.median <= size.max);
            }
            AggregateKind::Growth {
                moved_bytes,
                added_bytes,
                ..
            } => {
                growths += aggregate.count;
                moved += moved_bytes;
                added += added_bytes;
            }
            _ => {}
        }
    }
    let totals = &recorded.totals;
    assert_eq!(allocations, totals.allocations + totals.foreign_allocations);
    assert_eq!(allocated, totals.allocated_bytes + totals.foreign_bytes);
    assert_eq!(
        (growths, moved, added),
        (totals.reallocations, totals.moved_bytes, totals.grown_bytes)
    );
    assert_eq!(totals.lost_calls, 0);
}

#[test]
fn a_recorder_that_does_not_keep_up_stops_nobody() {
    let program = Program::compile("blocks", &[]);
    let mut agent = Agent::create(&AgentConfig::default(), &program.executable).unwrap();
    let mut command = std::process::Command::new(&program.executable);
    let status = command.arg("3000000").envs(agent.environment()).status().unwrap();
    assert!(status.success());
    assert!(agent.totals().allocations >= 3_000_000, "{:?}", agent.totals());
    let mut n_events = 0;
    agent.finish(&mut |_| n_events += 1);
    assert!(n_events > 300, "{n_events}");
}
