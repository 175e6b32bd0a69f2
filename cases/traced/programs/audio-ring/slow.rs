//! A single producer hands samples to a single consumer; either keeps a copy of the other's cursor and looks again only when it must.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

const CAPACITY: usize = 1 << 12;

struct Ring {
    samples: Vec<AtomicU32>,
    written: AtomicUsize, //~
    read: AtomicUsize,    //~
}

struct Producer<'a> {
    ring: &'a Ring,
    position: usize,
    known_read: usize,
}

struct Consumer<'a> {
    ring: &'a Ring,
    position: usize,
    known_written: usize,
}

impl Producer<'_> {
    fn push(&mut self, sample: u32) {
        while self.position - self.known_read == CAPACITY {
            self.known_read = self.ring.read.load(Ordering::Acquire); //~
            if self.position - self.known_read == CAPACITY {
                thread::yield_now();
            }
        }
        self.ring.samples[self.position % CAPACITY].store(sample, Ordering::Relaxed);
        self.position += 1;
        self.ring.written.store(self.position, Ordering::Release); //~
    }
}

impl Consumer<'_> {
    fn pop(&mut self) -> u32 {
        while self.position == self.known_written {
            self.known_written = self.ring.written.load(Ordering::Acquire); //~
            if self.position == self.known_written {
                thread::yield_now();
            }
        }
        let sample = self.ring.samples[self.position % CAPACITY].load(Ordering::Relaxed); //~
        self.position += 1;
        self.ring.read.store(self.position, Ordering::Release); //~
        sample
    }
}

pub fn run(scale: usize) {
    let ring = Ring {
        samples: (0..CAPACITY).map(|_| AtomicU32::new(0)).collect(),
        written: AtomicUsize::new(0),
        read: AtomicUsize::new(0),
    };
    let count = 500_000 * scale;
    let sum = thread::scope(|scope| {
        let mut producer = Producer {
            ring: &ring,
            position: 0,
            known_read: 0,
        };
        let mut consumer = Consumer {
            ring: &ring,
            position: 0,
            known_written: 0,
        };
        scope.spawn(move || (0..count).for_each(|i| producer.push(i as u32 & 0xfff)));
        let consumed = scope.spawn(move || (0..count).map(|_| u64::from(consumer.pop())).sum::<u64>());
        consumed.join().unwrap()
    });
    println!("{sum}");
}
