//! System calls made directly, so that neither `errno` nor a hook is touched. Runs inside malloc and signal handlers.

use crate::abi::{self, c_int, c_long, c_uint};
use core::arch::asm;
use core::ffi::CStr;

/// Makes a system call; negative values are errors.
#[inline]
pub(super) fn system_call(number: c_long, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let result: isize;
    // SAFETY: the kernel keeps all registers but rax, rcx and r11; the callers below pass valid buffers.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => result,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Process id.
pub(crate) fn pid() -> u32 {
    system_call(abi::SYS_GETPID, [0; 6]) as u32
}

/// Thread id of the caller.
pub(crate) fn tid() -> u32 {
    system_call(abi::SYS_GETTID, [0; 6]) as u32
}

/// Name of the calling thread, zero-padded.
pub(crate) fn thread_name() -> [u64; 2] {
    let mut name = [0u64; 2];
    system_call(
        abi::SYS_PRCTL,
        [abi::PR_GET_NAME as usize, name.as_mut_ptr() as usize, 0, 0, 0, 0],
    );
    name
}

/// Mode of an open file.
pub(crate) fn file_mode(fd: c_int) -> Option<c_uint> {
    let mut status = abi::stat::default();
    let result = system_call(abi::SYS_FSTAT, [fd as usize, &raw mut status as usize, 0, 0, 0, 0]);
    (result == 0).then_some(status.st_mode)
}

/// Mode and size of an open file.
pub(super) fn mode_and_size(fd: c_int) -> Option<(c_uint, u64)> {
    let mut status = abi::stat::default();
    let result = system_call(abi::SYS_FSTAT, [fd as usize, &raw mut status as usize, 0, 0, 0, 0]);
    (result == 0).then_some((status.st_mode, status.st_size as u64))
}

/// Device and inode of the executable.
pub(crate) fn executable_identity() -> Option<(u64, u64)> {
    let mut status = abi::stat::default();
    let path = c"/proc/self/exe".as_ptr() as usize;
    let result = system_call(abi::SYS_STAT, [path, &raw mut status as usize, 0, 0, 0, 0]);
    (result == 0).then_some((status.st_dev, status.st_ino))
}

/// Path of the executable, written to `buffer`.
pub(crate) fn executable_path(buffer: &mut [u8]) -> &[u8] {
    let path = c"/proc/self/exe".as_ptr() as usize;
    let length = system_call(
        abi::SYS_READLINK,
        [path, buffer.as_mut_ptr() as usize, buffer.len(), 0, 0, 0],
    );
    buffer.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[])
}

/// Soft limit of the size of the main thread's stack.
pub(crate) fn stack_limit() -> u64 {
    let mut limit = abi::rlimit::default();
    system_call(
        abi::SYS_PRLIMIT64,
        [0, abi::RLIMIT_STACK as usize, 0, &raw mut limit as usize, 0, 0],
    );
    limit.rlim_cur
}

/// Opens a file for reading and writing. The descriptor must be closed at once: it takes a number of the program's.
pub(super) fn open_read_write(path: &CStr) -> Option<c_int> {
    let flags = abi::O_RDWR | abi::O_CLOEXEC | abi::O_NONBLOCK | abi::O_NOCTTY;
    let fd = system_call(abi::SYS_OPEN, [path.as_ptr() as usize, flags as usize, 0, 0, 0, 0]);
    (fd >= 0).then_some(fd as c_int)
}

/// Closes a descriptor.
pub(super) fn close(fd: c_int) {
    system_call(abi::SYS_CLOSE, [fd as usize, 0, 0, 0, 0, 0]);
}

/// Maps memory; none when refused.
pub(super) fn map(address: usize, bytes: usize, protection: c_int, flags: c_int, fd: c_int) -> Option<usize> {
    let result = system_call(
        abi::SYS_MMAP,
        [address, bytes, protection as usize, flags as usize, fd as usize, 0],
    );
    (!(-4095..0).contains(&result)).then_some(result as usize)
}

