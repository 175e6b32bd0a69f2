//! Targets with signal handlers of their own, under both samplers.

use crate::harness::{World, program};

fn check(behaviour: &str) {
    for sampler in ["perf", "timer"] {
        let world = World::new();
        let recorded = world.compare_executable(program(), &[behaviour], &["--sampler", sampler]);
        recorded.outcome.assert_code(0);
        recorded.assert_measured();
    }
}

#[test]
fn own_sigprof_handler() {
    check("own-sigprof");
}

#[test]
fn own_sigsegv_handler() {
    check("own-sigsegv");
}
