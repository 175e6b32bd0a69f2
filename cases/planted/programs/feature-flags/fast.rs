//! Collects changes to the feature flags of a service and publishes them in batches to its workers.

use crate::random::Random;
use std::sync::Arc;

#[derive(Clone)]
struct Flag {
    enabled: bool,
    percent: u8,
    changes: u32,
}

#[derive(Clone)]
struct Flags {
    flags: Vec<Flag>,
    version: u64,
}

enum Change {
    Toggle { flag: usize },
    Rollout { flag: usize, percent: u8 },
}

struct Worker {
    flags: Arc<Flags>,
    hits: u64,
}

struct Publisher {
    flags: Arc<Flags>,
    workers: Vec<Worker>,
}

impl Flags {
    fn is_on(&self, flag: usize, user: u64) -> bool {
        let flag = &self.flags[flag];
        flag.enabled && user % 100 < u64::from(flag.percent)
    }

    fn apply(&mut self, change: &Change) {
        let flag = match *change {
            Change::Toggle { flag } => {
                let flag = &mut self.flags[flag];
                flag.enabled = !flag.enabled;
                flag
            }
            Change::Rollout { flag, percent } => {
                let flag = &mut self.flags[flag];
                flag.percent = percent;
                flag
            }
        };
        flag.changes += 1;
    }
}

impl Worker {
    fn serve(&mut self, random: &mut Random, requests: usize) {
        let flags = Arc::clone(&self.flags);
        for _ in 0..requests {
            let user = random.next();
            let flag = random.below(flags.flags.len());
            self.hits += u64::from(flags.is_on(flag, user));
        }
    }
}

impl Publisher {
    fn new(flags: usize, workers: usize) -> Self {
        let flag = Flag {
            enabled: true,
            percent: 50,
            changes: 0,
        };
        let flags = Arc::new(Flags {
            flags: vec![flag; flags],
            version: 0,
        });
        let worker = || Worker {
            flags: Arc::clone(&flags),
            hits: 0,
        };
        Self {
            workers: std::iter::repeat_with(worker).take(workers).collect(),
            flags,
        }
    }

    fn change(&mut self, changes: &[Change]) {
        for change in changes {
            // The first change after a batch was published copies; the others find the copy unshared.
            Arc::make_mut(&mut self.flags).apply(change);
        }
        Arc::make_mut(&mut self.flags).version += 1;
    }

    fn publish(&mut self) {
        for worker in &mut self.workers {
            worker.flags = Arc::clone(&self.flags);
        }
    }
}

fn changes(random: &mut Random, flags: usize) -> Vec<Change> {
    (0..4_000)
        .map(|_| {
            let flag = random.below(flags);
            match random.below(3) {
                0 => Change::Toggle { flag },
                _ => Change::Rollout {
                    flag,
                    percent: random.below(101) as u8,
                },
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(106);
    let mut publisher = Publisher::new(250, 6);
    let changes = changes(&mut random, 250);
    for _ in 0..4_000 * scale {
        publisher.change(&changes);
        publisher.publish();
        for worker in &mut publisher.workers {
            worker.serve(&mut random, 1_500);
        }
    }
    let hits: u64 = publisher.workers.iter().map(|worker| worker.hits).sum();
    let changed = publisher.flags.flags.iter().filter(|flag| flag.changes > 0).count();
    println!(
        "{hits} hits, {changed} flags changed, version {}",
        publisher.flags.version
    );
}
