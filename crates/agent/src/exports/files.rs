//! I/O on files. Runs inside malloc and signal handlers.

use super::caller;
use crate::abi::{c_char, c_int, c_uint, c_void, size_t, ssize_t};
use crate::hooks::io::{self, Outcome};
use crate::{descriptors, real};
use wire::IoCall;

/// Declares I/O functions that are timed and counted: how their result is read, and which descriptor they use.
macro_rules! counted {
    ($($call:ident, fd $fd:expr, $outcome:ident: fn $name:ident = $real:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> $result {
            let started = io::start($fd);
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::$real($($arg),*) };
            io::finish(started, IoCall::$call, Outcome::$outcome(result.into()), super::caller!());
            result
        }
    )*};
}
pub(super) use counted;

counted! {
    Read, fd fd, of_transfer: fn read = read(fd: c_int, buffer: *mut c_void, n: size_t) -> ssize_t;
    Write, fd fd, of_transfer: fn write = write(fd: c_int, buffer: *const c_void, n: size_t) -> ssize_t;
    Readv, fd fd, of_transfer: fn readv = readv(fd: c_int, parts: *const c_void, n: c_int) -> ssize_t;
    Writev, fd fd, of_transfer: fn writev = writev(fd: c_int, parts: *const c_void, n: c_int) -> ssize_t;
    Pread64, fd fd, of_transfer: fn pread = pread64(fd: c_int, buffer: *mut c_void, n: size_t, at: i64) -> ssize_t;
    Pread64, fd fd, of_transfer: fn pread64 = pread64(fd: c_int, buffer: *mut c_void, n: size_t, at: i64) -> ssize_t;
    Pwrite64, fd fd, of_transfer: fn pwrite = pwrite64(fd: c_int, buffer: *const c_void, n: size_t, at: i64) -> ssize_t;
    Pwrite64, fd fd, of_transfer: fn pwrite64 = pwrite64(fd: c_int, buffer: *const c_void, n: size_t, at: i64) -> ssize_t;
    Preadv, fd fd, of_transfer: fn preadv = preadv64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    Preadv, fd fd, of_transfer: fn preadv64 = preadv64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    Pwritev, fd fd, of_transfer: fn pwritev = pwritev64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    Pwritev, fd fd, of_transfer: fn pwritev64 = pwritev64(fd: c_int, parts: *const c_void, n: c_int, at: i64) -> ssize_t;
    Fsync, fd fd, of_status: fn fsync = fsync(fd: c_int) -> c_int;
    Fdatasync, fd fd, of_status: fn fdatasync = fdatasync(fd: c_int) -> c_int;
    Lseek, fd fd, of_status: fn lseek = lseek64(fd: c_int, offset: i64, origin: c_int) -> i64;
    Lseek, fd fd, of_status: fn lseek64 = lseek64(fd: c_int, offset: i64, origin: c_int) -> i64;
    Stat, fd -1, of_status: fn stat = stat64(path: *const c_char, status: *mut c_void) -> c_int;
    Stat, fd -1, of_status: fn stat64 = stat64(path: *const c_char, status: *mut c_void) -> c_int;
    Fstat, fd fd, of_status: fn fstat = fstat64(fd: c_int, status: *mut c_void) -> c_int;
    Fstat, fd fd, of_status: fn fstat64 = fstat64(fd: c_int, status: *mut c_void) -> c_int;
    Lstat, fd -1, of_status: fn lstat = lstat64(path: *const c_char, status: *mut c_void) -> c_int;
    Lstat, fd -1, of_status: fn lstat64 = lstat64(path: *const c_char, status: *mut c_void) -> c_int;
    Fstatat, fd -1, of_status: fn fstatat = fstatat64(directory: c_int, path: *const c_char, status: *mut c_void, flags: c_int) -> c_int;
    Fstatat, fd -1, of_status: fn fstatat64 = fstatat64(directory: c_int, path: *const c_char, status: *mut c_void, flags: c_int) -> c_int;
    Statx, fd -1, of_status: fn statx = statx(directory: c_int, path: *const c_char, flags: c_int, mask: c_uint, status: *mut c_void) -> c_int;
    CopyFileRange, fd to, of_transfer: fn copy_file_range = copy_file_range(from: c_int, from_at: *mut i64, to: c_int, to_at: *mut i64, n: size_t, flags: c_uint) -> ssize_t;
    Sendfile, fd to, of_transfer: fn sendfile = sendfile64(to: c_int, from: c_int, at: *mut i64, n: size_t) -> ssize_t;
    Sendfile, fd to, of_transfer: fn sendfile64 = sendfile64(to: c_int, from: c_int, at: *mut i64, n: size_t) -> ssize_t;
    Splice, fd to, of_transfer: fn splice = splice(from: c_int, from_at: *mut i64, to: c_int, to_at: *mut i64, n: size_t, flags: c_uint) -> ssize_t;
    Ftruncate, fd fd, of_status: fn ftruncate = ftruncate64(fd: c_int, size: i64) -> c_int;
    Ftruncate, fd fd, of_status: fn ftruncate64 = ftruncate64(fd: c_int, size: i64) -> c_int;
    Rename, fd -1, of_status: fn rename = rename(from: *const c_char, to: *const c_char) -> c_int;
    Unlink, fd -1, of_status: fn unlink = unlink(path: *const c_char) -> c_int;
    Mkdir, fd -1, of_status: fn mkdir = mkdir(path: *const c_char, mode: c_uint) -> c_int;
    Access, fd -1, of_status: fn access = access(path: *const c_char, mode: c_int) -> c_int;
}

