//! Well-behaved work that there is something to measure of.

use std::collections::HashSet;
use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for a hundred samples.
const SPIN: Duration = Duration::from_millis(150);

/// Uses CPU and heap for a moment.
pub fn spin() {
    let start = Instant::now();
    while start.elapsed() < SPIN {
        black_box(squares(2_000));
    }
}

#[inline(never)]
fn squares(n: u64) -> u64 {
    let distinct: HashSet<u64> = (0..n).map(|i| i * i % 1009).collect();
    distinct.iter().sum()
}

pub fn spin_and_tell() -> ExitCode {
    spin();
    println!("spun");
    ExitCode::SUCCESS
}

pub fn forever() -> ExitCode {
    println!("started");
    loop {
        spin();
    }
}

/// Writes to stderr, too: it must come through.
pub fn chatter() -> ExitCode {
    for line in 0..3 {
        println!("out {line}");
        eprintln!("err {line}");
    }
    spin();
    ExitCode::SUCCESS
}

pub fn print_args(args: &[&str]) -> ExitCode {
    for arg in args {
        println!("<{arg}>");
    }
    ExitCode::SUCCESS
}

pub fn copy_stdin() -> ExitCode {
    let copied = io::copy(&mut io::stdin().lock(), &mut io::stdout().lock()).expect("copying");
    io::stdout().flush().expect("flushing");
    ExitCode::from(u8::from(copied == 0))
}

pub fn threads(count: u64) -> ExitCode {
    let handles: Vec<_> = (0..count)
        .map(|i| thread::spawn(move || squares(1_000 + i)))
        .collect();
    let sum: u64 = handles.into_iter().map(|handle| handle.join().expect("a thread")).sum();
    println!("sum {sum}");
    ExitCode::SUCCESS
}

pub fn change_directory() -> ExitCode {
    std::env::set_current_dir("/").expect("going to the root");
    spin();
    println!("{}", std::env::current_dir().expect("a directory").display());
    ExitCode::SUCCESS
}
