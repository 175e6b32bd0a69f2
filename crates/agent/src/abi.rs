//! The part of the C library's interface on x86-64 that the agent uses. Runs inside malloc and signal handlers.
//!
//! Written down here because the agent is compiled by one plain call of `rustc`, without other crates.
//! A test of the recorder compares every layout and number with the `libc` crate.
#![expect(non_camel_case_types, reason = "the C library's own names")]

pub(crate) use core::ffi::{c_char, c_int, c_long, c_uint, c_void};

pub(crate) type size_t = usize;
pub(crate) type ssize_t = isize;
pub(crate) type pthread_t = usize;

pub(crate) const CLOCK_MONOTONIC: c_int = 1;
pub(crate) const CLOCK_THREAD_CPUTIME_ID: c_int = 3;
pub(crate) const EBUSY: c_int = 16;
pub(crate) const EAGAIN: c_int = 11;
pub(crate) const ENOSYS: c_int = 38;
pub(crate) const O_RDWR: c_int = 2;
pub(crate) const O_NOCTTY: c_int = 0o400;
pub(crate) const O_NONBLOCK: c_int = 0o4000;
pub(crate) const O_CLOEXEC: c_int = 0o2_000_000;
pub(crate) const PROT_READ: c_int = 1;
pub(crate) const PROT_WRITE: c_int = 2;
pub(crate) const PROT_EXEC: c_int = 4;
pub(crate) const MAP_SHARED: c_int = 1;
pub(crate) const MAP_PRIVATE: c_int = 2;
pub(crate) const MAP_ANONYMOUS: c_int = 0x20;
pub(crate) const MAP_FIXED_NOREPLACE: c_int = 0x10_0000;
pub(crate) const MADV_DONTDUMP: c_int = 16;
pub(crate) const PR_GET_NAME: c_int = 16;
pub(crate) const RLIMIT_STACK: c_int = 3;
pub(crate) const S_IFMT: c_uint = 0o170_000;
pub(crate) const S_IFREG: c_uint = 0o100_000;
pub(crate) const S_IFIFO: c_uint = 0o010_000;
pub(crate) const S_IFSOCK: c_uint = 0o140_000;
pub(crate) const S_IFCHR: c_uint = 0o020_000;
pub(crate) const SA_SIGINFO: c_int = 4;
pub(crate) const SA_RESTART: c_int = 0x1000_0000;
pub(crate) const SA_ONSTACK: c_int = 0x0800_0000;
pub(crate) const SIGEV_THREAD_ID: c_int = 4;
pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PF_X: u32 = 1;
pub(crate) const PTHREAD_DESTRUCTOR_ITERATIONS: u32 = 4;
pub(crate) const FUTEX_WAIT: c_int = 0;
pub(crate) const FUTEX_WAKE: c_int = 1;
pub(crate) const FUTEX_WAKE_OP: c_int = 5;
pub(crate) const FUTEX_LOCK_PI: c_int = 6;
pub(crate) const FUTEX_WAIT_BITSET: c_int = 9;
pub(crate) const FUTEX_WAKE_BITSET: c_int = 10;
pub(crate) const FUTEX_LOCK_PI2: c_int = 13;
/// `FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME`, which stand beside the operation.
pub(crate) const FUTEX_FLAGS: c_int = 128 | 256;

