//! Calls into the C library, none of which allocates or changes `errno`. Runs inside malloc and signal handlers.

use crate::abi;
use core::ffi::{c_int, c_uint, c_void};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Ends the process with SIGABRT.
pub(crate) fn abort() -> ! {
    // SAFETY: has no preconditions.
    unsafe { abi::abort() }
}

/// CLOCK_MONOTONIC.
#[inline]
pub(crate) fn now_ns() -> u64 {
    clock_ns(abi::CLOCK_MONOTONIC)
}

/// CPU time of the calling thread.
pub(crate) fn thread_cpu_ns() -> u64 {
    clock_ns(abi::CLOCK_THREAD_CPUTIME_ID)
}

#[inline]
fn clock_ns(clock: c_int) -> u64 {
    let mut time = abi::timespec::default();
    // SAFETY: `time` is valid for a write; both clocks exist, so `errno` is not touched.
    unsafe { abi::clock_gettime(clock, &raw mut time) };
    (time.tv_sec as u64)
        .wrapping_mul(1_000_000_000)
        .wrapping_add(time.tv_nsec as u64)
}

/// The thread's `errno`.
pub(crate) fn errno() -> c_int {
    // SAFETY: returns the address of the calling thread's own.
    let place = unsafe { abi::__errno_location() };
    // SAFETY: the address is valid for the thread's life.
    unsafe { *place }
}

/// Puts the thread's `errno` back.
pub(crate) fn set_errno(value: c_int) {
    // SAFETY: returns the address of the calling thread's own.
    let place = unsafe { abi::__errno_location() };
    // SAFETY: the address is valid for the thread's life.
    unsafe { *place = value };
}

/// Calls the function at `address` with four integer arguments, of which it may ignore some.
#[inline(always)]
pub(crate) fn call(address: usize, arguments: [usize; 4]) -> usize {
    let [a, b, c, d] = arguments;
    // SAFETY: callers pass entry points of allocators only, found by name, which take and return integers in registers.
    let function =
        unsafe { core::mem::transmute::<usize, unsafe extern "C" fn(usize, usize, usize, usize) -> usize>(address) };
    // SAFETY: the arguments are the ones that the program itself passed.
    unsafe { function(a, b, c, d) }
}

/// Size of the stacks of threads made without attributes.
pub(crate) fn default_stack_size() -> u64 {
    let mut attributes = [0u64; 16];
    // SAFETY: the buffer is larger than `pthread_attr_t` (56 bytes); `init` does not allocate.
    unsafe { abi::pthread_attr_init(attributes.as_mut_ptr().cast()) };
    stack_of_attributes(attributes.as_ptr().cast()).1
}

/// Lowest address (0 when the library will choose it) and size of the stack that thread attributes ask for.
pub(crate) fn stack_of_attributes(attributes: *const c_void) -> (u64, u64) {
    let (mut low, mut size) = (core::ptr::null_mut::<c_void>(), 0usize);
    // SAFETY: the caller passes initialised attributes; the results are valid for writes.
    let is_set = unsafe { abi::pthread_attr_getstack(attributes, &raw mut low, &raw mut size) } == 0;
    let mut plain_size = 0usize;
    // SAFETY: as above.
    unsafe { abi::pthread_attr_getstacksize(attributes, &raw mut plain_size) };
    // Without a stack of the caller's own, `getstack` computes an address below zero.
    let is_own = is_set && (low as isize) > 0 && size == plain_size;
    (if is_own { low as u64 } else { 0 }, plain_size as u64)
}

static THREAD_END_KEY: AtomicU32 = AtomicU32::new(u32::MAX);

/// Makes the key whose destructor tells of the end of a thread. False when there are too many keys.
pub(crate) fn thread_end_key(destructor: extern "C" fn(*mut c_void)) -> bool {
    let mut key: c_uint = 0;
    // SAFETY: `key` is valid for a write, the destructor lives as long as this library, which is never unloaded.
    let is_made = unsafe { abi::pthread_key_create(&raw mut key, destructor) } == 0;
    if is_made {
        THREAD_END_KEY.store(key, Relaxed);
    }
    is_made
}

/// Has the destructor called when the calling thread ends.
pub(crate) fn watch_thread_end() {
    let key = THREAD_END_KEY.load(Relaxed);
    if key != u32::MAX {
        // SAFETY: the key was made by `thread_end_key`; the value is a mark, never read through.
        unsafe { abi::pthread_setspecific(key, core::ptr::without_provenance(1)) };
    }
}

/// Has the three functions called around `fork`.
pub(crate) fn on_fork(prepare: extern "C" fn(), parent: extern "C" fn(), child: extern "C" fn()) {
    // SAFETY: the functions live as long as this library, which is never unloaded.
    unsafe { abi::pthread_atfork(Some(prepare), Some(parent), Some(child)) };
}
