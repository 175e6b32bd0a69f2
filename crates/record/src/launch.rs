//! Starts the target, stopped just before `exec`, and passes signals on to it.

use crate::error::RecordError;
use crate::recorder::Launch;
use crate::sys::{self, Ended};
use profile::Message;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::origin::WithOrigin;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, PipeWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a target may take to end after an interrupt before it is asked with SIGTERM, and then before SIGKILL.
const GRACE: Duration = Duration::from_secs(3);

/// The target, forked and waiting before `exec`.
pub(crate) struct Suspended {
    pid: i32,
    go: PipeWriter,
    spawner: JoinHandle<io::Result<Child>>,
}

/// The running target.
pub(crate) struct Target {
    pub(crate) pid: i32,
    pub(crate) activity: Activity,
    pidfd: Option<OwnedFd>,
}

pub(crate) fn check_executable(path: &Path) -> Result<(), RecordError> {
    let refuse = |reason: Message| RecordError::Executable {
        path: path.to_owned(),
        reason,
    };
    let unreadable = |error: io::Error| refuse(Message::new("executable-unreadable").text("reason", error.to_string()));
    let mut file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(refuse(Message::new("executable-directory")));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(refuse(Message::new("executable-mode")));
    }
    let mut header = [0; 20];
    file.read_exact(&mut header)
        .map_err(|_| refuse(Message::new("executable-no-elf")))?;
    // ELF specification: magic, then EI_CLASS (2 = 64 bits); e_machine at 18 (62 = x86-64).
    if header[..4] != *b"\x7fELF" {
        return Err(refuse(Message::new("executable-no-elf")));
    }
    if header[4] != 2 || u16::from_le_bytes([header[18], header[19]]) != 62 {
        return Err(refuse(Message::new("executable-architecture")));
    }
    Ok(())
}

/// Where the kernel puts a program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// As the system is set up: as a rule elsewhere in each run.
    Usual,
    /// At the same place in each run.
    Fixed,
}

/// Forks the target with `env` on top of its own environment; it waits before `exec`.
pub(crate) fn suspended(
    launch: &Launch,
    env: &[(OsString, OsString)],
    addresses: Addresses,
) -> Result<Suspended, RecordError> {
    let pipe_error = |source| RecordError::System {
        what: "failed-making-pipe",
        source,
    };
    let (mut pid_in, pid_out) = io::pipe().map_err(pipe_error)?;
    let (go_in, go) = io::pipe().map_err(pipe_error)?;
    let mut command = Command::new(&launch.executable);
    command.args(&launch.args);
    command.envs(launch.env.iter().map(|(name, value)| (name, value)));
    command.envs(env.iter().map(|(name, value)| (name, value)));
    if let Some(dir) = &launch.current_dir {
        command.current_dir(dir);
    }
    if let Some(input) = &launch.input {
        command.stdin(File::open(input).map_err(|source| RecordError::Launch {
            path: input.clone(),
            source,
        })?);
    }
    if launch.is_output_discarded {
        command.stdout(Stdio::null());
    }
    sys::gate_before_exec(&mut command, pid_out, go_in);
    if addresses == Addresses::Fixed {
        sys::fix_addresses(&mut command);
    }
    // `spawn` returns when the child has called `exec`, hence a thread of its own.
    let spawner = std::thread::spawn(move || command.spawn());
    let mut pid = [0; 4];
    match pid_in.read_exact(&mut pid) {
        Ok(()) => Ok(Suspended {
            pid: i32::from_ne_bytes(pid),
            go,
            spawner,
        }),
        Err(_) => match join(spawner) {
            Err(source) => Err(RecordError::Launch {
                path: launch.executable.clone(),
                source,
            }),
            Ok(_) => unreachable!("a child that did not pass the gate cannot have called exec"),
        },
    }
}

fn join(spawner: JoinHandle<io::Result<Child>>) -> io::Result<Child> {
    spawner
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the launching thread failed")))
}

impl Suspended {
    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// Lets the target call `exec`.
    pub(crate) fn start(mut self, launch: &Launch) -> Result<Target, RecordError> {
        let launch_error = |source| RecordError::Launch {
            path: launch.executable.clone(),
            source,
        };
        let before = active_time(&format!("/proc/{}/schedstat", self.pid)).unwrap_or_default();
        let activity = Activity {
            seen: HashMap::from([(self.pid, before)]),
            ..Activity::default()
        };
        self.go.write_all(&[1]).map_err(launch_error)?;
        join(self.spawner).map_err(launch_error)?;
        let pidfd = Pid::from_raw(self.pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        Ok(Target {
            pid: self.pid,
            activity,
            pidfd,
        })
    }
}

impl Target {
    /// Waits up to `timeout` for the target's end.
    pub(crate) fn wait(&mut self, timeout: Duration) -> io::Result<Option<Ended>> {
        match &self.pidfd {
            Some(pidfd) => {
                let mut fds = [rustix::event::PollFd::new(pidfd, rustix::event::PollFlags::IN)];
                let timeout = rustix::event::Timespec {
                    tv_sec: 0,
                    tv_nsec: i64::from(timeout.subsec_nanos()),
                };
                match rustix::event::poll(&mut fds, Some(&timeout)) {
                    // An interrupt only makes this turn shorter.
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            // Kernels before 5.3 have no pidfd.
            None => std::thread::sleep(timeout.min(Duration::from_millis(5))),
        }
        // An ended process keeps its first thread's figures until it is reaped.
        let last = active_time(&format!("/proc/{}/schedstat", self.pid));
        let ended = sys::try_wait(self.pid)?;
        if ended.is_some() {
            self.activity.observe(last.map(|active| (self.pid, active)));
        }
        Ok(ended)
    }

    /// Looks at every thread; a few times a second is enough.
    pub(crate) fn observe_threads(&mut self) {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.pid)) else {
            return;
        };
        let pid = self.pid;
        let active = threads.flatten().take(MAX_THREADS_OBSERVED).filter_map(|entry| {
            let tid = entry.file_name().to_str()?.parse().ok()?;
            Some((tid, active_time(&format!("/proc/{pid}/task/{tid}/schedstat"))?))
        });
        self.activity.observe(active);
    }

