//! `cargo whyslow compare` as a user runs it.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

/// A program that spins for so many rounds, then says `says`.
fn main_rs(rounds: u64, says: &str) -> String {
    format!(
        "fn main() {{ let mut x = 1u64; for i in 0..{rounds}u64 {{ x = std::hint::black_box(x.rotate_left(5) ^ i); }} \
         println!(\"{says}\"); }}\n"
    )
}

/// Runs `compare` with these arguments in `dir`.
fn compare(dir: &Path, args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"))
        .args(["whyslow", "compare", "--quiet"])
        .args(args)
        .current_dir(dir)
        .env_remove("CARGO_TARGET_DIR")
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .output();
    output.unwrap()
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = compare(dir, &[args, &["--json", "-"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn git(dir: &Path, args: &[&str]) {
    let identity = [
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@localhost",
        "-c",
        "commit.gpgsign=false",
    ];
    let status = Command::new("git").args(identity).args(args).current_dir(dir).status();
    assert!(status.unwrap().success(), "git {args:?}");
}

/// A repository whose last commit is slow, and whose working tree is three times as fast.
fn repository(says: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(dir.path().join(".gitignore"), "target\ncache\nCargo.lock\n").unwrap();
    fs::write(dir.path().join("src/main.rs"), main_rs(30_000_000, "done")).unwrap();
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "slow"]);
    fs::write(dir.path().join("src/main.rs"), main_rs(10_000_000, says)).unwrap();
    dir
}

#[test]
fn the_working_tree_is_compared_with_a_revision() {
    let dir = repository("done");
    let report = json(dir.path(), &["HEAD", "."]);
    assert_eq!(report["schema"], "whyslow.comparison/1");
    let candidate = &report["candidates"][0];
    assert_eq!(candidate["verdict"], "faster", "{report:#}");
    assert_eq!(candidate["same_output"], true);
    assert!(candidate["ratio"].as_f64().unwrap() < 0.7, "{report:#}");
    // Nothing of the user's was touched.
    let status = Command::new("git")
        .args(["status", "--porcelain"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&status.stdout), " M src/main.rs\n");
}

#[test]
fn revisions_find_path_dependencies_outside_of_their_repository() {
    let dir = repository("done");
    let (app, shared) = (dir.path().join("app"), dir.path().join("shared"));
    for sub in ["app/src", "shared/src"] {
        fs::create_dir_all(dir.path().join(sub)).unwrap();
    }
    fs::write(shared.join("Cargo.toml"), MANIFEST.replace("app", "shared")).unwrap();
    fs::write(shared.join("src/lib.rs"), "pub const ROUNDS: u64 = 1_000_000;\n").unwrap();
    let manifest = format!("{MANIFEST}[dependencies]\nshared = {{ path = \"../shared\" }}\n");
    fs::write(app.join("Cargo.toml"), manifest).unwrap();
    let main = "fn main() { println!(\"{}\", (0..shared::ROUNDS).map(std::hint::black_box).sum::<u64>()) }\n";
    fs::write(app.join("src/main.rs"), main).unwrap();
    fs::write(app.join(".gitignore"), "target\ncache\n").unwrap();
    git(&app, &["init", "--quiet"]);
    git(&app, &["add", "."]);
    git(&app, &["commit", "--quiet", "-m", "first"]);
    let report = json(&app, &["HEAD", ".", "--max-time", "0"]);
    assert_eq!(report["candidates"][0]["same_output"], true, "{report:#}");
}

#[test]
fn a_regression_can_be_forbidden() {
    let dir = repository("done");
    let forbidden = compare(dir.path(), &[".", "HEAD", "--fail-on-regression", "20"]);
    assert_eq!(
        forbidden.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&forbidden.stderr)
    );
    let text = String::from_utf8_lossy(&forbidden.stdout).into_owned();
    assert!(text.contains("slower"), "{text}");
    let large = compare(dir.path(), &[".", "HEAD", "--fail-on-regression", "100000"]);
    assert_eq!(large.status.code(), Some(0));
}

#[test]
fn other_output_is_told() {
    let dir = repository("something else");
    let report = json(dir.path(), &["HEAD", "."]);
    assert_eq!(report["candidates"][0]["same_output"], false);
    let ignored = json(dir.path(), &["HEAD", ".", "--ignore-output"]);
    assert!(ignored["candidates"][0]["same_output"].is_null());
}

#[test]
fn output_that_changes_from_run_to_run_is_not_compared() {
    let dir = tempfile::tempdir().unwrap();
    let report = json(dir.path(), &["date +%N", "date +%N", "--max-time", "0"]);
    assert!(report["candidates"][0]["same_output"].is_null());
}

const BENCH_MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
    [[bench]]\nname = \"speed\"\nharness = false\n[[bench]]\nname = \"plain\"\n[[bench]]\nname = \"nightly\"\n";

/// A suite that speaks to its caller as criterion does, and measures `id` spinning for so many rounds.
fn suite(benchmarks: &[(&str, u64)]) -> String {
    let head = r#"
use std::{env, fs, path::PathBuf, time::Instant};
fn measured(id: &str, rounds: u64) {
    let dir = PathBuf::from(env::var_os("CRITERION_HOME").unwrap()).join(id).join("new");
    fs::create_dir_all(&dir).unwrap();
    let times: Vec<String> = (0..10).map(|_| {
        let started = Instant::now();
        let mut x = 1u64;
        for i in 0..rounds { x = std::hint::black_box(x.rotate_left(5) ^ i); }
        started.elapsed().as_nanos().to_string()
    }).collect();
    fs::write(dir.join("benchmark.json"), format!("{{\"full_id\":\"{id}\"}}")).unwrap();
    let iters = vec!["1"; 10].join(",");
    fs::write(dir.join("sample.json"), format!("{{\"iters\":[{iters}],\"times\":[{}]}}", times.join(","))).unwrap();
}
fn main() {
    let args: Vec<String> = env::args().collect();
    if args.iter().any(|arg| arg == "--help") { println!("--save-baseline"); return; }
    assert!(args.iter().any(|arg| arg == "--bench"), "{args:?}");
    assert!(fs::exists("Cargo.toml").unwrap(), "cargo bench runs in the package's directory");
    let filter = args.iter().find_map(|arg| arg.strip_prefix("only=")).unwrap_or("");
"#;
    let calls: Vec<String> = benchmarks
        .iter()
        .map(|(id, rounds)| format!("    if {id:?}.contains(filter) {{ measured({id:?}, {rounds}) }}\n"))
        .collect();
    format!("{head}{}}}\n", calls.concat())
}

#[test]
fn benchmarks_of_two_revisions_are_compared_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    for sub in ["src", "benches"] {
        fs::create_dir(dir.path().join(sub)).unwrap();
    }
    fs::write(dir.path().join("Cargo.toml"), BENCH_MANIFEST).unwrap();
    fs::write(dir.path().join(".gitignore"), "target\ncache\nCargo.lock\n").unwrap();
    fs::write(dir.path().join("src/lib.rs"), "").unwrap();
    fs::write(dir.path().join("benches/plain.rs"), "fn main() {}\n").unwrap();
    fs::write(
        dir.path().join("benches/nightly.rs"),
        "#![feature(test)]\nextern crate test;\n",
    )
    .unwrap();
    let speed = dir.path().join("benches/speed.rs");
    fs::write(&speed, suite(&[("sum/10", 200_000), ("same", 100_000), ("old", 1000)])).unwrap();
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "--quiet", "-m", "slow"]);
    fs::write(&speed, suite(&[("sum/10", 50_000), ("same", 100_000), ("new", 1000)])).unwrap();

    let report = json(dir.path(), &["HEAD", ".", "--bench", "speed", "--max-time", "5"]);
    let candidates = report["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2, "{report:#}");
    let of = |id: &str| {
        candidates
            .iter()
            .find(|candidate| candidate["benchmark"] == id)
            .unwrap()
    };
    assert_eq!(of("sum/10")["verdict"], "faster", "{report:#}");
    assert!(of("sum/10")["ratio"].as_f64().unwrap() < 0.5, "{report:#}");
    assert_ne!(of("same")["verdict"], "slower", "{report:#}");
    assert_eq!(report["missing"][0]["benchmark"], "old");
    assert_eq!(report["missing"][1]["benchmark"], "new");

    let forbidden = compare(
        dir.path(),
        &[
            ".",
            "HEAD",
            "--bench",
            "speed",
            "--fail-on-regression",
            "20",
            "--",
            "only=sum",
        ],
    );
    let text = String::from_utf8_lossy(&forbidden.stdout).into_owned();
    assert_eq!(forbidden.status.code(), Some(1), "{text}");
    assert!(
        text.contains("sum/10") && text.contains("slower") && !text.contains("same"),
        "{text}"
    );

    for (args, words) in [
        (&["HEAD", ".", "--bench", "plain"][..], "harness = false"),
        (&["HEAD", ".", "--bench", "nightly"], "needs nightly"),
        (
            &["HEAD", ".", "--bench", "speed", "--", "only=nothing"],
            "ran no benchmark",
        ),
        (
            &["HEAD", ".", "--bench", "speed", "--by", "memory"],
            "wall-clock time only",
        ),
        (&["HEAD", ".", "--bench", "missing"], "missing"),
    ] {
        let output = compare(dir.path(), args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(words), "{args:?}: {stderr}");
    }
}

/// On this machine, as it is. Five comparisons of equal programs: the chance that two are called different is 2 %.
#[test]
fn a_program_is_not_faster_than_itself() {
    let dir = repository("done");
    let built = json(dir.path(), &["HEAD", "HEAD", "--max-pairs", "20", "--max-time", "5"]);
    let mut n_different = usize::from(built["candidates"][0]["verdict"] != "cannot-tell");
    for _ in 1..5 {
        let again = json(dir.path(), &["HEAD", "HEAD", "--max-pairs", "20", "--max-time", "5"]);
        n_different += usize::from(again["candidates"][0]["verdict"] != "cannot-tell");
    }
    assert!(n_different < 2, "{n_different} of 5");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let dir = tempfile::tempdir().unwrap();
    for (args, words) in [
        (&["no-such-thing", "true"][..], "no-such-thing is no revision"),
        (&["true", "false"], "--ignore-failure"),
        (&["true", "'open"], "cannot split"),
        (&[".", "true"], "Cargo.toml"),
        (&["true", "true", "--input", "missing"], "missing"),
        (&["true", "true", "--max-time=-1"], "no time"),
        (&["true", "true", "--prepare", "false"], "false failed"),
    ] {
        let output = compare(dir.path(), args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(words), "{args:?}: {stderr}");
    }
}
