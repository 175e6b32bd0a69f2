//! Copies the interesting lines of a day's log into a file of their own.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::{env, process};

struct Filter {
    levels: [&'static str; 2],
    min_length: usize,
}

impl Filter {
    fn keeps(&self, line: &str) -> bool {
        line.len() >= self.min_length && self.levels.iter().any(|level| line.starts_with(level))
    }
}

fn day_log(lines: usize) -> String {
    let kinds = [
        "INFO request served from cache\n",
        "WARN queue is nearly full, slowing down producers\n",
        "DEBUG heartbeat\n",
        "ERROR upstream closed the connection\n",
    ];
    let mut log = String::with_capacity(lines * 40);
    for number in 0..lines {
        log.push_str(kinds[number * 7 % 13 % kinds.len()]);
    }
    log
}

/// Rates how alarming a line is: a recurrence that the operations team tuned by hand.
fn alarm(line: &str) -> f64 {
    let mut alarm = line.len() as f64;
    for step in 0..34 {
        alarm = (alarm + f64::from(step % 6)).sqrt() * 2.8;
    }
    alarm
}

// [page]
fn extract(log: &str, filter: &Filter, target: &Path) -> io::Result<f64> {
    let mut file = BufWriter::new(File::create(target)?);
    let mut alarms = 0.0;
    for line in log.split_inclusive('\n').filter(|line| filter.keeps(line)) {
        file.write_all(line.as_bytes())?;
        alarms += alarm(line);
    }
    file.flush()?;
    Ok(alarms)
}
// [/page]

fn extract_all(scale: usize) -> io::Result<()> {
    let log = day_log(80_000);
    let filter = Filter {
        levels: ["WARN", "ERROR"],
        min_length: 20,
    };
    let target = env::temp_dir().join(format!("extract-{}.log", process::id()));
    let (mut alarms, mut bytes) = (0.0, 0);
    for _ in 0..scale * 4 {
        alarms += extract(&log, &filter, &target)?;
        bytes += fs::metadata(&target)?.len();
    }
    println!("{bytes} bytes kept, alarms {alarms:.4}");
    fs::remove_file(target)
}

pub fn run(scale: usize) {
    extract_all(scale).expect("the temporary folder is writable");
}
