//! `cargo whyslow fix` as a user runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
/// `last` of a double-ended iterator walks all of it.
const MAIN: &str = r#"
fn file_type(path: &str) -> &str {
    path.split('/').last().unwrap_or(path)
}

fn main() {
    let path = "a/long/path/with/many/parts/".repeat(20) + "end.txt";
    let sum: usize = (0..60_000).map(|_| file_type(std::hint::black_box(&path)).len()).sum();
    println!("{sum}");
}

#[test]
fn the_last_part_counts() {
    assert_eq!(file_type("a/b.txt"), "b.txt");
}
"#;

fn whyslow(dir: &Path, args: &[&str]) -> Output {
    whyslow_reading(dir, args, Stdio::null())
}

fn whyslow_reading(dir: &Path, args: &[&str], input: Stdio) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"))
        .arg("whyslow")
        .args(args)
        .current_dir(dir)
        .env_remove("CARGO_TARGET_DIR")
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .stdin(input)
        .output();
    output.unwrap()
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

/// A package that was recorded.
fn recorded() -> tempfile::TempDir {
    recorded_with(MAIN, Stdio::null())
}

fn recorded_with(main: &str, input: Stdio) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(dir.path().join("src/main.rs"), main).unwrap();
    fs::write(dir.path().join(".gitignore"), "target\ncache\nCargo.lock\n").unwrap();
    let run = whyslow_reading(dir.path(), &["--quiet"], input);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    dir
}

fn assert_refused(output: &Output, words: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(words), "{stderr}");
}

#[test]
fn a_fix_that_pays_is_proved_and_applied_on_request_only() {
    let dir = recorded();
    let source = dir.path().join("src/main.rs");
    // Judged again: what the first run left behind must not be taken for the original. Then as nothing changed: known.
    for (flags, is_known) in [(&[][..], false), (&["--again"], false), (&[], true)] {
        let shown = whyslow(dir.path(), &[&["fix", "--quiet", "--max-time", "3"], flags].concat());
        let stdout = String::from_utf8_lossy(&shown.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&shown.stderr).into_owned();
        assert!(shown.status.success(), "{stderr}");
        assert!(stdout.contains("kept"), "{stdout}");
        assert!(stdout.contains("+    path.split('/').next_back()"), "{stdout}");
        assert_eq!(stdout.contains("judged by an earlier run"), is_known, "{stdout}");
        assert_eq!(stderr.contains("nothing was judged anew"), is_known, "{stderr}");
        assert_eq!(fs::read_to_string(&source).unwrap(), MAIN);
    }
    // Two runs judged, so two lines; what is only remembered is not counted twice.
    let calibration = fs::read_to_string(dir.path().join("target/whyslow/calibration.jsonl")).unwrap();
    assert_eq!(calibration.lines().count(), 2, "{calibration}");
    // A test more, and what the tests said is no longer known.
    fs::create_dir(dir.path().join("tests")).unwrap();
    fs::write(
        dir.path().join("tests/more.rs"),
        "#[test]\nfn fails_now() { panic!() }\n",
    )
    .unwrap();
    assert_refused(
        &whyslow(dir.path(), &["fix", "--quiet", "--max-time", "3"]),
        "fails_now",
    );
    fs::remove_dir_all(dir.path().join("tests")).unwrap();
    assert_refused(&whyslow(dir.path(), &["fix", "--apply"]), "--allow-no-vcs");
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "."]);
    assert_refused(&whyslow(dir.path(), &["fix", "--apply"]), "--allow-dirty");
    git(dir.path(), &["commit", "--quiet", "-m", "slow"]);
    let applied = whyslow(dir.path(), &["fix", "--quiet", "--apply", "--max-time", "3"]);
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(
        fs::read_to_string(&source).unwrap(),
        MAIN.replace(".last()", ".next_back()")
    );
    // The recording is of the old text.
    assert_refused(&whyslow(dir.path(), &["fix"]), "records again");
}

#[test]
fn what_cannot_be_fixed_is_said() {
    let dir = tempfile::tempdir().unwrap();
    assert_refused(&whyslow(dir.path(), &["fix"]), "Cargo.toml");
    let dir = recorded();
    assert_refused(&whyslow(dir.path(), &["fix", "99"]), "there is no finding 99");
    assert_refused(&whyslow(dir.path(), &["fix", "--only", "no-such-rule"]), "no-such-rule");
    let nothing = whyslow(dir.path(), &["fix", "--only", "linked-list"]);
    assert!(nothing.status.success());
    fs::write(dir.path().join("Cargo.toml"), MANIFEST.replace("[package]", "[package")).unwrap();
    assert_refused(&whyslow(dir.path(), &["fix"]), "Cargo.toml");
}

/// Reads a word, and says what time it is when that word is `time`.
const READER: &str = r#"
fn main() {
    let mut word = String::new();
    std::io::stdin().read_line(&mut word).unwrap();
    assert!(!word.is_empty(), "a word is needed");
    if word.trim() == "time" {
        println!("{:?}", std::time::SystemTime::now());
    }
"#;

#[test]
fn programs_that_need_input_or_never_say_the_same_are_judged_by_what_they_are_given() {
    let world = tempfile::tempdir().unwrap();
    let (word, time) = (world.path().join("word"), world.path().join("time"));
    fs::write(&word, "word\n").unwrap();
    fs::write(&time, "time\n").unwrap();
    let main = MAIN.replace("\nfn main() {\n", READER);
    let dir = recorded_with(&main, fs::File::open(&word).unwrap().into());
    let fix = |args: &[&str]| whyslow(dir.path(), &[&["fix", "--quiet", "--max-time", "2"], args].concat());
    let (word, time) = (word.to_str().unwrap(), time.to_str().unwrap());
    assert_refused(&fix(&[]), "--input FILE");
    assert_refused(&fix(&["--input", time]), "--check COMMAND");
    assert_refused(&fix(&["--input", time, "--check", "false"]), "--check has to accept");
    for args in [
        &["--input", word][..],
        &["--input", time, "--check", "sh -c 'test -x $WHYSLOW_PROGRAM'"],
    ] {
        let shown = fix(args);
        let stdout = String::from_utf8_lossy(&shown.stdout);
        assert!(
            stdout.contains("kept"),
            "{stdout}{}",
            String::from_utf8_lossy(&shown.stderr)
        );
    }
}
