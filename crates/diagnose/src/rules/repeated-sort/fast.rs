//! Simulates a workshop: jobs arrive, machines take them in the order of their deadlines.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

struct Job {
    deadline: u64,
    minutes: u64,
    steps_left: u32,
}

impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.deadline.cmp(&other.deadline)
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.deadline == other.deadline
    }
}

impl Eq for Job {}

struct Workshop {
    clock: u64,
    late: u64,
    waiting: BinaryHeap<Reverse<Job>>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn orders(count: usize, random: &mut Random) -> Vec<Job> {
    (0..count)
        .map(|_| Job {
            deadline: 1000 + random.below(400_000),
            minutes: 1 + random.below(60),
            steps_left: 1 + random.below(4) as u32,
        })
        .collect()
}

/// How long a job takes on a machine that warms up.
fn duration(job: &Job) -> u64 {
    let mut minutes = job.minutes as f64;
    for step in 0..60 {
        minutes = (minutes * 1.01 + f64::from(step % 3)).sqrt() * 4.0;
    }
    job.minutes + minutes as u64 % 7
}

// [page]
impl Workshop {
    fn run(&mut self) {
        while let Some(Reverse(mut job)) = self.waiting.pop() {
            self.clock += duration(&job);
            self.late += u64::from(self.clock > job.deadline);
            job.steps_left -= 1;
            if job.steps_left > 0 {
                job.deadline += 500;
                self.waiting.push(Reverse(job));
            }
        }
    }
}
// [/page]

pub fn run(scale: usize) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut workshop = Workshop {
        clock: 0,
        late: 0,
        waiting: BinaryHeap::new(),
    };
    for _ in 0..scale * 4 {
        workshop.waiting = orders(6000, &mut random).into_iter().map(Reverse).collect();
        workshop.run();
    }
    println!("{} minutes, {} late", workshop.clock, workshop.late);
}
