//! Has its own handlers for SIGPROF and SIGSEGV, blocks all signals in a thread, and says what arrived.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static N_PROF: AtomicUsize = AtomicUsize::new(0);
static N_SEGV: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" {
    fn signal(signal: i32, handler: usize) -> usize;
    fn raise(signal: i32) -> i32;
    fn sigfillset(set: *mut [u64; 16]) -> i32;
    fn pthread_sigmask(how: i32, set: *const [u64; 16], old: *mut [u64; 16]) -> i32;
}

extern "C" fn on_prof(_: i32) {
    N_PROF.fetch_add(1, SeqCst);
}

extern "C" fn on_segv(_: i32) {
    N_SEGV.fetch_add(1, SeqCst);
}

fn burn() {
    let start = std::time::Instant::now();
    let mut state = 1u64;
    while start.elapsed().as_millis() < 300 {
        for _ in 0..10_000 {
            state = std::hint::black_box(state.wrapping_mul(6364136223846793005).wrapping_add(1));
        }
    }
}

fn main() {
    unsafe { signal(27, on_prof as *const () as usize) };
    unsafe { signal(11, on_segv as *const () as usize) };
    let blocked = std::thread::spawn(|| {
        let mut set = [0; 16];
        unsafe { sigfillset(&mut set) };
        unsafe { pthread_sigmask(2, &set, std::ptr::null_mut()) };
        burn();
    });
    burn();
    blocked.join().unwrap();
    for _ in 0..3 {
        unsafe { raise(27) };
        unsafe { raise(11) };
    }
    println!("prof {} segv {}", N_PROF.load(SeqCst), N_SEGV.load(SeqCst));
}
