//! Counts the messages of a system log by where they come from.

use crate::random::Random;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static HEADER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^<(\d+)>([a-z]+)\[(\d+)\]: (error|warning|info)").ok());

#[derive(Default)]
struct Source {
    messages: u64,
    errors: u64,
    processes: u64,
}

#[derive(Default)]
struct Statistics {
    sources: FxHashMap<String, Source>,
    strange: u64,
}

impl Source {
    fn add(&mut self, process: u64, is_error: bool) {
        self.messages += 1;
        self.errors += u64::from(is_error);
        self.processes += process;
    }
}

impl Statistics {
    fn count(&mut self, name: &str, process: u64, is_error: bool) {
        if let Some(source) = self.sources.get_mut(name) {
            source.add(process, is_error);
        } else {
            let mut source = Source::default();
            source.add(process, is_error);
            self.sources.insert(name.to_owned(), source);
        }
    }

    fn add(&mut self, line: &str) {
        let Some(header) = HEADER.as_ref().and_then(|pattern| pattern.captures(line)) else {
            self.strange += 1;
            return;
        };
        let process = header[3].parse::<u64>().unwrap_or(0);
        self.count(&header[2], process, &header[4] == "error");
    }
}

fn log(random: &mut Random, count: usize) -> Vec<String> {
    const NAMES: [&str; 9] = [
        "kernel", "sshd", "cron", "postfix", "dbus", "network", "audit", "nginx", "systemd",
    ];
    const LEVELS: [&str; 4] = ["error", "warning", "info", "info"];
    (0..count)
        .map(|number| match random.below(30) {
            0 => format!("-- mark {number} --"),
            _ => format!(
                "<{}>{}[{}]: {} number {number} of many",
                random.below(200),
                random.pick(&NAMES),
                random.below(30_000),
                random.pick(&LEVELS)
            ),
        })
        .collect()
}

pub fn run(scale: usize) {
    let log = log(&mut Random::new(514), 20_000);
    let mut statistics = Statistics::default();
    for _ in 0..250 * scale {
        for line in &log {
            statistics.add(line);
        }
    }
    let mut sources: Vec<_> = statistics.sources.iter().collect();
    sources.sort_by_key(|(name, _)| *name);
    for (name, source) in sources {
        println!(
            "{name}: {} messages, {} errors, {:x}",
            source.messages, source.errors, source.processes
        );
    }
    println!("{} strange", statistics.strange);
}
