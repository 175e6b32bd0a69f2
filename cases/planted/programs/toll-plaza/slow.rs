//! Counts what passes a toll plaza, and what it pays, hour by hour.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Class {
    Motorcycle,
    Car,
    Van,
    Coach,
    Lorry,
    Oversize,
}

#[derive(Clone, Copy)]
struct Passage {
    class: Class,
    cents: u32,
    lane: u8,
}

#[derive(Clone, Copy, Default)]
struct Takings {
    passages: u64,
    cents: u64,
}

/// Sums by class of vehicle.
#[derive(Default)]
struct Ledger {
    by_class: FxHashMap<Class, Takings>, //~
}

trait Counter {
    fn count(&mut self, passage: &Passage);
}

const CLASSES: [Class; 6] = [
    Class::Motorcycle,
    Class::Car,
    Class::Van,
    Class::Coach,
    Class::Lorry,
    Class::Oversize,
];

impl Class {
    fn fee(self, axles: u32) -> u32 {
        match self {
            Class::Motorcycle => 120,
            Class::Car => 240,
            Class::Van => 310,
            Class::Coach => 450 + axles * 40,
            Class::Lorry => 500 + axles * 95,
            Class::Oversize => 2_000,
        }
    }
}

impl Ledger {
    fn takings(&mut self, class: Class) -> &mut Takings {
        self.by_class.entry(class).or_default() //~
    }
}

impl Counter for Ledger {
    fn count(&mut self, passage: &Passage) {
        let takings = self.takings(passage.class); //~
        takings.passages += 1;
        takings.cents += u64::from(passage.cents);
    }
}

struct Plaza {
    lanes: Vec<Ledger>,
}

impl Plaza {
    fn hour(&mut self, passages: &[Passage]) {
        for passage in passages {
            self.lanes[usize::from(passage.lane)].count(passage);
        }
    }

    fn report(&self) -> Vec<(u64, u64)> {
        CLASSES
            .iter()
            .map(|&class| {
                self.lanes
                    .iter()
                    .filter_map(|lane| lane.by_class.get(&class))
                    .fold((0, 0), |sum, takings| (sum.0 + takings.passages, sum.1 + takings.cents))
            })
            .collect()
    }
}

fn passages(random: &mut Random, count: usize) -> Vec<Passage> {
    (0..count)
        .map(|_| {
            let class = match random.below(20) {
                0 => Class::Motorcycle,
                1..11 => Class::Car,
                11..15 => Class::Van,
                15 => Class::Coach,
                16..19 => Class::Lorry,
                _ => Class::Oversize,
            };
            Passage {
                class,
                cents: class.fee(2 + random.below(4) as u32),
                lane: random.below(8) as u8,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let passages = passages(&mut Random::new(37), 30_000);
    let mut plaza = Plaza {
        lanes: (0..8).map(|_| Ledger::default()).collect(),
    };
    for _ in 0..9_000 * scale {
        plaza.hour(&passages);
    }
    println!("{:?}", plaza.report());
}
