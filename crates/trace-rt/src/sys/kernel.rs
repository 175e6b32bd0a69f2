//! System calls made directly, so that neither `errno` nor a hook is touched.

use crate::abi;
use core::arch::asm;
use core::ffi::CStr;

#[inline]
fn system_call(number: usize, arguments: [usize; 6]) -> isize {
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

/// Lets another thread have the processor.
pub(crate) fn give_way() {
    system_call(abi::SYS_SCHED_YIELD, [0; 6]);
}

/// The processor's time stamp counter.
pub(crate) fn ticks() -> u64 {
    // SAFETY: every x86-64 processor has it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// Name of the calling thread, zero-padded.
pub(crate) fn thread_name() -> [u64; 2] {
    let mut name = [0u64; 2];
    system_call(
        abi::SYS_PRCTL,
        [abi::PR_GET_NAME, name.as_mut_ptr() as usize, 0, 0, 0, 0],
    );
    name
}

/// Device and inode of the executable.
pub(crate) fn executable_identity() -> Option<(u64, u64)> {
    let mut status = abi::Stat::default();
    let path = c"/proc/self/exe".as_ptr() as usize;
    let result = system_call(abi::SYS_STAT, [path, &raw mut status as usize, 0, 0, 0, 0]);
    (result == 0).then_some((status.st_dev, status.st_ino))
}

/// Opens a file for reading and writing. The descriptor must be closed at once: it takes a number of the program's.
pub(super) fn open(path: &CStr) -> Option<usize> {
    let flags = abi::O_RDWR | abi::O_CLOEXEC;
    let fd = system_call(abi::SYS_OPEN, [path.as_ptr() as usize, flags, 0, 0, 0, 0]);
    usize::try_from(fd).ok()
}

/// Closes a descriptor.
pub(super) fn close(fd: usize) {
    system_call(abi::SYS_CLOSE, [fd, 0, 0, 0, 0, 0]);
}

/// Maps `bytes` of a file from `offset` on; none when refused.
pub(super) fn map_shared(fd: usize, offset: u64, bytes: usize) -> Option<usize> {
    let protection = abi::PROT_READ | abi::PROT_WRITE;
    address(system_call(
        abi::SYS_MMAP,
        [
            0,
            bytes,
            protection,
            abi::MAP_SHARED | abi::MAP_NORESERVE,
            fd,
            offset as usize,
        ],
    ))
}

/// Maps zeroed memory; none when refused.
pub(super) fn map_private(bytes: usize) -> Option<usize> {
    let protection = abi::PROT_READ | abi::PROT_WRITE;
    let flags = abi::MAP_PRIVATE | abi::MAP_ANONYMOUS | abi::MAP_NORESERVE;
    address(system_call(abi::SYS_MMAP, [0, bytes, protection, flags, usize::MAX, 0]))
}

/// Has memory that will be used all over made of large pages, where the system has some.
pub(super) fn use_large_pages(address: usize, bytes: usize) {
    system_call(abi::SYS_MADVISE, [address, bytes, abi::MADV_HUGEPAGE, 0, 0, 0]);
}

/// Unmaps memory.
pub(super) fn unmap(address: usize, bytes: usize) {
    system_call(abi::SYS_MUNMAP, [address, bytes, 0, 0, 0, 0]);
}

/// The system call `getrandom`, as it is.
pub(crate) fn random_bytes(buffer: usize, n_bytes: usize, flags: u32) -> isize {
    system_call(abi::SYS_GETRANDOM, [buffer, n_bytes, flags as usize, 0, 0, 0])
}

fn address(result: isize) -> Option<usize> {
    (!(-4095..0).contains(&result)).then_some(result as usize)
}
