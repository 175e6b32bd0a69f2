//! Simulates a bottling plant: machines take a tray, work on it, and pass it on; an agenda says what happens next.

use crate::random::Random;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens later, soonest first.
struct Agenda<T> {
    entries: BinaryHeap<Reverse<T>>,
}

impl<T: Ord> Agenda<T> {
    fn new() -> Self {
        Self {
            entries: BinaryHeap::new(),
        }
    }

    fn add(&mut self, entry: T) {
        self.entries.push(Reverse(entry));
    }

    fn next(&mut self) -> Option<T> {
        self.entries.pop().map(|Reverse(entry)| entry)
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Step {
    Rinse,
    Fill,
    Cap,
    Label,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    time: u64,
    tray: u32,
    step: Step,
}

struct Plant {
    agenda: Agenda<Due>,
    random: Random,
    finished: u32,
    broken: u32,
}

impl Plant {
    fn new(trays: u32) -> Self {
        let mut plant = Self {
            agenda: Agenda::new(),
            random: Random::new(91),
            finished: 0,
            broken: 0,
        };
        for tray in 0..trays {
            plant.schedule(0, tray, Step::Rinse);
        }
        plant
    }

    fn schedule(&mut self, now: u64, tray: u32, step: Step) {
        let work = match step {
            Step::Rinse => 400,
            Step::Fill => 900,
            Step::Cap => 150,
            Step::Label => 300,
        };
        let time = now + work + self.random.below(work as usize) as u64;
        self.agenda.add(Due { time, tray, step });
    }

    fn run(&mut self, until: u64) -> u64 {
        let mut events = 0;
        while let Some(due) = self.agenda.next() {
            if due.time > until {
                break;
            }
            events += 1;
            let next = match due.step {
                Step::Rinse => Step::Fill,
                Step::Fill if self.random.below(50) == 0 => {
                    self.broken += 1;
                    Step::Rinse
                }
                Step::Fill => Step::Cap,
                Step::Cap => Step::Label,
                Step::Label => {
                    self.finished += 1;
                    Step::Rinse
                }
            };
            self.schedule(due.time, due.tray, next);
        }
        events
    }
}

pub fn run(scale: usize) {
    let mut line = String::new();
    for _ in 0..scale {
        let mut plant = Plant::new(900);
        let events = plant.run(130_000);
        line = format!("{events} events, {} trays, {} broken", plant.finished, plant.broken);
    }
    println!("{line}");
}
