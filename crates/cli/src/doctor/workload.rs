//! A short program that uses everything that is measured, in known amounts: this tool itself, started again.

use rustix::time::{ClockId, clock_gettime};
use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// The hidden subcommand that runs it.
pub(crate) const NAME: &str = "doctor-workload";
/// Allocations that it makes beside those of its start.
pub(crate) const N_ALLOCATIONS: u64 = 100_000;
/// Writes that it makes.
pub(crate) const N_WRITES: u64 = 1_000;
/// How long a thread keeps the lock that another one wants.
const HOLD: Duration = Duration::from_millis(20);
/// CPU time that it computes, however busy the machine is.
const SPIN: Duration = Duration::from_millis(200);

/// Uses the processor, the heap, a lock and a file.
pub(crate) fn run() -> ExitCode {
    for size in 0..N_ALLOCATIONS {
        black_box(vec![0_u8; 1 + size as usize % 256]);
    }
    wait_for_a_lock();
    write_often();
    spin();
    ExitCode::SUCCESS
}

fn spin() {
    let end = thread_cpu_time() + SPIN;
    let mut value = 1_u64;
    while thread_cpu_time() < end {
        for _ in 0..10_000 {
            value = black_box(value.wrapping_mul(6_364_136_223_846_793_005).rotate_left(17));
        }
    }
}

fn thread_cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec as u32)
}

fn wait_for_a_lock() {
    let lock = Mutex::new(());
    thread::scope(|scope| {
        let guard = lock.lock();
        scope.spawn(|| drop(lock.lock()));
        thread::sleep(HOLD);
        drop(guard);
    });
}

fn write_often() {
    // Without /dev/null nothing is written, and the check says that no writes were seen.
    let Ok(mut file) = OpenOptions::new().write(true).open("/dev/null") else {
        return;
    };
    for _ in 0..N_WRITES {
        let _ = file.write_all(b"x");
    }
}
