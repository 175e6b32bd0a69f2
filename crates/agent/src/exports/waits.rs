//! Sleeps, polls, and waits for children. Runs inside malloc and signal handlers.

use super::caller;
use crate::abi::{c_int, c_uint, c_void};
use crate::hooks::waits;
use crate::{descriptors, real};
use wire::wait_kind::{CHILD, POLL, SLEEP};

/// Declares functions whose whole time is a wait.
macro_rules! waiting {
    ($($kind:ident: fn $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> $result {
            let waiting = waits::begin($kind, 0, caller!());
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::$name($($arg),*) };
            waits::end(waiting, true);
            result
        }
    )*};
}

waiting! {
    SLEEP: fn nanosleep(time: *const c_void, left: *mut c_void) -> c_int;
    SLEEP: fn clock_nanosleep(clock: c_int, flags: c_int, time: *const c_void, left: *mut c_void) -> c_int;
    SLEEP: fn usleep(us: c_uint) -> c_int;
    SLEEP: fn sleep(s: c_uint) -> c_uint;
    POLL: fn poll(fds: *mut c_void, n: usize, timeout: c_int) -> c_int;
    POLL: fn ppoll(fds: *mut c_void, n: usize, timeout: *const c_void, mask: *const c_void) -> c_int;
    POLL: fn select(n: c_int, read: *mut c_void, write: *mut c_void, other: *mut c_void, timeout: *mut c_void) -> c_int;
    POLL: fn epoll_wait(fd: c_int, events: *mut c_void, n: c_int, timeout: c_int) -> c_int;
    POLL: fn epoll_pwait(fd: c_int, events: *mut c_void, n: c_int, timeout: c_int, mask: *const c_void) -> c_int;
    CHILD: fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
    CHILD: fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut c_void) -> c_int;
    CHILD: fn waitid(kind: c_uint, id: c_uint, status: *mut c_void, options: c_int) -> c_int;
}

/// Replaces the C library's `accept`.
#[unsafe(no_mangle)]
unsafe extern "C" fn accept(fd: c_int, from: *mut c_void, size: *mut c_uint) -> c_int {
    let waiting = waits::begin(POLL, 0, caller!());
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    let result = unsafe { real::accept(fd, from, size) };
    waits::end(waiting, true);
    descriptors::forget(result);
    result
}

/// Replaces the C library's `accept4`.
#[unsafe(no_mangle)]
unsafe extern "C" fn accept4(fd: c_int, from: *mut c_void, size: *mut c_uint, flags: c_int) -> c_int {
    let waiting = waits::begin(POLL, 0, caller!());
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    let result = unsafe { real::accept4(fd, from, size, flags) };
    waits::end(waiting, true);
    descriptors::forget(result);
    result
}
