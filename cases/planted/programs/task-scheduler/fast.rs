//! Simulates a machine shop: jobs pass through stations with queues, driven by an event heap.

use crate::random::Random;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival { job: u32 },
    Finished { station: u8, job: u32 },
}

#[derive(Default)]
struct Station {
    queue: VecDeque<u32>,
    is_busy: bool,
    served: u64,
    longest_queue: usize,
}

struct Shop {
    now: u64,
    events: BinaryHeap<Reverse<(u64, Event)>>,
    stations: [Station; 6],
    random: Random,
    finished: u64,
}

impl Shop {
    fn new() -> Self {
        Self {
            now: 0,
            events: BinaryHeap::new(),
            stations: Default::default(),
            random: Random::new(397),
            finished: 0,
        }
    }

    fn schedule(&mut self, delay: u64, event: Event) {
        self.events.push(Reverse((self.now + delay, event)));
    }

    fn start_next(&mut self, station: u8) {
        let place = &mut self.stations[usize::from(station)];
        if place.is_busy {
            return;
        }
        if let Some(job) = place.queue.pop_front() {
            place.is_busy = true;
            let work = 40 + self.random.below(50) as u64;
            self.schedule(work, Event::Finished { station, job });
        }
    }

    fn enqueue(&mut self, station: u8, job: u32) {
        let place = &mut self.stations[usize::from(station)];
        place.queue.push_back(job);
        place.longest_queue = place.longest_queue.max(place.queue.len());
        self.start_next(station);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Arrival { job } => {
                let pause = 60 + self.random.below(30) as u64;
                self.schedule(pause, Event::Arrival { job: job + 1 });
                self.enqueue(job as u8 % 2, job);
            }
            Event::Finished { station, job } => {
                let place = &mut self.stations[usize::from(station)];
                place.is_busy = false;
                place.served += 1;
                match station + 2 {
                    next @ ..6 => self.enqueue(next, job),
                    _ => self.finished += 1,
                }
                self.start_next(station);
            }
        }
    }

    fn run(&mut self, events: usize) {
        self.schedule(0, Event::Arrival { job: 0 });
        for _ in 0..events {
            let Some(Reverse((at, event))) = self.events.pop() else {
                return;
            };
            self.now = at;
            self.handle(event);
        }
    }
}

pub fn run(scale: usize) {
    let mut shop = Shop::new();
    shop.run(16_000_000 * scale);
    let longest: Vec<usize> = shop.stations.iter().map(|station| station.longest_queue).collect();
    println!("{} finished at {}, longest queues {longest:?}", shop.finished, shop.now);
}
