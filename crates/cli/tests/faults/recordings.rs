//! Recordings that are missing, damaged, or something else.

use crate::harness::{Outcome, World, run};
use std::fs;
use std::path::{Path, PathBuf};

fn report(world: &World, args: &[&str]) -> Outcome {
    let mut whyslow = world.whyslow();
    // The directory is no package, so that the only recordings are this world's.
    whyslow
        .arg("report")
        .args(args)
        .current_dir(world.path())
        .env("TMPDIR", world.path());
    run(whyslow)
}

fn recorded(world: &World) -> PathBuf {
    world.compare(&["spin"]);
    world.path().join("cache/whyslow/recordings/last/profile.whyslow")
}

fn check_refused(world: &World, path: &Path, words: &str) {
    let outcome = report(world, &[path.to_str().unwrap()]);
    outcome.assert_code(2);
    outcome.assert_says(words);
    outcome.assert_says(path.to_str().unwrap());
}

#[test]
fn none_yet() {
    let outcome = report(&World::new(), &[]);
    outcome.assert_code(2);
    outcome.assert_says("no recording");
    outcome.assert_says("cargo whyslow run");
}

#[test]
fn the_newest_is_shown_again() {
    let world = World::new();
    recorded(&world);
    let outcome = report(&world, &[]);
    outcome.assert_code(0);
    assert!(outcome.stdout.contains("squares"), "{}", outcome.stdout);
    let json = report(&world, &["--json", "-"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["schema"], "whyslow.report/1");
    let collapsed = report(&world, &["--collapsed", "-"]);
    assert!(
        collapsed.stdout.lines().any(|line| line.contains("squares")),
        "{}",
        collapsed.stdout
    );
    assert!(collapsed.stdout.lines().all(|line| {
        let count = line.rsplit_once(' ').map(|(_, count)| count.parse::<u64>());
        count.is_some_and(|count| count.is_ok())
    }));
}

#[test]
fn damaged_ones_are_named() {
    let world = World::new();
    let whole = fs::read(recorded(&world)).unwrap();
    let path = world.path().join("damaged.whyslow");
    for len in [0, 7, 20, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..len]).unwrap();
        check_refused(&world, &path, "damaged");
    }
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    fs::write(&path, flipped).unwrap();
    check_refused(&world, &path, "damaged");
}

#[test]
fn other_files_and_versions_are_told_apart() {
    let world = World::new();
    let mut bytes = fs::read(recorded(&world)).unwrap();
    let path = world.path().join("other.whyslow");
    bytes[8..12].copy_from_slice(&999_u32.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    check_refused(&world, &path, "another version");
    fs::write(&path, "just some text that is long enough").unwrap();
    check_refused(&world, &path, "not a whyslow recording");
    check_refused(&world, &world.path().join("missing"), "No such file");
    fs::create_dir(world.path().join("empty")).unwrap();
    check_refused(&world, &world.path().join("empty"), "No such file");
}
