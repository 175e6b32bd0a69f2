//! Publishes the positions of a fleet to subscribers, who take what concerns their waters in batches.

use crate::random::Random;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

struct Ship {
    name: String,
    draught: u32,
}

#[derive(Clone)]
struct Report {
    ship: Arc<Ship>,
    east: i32,
    north: i32,
}

struct Waters {
    west: i32,
    south: i32,
    size: i32,
}

#[derive(Default)]
struct Inbox {
    reports: Mutex<Vec<Report>>,
}

struct Subscriber {
    waters: Waters,
    inbox: Inbox,
}

impl Waters {
    fn contain(&self, report: &Report) -> bool {
        (self.west..self.west + self.size).contains(&report.east)
            && (self.south..self.south + self.size).contains(&report.north)
    }
}

impl Subscriber {
    /// Moves a batch of reports into the inbox, under one lock.
    fn receive(&self, batch: &mut Vec<Report>, reports: &[Report]) {
        batch.extend(reports.iter().filter(|report| self.waters.contain(report)).cloned());
        let mut inbox = self.inbox.reports.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.append(batch);
    }

    fn drain(&self, seen: &mut Vec<Report>) -> u64 {
        std::mem::swap(
            seen,
            &mut self.inbox.reports.lock().unwrap_or_else(PoisonError::into_inner),
        );
        let sum = seen
            .iter()
            .map(|report| u64::from(report.ship.draught) + report.ship.name.len() as u64)
            .sum();
        seen.clear();
        sum
    }
}

fn sail(reports: &mut [Report], random: &mut Random) {
    for report in reports {
        report.east = (report.east + random.below(21) as i32 - 10).clamp(0, 999);
        report.north = (report.north + random.below(21) as i32 - 10).clamp(0, 999);
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(1805);
    let mut reports: Vec<Report> = (0..5_000)
        .map(|number| Report {
            ship: Arc::new(Ship {
                name: format!("Ship {number}"),
                draught: 3 + random.below(18) as u32,
            }),
            east: random.below(1_000) as i32,
            north: random.below(1_000) as i32,
        })
        .collect();
    let subscribers: Vec<Subscriber> = (0..10)
        .map(|number| Subscriber {
            waters: Waters {
                west: number % 5 * 200,
                south: number / 5 * 500,
                size: 220,
            },
            inbox: Inbox::default(),
        })
        .collect();
    let mut sum = 0u64;
    let mut batch = Vec::new();
    let mut seen = Vec::new();
    for hour in 0..3_500 * scale {
        sail(&mut reports, &mut random);
        if hour % 500 == 0 {
            thread::scope(|scope| {
                for subscriber in &subscribers[..2] {
                    scope.spawn(|| subscriber.receive(&mut Vec::new(), &reports));
                }
            });
        }
        for subscriber in &subscribers {
            subscriber.receive(&mut batch, &reports);
        }
        sum = subscribers
            .iter()
            .fold(sum, |sum, subscriber| sum.rotate_left(1) ^ subscriber.drain(&mut seen));
    }
    println!("{sum:x}");
}
