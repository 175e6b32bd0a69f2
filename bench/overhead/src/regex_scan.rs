//! Scans a log with a regular expression: pure computing.

use crate::Random;
use regex::Regex;
use std::fmt::Write;

pub fn run(size: u64) -> usize {
    let log = log(60_000);
    let pattern =
        Regex::new(r"(?m)^(\d{4}-\d\d-\d\d)T\S+ (WARN|ERROR) \[(\w+)\] .*latency=(\d{3,})ms").expect("a valid pattern");
    (0..size / 8)
        .map(|_| pattern.captures_iter(&log).map(|found| found[4].len()).sum::<usize>())
        .sum()
}

fn log(n_lines: u64) -> String {
    let mut random = Random(2);
    let mut log = String::new();
    for line in 0..n_lines {
        let level = ["INFO", "DEBUG", "WARN", "ERROR"][random.below(4) as usize];
        let module = ["db", "http", "cache", "queue"][random.below(4) as usize];
        let latency = random.below(400);
        writeln!(
            log,
            "2024-03-{:02}T10:{:02}:00Z {level} [{module}] request {line} done latency={latency}ms",
            line % 28 + 1,
            line % 60
        )
        .expect("a String can be written");
    }
    log
}
