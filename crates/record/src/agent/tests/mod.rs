//! Runs small programs (`tests/programs/`) with the agent and looks at what it recorded.

mod calls;
mod elsewhere;
mod ends;
mod heap;

use super::{Agent, AgentConfig, AgentEvent, Aggregate};
use crate::agent::event::{AgentTotals, Freed};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::Duration;

/// A compiled test program; its folder is removed with it.
struct Program {
    executable: PathBuf,
    _folder: tempfile::TempDir,
}

/// What a program did with the agent in it.
struct Recorded {
    status: ExitStatus,
    stdout: String,
    stderr: String,
    events: Vec<Event>,
    totals: AgentTotals,
    aggregates: Vec<Aggregate>,
    has_attached: bool,
}

/// [`AgentEvent`] without what it borrows.
#[derive(Clone, Debug, PartialEq)]
enum Event {
    Mapping {
        start: u64,
        end: u64,
        path: PathBuf,
    },
    Thread {
        pid: u32,
        tid: u32,
        name: String,
    },
    Cpu {
        tid: u32,
        cpu_ns: u64,
        n_chain: usize,
    },
    Allocation {
        id: u64,
        tid: u32,
        size: u64,
        weight: f64,
        ip: u64,
        sp: u64,
        n_dump: usize,
        n_chain: usize,
    },
    Growth {
        old_size: u64,
        new_size: u64,
        has_moved: bool,
        weight: f64,
    },
    End {
        id: u64,
        freed: Option<Freed>,
        growths: u32,
        last_size: u64,
    },
}

impl Event {
    fn from(event: &AgentEvent<'_>) -> Self {
        match *event {
            AgentEvent::Mapping { start, end, path, .. } => Self::Mapping {
                start,
                end,
                path: path.to_owned(),
            },
            AgentEvent::Thread { pid, tid, name } => Self::Thread {
                pid,
                tid,
                name: name.to_owned(),
            },
            AgentEvent::Cpu { tid, cpu_ns, stack, .. } => Self::Cpu {
                tid,
                cpu_ns,
                n_chain: stack.chain.len(),
            },
            AgentEvent::Allocation {
                id,
                tid,
                size,
                weight,
                stack,
                ..
            } => Self::Allocation {
                id: id.0,
                tid,
                size,
                weight,
                ip: stack.ip,
                sp: stack.sp,
                n_dump: stack.dump.len(),
                n_chain: stack.chain.len(),
            },
            AgentEvent::Growth {
                old_size,
                new_size,
                has_moved,
                weight,
                ..
            } => Self::Growth {
                old_size,
                new_size,
                has_moved,
                weight,
            },
            AgentEvent::End {
                id,
                freed,
                growths,
                last_size,
                ..
            } => Self::End {
                id: id.0,
                freed,
                growths,
                last_size,
            },
        }
    }
}

impl Program {
    /// Compiles `tests/programs/<name>.rs` with optimization, frame pointers, and further arguments.
    fn compile(name: &str, arguments: &[&str]) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/programs")
            .join(format!("{name}.rs"));
        let folder = tempfile::tempdir().unwrap();
        let is_library = arguments.contains(&"rlib");
        let executable = folder.path().join(if is_library {
            format!("lib{name}.rlib")
        } else {
            name.to_owned()
        });
        let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .args([
                "--edition",
                "2024",
                "-O",
                "-C",
                "force-frame-pointers=yes",
                "-C",
                "debuginfo=1",
            ])
            .args(arguments)
            .arg("-o")
            .arg(&executable)
            .arg(source)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self {
            executable,
            _folder: folder,
        }
    }

    /// Runs it without the agent.
    fn run_plain(&self, arguments: &[&str]) -> Output {
        Command::new(&self.executable)
            .args(arguments)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs it with the agent.
    fn run(&self, config: &AgentConfig, arguments: &[&str]) -> Recorded {
        record(Command::new(&self.executable).args(arguments), &self.executable, config)
    }
}

/// Runs a command with the agent.
fn record(command: &mut Command, executable: &Path, config: &AgentConfig) -> Recorded {
    let mut agent = Agent::create(config, executable).unwrap();
    let mut events = Vec::new();
    command
        .envs(agent.environment())
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // The output is read aside, so that a full pipe stops nobody.
    let waiter = std::thread::spawn(move || child.wait_with_output().unwrap());
    while !waiter.is_finished() {
        agent.drain(&mut |event| events.push(Event::from(&event)));
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = waiter.join().unwrap();
    agent.finish(&mut |event| events.push(Event::from(&event)));
    Recorded {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        events,
        totals: agent.totals(),
        aggregates: agent.aggregates(),
        has_attached: agent.has_attached(),
    }
}
