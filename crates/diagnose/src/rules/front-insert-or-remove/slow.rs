//! Simulates the work queue of a print shop: first in, first out, with jobs that come back for a second pass.

struct Job {
    id: u32,
    pages: u32,
    passes_left: u32,
}

struct Press {
    queue: Vec<Job>,
    ink: f64,
    finished: u64,
}

impl Press {
    fn new() -> Self {
        Self {
            queue: Vec::with_capacity(32_768),
            ink: 1000.0,
            finished: 0,
        }
    }

    fn accept(&mut self, shift: u32, count: u32) {
        let jobs = (0..count).map(|index| {
            let id = shift * count + index;
            Job {
                id,
                pages: 40 + id.wrapping_mul(2_654_435_761) % 160,
                passes_left: 1 + id % 2,
            }
        });
        self.queue.extend(jobs);
    }

    // [page]
    fn next_job(&mut self) -> Option<Job> {
        if self.queue.is_empty() {
            return None;
        }
        Some(self.queue.remove(0)) //~ front-insert-or-remove
    }
    // [/page]

    fn print(&mut self, job: &Job) {
        for page in 0..job.pages {
            let coverage = f64::from((job.id ^ page) % 97) / 97.0;
            self.ink = (self.ink + coverage).sqrt() * 31.0;
        }
    }

    fn work_off(&mut self) {
        while let Some(mut job) = self.next_job() {
            self.print(&job);
            job.passes_left -= 1;
            if job.passes_left == 0 {
                self.finished += u64::from(job.id);
            } else {
                self.queue.push(job);
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut press = Press::new();
    for shift in 0..scale as u32 {
        press.accept(shift, 20_000);
        press.work_off();
    }
    println!("finished {}, ink {:.6}", press.finished, press.ink);
}
