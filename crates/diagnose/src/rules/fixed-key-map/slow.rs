//! Keeps the statistics of a game server: damage by kind, in a map that the kind is looked up in for each hit.

use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Damage {
    Blade,
    Arrow,
    Fire,
    Frost,
    Poison,
    Fall,
}

const KINDS: [Damage; 6] = [
    Damage::Blade,
    Damage::Arrow,
    Damage::Fire,
    Damage::Frost,
    Damage::Poison,
    Damage::Fall,
];

struct Hit {
    kind: Damage,
    points: u32,
    distance: f32,
}

#[derive(Default)]
struct Tally {
    hits: u64,
    points: u64,
    farthest: f32,
}

struct Statistics {
    tallies: HashMap<Damage, Tally>,
}

fn hits(count: usize) -> Vec<Hit> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Hit {
                kind: KINDS[(state >> 33) as usize % KINDS.len()],
                points: 1 + (state >> 20) as u32 % 90,
                distance: (state >> 45) as f32 / 4096.0,
            }
        })
        .collect()
}

// [page]
impl Statistics {
    fn count(&mut self, hit: &Hit) {
        let tally = self.tallies.entry(hit.kind).or_default(); //~ fixed-key-map
        tally.hits += 1;
        tally.points += u64::from(hit.points);
        tally.farthest = tally.farthest.max(hit.distance);
    }
}
// [/page]

/// What is left of a hit behind armour, by the game designers' curve.
fn behind_armour(hit: &Hit) -> f64 {
    let mut points = f64::from(hit.points);
    for layer in 0..6 {
        points = (points * 0.8 + f64::from(layer)).sqrt() * 2.0;
    }
    points
}

pub fn run(scale: usize) {
    let hits = hits(200_000);
    let mut statistics = Statistics {
        tallies: HashMap::new(),
    };
    let mut felt = 0.0;
    for round in 0..scale * 5 {
        for hit in hits.iter().skip(round) {
            statistics.count(hit);
            felt += behind_armour(hit);
        }
    }
    let all = statistics.tallies.values();
    let points: u64 = all.map(|tally| tally.points + tally.hits + tally.farthest as u64).sum();
    println!("{} kinds, {points} points, {felt:.3} felt", statistics.tallies.len());
}
