//! Signal handlers of the program's own.

use crate::work::spin;
use std::process::ExitCode;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

const PAGE: usize = 4096;
static N_TICKS: AtomicU32 = AtomicU32::new(0);
static GUARDED: AtomicPtr<libc::c_void> = AtomicPtr::new(ptr::null_mut());

fn install(signal: i32, handler: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void)) {
    // SAFETY: all zeroes are a valid `sigaction`, and the handlers below only do what is safe in one.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigaction(signal, &action, ptr::null_mut())
    };
    assert_eq!(result, 0, "cannot install a handler");
}

extern "C" fn on_tick(_: i32, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    N_TICKS.fetch_add(1, Ordering::Relaxed);
}

/// A profiler of its own: its timer must tick.
pub(crate) fn own_sigprof() -> ExitCode {
    install(libc::SIGPROF, on_tick);
    let every_10_ms = libc::timeval {
        tv_sec: 0,
        tv_usec: 10_000,
    };
    let timer = libc::itimerval {
        it_interval: every_10_ms,
        it_value: every_10_ms,
    };
    // SAFETY: `timer` outlives the call.
    unsafe { libc::setitimer(libc::ITIMER_PROF, &timer, ptr::null_mut()) };
    spin();
    let n_ticks = N_TICKS.load(Ordering::Relaxed);
    // 150 ms hold 15 ticks of 10 ms; far more would be somebody else's.
    println!("ticked: {}", (3..=40).contains(&n_ticks));
    if !(3..=40).contains(&n_ticks) {
        eprintln!("{n_ticks} ticks");
    }
    ExitCode::SUCCESS
}

extern "C" fn on_fault(_: i32, _: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: the page was mapped by `own_sigsegv`.
    unsafe {
        libc::mprotect(
            GUARDED.load(Ordering::Relaxed),
            PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
        )
    };
}

/// A garbage collector's write barrier in miniature: the handler opens the page, the write is tried again.
pub(crate) fn own_sigsegv() -> ExitCode {
    install(libc::SIGSEGV, on_fault);
    // SAFETY: an anonymous mapping of one page.
    let page = unsafe {
        libc::mmap(
            ptr::null_mut(),
            PAGE,
            libc::PROT_NONE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    assert_ne!(page, libc::MAP_FAILED, "cannot map a page");
    GUARDED.store(page, Ordering::Relaxed);
    spin();
    let byte = page.cast::<u8>();
    // SAFETY: the first write faults, the handler makes the page writable, and the write is repeated.
    let value = unsafe {
        byte.write_volatile(42);
        byte.read_volatile()
    };
    println!("recovered: {value}");
    ExitCode::SUCCESS
}
