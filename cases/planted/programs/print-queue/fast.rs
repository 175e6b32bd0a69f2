//! Simulates the queue of a print shop: jobs arrive in bursts and are printed in order.

use crate::random::Random;
use std::collections::VecDeque;

#[derive(Clone)]
struct Job {
    number: u32,
    pages: u32,
    copies: u16,
    duplex: bool,
    arrived: u64,
}

struct Spooler {
    waiting: VecDeque<Job>,
    accepted: u32,
}

#[derive(Default)]
struct Statistics {
    printed: u32,
    sheets: u64,
    waited: u64,
    longest_wait: u64,
    last: u32,
}

impl Spooler {
    fn accept(&mut self, mut job: Job) {
        self.accepted += 1;
        job.number = self.accepted;
        self.waiting.push_back(job);
    }

    fn next_job(&mut self) -> Option<Job> {
        self.waiting.pop_front()
    }
}

impl Job {
    fn sheets(&self) -> u64 {
        let sides = u64::from(self.pages);
        let sheets = if self.duplex { sides.div_ceil(2) } else { sides };
        sheets * u64::from(self.copies)
    }
}

impl Statistics {
    fn count(&mut self, job: &Job, now: u64) {
        let waited = now.saturating_sub(job.arrived);
        self.printed += 1;
        self.sheets += job.sheets();
        self.waited += waited;
        self.longest_wait = self.longest_wait.max(waited);
        self.last = job.number;
    }
}

fn burst(random: &mut Random, now: u64) -> impl Iterator<Item = Job> {
    let count = 200 + random.below(400);
    let mut random = random.clone();
    (0..count).map(move |_| Job {
        number: 0,
        pages: 1 + random.below(60) as u32,
        copies: 1 + random.below(4) as u16,
        duplex: random.below(2) == 0,
        arrived: now,
    })
}

pub fn run(scale: usize) {
    let mut random = Random::new(3);
    let mut spooler = Spooler {
        waiting: VecDeque::new(),
        accepted: 0,
    };
    let mut statistics = Statistics::default();
    let mut now = 0;
    while spooler.accepted < 100_000 * scale as u32 {
        now += 1 + random.below(5) as u64;
        burst(&mut random, now).for_each(|job| spooler.accept(job));
        // The printer is slower than its users.
        for _ in 0..200 {
            if let Some(job) = spooler.next_job() {
                now += job.sheets() / 50;
                statistics.count(&job, now);
            }
        }
    }
    while let Some(job) = spooler.next_job() {
        now += job.sheets() / 50;
        statistics.count(&job, now);
    }
    println!(
        "{} jobs, {} sheets, mean wait {}, longest {}, last {}",
        statistics.printed,
        statistics.sheets,
        statistics.waited / u64::from(statistics.printed),
        statistics.longest_wait,
        statistics.last
    );
}
