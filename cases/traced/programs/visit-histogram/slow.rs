//! Visits per household from a log: the log is long, the table of households longer.

use crate::random::Random;

const HOUSEHOLDS: usize = 1 << 24;

struct Histogram {
    visits: Vec<u32>,
}

struct Log {
    households: Vec<u32>,
}

impl Histogram {
    fn count(&mut self, household: u32) {
        self.visits[household as usize] += 1; //~
    }

    fn of(log: &Log) -> Self {
        let mut histogram = Self {
            visits: vec![0; HOUSEHOLDS],
        };
        log.households.iter().for_each(|&household| histogram.count(household)); //~
        histogram
    }

    fn regulars(&self, log: &Log) -> usize {
        let visits = |household: &u32| self.visits[*household as usize]; //~
        log.households.iter().filter(|household| visits(household) > 1).count() //~
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(71);
    let log = Log {
        households: (0..2_000_000 * scale)
            .map(|_| random.below(HOUSEHOLDS) as u32)
            .collect(),
    };
    let histogram = Histogram::of(&log);
    println!("{} visits by regulars", histogram.regulars(&log));
}
