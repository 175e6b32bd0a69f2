//! System calls: a gate before `exec`, waiting for a child with its resource usage, a ring shared by two events, time.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::RawFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// Makes the child report its process id and wait for a byte before it calls `exec`.
pub(crate) fn gate_before_exec(command: &mut Command, mut pid_out: PipeWriter, mut go_in: PipeReader) {
    let gate = move || {
        pid_out.write_all(&std::process::id().to_ne_bytes())?;
        let mut byte = [0];
        // End of file means that the parent gave up.
        go_in.read_exact(&mut byte)
    };
    // SAFETY: between fork and exec the closure only calls getpid, write and read, which are async-signal-safe, and
    // allocates nothing.
    unsafe { command.pre_exec(gate) };
}

/// Makes the child lie at the same addresses in each run.
pub(crate) fn fix_addresses(command: &mut Command) {
    /// `ADDR_NO_RANDOMIZE` of `personality(2)`.
    const ADDR_NO_RANDOMIZE: libc::c_ulong = 0x004_0000;
    /// Asks without changing.
    const ASK: libc::c_ulong = 0xffff_ffff;
    let fix = || {
        // SAFETY: takes a number.
        let current = unsafe { libc::personality(ASK) };
        // SAFETY: as above. Where a security policy refuses, addresses differ from run to run, which is no error.
        unsafe { libc::personality(current as libc::c_ulong | ADDR_NO_RANDOMIZE) };
        Ok(())
    };
    // SAFETY: between fork and exec the closure makes two system calls, and allocates nothing.
    unsafe { command.pre_exec(fix) };
}

/// How a child ended, with what it used.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) user: Duration,
    pub(crate) sys: Duration,
    pub(crate) max_rss_bytes: u64,
}

/// Reaps the child `pid` if it has ended.
///
/// # Errors
/// When there is no such child.
pub(crate) fn try_wait(pid: i32) -> io::Result<Option<Ended>> {
    let mut status = 0;
    // SAFETY: `rusage` is a plain C struct of integers, for which all zero is a valid value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live locals of the types that wait4 writes.
    let reaped = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
    match reaped {
        0 => Ok(None),
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(Some(Ended {
            status: ExitStatus::from_raw(status),
            user: duration(usage.ru_utime),
            sys: duration(usage.ru_stime),
            // The kernel counts in KiB (getrusage(2)).
            max_rss_bytes: u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024,
        })),
    }
}

/// Makes the perf event `fd` write its samples to the ring of `ring_fd`.
///
/// # Errors
/// When the kernel refuses: the events differ in processor or clock.
pub(crate) fn write_to_ring_of(fd: RawFd, ring_fd: RawFd) -> io::Result<()> {
    // `PERF_EVENT_IOC_SET_OUTPUT` (`perf_event.h`).
    const SET_OUTPUT: libc::Ioctl = 0x2405;
    // SAFETY: this request takes a file descriptor by value and no memory of ours.
    match unsafe { libc::ioctl(fd, SET_OUTPUT, ring_fd) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Time on CLOCK_MONOTONIC.
pub(crate) fn monotonic_ns() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
        + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
}
