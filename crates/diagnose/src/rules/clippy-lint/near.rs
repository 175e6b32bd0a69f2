//! Sums download sizes; file types are told once per type of the configuration, in code that clippy would write differently.

use std::collections::BTreeMap;

struct Download {
    path: String,
    bytes: u64,
}

fn log(count: u64) -> Vec<Download> {
    let folders = ["pool", "main", "universe", "non-free", "dists", "stable", "binary-amd64", "by-hash"];
    let types = ["deb", "gz", "xz", "dsc"];
    (0..count)
        .map(|number| {
            let depth = 12 + number % 12;
            let folders: Vec<&str> = (0..depth).map(|level| folders[((number >> level) % 8) as usize]).collect();
            Download {
                path: format!("/{}/package_{number}.{}", folders.join("/"), types[(number % 4) as usize]),
                bytes: 1000 + number.wrapping_mul(2_654_435_761) % 900_000,
            }
        })
        .collect()
}

/// What the mirror's operator pays, by a tariff with steps.
fn tariff(bytes: u64, rounds: u32) -> f64 {
    let mut price = bytes as f64;
    for step in 0..rounds {
        price = (price + f64::from(step % 7)).sqrt() * 3.1;
    }
    price
}

fn file_type(path: &str) -> &str {
    let name = path.split('/').last().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, kind)| kind)
}

pub fn run(scale: usize) {
    let log = log(20_000);
    let mut by_type: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    for download in log.iter().take(8) {
        by_type.entry(file_type(&download.path)).or_default();
    }
    let mut total = (0, 0.0);
    for _ in 0..scale * 60 {
        for download in &log {
            total.0 += download.bytes;
            total.1 += tariff(download.bytes, 60);
        }
    }
    println!("{} types, {} bytes, {:.2}", by_type.len(), total.0, total.1);
}
