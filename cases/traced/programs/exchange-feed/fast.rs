//! Relays quotes: one thread receives and thins them out, another sends the agreed ones; statistics are global.

use crate::random::Random;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// On a line of its own.
#[repr(align(128))]
struct Padded(AtomicU64);

static RECEIVED: Padded = Padded(AtomicU64::new(0));
static SENT: Padded = Padded(AtomicU64::new(0));

#[derive(Clone, Copy)]
struct Quote {
    instrument: u32,
    price: u32,
}

fn receive(quotes: &[Quote]) -> u64 {
    let mut last = [0u32; 256];
    let mut moved = 0;
    for quote in quotes {
        RECEIVED.0.fetch_add(1, Relaxed);
        let known = &mut last[quote.instrument as usize % 256];
        if known.abs_diff(quote.price) > 20 {
            *known = quote.price;
            moved += 1;
        }
    }
    moved
}

fn send(quotes: &[Quote]) -> u64 {
    let mut checksum = 0u64;
    for quote in quotes {
        let frame = u64::from(quote.instrument) << 32 | u64::from(quote.price);
        checksum = checksum.rotate_left(7) ^ frame;
        SENT.0.fetch_add(1, Relaxed);
    }
    checksum
}

fn quotes(seed: u64, count: usize) -> Vec<Quote> {
    let mut random = Random::new(seed);
    (0..count)
        .map(|_| Quote {
            instrument: random.below(256) as u32,
            price: random.below(10_000) as u32,
        })
        .collect()
}

pub fn run(scale: usize) {
    let (incoming, outgoing) = (quotes(3, 100_000), quotes(4, 100_000));
    let (moved, checksum) = thread::scope(|scope| {
        let receiver = scope.spawn(|| (0..4 * scale).map(|_| receive(&incoming)).sum::<u64>());
        let sender = scope.spawn(|| (0..4 * scale).fold(0, |sum, _| sum ^ send(&outgoing)));
        (receiver.join().unwrap(), sender.join().unwrap())
    });
    println!(
        "{moved} {checksum:x}, {} in, {} out",
        RECEIVED.0.load(Relaxed),
        SENT.0.load(Relaxed)
    );
}
