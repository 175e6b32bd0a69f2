//! Builds the misbehaving programs once, and runs commands that may hang.

use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// More than any of these runs needs on a loaded machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Of 150 that the work gives with perf_event; timers on a busy machine give far fewer.
const MIN_SAMPLES: f64 = 5.0;

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program that ran once alone and once recorded.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// The run under whyslow.
    pub(crate) outcome: Outcome,
    /// Its `--json` report.
    pub(crate) report: serde_json::Value,
}

/// A private world for one test: caches go to its directory.
pub(crate) struct World {
    dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn whyslow(&self) -> Command {
        self.in_this_world(Command::new(env!("CARGO_BIN_EXE_cargo-whyslow")))
    }

    /// The same environment for any program, so that targets see no difference.
    pub(crate) fn in_this_world(&self, mut command: Command) -> Command {
        command.env("XDG_CACHE_HOME", self.path().join("cache"));
        for name in [
            "CARGO_TARGET_DIR",
            "RUSTFLAGS",
            "RUST_BACKTRACE",
            "NO_COLOR",
            "COLUMNS",
            "WHYSLOW_LANG",
        ] {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs the behaviour alone and recorded; both must end in the same way and print the same.
    pub(crate) fn compare(&self, behaviour: &[&str]) -> Recorded {
        self.compare_executable(program(), behaviour, &[])
    }

    pub(crate) fn compare_executable(&self, executable: &Path, behaviour: &[&str], flags: &[&str]) -> Recorded {
        let mut plain = self.in_this_world(Command::new(executable));
        plain.args(behaviour);
        let plain = run(plain);

        let json = self.path().join("report.json");
        let mut whyslow = self.whyslow();
        whyslow.arg("run").arg("--exe").arg(executable).args(flags);
        whyslow
            .arg("--exit-target")
            .arg("--json")
            .arg(&json)
            .arg("--")
            .args(behaviour);
        let outcome = run(whyslow);

        assert_eq!(
            outcome.stdout, plain.stdout,
            "stdout of {behaviour:?} changed; stderr: {}",
            outcome.stderr
        );
        assert_eq!(
            (outcome.status.code(), outcome.status.signal()),
            (plain.status.code(), plain.status.signal()),
            "status of {behaviour:?} changed; stderr: {}",
            outcome.stderr
        );
        let report = fs::read_to_string(&json).unwrap_or_else(|error| panic!("no report: {error}: {outcome:?}"));
        Recorded {
            report: serde_json::from_str(&report).expect("valid JSON"),
            outcome,
        }
    }
}

impl Recorded {
    pub(crate) fn total(&self, name: &str) -> f64 {
        self.report["totals"][name]
            .as_f64()
            .unwrap_or_else(|| panic!("no total {name}: {}", self.report["totals"]))
    }

    /// Fails unless CPU samples and allocations were recorded.
    pub(crate) fn assert_measured(&self) {
        self.assert_sampled();
        assert!(
            self.total("allocations") > 0.0,
            "no allocations: {}",
            self.outcome.stderr
        );
    }

    pub(crate) fn assert_sampled(&self) {
        assert!(
            self.total("samples") >= MIN_SAMPLES,
            "hardly any samples: {}",
            self.outcome.stderr
        );
    }

    /// The notes of the report as one text.
    pub(crate) fn notes(&self) -> String {
        self.report["notes"].to_string()
    }
}

impl Outcome {
    /// Fails unless stderr contains `words`.
    #[track_caller]
    pub(crate) fn assert_says(&self, words: &str) {
        assert!(self.stderr.contains(words), "expected {words:?} in:\n{}", self.stderr);
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.status.code(), Some(code), "{}", self.stderr);
    }
}

/// Runs the command to its end; the whole process group is killed when that takes too long.
pub(crate) fn run(command: Command) -> Outcome {
    Running::start(command).finish()
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    deadline: Instant,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Self {
            stdout: read_to_end(child.stdout.take().expect("a pipe")),
            stderr: read_to_end(child.stderr.take().expect("a pipe")),
            child,
            deadline: Instant::now() + TIMEOUT,
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn finish(mut self) -> Outcome {
        let stdout = self.text(&self.stdout);
        let stderr = self.text(&self.stderr);
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            // The group may be gone by now; then there is nothing to kill.
            let _ = kill_process_group(self.pid(), Signal::KILL);
            panic!("hangs for more than {TIMEOUT:?}");
        };
        let status = self.child.wait().expect("waiting for a child");
        Outcome { status, stdout, stderr }
    }

    fn text(&self, output: &Receiver<String>) -> Option<String> {
        output
            .recv_timeout(self.deadline.saturating_duration_since(Instant::now()))
            .ok()
    }
}

fn read_to_end(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("reading a pipe");
        // The receiver is gone when the test has failed already.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// The misbehaving program, in an ordinary optimized build with line tables.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("plain", "release", "-C force-frame-pointers=yes"))
}

/// The same, linked with a static libc: nothing can be preloaded into it.
pub(crate) fn static_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        build(
            "static",
            "release",
            "-C target-feature=+crt-static -C force-frame-pointers=yes",
        )
    })
}

/// The same, without symbols and debug information.
pub(crate) fn stripped_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("stripped", "stripped", ""))
}

fn build(name: &str, profile: &str, rustflags: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--profile", profile])
        // With an explicit target the flags stay away from build scripts.
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .arg("--target-dir")
        .arg(&target_dir)
        .env("RUSTFLAGS", rustflags)
        .current_dir(source)
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target_dir
        .join("x86_64-unknown-linux-gnu")
        .join(profile)
        .join("misbehave")
}

/// Writes files below `root`, with their directories.
pub(crate) fn write_files(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("creating a directory");
        fs::write(path, text).expect("writing a file");
    }
}

/// Copies an executable by another process: as long as this one had it open for writing, a child that another test
/// forks meanwhile would keep it busy.
pub(crate) fn copy_executable(from: &Path, to: &Path) {
    let status = Command::new("cp").arg(from).arg(to).status().expect("cp");
    assert!(status.success(), "cannot copy {}", from.display());
}

/// True for the superuser; says that the test is skipped otherwise.
pub(crate) fn is_root_or_skipped() -> bool {
    let is_root = geteuid().is_root();
    if !is_root {
        eprintln!("skipped: needs root");
    }
    is_root
}
