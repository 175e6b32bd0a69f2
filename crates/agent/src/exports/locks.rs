//! Locks: futexes by way of `syscall`, which std and parking_lot use, and those of pthread. Runs inside malloc and
//! signal handlers.

use super::caller;
use crate::abi::{self, c_int, c_long, c_void, pthread_t};
use crate::hooks::waits;
use crate::{real, sys};
use wire::wait_kind::{CONDITION, FUTEX, JOIN, MUTEX, RWLOCK};

/// Replaces the C library's `syscall`. Arguments that the caller did not give are passed on as found.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(number: c_long, a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) -> c_long {
    let operation = if number == abi::SYS_FUTEX {
        b as c_int & !abi::FUTEX_FLAGS
    } else {
        -1
    };
    match operation {
        abi::FUTEX_WAIT | abi::FUTEX_WAIT_BITSET | abi::FUTEX_LOCK_PI | abi::FUTEX_LOCK_PI2 => {
            let waiting = waits::begin(FUTEX, a, caller!());
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::syscall(number, a, b, c, d, e, f) };
            // EAGAIN: the lock was released in between, nobody waited.
            waits::end(waiting, result == 0 || sys::errno() != abi::EAGAIN);
            result
        }
        abi::FUTEX_WAKE | abi::FUTEX_WAKE_BITSET | abi::FUTEX_WAKE_OP => {
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::syscall(number, a, b, c, d, e, f) };
            if result > 0 {
                waits::woke(a, caller!());
            }
            result
        }
        // SAFETY: forwards the caller's arguments unchanged to the real function.
        _ => unsafe { real::syscall(number, a, b, c, d, e, f) },
    }
}

/// Declares locking functions: only when the lock is held is there a wait to be timed.
macro_rules! locking {
    ($($kind:ident: fn $name:ident($lock:ident), first $try_name:ident;)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($lock: *mut c_void) -> c_int {
            // SAFETY: forwards the caller's argument unchanged to the real function.
            let tried = unsafe { real::$try_name($lock) };
            if tried != abi::EBUSY {
                return tried;
            }
            let waiting = waits::begin($kind, $lock as usize, caller!());
            // SAFETY: forwards the caller's argument unchanged to the real function.
            let result = unsafe { real::$name($lock) };
            waits::end(waiting, true);
            result
        }
    )*};
}

locking! {
    MUTEX: fn pthread_mutex_lock(mutex), first pthread_mutex_trylock;
    RWLOCK: fn pthread_rwlock_rdlock(lock), first pthread_rwlock_tryrdlock;
    RWLOCK: fn pthread_rwlock_wrlock(lock), first pthread_rwlock_trywrlock;
}

/// Declares functions whose whole time is a wait on the address that comes first.
macro_rules! waiting {
    ($($kind:ident: fn $name:ident($lock:ident: $lock_type:ty $(, $arg:ident: $type:ty)*) -> $result:ty;)*) => {$(
        #[doc = concat!("Replaces the C library's `", stringify!($name), "`.")]
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($lock: $lock_type $(, $arg: $type)*) -> $result {
            let waiting = waits::begin($kind, $lock as usize, caller!());
            // SAFETY: forwards the caller's arguments unchanged to the real function.
            let result = unsafe { real::$name($lock $(, $arg)*) };
            waits::end(waiting, true);
            result
        }
    )*};
}

waiting! {
    CONDITION: fn pthread_cond_wait(condition: *mut c_void, mutex: *mut c_void) -> c_int;
    CONDITION: fn pthread_cond_timedwait(condition: *mut c_void, mutex: *mut c_void, time: *const c_void) -> c_int;
    CONDITION: fn pthread_cond_clockwait(condition: *mut c_void, mutex: *mut c_void, clock: c_int, time: *const c_void) -> c_int;
    JOIN: fn pthread_join(thread: pthread_t, result: *mut *mut c_void) -> c_int;
}

/// Replaces the C library's `sem_wait`.
#[unsafe(no_mangle)]
unsafe extern "C" fn sem_wait(semaphore: *mut c_void) -> c_int {
    let saved = sys::errno();
    // SAFETY: forwards the caller's argument unchanged to the real function.
    if unsafe { real::sem_trywait(semaphore) } == 0 {
        return 0;
    }
    sys::set_errno(saved);
    let waiting = waits::begin(FUTEX, semaphore as usize, caller!());
    // SAFETY: forwards the caller's argument unchanged to the real function.
    let result = unsafe { real::sem_wait(semaphore) };
    waits::end(waiting, true);
    result
}
