//! Follows threads from their start. Runs inside malloc and signal handlers.

use crate::{sys, thread};
use core::ffi::c_void;
use core::sync::atomic::{
    AtomicU32, AtomicU64, AtomicUsize, Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};

/// A thread between the call that makes it and its first instruction.
pub(crate) struct Start {
    state: AtomicU32,
    function: AtomicUsize,
    argument: AtomicUsize,
    stack_low: AtomicU64,
    stack_size: AtomicU64,
}

const FREE: u32 = 0;
const TAKEN: u32 = 1;

static STARTS: [Start; 1024] = [const {
    Start {
        state: AtomicU32::new(FREE),
        function: AtomicUsize::new(0),
        argument: AtomicUsize::new(0),
        stack_low: AtomicU64::new(0),
        stack_size: AtomicU64::new(0),
    }
}; 1024];
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Notes what a thread is to run; none when too many threads are starting at once.
pub(crate) fn prepare(function: usize, argument: *mut c_void, attributes: *const c_void) -> Option<&'static Start> {
    let (stack_low, stack_size) = if attributes.is_null() {
        (0, sys::default_stack_size())
    } else {
        sys::stack_of_attributes(attributes)
    };
    let first = NEXT.fetch_add(1, Relaxed);
    let start = (0..STARTS.len()).find_map(|step| {
        let start = STARTS.get((first + step) % STARTS.len())?;
        start
            .state
            .compare_exchange(FREE, TAKEN, AcqRel, Relaxed)
            .is_ok()
            .then_some(start)
    })?;
    start.function.store(function, Relaxed);
    start.argument.store(argument.expose_provenance(), Relaxed);
    start.stack_low.store(stack_low, Relaxed);
    start.stack_size.store(stack_size, Release);
    Some(start)
}

/// The thread could not be made.
pub(crate) fn cancel(start: &Start) {
    start.state.store(FREE, Release);
}

/// First thing in the new thread: takes a slot, and tells function and argument. `frame` is the frame pointer of the
/// function that will call it, the end of all stacks of this thread.
pub(crate) fn begin(start: &Start, frame: usize) -> (usize, usize) {
    let stack_size = start.stack_size.load(Acquire);
    let stack_low = start.stack_low.load(Relaxed);
    let (function, argument) = (start.function.load(Relaxed), start.argument.load(Relaxed));
    start.state.store(FREE, Release);
    let high = frame as u64;
    let low = if stack_low == 0 {
        high.saturating_sub(stack_size)
    } else {
        stack_low
    };
    thread::set_stack(low, high);
    let _slot = thread::current();
    (function, argument)
}
