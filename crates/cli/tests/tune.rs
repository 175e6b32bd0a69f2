//! `cargo whyslow tune` as a user runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Not optimized, so that one setting is sure to help.
const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
    [profile.release]\nopt-level = 0 # to be tuned\ncodegen-units = 1\n";
/// With an allocator of its own: none is tried.
const MAIN: &str = r#"
#[global_allocator]
static GLOBAL: std::alloc::System = std::alloc::System;

fn main() {
    let sum: u64 = (0..400_000u64).map(|i| std::hint::black_box(i).rotate_left(3) % 7).sum();
    println!("{sum}");
}
"#;

fn package(main: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(dir.path().join("src/main.rs"), main).unwrap();
    dir
}

fn tune(dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"))
        .args(["whyslow", "tune", "--quiet", "--offline", "--max-time", "2"])
        .args(args)
        .current_dir(dir)
        .env_remove("CARGO_TARGET_DIR")
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .envs(env.iter().copied())
        .output();
    output.unwrap()
}

/// A script on the path.
fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_helps_is_told_with_its_price_and_written_on_request_only() {
    let dir = package(MAIN);
    let refused = tune(dir.path(), &["--apply"], &[]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("--allow-no-vcs"));

    // A compiler whose tools are not installed, and tools of another version on the path.
    let tools = dir.path().join("tools");
    fs::create_dir(&tools).unwrap();
    let without_tools = format!(
        "case \"$*\" in *target-libdir*) echo {}/none/lib;; *) exec rustc \"$@\";; esac",
        tools.display()
    );
    script(&tools.join("no-tools-rustc"), &without_tools);
    script(&tools.join("llvm-profdata"), "echo 'Debian LLVM version 3.1.4'");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let rustc = tools.join("no-tools-rustc").display().to_string();
    let tune = |args: &[&str]| tune(dir.path(), args, &[("RUSTC", &rustc), ("PATH", &path)]);
    let first = tune(&[]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(!text(&first.stderr).contains("earlier run"), "{}", text(&first.stderr));
    // What is known is not built and timed again.
    let tuned = tune(&["--apply", "--allow-no-vcs"]);
    let (stdout, stderr) = (text(&tuned.stdout), text(&tuned.stderr));
    assert!(tuned.status.success(), "{stderr}");
    assert!(stderr.contains("from an earlier run"), "{stderr}");
    let row_of = |stdout: &str| {
        let mut rows = stdout.lines().filter(|line| line.contains("opt-level = 3"));
        rows.next().map(str::to_owned)
    };
    assert_eq!(row_of(&stdout), row_of(&text(&first.stdout)), "{stdout}");
    let row = |name: &str| {
        stdout
            .lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap_or_default()
    };
    assert!(row("opt-level = 3").contains("faster"), "{stdout}");
    assert!(row("panic").contains('%') && row("lto").contains('%'), "{stdout}");
    assert!(
        !stdout.contains("codegen-units"),
        "the profile has it already: {stdout}"
    );
    assert!(
        stdout.contains("mimalloc: the program has an allocator of its own"),
        "{stdout}"
    );
    assert!(stdout.contains("PGO: llvm-profdata is of LLVM 3"), "{stdout}");
    let manifest = fs::read_to_string(dir.path().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("opt-level = 3 # to be tuned"), "{manifest}");
    assert_eq!(fs::read_to_string(dir.path().join("src/main.rs")).unwrap(), MAIN);
    assert!(
        !dir.path().join("target/whyslow/tune").exists(),
        "builds that nobody needs are removed"
    );
}

#[test]
fn what_cannot_be_tuned_is_said() {
    for (main, words) in [
        ("fn main() { let x: u8 = \"\"; }", "mismatched types"),
        ("fn main() { std::process::exit(3) }", "failed"),
    ] {
        let dir = package(main);
        let output = tune(dir.path(), &[], &[]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
}
