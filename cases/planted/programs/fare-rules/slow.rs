//! Prices trips on several threads, by fare rules that an operator may change at any time.

use crate::random::Random;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::thread;

struct Rule {
    from_zone: u16,
    to_zone: u16,
    earliest: u16,
    cents: u64,
}

struct Trip {
    from_zone: u16,
    to_zone: u16,
    minute: u16,
}

/// The rules, the most special ones first.
struct Fares {
    rules: Vec<Rule>,
    version: u32,
}

struct Office {
    fares: Mutex<Fares>, //~
}

impl Rule {
    fn covers(&self, trip: &Trip) -> bool {
        (self.from_zone..=self.to_zone).contains(&trip.from_zone)
            && (self.from_zone..=self.to_zone).contains(&trip.to_zone)
            && trip.minute >= self.earliest
    }
}

impl Fares {
    /// The cheapest of all rules that cover a trip.
    fn cheapest(&self, trip: &Trip) -> Option<u64> {
        self.rules
            .iter()
            .filter(|rule| rule.covers(trip))
            .map(|rule| rule.cents)
            .min()
    }
}

impl Office {
    fn price(&self, trip: &Trip) -> u64 {
        let fares = self.fares.lock().unwrap_or_else(PoisonError::into_inner); //~
        fares.cheapest(trip).unwrap_or(900)
    }

    fn raise(&self, cents: u64) -> u32 {
        let mut fares = self.fares.lock().unwrap_or_else(PoisonError::into_inner);
        for rule in &mut fares.rules {
            rule.cents += cents;
        }
        fares.version += 1;
        fares.version
    }
}

struct Clerk {
    office: Arc<Office>,
    trips: Vec<Trip>,
}

impl Clerk {
    fn work(&self, rounds: usize) -> u64 {
        (0..rounds)
            .flat_map(|_| &self.trips)
            .map(|trip| self.office.price(trip)) //~
            .sum()
    }
}

fn fares(random: &mut Random) -> Fares {
    let rules = (0..3_000)
        .map(|_| {
            let from_zone = random.below(80) as u16;
            Rule {
                from_zone,
                to_zone: from_zone + random.below(12) as u16,
                earliest: random.below(1_200) as u16,
                cents: 150 + random.below(600) as u64,
            }
        })
        .collect();
    Fares { rules, version: 1 }
}

fn trips(random: &mut Random, count: usize) -> Vec<Trip> {
    (0..count)
        .map(|_| Trip {
            from_zone: random.below(90) as u16,
            to_zone: random.below(90) as u16,
            minute: random.below(1_440) as u16,
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(28);
    let office = Arc::new(Office {
        fares: fares(&mut random).into(),
    });
    let clerks: Vec<Clerk> = (0..2)
        .map(|_| Clerk {
            office: Arc::clone(&office),
            trips: trips(&mut random, 10_000),
        })
        .collect();
    let mut cents = 0;
    let mut version = 0;
    for _ in 0..2 * scale {
        cents += thread::scope(|scope| {
            let workers: Vec<_> = clerks.iter().map(|clerk| scope.spawn(|| clerk.work(8))).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or(0))
                .sum::<u64>()
        });
        version = office.raise(5);
    }
    println!("{cents} cents, version {version}");
}
