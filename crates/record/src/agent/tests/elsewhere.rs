//! Code that runs in unusual places.

use super::{Event, Program};
use crate::agent::{AgentConfig, AggregateKind};
use std::sync::LazyLock;

static ELSEWHERE: LazyLock<Program> = LazyLock::new(|| Program::compile("elsewhere", &[]));

#[test]
fn a_stack_that_is_not_the_threads_own_is_read_all_the_same() {
    let recorded = ELSEWHERE.run(&AgentConfig::default(), &["fiber"]);
    assert!(recorded.status.success(), "{:?} {}", recorded.status, recorded.stderr);
    let is_sample = |event: &&Event| matches!(event, Event::Allocation { size: 1000, .. });
    let samples: Vec<_> = recorded.events.iter().filter(is_sample).collect();
    assert!(samples.len() > 100, "{}", samples.len());
    for event in samples {
        assert!(
            matches!(event, Event::Allocation { n_dump, n_chain, .. } if *n_dump > 0 && *n_chain > 0),
            "{event:?}"
        );
    }
}

#[test]
fn a_library_that_is_loaded_later_is_told() {
    let recorded = ELSEWHERE.run(&AgentConfig::default(), &["library"]);
    assert!(recorded.status.success(), "{}", recorded.stderr);
    let is_told = |event: &Event| matches!(event, Event::Mapping { path, .. } if path.ends_with("libm.so.6"));
    assert!(recorded.events.iter().any(is_told));
}

#[test]
fn a_thread_is_cancelled_in_a_hooked_call() {
    let recorded = ELSEWHERE.run(&AgentConfig::default(), &["cancelled"]);
    // PTHREAD_CANCELED.
    assert_eq!(recorded.stdout, "-1\n", "{:?} {}", recorded.status, recorded.stderr);
    let reads = recorded
        .aggregates
        .iter()
        .filter(|aggregate| matches!(aggregate.what, AggregateKind::Io { call: "read", .. }));
    assert_eq!(reads.count(), 0);
}
