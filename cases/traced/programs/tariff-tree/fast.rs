//! Looks up customs tariffs by commodity code.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
struct Tariff {
    code: u64,
    per_mille: u16,
}

pub fn run(scale: usize) {
    let mut random = Random::new(23);
    let tariffs: Vec<Tariff> = (0..100_000)
        .map(|_| Tariff {
            code: random.next(),
            per_mille: random.below(300) as u16,
        })
        .collect();
    let table: FxHashMap<u64, u16> = tariffs.iter().map(|tariff| (tariff.code, tariff.per_mille)).collect();
    let found = (0..300_000 * scale).filter_map(|_| {
        let code = tariffs[random.below(tariffs.len())].code;
        table.get(&code).copied()
    });
    println!("{}", found.map(u64::from).sum::<u64>());
}
