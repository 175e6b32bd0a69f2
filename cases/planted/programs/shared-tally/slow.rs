//! Counts page views by path hash with a pool of workers that take batches from a queue.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Clone, Copy)]
struct View {
    path: u32,
    milliseconds: u32,
}

#[derive(Default, Clone, Copy)]
struct Page {
    views: u32,
    milliseconds: u64,
}

#[derive(Default)]
struct Tally {
    pages: Mutex<FxHashMap<u32, Page>>,
}

struct Work {
    batches: Vec<Vec<View>>,
    next: AtomicUsize,
}

impl Work {
    fn batch(&self) -> Option<&[View]> {
        self.batches
            .get(self.next.fetch_add(1, Ordering::Relaxed))
            .map(Vec::as_slice)
    }
}

impl Tally {
    fn record(&self, view: View) {
        let mut pages = self.pages.lock().expect("no worker panics"); //~
        let page = pages.entry(view.path).or_default();
        page.views += 1;
        page.milliseconds += u64::from(view.milliseconds);
    }

    fn busiest(&self) -> Option<(u32, u32)> {
        let pages = self.pages.lock().expect("no worker panics");
        pages.iter().map(|(&path, page)| (page.views, path)).max()
    }

    fn milliseconds(&self) -> u64 {
        self.pages
            .lock()
            .expect("no worker panics")
            .values()
            .map(|page| page.milliseconds)
            .sum()
    }
}

fn work_off(work: &Work, tally: &Tally) {
    while let Some(batch) = work.batch() {
        for &view in batch {
            tally.record(view); //~
        }
    }
}

fn batches(count: usize) -> Vec<Vec<View>> {
    let mut random = Random::new(251);
    (0..count)
        .map(|_| {
            (0..1_000)
                .map(|_| View {
                    path: random.below(5_000) as u32 * 7919,
                    milliseconds: random.below(400) as u32,
                })
                .collect()
        })
        .collect()
}

pub fn run(scale: usize) {
    let work = Arc::new(Work {
        batches: batches(30_000 * scale),
        next: AtomicUsize::new(0),
    });
    let tally = Arc::new(Tally::default());
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (work, tally) = (Arc::clone(&work), Arc::clone(&tally));
            thread::spawn(move || work_off(&work, &tally))
        })
        .collect();
    workers
        .into_iter()
        .for_each(|worker| worker.join().expect("no worker panics"));
    println!("busiest {:?}, {} ms", tally.busiest(), tally.milliseconds());
}
