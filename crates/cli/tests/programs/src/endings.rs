//! Ways to end that leave no time for goodbyes.

use crate::work::spin;
use std::io::Write;
use std::process::ExitCode;

pub(crate) fn panic() -> ExitCode {
    spin();
    panic!("deliberate")
}

pub(crate) fn abort() -> ExitCode {
    spin();
    std::process::abort()
}

pub(crate) fn segfault() -> ExitCode {
    spin();
    // SAFETY: not sound at all: the fault is the purpose.
    unsafe { std::ptr::write_volatile(std::ptr::without_provenance_mut::<u8>(8), 1) };
    ExitCode::SUCCESS
}

pub(crate) fn kill() -> ExitCode {
    spin();
    // SAFETY: plain system calls.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    unreachable!("nobody survives SIGKILL")
}

pub(crate) fn exit_now() -> ExitCode {
    spin();
    println!("leaving");
    std::io::stdout().flush().expect("flushing");
    // SAFETY: ends the process without running anything else of it.
    unsafe { libc::_exit(7) }
}
