//! Sums download sizes by file type, over a mirror's log of requested paths.

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

// [page]
fn file_type(path: &str) -> &str {
    let name = path.split('/').last().unwrap_or(path); //~ clippy-lint
    name.rsplit_once('.').map_or("", |(_, kind)| kind)
}
// [/page]

pub fn run(scale: usize) {
    let log = log(20_000);
    let mut by_type: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    for _ in 0..scale * 50 {
        for download in &log {
            let kind = file_type(&download.path);
            let sum = by_type.entry(kind).or_default();
            sum.0 += download.bytes;
            sum.1 += tariff(download.bytes, 24);
        }
    }
    for (kind, (bytes, price)) in by_type {
        println!("{kind}: {bytes} bytes, {price:.2}");
    }
}