/// Unmaps memory.
pub(super) fn unmap(address: usize, bytes: usize) {
    system_call(abi::SYS_MUNMAP, [address, bytes, 0, 0, 0, 0]);
}

/// Changes what may be done with memory; false when refused.
pub(super) fn protect(address: usize, bytes: usize, protection: c_int) -> bool {
    system_call(abi::SYS_MPROTECT, [address, bytes, protection as usize, 0, 0, 0]) == 0
}

/// Leaves memory out of core dumps.
pub(super) fn leave_out_of_dumps(address: usize, bytes: usize) {
    system_call(abi::SYS_MADVISE, [address, bytes, abi::MADV_DONTDUMP as usize, 0, 0, 0]);
}

/// Reads the process's own memory at `address` without ever faulting; returns the number of whole words read.
pub(super) fn read_own_memory(address: u64, words: &mut [u64]) -> usize {
    let local = abi::iovec {
        iov_base: words.as_mut_ptr().cast(),
        iov_len: words.len() * 8,
    };
    // A read stops at the first remote piece that is not mapped, so the range is cut at its page boundaries.
    let end = address.saturating_add(words.len() as u64 * 8);
    let mut pieces = [abi::iovec {
        iov_base: core::ptr::null_mut(),
        iov_len: 0,
    }; 4];
    let mut n_pieces = 0;
    let mut from = address;
    for piece in &mut pieces {
        let to = ((from | 4095) + 1).min(end);
        *piece = abi::iovec {
            iov_base: core::ptr::without_provenance_mut(from as usize),
            iov_len: (to - from) as usize,
        };
        n_pieces += 1;
        if to == end {
            break;
        }
        from = to;
    }
    let arguments = [
        pid() as usize,
        &raw const local as usize,
        1,
        pieces.as_ptr() as usize,
        n_pieces,
        0,
    ];
    let bytes = system_call(abi::SYS_PROCESS_VM_READV, arguments);
    usize::try_from(bytes).unwrap_or(0) / 8
}

/// Starts a timer on the calling thread's CPU clock that sends it `signal`; none when refused.
pub(crate) fn start_timer(signal: u32, interval_ns: u64) -> Option<u32> {
    let event = abi::sigevent {
        sigev_signo: signal as c_int,
        sigev_notify: abi::SIGEV_THREAD_ID,
        sigev_notify_thread_id: tid() as c_int,
        ..abi::sigevent::default()
    };
    let mut timer: c_int = 0;
    let arguments = [
        abi::CLOCK_THREAD_CPUTIME_ID as usize,
        &raw const event as usize,
        &raw mut timer as usize,
        0,
        0,
        0,
    ];
    if system_call(abi::SYS_TIMER_CREATE, arguments) != 0 {
        return None;
    }
    let interval = abi::timespec {
        tv_sec: (interval_ns / 1_000_000_000) as i64,
        tv_nsec: (interval_ns % 1_000_000_000) as i64,
    };
    let times = abi::itimerspec {
        it_interval: interval,
        it_value: interval,
    };
    system_call(
        abi::SYS_TIMER_SETTIME,
        [timer as usize, 0, &raw const times as usize, 0, 0, 0],
    );
    Some(timer as u32)
}

/// Removes a timer.
pub(crate) fn delete_timer(timer: u32) {
    system_call(abi::SYS_TIMER_DELETE, [timer as usize, 0, 0, 0, 0, 0]);
}

/// Has `handler` called for `signal`, on the thread's signal stack where it has one, with calls restarted.
pub(crate) fn set_signal_handler(signal: u32, handler: usize) -> bool {
    let action = abi::sigaction {
        sa_sigaction: handler,
        sa_mask: abi::sigset_t { bits: [0; 16] },
        sa_flags: abi::SA_SIGINFO | abi::SA_RESTART | abi::SA_ONSTACK,
        sa_restorer: 0,
    };
    // By way of the C library, which adds the code that returns from a handler.
    crate::real::set_action(signal as c_int, &action)
}
