//! Statics and types whose layouts are asked for.

use std::sync::atomic::{AtomicU64, Ordering};

#[repr(C)]
pub struct Stats {
    pub hits: AtomicU64,
    pub misses: AtomicU64,
    pub name: [u8; 24],
}

#[repr(C)]
pub struct Pair(u32, u64);

pub enum Event {
    Tick(u64),
    Blob { bytes: [u8; 200] },
    Empty,
}

#[unsafe(no_mangle)]
pub static STATS: Stats = Stats {
    hits: AtomicU64::new(0),
    misses: AtomicU64::new(0),
    name: [0; 24],
};

#[inline(never)]
fn weigh(event: &Event, pair: &Pair) -> u64 {
    match event {
        Event::Tick(at) => *at + pair.1,
        Event::Blob { bytes } => u64::from(bytes[7]) + u64::from(pair.0),
        Event::Empty => 0,
    }
}

fn main() {
    STATS.hits.fetch_add(1, Ordering::Relaxed);
    STATS.misses.fetch_add(u64::from(STATS.name[3]), Ordering::Relaxed);
    let events = [Event::Tick(3), Event::Blob { bytes: [1; 200] }, Event::Empty];
    let sum: u64 = events.iter().map(|event| weigh(event, &Pair(1, 2))).sum();
    println!("{sum} {}", STATS.hits.load(Ordering::Relaxed));
}
