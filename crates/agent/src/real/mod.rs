//! The functions that the agent stands in for. Runs inside malloc and signal handlers.
//!
//! Each is looked up at its first use, behind the agent in the order of loaded libraries, so that other preloaded
//! libraries keep working.

pub(crate) mod heap;

use crate::abi::{self, c_char, c_int, c_long, c_uint, c_void, pthread_t, sigaction, sigset_t, size_t, ssize_t};
use core::ffi::CStr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Declares the real functions.
macro_rules! real {
    ($($(@$version:literal)? fn $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {$(
        #[doc = concat!("The real `", stringify!($name), "`.")]
        #[inline(always)]
        pub(crate) unsafe fn $name($($arg: $type),*) -> $result {
            static PLACE: AtomicUsize = AtomicUsize::new(0);
            let mut address = PLACE.load(Relaxed);
            if address == 0 {
                address = real!(@find $name $($version)?);
                PLACE.store(address, Relaxed);
            }
            // SAFETY: the address is that of the function of this name and type.
            let function = unsafe {
                core::mem::transmute::<usize, unsafe extern "C" fn($($type),*) -> $result>(address)
            };
            // SAFETY: the caller upholds the function's own conditions.
            unsafe { function($($arg),*) }
        }
    )*};
    (@find $name:ident) => { find(name_of(concat!(stringify!($name), "\0"))) };
    (@find $name:ident $version:literal) => {
        find_version(name_of(concat!(stringify!($name), "\0")), name_of(concat!($version, "\0")))
    };
}

real! {
    fn read(fd: c_int, buffer: *mut c_void, n: size_t) -> ssize_t;
    fn write(fd: c_int, buffer: *const c_void, n: size_t) -> ssize_t;
    fn readv(fd: c_int, parts: *const c_void, n: c_int) -> ssize_t;
    fn writev(fd: c_int, parts: *const c_void, n: c_int) -> ssize_t;
    fn pread64(fd: c_int, buffer: *mut c_void, n: size_t, at: i64) -> ssize_t;
    fn pwrite64(fd: c_int, buffer: *const c_void, n: size_t, at: i64) -> ssize_t;
    fn preadv64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    fn pwritev64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    fn fsync(fd: c_int) -> c_int;
    fn fdatasync(fd: c_int) -> c_int;
    fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn openat(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn openat64(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
    fn creat(path: *const c_char, mode: c_uint) -> c_int;
    fn creat64(path: *const c_char, mode: c_uint) -> c_int;
    fn close(fd: c_int) -> c_int;
    fn lseek64(fd: c_int, offset: i64, origin: c_int) -> i64;
    fn stat64(path: *const c_char, status: *mut c_void) -> c_int;
    fn fstat64(fd: c_int, status: *mut c_void) -> c_int;
    fn lstat64(path: *const c_char, status: *mut c_void) -> c_int;
    fn fstatat64(directory: c_int, path: *const c_char, status: *mut c_void, flags: c_int) -> c_int;
    fn statx(directory: c_int, path: *const c_char, flags: c_int, mask: c_uint, status: *mut c_void) -> c_int;
    fn copy_file_range(from: c_int, from_at: *mut i64, to: c_int, to_at: *mut i64, n: size_t, flags: c_uint) -> ssize_t;
    fn sendfile64(to: c_int, from: c_int, at: *mut i64, n: size_t) -> ssize_t;
    fn splice(from: c_int, from_at: *mut i64, to: c_int, to_at: *mut i64, n: size_t, flags: c_uint) -> ssize_t;
    fn ftruncate64(fd: c_int, size: i64) -> c_int;
    fn rename(from: *const c_char, to: *const c_char) -> c_int;
    fn unlink(path: *const c_char) -> c_int;
    fn mkdir(path: *const c_char, mode: c_uint) -> c_int;
    fn readlink(path: *const c_char, buffer: *mut c_char, n: size_t) -> ssize_t;
    fn access(path: *const c_char, mode: c_int) -> c_int;
    fn dup2(from: c_int, to: c_int) -> c_int;
    fn dup3(from: c_int, to: c_int, flags: c_int) -> c_int;
    fn close_range(first: c_uint, last: c_uint, flags: c_int) -> c_int;

    fn send(fd: c_int, buffer: *const c_void, n: size_t, flags: c_int) -> ssize_t;
    fn recv(fd: c_int, buffer: *mut c_void, n: size_t, flags: c_int) -> ssize_t;
    fn sendto(fd: c_int, buffer: *const c_void, n: size_t, flags: c_int, to: *const c_void, size: c_uint) -> ssize_t;
    fn recvfrom(fd: c_int, buffer: *mut c_void, n: size_t, flags: c_int, from: *mut c_void, size: *mut c_uint) -> ssize_t;
    fn sendmsg(fd: c_int, message: *const c_void, flags: c_int) -> ssize_t;
    fn recvmsg(fd: c_int, message: *mut c_void, flags: c_int) -> ssize_t;
    fn connect(fd: c_int, to: *const c_void, size: c_uint) -> c_int;
    fn accept(fd: c_int, from: *mut c_void, size: *mut c_uint) -> c_int;
    fn accept4(fd: c_int, from: *mut c_void, size: *mut c_uint, flags: c_int) -> c_int;

    fn nanosleep(time: *const c_void, left: *mut c_void) -> c_int;
    fn clock_nanosleep(clock: c_int, flags: c_int, time: *const c_void, left: *mut c_void) -> c_int;
    fn usleep(us: c_uint) -> c_int;
    fn sleep(s: c_uint) -> c_uint;
    fn poll(fds: *mut c_void, n: usize, timeout: c_int) -> c_int;
    fn ppoll(fds: *mut c_void, n: usize, timeout: *const c_void, mask: *const c_void) -> c_int;
    fn select(n: c_int, read: *mut c_void, write: *mut c_void, other: *mut c_void, timeout: *mut c_void) -> c_int;
    fn epoll_wait(fd: c_int, events: *mut c_void, n: c_int, timeout: c_int) -> c_int;
    fn epoll_pwait(fd: c_int, events: *mut c_void, n: c_int, timeout: c_int, mask: *const c_void) -> c_int;
    fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut c_void) -> c_int;
    fn waitid(kind: c_uint, id: c_uint, status: *mut c_void, options: c_int) -> c_int;

    fn syscall(number: c_long, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) -> c_long;
    fn pthread_mutex_lock(mutex: *mut c_void) -> c_int;
    fn pthread_mutex_trylock(mutex: *mut c_void) -> c_int;
    fn pthread_rwlock_rdlock(lock: *mut c_void) -> c_int;
    fn pthread_rwlock_tryrdlock(lock: *mut c_void) -> c_int;
    fn pthread_rwlock_wrlock(lock: *mut c_void) -> c_int;
    fn pthread_rwlock_trywrlock(lock: *mut c_void) -> c_int;
    @"GLIBC_2.3.2" fn pthread_cond_wait(condition: *mut c_void, mutex: *mut c_void) -> c_int;
    @"GLIBC_2.3.2" fn pthread_cond_timedwait(condition: *mut c_void, mutex: *mut c_void, time: *const c_void) -> c_int;
    fn pthread_cond_clockwait(condition: *mut c_void, mutex: *mut c_void, clock: c_int, time: *const c_void) -> c_int;
    fn sem_wait(semaphore: *mut c_void) -> c_int;
    fn sem_trywait(semaphore: *mut c_void) -> c_int;
    fn pthread_join(thread: pthread_t, result: *mut *mut c_void) -> c_int;
    fn pthread_create(thread: *mut pthread_t, attributes: *const c_void, function: usize, argument: *mut c_void) -> c_int;
    fn pthread_setname_np(thread: pthread_t, name: *const c_char) -> c_int;
    fn pthread_sigmask(how: c_int, set: *const sigset_t, old: *mut sigset_t) -> c_int;
    fn sigprocmask(how: c_int, set: *const sigset_t, old: *mut sigset_t) -> c_int;
    fn sigaction(signal: c_int, action: *const sigaction, old: *mut sigaction) -> c_int;
}

/// Sets a signal's action.
pub(crate) fn set_action(signal: c_int, action: &abi::sigaction) -> bool {
    // SAFETY: the action holds a handler of this library, which is never unloaded.
    unsafe { sigaction(signal, action, core::ptr::null_mut()) == 0 }
}

/// The address that the program itself gets for a name, and the one behind the agent.
pub(crate) fn addresses_of(name: &CStr) -> (usize, usize) {
    // SAFETY: the name is a C string.
    let first = unsafe { abi::dlsym(abi::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: as above.
    let next = unsafe { abi::dlsym(abi::RTLD_NEXT, name.as_ptr()) };
    (first.expose_provenance(), next.expose_provenance())
}

/// Address of a function that is replaced by a jump: see `exports/loader.rs`.
pub(crate) fn address_behind(name: &CStr) -> usize {
    addresses_of(name).1
}

const fn name_of(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(name) => name,
        Err(_) => c"",
    }
}

#[cold]
fn find(name: &CStr) -> usize {
    or_missing(address_behind(name))
}

#[cold]
fn find_version(name: &CStr, version: &CStr) -> usize {
    // SAFETY: both are C strings.
    let found = unsafe { abi::dlvsym(abi::RTLD_NEXT, name.as_ptr(), version.as_ptr()) };
    if found.is_null() {
        find(name)
    } else {
        found.expose_provenance()
    }
}

/// A function that this C library does not have: the program has found it here only, and would not have called it.
fn or_missing(address: usize) -> usize {
    if address == 0 {
        missing as *const () as usize
    } else {
        address
    }
}

unsafe extern "C" fn missing() -> c_long {
    // SAFETY: returns the address of the calling thread's own.
    let errno = unsafe { abi::__errno_location() };
    // SAFETY: the address is valid for the thread's life.
    unsafe { *errno = abi::ENOSYS };
    -1
}
