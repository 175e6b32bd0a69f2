//! Compares two recordings of what a machine did, state by state.

use similar::{capture_diff_slices, Algorithm, DiffTag};
use std::env;

fn main() {
    let length = env::args()
        .nth(1)
        .map_or(100_000, |n| n.parse().expect("a number of states"));
    let expected = recording(length);
    let seen = disturbed(&expected);
    let mut changes = 0;
    let mut kept = 0;
    for op in capture_diff_slices(Algorithm::Myers, &expected, &seen) {
        match op.tag() {
            DiffTag::Equal => kept += op.old_range().len(),
            _ => changes += 1,
        }
    }
    println!("{length} states, {kept} kept, {changes} changes");
}

fn next(seed: &mut u64) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

/// Eight states, from idle to fault.
fn recording(length: usize) -> Vec<u8> {
    let mut seed = 11;
    (0..length).map(|_| (next(&mut seed) % 8) as u8).collect()
}

fn disturbed(states: &[u8]) -> Vec<u8> {
    let mut seed = 99;
    let mut seen = Vec::with_capacity(states.len() + states.len() / 4);
    for state in states {
        match next(&mut seed) % 10 {
            0 => {}
            1 => seen.extend([*state, *state]),
            _ => seen.push(*state),
        }
    }
    seen
}
