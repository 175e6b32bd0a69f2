//! `cargo whyslow trace`: a traced program behaves as it does untraced, and its counts are exact.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

const SOURCE: &str = include_str!("program.rs");

/// The program, built plainly and for tracing.
struct Built {
    plain: PathBuf,
    traced: PathBuf,
    dir: tempfile::TempDir,
}

fn whyslow(cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"));
    for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "COLUMNS", "WHYSLOW_LANG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.env("XDG_CACHE_HOME", cache).env("LC_ALL", "C.UTF-8");
    command
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let package = dir.path().join("traced");
        fs::create_dir_all(package.join("src")).unwrap();
        fs::write(package.join("src/main.rs"), SOURCE).unwrap();
        let manifest = "[package]\nname = \"traced\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
        fs::write(package.join("Cargo.toml"), manifest).unwrap();
        let output = whyslow(&dir.path().join("cache"))
            .current_dir(&package)
            .args(["trace", "--offline", "--", "columns"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let plain = dir.path().join("plain");
        let status = Command::new("rustc")
            .args(["--edition=2024", "-O", "-o"])
            .arg(&plain)
            .arg(package.join("src/main.rs"))
            .status()
            .unwrap();
        assert!(status.success());
        Built {
            plain,
            traced: package.join("target/whyslow/trace/x86_64-unknown-linux-gnu/release/traced"),
            dir,
        }
    })
}

/// Runs a behaviour plainly and traced: both must end in the same way and print the same. The trace of the JSON report.
fn trace(behaviour: &str, name: &str) -> serde_json::Value {
    let built = built();
    let plain = Command::new(&built.plain).arg(behaviour).output().unwrap();
    let json = built.dir.path().join(format!("{behaviour}-{name}.json"));
    let traced = whyslow(&built.dir.path().join("cache"))
        .args(["trace", "--exit-target", "--exe"])
        .arg(&built.traced)
        .arg("--json")
        .arg(&json)
        .args(["--", behaviour])
        .output()
        .unwrap();
    let words = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&traced.stderr).into_owned();
    assert_eq!(words(&traced), words(&plain), "{behaviour}: {stderr}");
    assert_eq!(
        (traced.status.code(), traced.status.signal()),
        (plain.status.code(), plain.status.signal()),
        "{behaviour}: {stderr}"
    );
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(report["lens"], "trace");
    report["trace"].clone()
}

/// Line of the program that bears a mark.
fn line_of(mark: &str) -> u64 {
    let is_marked = |line: &str| line.ends_with(&format!("// [{mark}]"));
    SOURCE.lines().position(is_marked).unwrap() as u64 + 1
}

/// A field of the trace's row for the marked line.
fn of_line(trace: &serde_json::Value, mark: &str, field: &str) -> u64 {
    let rows = trace["lines"].as_array().unwrap();
    let here = rows.iter().filter(|row| row["line"] == line_of(mark));
    here.map(|row| row[field].as_u64().unwrap()).sum()
}

#[test]
fn a_walk_down_the_columns_is_counted_exactly_and_misses_at_each_step() {
    let trace = trace("columns", "once");
    let n = 512 * 512;
    assert_eq!(of_line(&trace, "columns", "accesses"), n);
    assert_eq!(of_line(&trace, "columns", "bytes"), n * 8);
    assert_eq!(of_line(&trace, "columns", "l1_misses"), n);
    let object = &trace["objects"][0];
    assert_eq!(
        (object["kind"].as_str(), object["size_bytes"].as_u64()),
        (Some("heap"), Some(n * 8))
    );
}

#[test]
fn counts_and_misses_of_one_thread_repeat_to_the_last_digit() {
    for behaviour in ["columns", "maps", "atomics", "deep", "unwind"] {
        assert_eq!(trace(behaviour, "first"), trace(behaviour, "second"), "{behaviour}");
    }
}

#[test]
fn threads_behave_as_untraced() {
    for behaviour in ["threads", "many-threads"] {
        let trace = trace(behaviour, "once");
        assert!(trace["totals"]["atomics"].as_u64().unwrap() > 0, "{behaviour}");
    }
}

#[test]
fn signal_handlers_and_forked_children_are_counted() {
    assert!(trace("signals", "once")["totals"]["atomics"].as_u64().unwrap() >= 1000);
    let forked = trace("fork", "once");
    assert_eq!(forked["totals"]["processes"], 2);
    // Once before the fork, and in both processes behind it.
    assert_eq!(of_line(&forked, "fill", "accesses") % 3000, 0);
    assert!(of_line(&forked, "fill", "accesses") >= 2 * 3000);
}

#[test]
fn what_a_killed_program_did_is_reported() {
    assert!(of_line(&trace("kill", "once"), "fill", "accesses") >= 2 * 10_000);
}

