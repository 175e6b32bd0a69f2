//! Prints the latency table of a service: for each endpoint the usual percentiles.

use crate::random::Random;

struct Endpoint {
    path: &'static str,
    micros: Vec<u32>,
}

struct Row {
    path: &'static str,
    percentiles: Vec<u32>,
    mean: u64,
    slower_than_budget: usize,
}

const PERCENTILES: [f64; 9] = [0.5, 1.0, 5.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9];
const BUDGET_MICROS: u32 = 9_000;

/// The smallest sample that `percent` of the samples, which are sorted, do not exceed (nearest rank).
fn percentile(sorted: &[u32], percent: f64) -> u32 {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

fn summarize(endpoint: &Endpoint) -> Row {
    let mut sorted = endpoint.micros.to_vec();
    sorted.sort_unstable();
    let total: u64 = endpoint.micros.iter().map(|&micros| u64::from(micros)).sum();
    Row {
        path: endpoint.path,
        percentiles: PERCENTILES
            .iter()
            .map(|&percent| percentile(&sorted, percent))
            .collect(),
        mean: total / endpoint.micros.len() as u64,
        slower_than_budget: endpoint.micros.iter().filter(|&&micros| micros > BUDGET_MICROS).count(),
    }
}

/// Most requests are quick, some wait for the database, few for another service.
fn measured(path: &'static str, seed: u64, count: usize) -> Endpoint {
    let mut random = Random::new(seed);
    let micros = (0..count)
        .map(|_| {
            let base = 300 + random.below(900);
            let database = if random.below(4) == 0 { random.below(8_000) } else { 0 };
            let remote = if random.below(100) == 0 {
                random.below(250_000)
            } else {
                0
            };
            (base + database + remote) as u32
        })
        .collect();
    Endpoint { path, micros }
}

pub fn run(scale: usize) {
    let endpoints = [
        measured("/login", 41, 900_000 * 3 * scale),
        measured("/search", 42, 1_000_000 * 3 * scale),
        measured("/cart", 43, 700_000 * 3 * scale),
        measured("/checkout", 44, 300_000 * 3 * scale),
    ];
    for endpoint in &endpoints {
        let row = summarize(endpoint);
        println!(
            "{:10} mean {:6} over budget {:7} {:?}",
            row.path, row.mean, row.slower_than_budget, row.percentiles
        );
    }
}
