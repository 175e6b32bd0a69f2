//! Simulates the boats on a canal, and answers with the log of each boat that arrives.

use crate::random::Random;
use std::collections::VecDeque;
use std::fmt::Write as _;

struct Boat {
    number: u32,
    speed: u32,
    log: String,
}

struct Lock {
    waiting: VecDeque<Boat>,
    open_every: u32,
}

struct Canal {
    locks: Vec<Lock>,
    /// Boats that move on in this hour; kept from hour to hour.
    moving: Vec<(usize, Boat)>,
    arrived: Vec<String>,
}

impl Canal {
    fn new(locks: u32) -> Self {
        Self {
            locks: (0..locks)
                .map(|at| Lock {
                    waiting: VecDeque::new(),
                    open_every: 2 + at % 3,
                })
                .collect(),
            moving: Vec::new(),
            arrived: Vec::new(),
        }
    }

    fn enter(&mut self, number: u32, random: &mut Random) {
        let boat = Boat {
            number,
            speed: 1 + random.below(4) as u32,
            log: format!("boat {number}"),
        };
        self.locks[0].waiting.push_back(boat);
    }

    fn hour(&mut self, hour: u32) {
        self.moving.clear();
        for (at, lock) in self.locks.iter_mut().enumerate() {
            if hour % lock.open_every > 0 {
                continue;
            }
            let count = lock.waiting.len().min(6);
            self.moving
                .extend(lock.waiting.drain(..count).map(|boat| (at + 1, boat)));
        }
        for (next, mut boat) in self.moving.drain(..) {
            let _ = write!(boat.log, ", lock {next} at {}", hour + 4 / boat.speed);
            match self.locks.get_mut(next) {
                Some(lock) => lock.waiting.push_back(boat),
                None => {
                    let _ = write!(boat.log, ", boat {} arrived", boat.number);
                    self.arrived.push(boat.log);
                }
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(1761);
    let mut lengths = 0usize;
    let mut boats = 0usize;
    for _ in 0..32 * scale {
        let mut canal = Canal::new(14);
        for hour in 0..60_000 {
            if random.below(2) == 0 {
                canal.enter(hour, &mut random);
            }
            canal.hour(hour);
        }
        boats += canal.arrived.len();
        lengths += canal.arrived.iter().map(String::len).sum::<usize>();
    }
    println!("{boats} boats, {lengths} letters");
}
