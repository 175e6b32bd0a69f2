//! Well-behaved work that there is something to measure of.

use std::collections::HashSet;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Long enough for a hundred samples.
const SPIN: Duration = Duration::from_millis(150);

/// Uses this much CPU time, however busy the machine is, and the heap.
pub(crate) fn spin() {
    let end = thread_cpu_time() + SPIN;
    while thread_cpu_time() < end {
        black_box(squares(2_000));
    }
}

fn thread_cpu_time() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

#[inline(never)]
fn squares(n: u64) -> u64 {
    let distinct: HashSet<u64> = (0..n).map(|i| i * i % 1009).collect();
    distinct.iter().sum()
}

pub(crate) fn spin_and_tell() -> ExitCode {
    spin();
    println!("spun");
    ExitCode::SUCCESS
}

/// Never ends; says that it has started when there is something to report of.
pub(crate) fn forever() -> ExitCode {
    spin();
    println!("started");
    loop {
        spin();
    }
}

/// Several times the work of `spin`, around a line and before another one.
pub(crate) fn long() -> ExitCode {
    spin();
    println!("started");
    for _ in 0..5 {
        spin();
    }
    println!("ended");
    ExitCode::SUCCESS
}

/// Writes to stderr, too: it must come through.
pub(crate) fn chatter() -> ExitCode {
    for line in 0..3 {
        println!("out {line}");
        eprintln!("err {line}");
    }
    spin();
    ExitCode::SUCCESS
}

pub(crate) fn print_args(args: &[&str]) -> ExitCode {
    for arg in args {
        println!("<{arg}>");
    }
    ExitCode::SUCCESS
}

pub(crate) fn copy_stdin() -> ExitCode {
    let copied = io::copy(&mut io::stdin().lock(), &mut io::stdout().lock()).expect("copying");
    io::stdout().flush().expect("flushing");
    ExitCode::from(u8::from(copied == 0))
}

pub(crate) fn threads(count: u64) -> ExitCode {
    let handles: Vec<_> = (0..count).map(|i| thread::spawn(move || squares(1_000 + i))).collect();
    let sum: u64 = handles.into_iter().map(|handle| handle.join().expect("a thread")).sum();
    println!("sum {sum}");
    ExitCode::SUCCESS
}

pub(crate) fn change_directory() -> ExitCode {
    std::env::set_current_dir("/").expect("going to the root");
    spin();
    println!("{}", std::env::current_dir().expect("a directory").display());
    ExitCode::SUCCESS
}
