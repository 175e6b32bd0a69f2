//! Visits per household from a log: the log is long, the table of households longer.

use crate::random::Random;

const HOUSEHOLDS: usize = 1 << 24;
/// Households of one part: their counts stay in the second level cache.
const PART: usize = 1 << 16;

struct Log {
    households: Vec<u32>,
}

impl Log {
    /// Each household's visits in the same part of the log.
    fn parts(&self) -> Vec<Vec<u32>> {
        let mut parts = vec![Vec::new(); HOUSEHOLDS / PART];
        for &household in &self.households {
            parts[household as usize / PART].push(household);
        }
        parts
    }
}

fn regulars(part: &[u32], visits: &mut [u32]) -> usize {
    visits.fill(0);
    part.iter()
        .for_each(|&household| visits[household as usize % PART] += 1);
    let visits = |household: &u32| visits[*household as usize % PART];
    part.iter().filter(|household| visits(household) > 1).count()
}

pub fn run(scale: usize) {
    let mut random = Random::new(71);
    let log = Log {
        households: (0..2_000_000 * scale)
            .map(|_| random.below(HOUSEHOLDS) as u32)
            .collect(),
    };
    let mut visits = vec![0; PART];
    let regulars: usize = log.parts().iter().map(|part| regulars(part, &mut visits)).sum();
    println!("{regulars} visits by regulars");
}
