//! More processes than one, and one that becomes another.

use crate::work::spin;
use std::ffi::CString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// A child that works and ends with 3; nothing between `fork` and `_exit` is unfit for a forked child.
pub(crate) fn fork() -> ExitCode {
    // SAFETY: the process has one thread.
    let child = unsafe { libc::fork() };
    if child == 0 {
        spin();
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { libc::_exit(3) }
    }
    spin();
    let mut status = 0;
    // SAFETY: `status` outlives the call.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    println!("child ended with {}", libc::WEXITSTATUS(status));
    ExitCode::from(u8::from(waited != child))
}

pub(crate) fn exec() -> ExitCode {
    spin();
    let error = Command::new(own_path()).arg("spin").exec();
    panic!("cannot exec: {error}")
}

pub(crate) fn spawn() -> ExitCode {
    let status = Command::new(own_path()).arg("spin").status().expect("a child");
    spin();
    println!("child: {status}");
    ExitCode::SUCCESS
}

fn own_path() -> std::path::PathBuf {
    std::env::current_exe().expect("an executable")
}

pub(crate) fn drop_privileges() -> ExitCode {
    spin();
    const NOBODY: libc::uid_t = 65534;
    // SAFETY: plain system calls; the list of groups is empty.
    let dropped = unsafe {
        libc::setgroups(0, std::ptr::null()) == 0
            && libc::setresgid(NOBODY, NOBODY, NOBODY) == 0
            && libc::setresuid(NOBODY, NOBODY, NOBODY) == 0
    };
    spin();
    // SAFETY: a plain system call.
    println!("dropped: {dropped}, uid {}", unsafe { libc::getuid() });
    ExitCode::SUCCESS
}

/// Runs `command` in a world where `perf_event_open` is refused, as the default seccomp profile of containers does.
pub(crate) fn refuse_perf(command: &[&str]) -> ExitCode {
    let refusal = libc::SECCOMP_RET_ERRNO | libc::EACCES as u32;
    let load_syscall_number = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    let jump_if_equal = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    let ret = (libc::BPF_RET | libc::BPF_K) as u16;
    let instruction = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let mut filter = [
        instruction(load_syscall_number, 0, 0, 0),
        instruction(jump_if_equal, 0, 1, libc::SYS_perf_event_open as u32),
        instruction(ret, 0, 0, refusal),
        instruction(ret, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: `program` and the filter that it points to outlive both calls.
    let set = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) == 0
    };
    assert!(set, "cannot set the filter");
    let args: Vec<CString> = command.iter().map(|arg| CString::new(*arg).expect("no NUL")).collect();
    let mut pointers: Vec<_> = args.iter().map(|arg| arg.as_ptr()).collect();
    pointers.push(std::ptr::null());
    // SAFETY: a NUL-terminated list of NUL-terminated strings.
    unsafe { libc::execvp(pointers[0], pointers.as_ptr()) };
    panic!("cannot run {command:?}")
}
