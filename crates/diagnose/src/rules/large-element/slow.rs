//! Replays the events of a market, of which few are snapshots of the whole book.

use std::hint::black_box;

// [page]
enum Event {
    Trade { price: u64, amount: u32 },
    Cancel { order: u64 },
    Snapshot([u64; 32]),
}

fn volume(events: &[Event]) -> u64 {
    let mut sum = 0;
    for event in events {
        sum += match event { //~ large-element
            Event::Trade { price, amount } => price * u64::from(*amount),
            Event::Cancel { order } => order & 1,
            Event::Snapshot(levels) => levels[0],
        };
    }
    sum
}
// [/page]

fn event(number: u64) -> Event {
    match number % 200 {
        0 => Event::Snapshot(std::array::from_fn(|level| number + level as u64)),
        rest if rest % 3 == 0 => Event::Cancel { order: number },
        _ => Event::Trade {
            price: 10_000 + number % 97,
            amount: number as u32 % 50,
        },
    }
}

pub fn run(scale: usize) {
    let events: Vec<Event> = (0..60_000).map(event).collect();
    let mut sum = 0u64;
    for _ in 0..6 * scale {
        sum = sum.rotate_left(7) ^ volume(black_box(&events));
    }
    println!("{sum}");
}
