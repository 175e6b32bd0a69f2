//! Reads a log and sums it up by service: each line's words are looked up once, as they come. The report asks for
//! a few services by name.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

#[derive(Default)]
struct Tally {
    calls: u64,
    milliseconds: u64,
    worst: u64,
}

struct Deployment {
    service: String,
    replicas: u64,
}

fn log(lines: usize) -> String {
    let mut text = String::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..lines {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let (service, milliseconds) = (state % 60, (state >> 20) % 900);
        _ = writeln!(text, "service-{service}.internal.example {milliseconds} ok");
    }
    text
}

fn tally(log: &str) -> BTreeMap<&str, Tally> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in log.lines() {
        let mut words = line.split(' ');
        let (Some(service), Some(milliseconds)) = (words.next(), words.next()) else {
            continue;
        };
        let milliseconds = milliseconds.parse().unwrap_or(0);
        let tally = tallies.entry(service).or_default();
        tally.calls += 1;
        tally.milliseconds += milliseconds;
        tally.worst = tally.worst.max(milliseconds);
    }
    tallies
}

/// How long a queue of this load gets, by simulation.
fn queue(tally: &Tally, replicas: u64, minute: u64) -> f64 {
    let load = (tally.milliseconds + tally.worst * minute) as f64 / (tally.calls * replicas) as f64;
    let mut length = 0.0_f64;
    for arrival in 0..3000 {
        length = (length + load / 40.0 - 1.0 + f64::from(arrival % 3)).max(0.0).sqrt() * 2.0;
    }
    length
}

fn report(deployments: &[Deployment], tallies: &BTreeMap<&str, Tally>, minute: u64) -> f64 {
    let mut longest = 0.0_f64;
    for deployment in deployments {
        if let Some(tally) = tallies.get(deployment.service.as_str()) {
            longest = longest.max(queue(tally, deployment.replicas, minute));
        }
    }
    longest
}

pub fn run(scale: usize) {
    let deployments: Vec<Deployment> = (0..60)
        .map(|number| Deployment {
            service: format!("service-{number}.internal.example"),
            replicas: 1 + number % 5,
        })
        .collect();
    let mut longest = HashMap::new();
    for hour in 0..scale {
        let text = log(60_000 + hour * 10);
        let tallies = tally(&text);
        for minute in 0..20 {
            longest.insert((hour, minute), report(&deployments, &tallies, minute));
        }
    }
    let sum: f64 = longest.values().sum();
    println!("{} minutes, {:.3}", longest.len(), sum / longest.len() as f64);
}
