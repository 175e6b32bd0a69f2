//! A scheduler hands each job a handle to the settings; an auditor walks over all jobs and compares them with the settings' limits.

use std::hint::black_box;
use std::sync::Arc;
use std::thread;

struct Settings {
    name: String,
    longest_ms: u32,
    most_retries: u32,
}

#[derive(Clone, Copy)]
struct Job {
    took_ms: u32,
    retries: u32,
}

struct Handle<'a> {
    settings: &'a Settings,
    job: Job,
}

impl Handle<'_> {
    fn cost(&self) -> u64 {
        u64::from(self.job.took_ms) * u64::from(self.job.retries + 1)
    }
}

fn schedule(jobs: &[Job], settings: &Settings) -> u64 {
    jobs.iter()
        .map(|&job| {
            let handle = black_box(Handle { settings, job });
            handle.cost() + u64::from(std::ptr::eq(handle.settings, settings))
        })
        .sum()
}

#[inline(never)]
fn audit(jobs: &[Job], settings: &Settings) -> usize {
    let mut broken = 0;
    for job in jobs {
        let settings = black_box(settings);
        broken += usize::from(job.took_ms > settings.longest_ms || job.retries > settings.most_retries);
    }
    broken
}

pub fn run(scale: usize) {
    let jobs: Vec<Job> = (0..50_000u32)
        .map(|i| Job {
            took_ms: i * 7919 % 1_000,
            retries: i * 31 % 5,
        })
        .collect();
    let settings = Arc::new(Settings {
        name: String::from("nightly"),
        longest_ms: 900,
        most_retries: 3,
    });
    let (cost, broken) = thread::scope(|scope| {
        let cost = scope.spawn(|| (0..10 * scale).map(|_| schedule(&jobs, &settings)).sum::<u64>());
        let broken = scope.spawn(|| (0..20 * scale).map(|_| audit(&jobs, &settings)).sum::<usize>());
        (cost.join().unwrap(), broken.join().unwrap())
    });
    println!("{}: {cost} {broken}", settings.name);
}
