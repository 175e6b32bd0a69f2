//! Threads and signal masks. Runs inside malloc and signal handlers.

use super::caller;
use crate::abi::{c_char, c_int, c_void, pthread_t, sigset_t};
use crate::hooks::threads::{self, Start};
use crate::{arena, real, sys, thread, timer};

/// Replaces the C library's `pthread_create`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_create(
    made: *mut pthread_t,
    attributes: *const c_void,
    function: usize,
    argument: *mut c_void,
) -> c_int {
    let start = arena::active().and_then(|_| threads::prepare(function, argument, attributes));
    let Some(start) = start else {
        // SAFETY: forwards the caller's arguments unchanged to the real function.
        return unsafe { real::pthread_create(made, attributes, function, argument) };
    };
    let start_pointer = core::ptr::from_ref(start).cast_mut().cast();
    // SAFETY: the new thread runs `run`, which calls the caller's function with its argument.
    let result = unsafe { real::pthread_create(made, attributes, run as *const () as usize, start_pointer) };
    if result != 0 {
        threads::cancel(start);
    }
    result
}

unsafe extern "C" fn run(start: *const Start) -> *mut c_void {
    let frame = caller!().sp as usize - 16;
    // SAFETY: `pthread_create` above passes a reference that lives for ever.
    let start = unsafe { &*start };
    let (function, argument) = threads::begin(start, frame);
    // SAFETY: the caller of `pthread_create` gave a function of this type.
    let function = unsafe { core::mem::transmute::<usize, unsafe extern "C" fn(usize) -> *mut c_void>(function) };
    // SAFETY: the argument is the one that was given with it.
    unsafe { function(argument) }
}

/// Replaces the C library's `pthread_setname_np`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_setname_np(target: pthread_t, name: *const c_char) -> c_int {
    // SAFETY: forwards the caller's arguments unchanged to the real function.
    let result = unsafe { real::pthread_setname_np(target, name) };
    if let Some(thread) = thread::current() {
        thread::store_name(thread.slot);
    }
    result
}

/// Replaces the C library's `pthread_sigmask`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_sigmask(how: c_int, set: *const sigset_t, old: *mut sigset_t) -> c_int {
    // SAFETY: passes a valid set, or the caller's own null.
    with_own_signal_free(set, |set| unsafe { real::pthread_sigmask(how, set, old) }, how)
}

/// Replaces the C library's `sigprocmask`.
#[unsafe(no_mangle)]
unsafe extern "C" fn sigprocmask(how: c_int, set: *const sigset_t, old: *mut sigset_t) -> c_int {
    // SAFETY: passes a valid set, or the caller's own null.
    with_own_signal_free(set, |set| unsafe { real::sigprocmask(how, set, old) }, how)
}

/// Calls with the set, less the timers' signal where the set says what to block.
fn with_own_signal_free(set: *const sigset_t, call: impl FnOnce(*const sigset_t) -> c_int, how: c_int) -> c_int {
    const SIG_UNBLOCK: c_int = 1;
    let (false, Some(signal), true) = (set.is_null(), timer::own_signal(), how != SIG_UNBLOCK) else {
        return call(set);
    };
    // The kernel's sets have 64 signals, and callers may pass as little as that.
    let bits = sys::word_at(set as usize) as u64;
    let mut changed = sigset_t { bits: [0; 16] };
    changed.bits[0] = bits & !(1 << (signal - 1));
    call(&raw const changed)
}