    fn send(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid) {
            // The target may have ended meanwhile; then there is nobody to tell.
            let _ = kill_process(pid, signal);
        }
    }
}

/// For how long at least one thread of a process ran or was ready to run.
///
/// Threads are looked at in intervals; the busiest thread of an interval stands for it.
#[derive(Default)]
pub(crate) struct Activity {
    total: Duration,
    /// Active time of each thread when it was last looked at.
    seen: HashMap<i32, Duration>,
}

/// A process with more threads is judged by these.
const MAX_THREADS_OBSERVED: usize = 64;

impl Activity {
    /// Takes the active time of each thread, and adds what the busiest gained since the last call.
    fn observe(&mut self, threads: impl IntoIterator<Item = (i32, Duration)>) {
        let gains = threads.into_iter().map(|(tid, active)| {
            let before = self.seen.insert(tid, active).unwrap_or_default();
            active.saturating_sub(before)
        });
        self.total += gains.max().unwrap_or_default();
    }

    /// For how long at least one thread was active.
    pub(crate) fn total(&self) -> Duration {
        self.total
    }
}

/// The first two fields of a `schedstat` (Documentation/scheduler/sched-stats.rst): nanoseconds on a processor, and on a
/// run queue.
fn active_time(path: &str) -> Option<Duration> {
    let text = std::fs::read_to_string(path).ok()?;
    let mut fields = text.split_whitespace().map_while(|field| field.parse::<u64>().ok());
    Some(Duration::from_nanos(fields.next()?.saturating_add(fields.next()?)))
}

/// Passes signals on to the target, and ends it when the recording is to stop.
pub(crate) struct Signals {
    incoming: Option<SignalsInfo<WithOrigin>>,
    /// When the target was first asked to end, and how firmly so far.
    asked: Option<(Instant, Ask)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Interrupted,
    Terminated,
    Killed,
}

impl Signals {
    pub(crate) fn listen() -> Self {
        let incoming = SignalsInfo::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]).ok();
        Self { incoming, asked: None }
    }

    /// True when the recording was asked to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.asked.is_some()
    }

    /// Asks the target to end, because the time given for the recording is over.
    pub(crate) fn stop(&mut self, target: &Target) {
        if self.asked.is_none() {
            target.send(Signal::TERM);
            self.asked = Some((Instant::now(), Ask::Terminated));
        }
    }

    /// Handles what arrived, and grows firmer with a target that was asked to end and does not.
    pub(crate) fn pass_on(&mut self, target: &Target) {
        let Some(incoming) = &mut self.incoming else { return };
        for origin in incoming.pending() {
            let is_from_terminal = origin.process.is_none();
            match origin.signal {
                SIGINT | SIGTERM | SIGHUP | SIGQUIT => match self.asked {
                    // The terminal sends its interrupt to the target as well.
                    None if is_from_terminal => self.asked = Some((Instant::now(), Ask::Interrupted)),
                    None => {
                        send_same(target, origin.signal);
                        self.asked = Some((Instant::now(), Ask::Terminated));
                    }
                    Some((since, _)) => {
                        target.send(Signal::KILL);
                        self.asked = Some((since, Ask::Killed));
                    }
                },
                other => send_same(target, other),
            }
        }
        match self.asked {
            Some((since, Ask::Interrupted)) if since.elapsed() > GRACE => {
                target.send(Signal::TERM);
                self.asked = Some((Instant::now(), Ask::Terminated));
            }
            Some((since, Ask::Terminated)) if since.elapsed() > GRACE => {
                target.send(Signal::KILL);
                self.asked = Some((since, Ask::Killed));
            }
            _ => {}
        }
    }
}

fn send_same(target: &Target, signal: i32) {
    if let Some(signal) = Signal::from_named_raw(signal) {
        target.send(signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_thread_of_each_interval_counts() {
        let ms = Duration::from_millis;
        let mut activity = Activity::default();
        activity.observe([(1, ms(90)), (2, ms(10))]);
        activity.observe([(1, ms(95)), (2, ms(110))]);
        activity.observe([(1, ms(100))]);
        assert_eq!(activity.total(), ms(90 + 100 + 5));
    }
}
