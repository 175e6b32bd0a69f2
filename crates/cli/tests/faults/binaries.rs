//! Executables that tell less than usual, and files that are none.

use crate::harness::{World, copy_executable, program, run, static_program, stripped_program};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[test]
fn a_static_program_gets_cpu_only_and_a_note() {
    let recorded = World::new().compare_executable(static_program(), &["spin"], &[]);
    recorded.assert_sampled();
    assert_eq!(recorded.total("allocations"), 0.0);
    assert!(recorded.notes().contains("static"), "{}", recorded.notes());
}

#[test]
fn a_static_program_that_cannot_be_sampled_says_so() {
    let world = World::new();
    let recorded = world.compare_executable(static_program(), &["spin"], &["--sampler", "timer"]);
    assert_eq!(recorded.total("samples"), 0.0);
    assert!(recorded.notes().contains("static"), "{}", recorded.notes());
}

#[test]
fn a_stripped_program_gets_a_note() {
    let recorded = World::new().compare_executable(stripped_program(), &["spin"], &[]);
    recorded.assert_measured();
    assert!(recorded.notes().contains("debug info"), "{}", recorded.notes());
}

#[test]
fn a_path_with_spaces_and_other_scripts() {
    let world = World::new();
    let dir = world.path().join("mit Leerzeichen/文件 ü");
    std::fs::create_dir_all(&dir).unwrap();
    let copy = dir.join("mein programm");
    copy_executable(program(), &copy);
    let recorded = world.compare_executable(&copy, &["spin"], &[]);
    recorded.assert_measured();
    recorded.outcome.assert_says("mein programm");
}

fn check_refused(path: &Path, words: &str) {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow.arg("--exe").arg(path);
    let outcome = run(whyslow);
    outcome.assert_code(2);
    outcome.assert_says(words);
    outcome.assert_says(path.file_name().unwrap().to_str().unwrap());
}

#[test]
fn no_such_file() {
    check_refused(Path::new("/nonexistent/program"), "error: cannot run");
}

#[test]
fn a_directory() {
    check_refused(Path::new("/usr"), "directory");
}

#[test]
fn a_file_that_is_not_executable() {
    let world = World::new();
    let path = world.path().join("plain");
    std::fs::copy(program(), &path).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    check_refused(&path, "not executable");
}

#[test]
fn a_script() {
    let world = World::new();
    let path = world.path().join("script.sh");
    std::fs::write(&path, "#!/bin/sh\necho hello\n").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    check_refused(&path, "ELF");
}

#[test]
fn damaged_executables() {
    let world = World::new();
    let whole = std::fs::read(program()).unwrap();
    for (name, bytes) in [
        ("empty", &whole[..0]),
        ("header", &whole[..64]),
        ("half", &whole[..whole.len() / 2]),
    ] {
        let path = world.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        let mut whyslow = world.whyslow();
        whyslow.arg("--exe").arg(&path);
        let outcome = run(whyslow);
        // The loader may accept the half and let it crash; whatever happens is told without a panic of ours.
        assert!(matches!(outcome.status.code(), Some(0 | 2)), "{outcome:?}");
        assert!(!outcome.stderr.contains("internal error"), "{}", outcome.stderr);
    }
}
