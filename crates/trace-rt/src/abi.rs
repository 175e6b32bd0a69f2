//! The part of the C library's interface on x86-64 that the trace runtime uses.

pub(crate) use core::ffi::{c_char, c_int, c_uint, c_void};

pub(crate) const O_RDWR: usize = 2;
pub(crate) const O_CLOEXEC: usize = 0o2_000_000;
pub(crate) const PROT_READ: usize = 1;
pub(crate) const PROT_WRITE: usize = 2;
pub(crate) const MAP_SHARED: usize = 1;
pub(crate) const MAP_PRIVATE: usize = 2;
pub(crate) const MAP_ANONYMOUS: usize = 0x20;
pub(crate) const MAP_NORESERVE: usize = 0x4000;
pub(crate) const MADV_HUGEPAGE: usize = 14;
pub(crate) const PR_GET_NAME: usize = 16;
pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PF_X: u32 = 1;
pub(crate) const PTHREAD_DESTRUCTOR_ITERATIONS: u32 = 4;
pub(crate) const GRND_INSECURE: c_uint = 4;

pub(crate) const SYS_OPEN: usize = 2;
pub(crate) const SYS_CLOSE: usize = 3;
pub(crate) const SYS_STAT: usize = 4;
pub(crate) const SYS_MMAP: usize = 9;
pub(crate) const SYS_MUNMAP: usize = 11;
pub(crate) const SYS_SCHED_YIELD: usize = 24;
pub(crate) const SYS_MADVISE: usize = 28;
pub(crate) const SYS_GETPID: usize = 39;
pub(crate) const SYS_PRCTL: usize = 157;
pub(crate) const SYS_GETTID: usize = 186;
pub(crate) const SYS_GETRANDOM: usize = 318;

/// `struct stat`, with all that is not needed left opaque.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(crate) struct Stat {
    pub(crate) st_dev: u64,
    pub(crate) st_ino: u64,
    rest: [u64; 16],
}

#[repr(C)]
pub(crate) struct DlPhdrInfo {
    pub(crate) dlpi_addr: usize,
    pub(crate) dlpi_name: *const c_char,
    pub(crate) dlpi_phdr: *const Elf64Phdr,
    pub(crate) dlpi_phnum: u16,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Elf64Phdr {
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

#[link(name = "c")]
unsafe extern "C" {
    pub(crate) fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
    pub(crate) fn dl_iterate_phdr(
        callback: unsafe extern "C" fn(*mut DlPhdrInfo, usize, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
    pub(crate) fn pthread_key_create(key: *mut c_uint, destructor: extern "C" fn(*mut c_void)) -> c_int;
    pub(crate) fn pthread_setspecific(key: c_uint, value: *const c_void) -> c_int;
    pub(crate) fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> c_int;
    pub(crate) fn abort() -> !;
    pub(crate) fn memcpy(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
    pub(crate) fn memmove(to: *mut c_void, from: *const c_void, n: usize) -> *mut c_void;
    pub(crate) fn memset(to: *mut c_void, byte: c_int, n: usize) -> *mut c_void;
    pub(crate) fn __errno_location() -> *mut c_int;
    pub(crate) fn __libc_malloc(size: usize) -> *mut c_void;
    pub(crate) fn __libc_calloc(n: usize, size: usize) -> *mut c_void;
    pub(crate) fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    pub(crate) fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    /// The first frame of the main thread lies below.
    pub(crate) static __libc_stack_end: *mut c_void;
}
