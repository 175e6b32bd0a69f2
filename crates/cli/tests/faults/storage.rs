//! Nowhere to write: the report is printed all the same.

use crate::harness::{World, is_root_or_skipped, program, run, write_files};
use std::path::Path;
use std::process::Command;

/// A tmpfs that is unmounted in the end.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    /// `None` where mounting is refused, as in an unprivileged container.
    fn new(path: &'a Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(path);
        let is_mounted = mount.status().is_ok_and(|status| status.success());
        if !is_mounted {
            eprintln!("skipped: cannot mount a tmpfs");
        }
        is_mounted.then_some(Self(path))
    }

    fn make_read_only(&self) {
        let status = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.0)
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        // A mount left behind would be noticed by the next run only.
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_cache_is_noted_and_the_report_printed() {
    let world = World::new();
    let cache = world.path().join("cache");
    if !is_root_or_skipped() {
        return;
    }
    let Some(_mount) = Mount::new(&cache, "size=16k") else {
        return;
    };
    let mut filler = vec![0; 64 << 10];
    while !filler.is_empty() && std::fs::write(cache.join("filler"), &filler).is_err() {
        filler.truncate(filler.len() - 4096);
    }
    let mut whyslow = world.whyslow();
    whyslow.env("TMPDIR", world.path());
    whyslow.arg("--exe").arg(program()).args(["--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_code(0);
    assert_eq!(outcome.stdout, "spun\n");
    outcome.assert_says("Where the time goes");
    outcome.assert_says("squares");
}

#[test]
fn a_read_only_target_directory_is_noted_and_the_report_printed() {
    let world = World::new();
    if !is_root_or_skipped() {
        return;
    }
    let target = world.path().join("target");
    let Some(mount) = Mount::new(&target, "size=256m") else {
        return;
    };
    write_files(
        world.path(),
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\nedition = \"2021\"\n[workspace]\n",
            ),
            ("src/main.rs", "fn main() { println!(\"hello\"); }\n"),
        ],
    );
    let whyslow = || {
        let mut whyslow = world.whyslow();
        whyslow.current_dir(world.path());
        run(whyslow)
    };
    whyslow().assert_code(0);
    mount.make_read_only();
    let outcome = whyslow();
    // Cargo itself may refuse to work with a read-only target directory: then its words are shown.
    if outcome.status.code() == Some(0) {
        assert_eq!(outcome.stdout, "hello\n");
        outcome.assert_says("Where the time goes");
        outcome.assert_says("Read-only file system");
    } else {
        outcome.assert_code(2);
        outcome.assert_says("ead-only file system");
        outcome.assert_says("--target-dir");
    }
}

#[test]
fn a_full_disk_for_the_json_report_is_an_error_that_names_the_file() {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow
        .arg("--exe")
        .arg(program())
        .args(["--json", "/dev/full", "--", "spin"]);
    let outcome = run(whyslow);
    outcome.assert_code(2);
    outcome.assert_says("/dev/full");
    outcome.assert_says("No space left on device");
}