#[test]
fn false_sharing_is_told_from_true_sharing_and_from_padding() {
    let named = |trace: &serde_json::Value, name: &str| {
        let is_it = |sharer: &serde_json::Value| sharer["object"].as_str().unwrap().contains(name);
        let rows = trace["shared_lines"].as_array().unwrap().clone();
        rows.into_iter()
            .find(|row| row["sharers"].as_array().unwrap().iter().any(is_it))
    };
    let shared = named(&trace("shared", "once"), "COUNTERS").expect("the counters share a line");
    let (false_misses, true_misses) = (&shared["false_misses"], &shared["true_misses"]);
    assert!(
        false_misses.as_u64().unwrap() > 300 && true_misses.as_u64().unwrap() < 20,
        "{shared}"
    );
    let lines: Vec<u64> = (0..2)
        .map(|at| shared["sharers"][at]["written_at"]["line"].as_u64().unwrap())
        .collect();
    assert!(
        lines.contains(&line_of("first")) && lines.contains(&line_of("second")),
        "{shared}"
    );

    assert_eq!(named(&trace("padded", "once"), "PADDED"), None);

    let contended = named(&trace("contended", "once"), "CONTENDED").expect("threads fight for it");
    let (false_misses, true_misses) = (&contended["false_misses"], &contended["true_misses"]);
    assert!(
        true_misses.as_u64().unwrap() > 300 && false_misses.as_u64().unwrap() < 20,
        "{contended}"
    );
}

#[test]
fn fields_that_share_a_line_are_named() {
    let trace = trace("fields", "once");
    let rows = trace["shared_lines"].as_array().unwrap();
    let fields = |row: &serde_json::Value| {
        let sharers = row["sharers"].as_array().unwrap().iter();
        sharers.map(|sharer| sharer["fields"].clone()).collect::<Vec<_>>()
    };
    let is_it = |row: &&serde_json::Value| {
        let fields = fields(row);
        ["Tally[1].hits", "Tally[1].misses"]
            .iter()
            .all(|name| fields.contains(&serde_json::json!([name])))
    };
    assert!(rows.iter().find(is_it).is_some(), "{rows:#?}");
    let objects = trace["objects"].as_array().unwrap();
    let tallies = objects.iter().find(|object| object["type"] == "traced::Tally");
    assert_eq!(
        tallies.map(|object| &object["type_bytes"]),
        Some(&64.into()),
        "{objects:#?}"
    );
}

#[test]
fn exact_comparisons_tell_the_same_work_from_more() {
    let command = |behaviour: &str| format!("{} {behaviour}", built().traced.display());
    let compare = |candidate: &str| {
        let output = whyslow(&built().dir.path().join("cache"))
            .args(["compare", "--exact", "--quiet", "--fail-on-regression=5", "--json=-"])
            .args([command("deep"), command(candidate)])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect(&words);
        (output.status.code(), report)
    };
    let (code, report) = compare("deep");
    assert_eq!((code, report["spread"].as_u64()), (Some(0), Some(0)));
    assert_eq!(report["candidates"][0]["work"], "same");
    assert_eq!(report["candidates"][0]["changed"].as_array().unwrap().len(), 0);
    let (code, report) = compare("columns");
    assert_eq!(
        (code, report["candidates"][0]["work"].as_str()),
        (Some(1), Some("more"))
    );
    let changed = report["candidates"][0]["changed"].as_array().unwrap();
    assert!(
        changed
            .iter()
            .any(|function| function["function"].as_str().unwrap().ends_with("column_sum"))
    );
}

#[test]
fn a_program_that_was_not_built_for_it_is_refused() {
    let output = whyslow(&built().dir.path().join("cache"))
        .args(["trace", "--exe"])
        .arg(&built().plain)
        .args(["--", "atomics"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("was not built for tracing"));
}

#[test]
fn a_compiler_without_the_pass_is_named_with_its_version() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let compiler = dir.path().join("rustc");
    let script = "#!/bin/sh\ncase \"$*\" in *-Cpasses=tsan*) echo \"error: unknown pass name 'tsan'\" >&2; exit 1;; esac\nexec rustc \"$@\"\n";
    fs::write(&compiler, script).unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    let output = whyslow(&dir.path().join("cache"))
        .current_dir(built().dir.path().join("traced"))
        .env("RUSTC", &compiler)
        .args(["trace", "--offline"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let has = |words: &str| assert!(stderr.contains(words), "{words}: {stderr}");
    ["rustc 1.", "LLVM ", "unknown pass name 'tsan'"]
        .into_iter()
        .for_each(has);
}

#[test]
fn impossible_caches_are_wrong_usage() {
    let output = whyslow(&built().dir.path().join("cache"))
        .args(["trace", "--cache", "48k,11", "--exe", "/bin/true"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sets"));
}