/// Declares functions that open a descriptor. `mode` is passed in a register whether or not the caller gave one.
macro_rules! opening {
    ($($call:ident: fn $name:ident($($arg:ident: $type:ty),*);)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> c_int {
            let started = io::start(-1);
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::$name($($arg),*) };
            descriptors::forget(result);
            io::finish(started, IoCall::$call, Outcome::of_status(result.into()), caller!());
            result
        }
    )*};
}

opening! {
    Open: fn open(path: *const c_char, flags: c_int, mode: c_uint);
    Open: fn open64(path: *const c_char, flags: c_int, mode: c_uint);
    Openat: fn openat(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint);
    Openat: fn openat64(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint);
    Creat: fn creat(path: *const c_char, mode: c_uint);
    Creat: fn creat64(path: *const c_char, mode: c_uint);
}

/// Replaces the C library's `readlink`.
#[unsafe(no_mangle)]
unsafe extern "C" fn readlink(path: *const c_char, buffer: *mut c_char, n: size_t) -> ssize_t {
    let started = io::start(-1);
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    let result = unsafe { real::readlink(path, buffer, n) };
    io::finish(started, IoCall::Readlink, Outcome::of_status(result as i64), caller!());
    result
}

/// Replaces the C library's `close`.
#[unsafe(no_mangle)]
unsafe extern "C" fn close(fd: c_int) -> c_int {
    let started = io::start(fd);
    descriptors::forget(fd);
    // SAFETY: forwards the caller's argument unchanged to the real function.
    let result = unsafe { real::close(fd) };
    io::finish(started, IoCall::Close, Outcome::of_status(result.into()), caller!());
    result
}

/// Replaces the C library's `dup2`: the number stands for another file afterwards.
#[unsafe(no_mangle)]
unsafe extern "C" fn dup2(from: c_int, to: c_int) -> c_int {
    descriptors::forget(to);
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    unsafe { real::dup2(from, to) }
}

/// Replaces the C library's `dup3`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dup3(from: c_int, to: c_int, flags: c_int) -> c_int {
    descriptors::forget(to);
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    unsafe { real::dup3(from, to, flags) }
}

/// Replaces the C library's `close_range`.
#[unsafe(no_mangle)]
unsafe extern "C" fn close_range(first: c_uint, last: c_uint, flags: c_int) -> c_int {
    descriptors::forget_range(first as usize, last as usize);
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    unsafe { real::close_range(first, last, flags) }
}