pub(crate) const SYS_MMAP: c_long = 9;
pub(crate) const SYS_MPROTECT: c_long = 10;
pub(crate) const SYS_MUNMAP: c_long = 11;
pub(crate) const SYS_MADVISE: c_long = 28;
pub(crate) const SYS_GETPID: c_long = 39;
pub(crate) const SYS_OPEN: c_long = 2;
pub(crate) const SYS_CLOSE: c_long = 3;
pub(crate) const SYS_STAT: c_long = 4;
pub(crate) const SYS_FSTAT: c_long = 5;
pub(crate) const SYS_READLINK: c_long = 89;
pub(crate) const SYS_PRCTL: c_long = 157;
pub(crate) const SYS_GETTID: c_long = 186;
pub(crate) const SYS_FUTEX: c_long = 202;
pub(crate) const SYS_TIMER_CREATE: c_long = 222;
pub(crate) const SYS_TIMER_SETTIME: c_long = 223;
pub(crate) const SYS_TIMER_DELETE: c_long = 226;
pub(crate) const SYS_PRLIMIT64: c_long = 302;
pub(crate) const SYS_PROCESS_VM_READV: c_long = 310;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct timespec {
    pub(crate) tv_sec: i64,
    pub(crate) tv_nsec: i64,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct itimerspec {
    pub(crate) it_interval: timespec,
    pub(crate) it_value: timespec,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct rlimit {
    pub(crate) rlim_cur: u64,
    pub(crate) rlim_max: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct iovec {
    pub(crate) iov_base: *mut c_void,
    pub(crate) iov_len: size_t,
}

/// `struct stat`, with the fields behind the size left opaque.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct stat {
    pub(crate) st_dev: u64,
    pub(crate) st_ino: u64,
    pub(crate) st_nlink: u64,
    pub(crate) st_mode: c_uint,
    pub(crate) st_uid: c_uint,
    pub(crate) st_gid: c_uint,
    pad: c_int,
    pub(crate) st_rdev: u64,
    pub(crate) st_size: i64,
    rest: [u64; 11],
}

/// The kernel's `struct sigevent`, with the thread id of `SIGEV_THREAD_ID`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct sigevent {
    pub(crate) sigev_value: usize,
    pub(crate) sigev_signo: c_int,
    pub(crate) sigev_notify: c_int,
    pub(crate) sigev_notify_thread_id: c_int,
    pub(crate) rest: [c_int; 11],
}

#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct sigset_t {
    pub(crate) bits: [u64; 16],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct sigaction {
    pub(crate) sa_sigaction: usize,
    pub(crate) sa_mask: sigset_t,
    pub(crate) sa_flags: c_int,
    pub(crate) sa_restorer: usize,
}

/// The beginning of `ucontext_t`, up to the registers.
#[repr(C)]
pub(crate) struct ucontext_t {
    uc_flags: u64,
    uc_link: usize,
    uc_stack: [usize; 3],
    pub(crate) gregs: [i64; 23],
}

pub(crate) const REG_RBP: usize = 10;
pub(crate) const REG_RSP: usize = 15;
pub(crate) const REG_RIP: usize = 16;

#[repr(C)]
pub(crate) struct dl_phdr_info {
    pub(crate) dlpi_addr: usize,
    pub(crate) dlpi_name: *const c_char,
    pub(crate) dlpi_phdr: *const Elf64_Phdr,
    pub(crate) dlpi_phnum: u16,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Elf64_Phdr {
    pub(crate) p_type: u32,
    pub(crate) p_flags: u32,
    pub(crate) p_offset: u64,
    pub(crate) p_vaddr: u64,
    pub(crate) p_paddr: u64,
    pub(crate) p_filesz: u64,
    pub(crate) p_memsz: u64,
    pub(crate) p_align: u64,
}

pub(crate) const RTLD_NEXT: *mut c_void = core::ptr::without_provenance_mut(usize::MAX);
pub(crate) const RTLD_DEFAULT: *mut c_void = core::ptr::null_mut();

#[link(name = "c")]
unsafe extern "C" {
    pub(crate) fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
    pub(crate) fn dlvsym(handle: *mut c_void, symbol: *const c_char, version: *const c_char) -> *mut c_void;
    pub(crate) fn clock_gettime(clock: c_int, time: *mut timespec) -> c_int;
    pub(crate) fn dl_iterate_phdr(
        callback: unsafe extern "C" fn(*mut dl_phdr_info, size_t, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
    pub(crate) fn pthread_key_create(key: *mut c_uint, destructor: extern "C" fn(*mut c_void)) -> c_int;
    pub(crate) fn pthread_setspecific(key: c_uint, value: *const c_void) -> c_int;
    pub(crate) fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> c_int;
    pub(crate) fn pthread_attr_getstack(attributes: *const c_void, low: *mut *mut c_void, size: *mut size_t) -> c_int;
    pub(crate) fn pthread_attr_init(attributes: *mut c_void) -> c_int;
    pub(crate) fn pthread_attr_getstacksize(attributes: *const c_void, size: *mut size_t) -> c_int;
    pub(crate) fn __errno_location() -> *mut c_int;
    pub(crate) fn abort() -> !;
}
