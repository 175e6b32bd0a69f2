//! Audits batches of scanned ballots: serial numbers must not occur twice, and the marks must add up.

use crate::random::Random;
use rustc_hash::FxHashSet;

#[derive(Clone, Copy)]
struct Ballot {
    serial: u64,
    choice: u8,
    spoiled: bool,
}

struct Batch {
    precinct: u16,
    ballots: Vec<Ballot>,
}

#[derive(Default)]
struct Findings {
    duplicates: usize,
    spoiled: usize,
    votes: [u64; 8],
}

trait Check {
    fn inspect(&self, batch: &Batch, findings: &mut Findings);
}

struct Duplicates;

struct Marks {
    choices: u8,
}

/// The serial numbers that one batch has shown so far.
struct Serials(FxHashSet<u64>);

impl Serials {
    fn of(_batch: &Batch) -> Self {
        Self(FxHashSet::default()) //~
    }

    fn is_new(&mut self, ballot: &Ballot) -> bool {
        self.0.insert(ballot.serial) //~
    }
}

impl Check for Duplicates {
    fn inspect(&self, batch: &Batch, findings: &mut Findings) {
        let mut serials = Serials::of(batch); //~
        for ballot in &batch.ballots {
            if !serials.is_new(ballot) {
                //~^
                findings.duplicates += 1;
            }
        }
    }
}

impl Check for Marks {
    fn inspect(&self, batch: &Batch, findings: &mut Findings) {
        for ballot in &batch.ballots {
            if ballot.spoiled || ballot.choice >= self.choices {
                findings.spoiled += 1;
            } else {
                findings.votes[usize::from(ballot.choice)] += 1;
            }
        }
    }
}

struct Audit {
    checks: Vec<Box<dyn Check>>,
}

impl Audit {
    fn run(&self, batch: &Batch, findings: &mut Findings) {
        for check in &self.checks {
            check.inspect(batch, findings);
        }
    }
}

fn batches(random: &mut Random) -> Vec<Batch> {
    (0..150)
        .map(|precinct| {
            let size = 800 + random.below(2_000);
            let ballots = (0..size)
                .map(|number| Ballot {
                    serial: if random.below(900) == 0 {
                        u64::from(precinct) << 32
                    } else {
                        u64::from(precinct) << 32 | (number as u64).wrapping_mul(2_654_435_761) & 0xffff_ffff
                    },
                    choice: random.below(7) as u8,
                    spoiled: random.below(60) == 0,
                })
                .collect();
            Batch { precinct, ballots }
        })
        .collect()
}

pub fn run(scale: usize) {
    let batches = batches(&mut Random::new(7));
    let audit = Audit {
        checks: vec![Box::new(Duplicates), Box::new(Marks { choices: 6 })],
    };
    let mut findings = Findings::default();
    let mut last = 0;
    for _ in 0..160 * scale {
        for batch in &batches {
            audit.run(batch, &mut findings);
            last = batch.precinct;
        }
    }
    println!(
        "{} duplicates, {} spoiled, {:?} up to precinct {last}",
        findings.duplicates, findings.spoiled, findings.votes
    );
}
