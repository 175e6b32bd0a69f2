//! Keeps the recent trades of a few instruments, newest first, and computes moving averages from them.

use crate::random::Random;
use std::collections::VecDeque;

#[derive(Clone, Copy)]
struct Trade {
    price: i64,
    volume: u32,
    at: u64,
}

struct Instrument {
    name: &'static str,
    /// Newest first.
    history: VecDeque<Trade>,
}

const KEPT: usize = 30_000;
const WINDOWS: [usize; 3] = [5, 20, 60];

fn insert_newest(history: &mut VecDeque<Trade>, trade: Trade) {
    history.push_front(trade);
    history.truncate(KEPT);
}

impl Instrument {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            history: VecDeque::with_capacity(KEPT + 1),
        }
    }

    fn on_trade(&mut self, trade: Trade) {
        insert_newest(&mut self.history, trade);
    }

    fn newest(&self, count: usize) -> impl Iterator<Item = &Trade> {
        self.history.iter().take(count)
    }

    /// The volume-weighted mean price of the newest trades.
    fn average(&self, window: usize) -> i64 {
        let (value, volume) = self.newest(window).fold((0, 0), |(value, volume), trade| {
            (
                value + trade.price * i64::from(trade.volume),
                volume + i64::from(trade.volume),
            )
        });
        if volume == 0 { 0 } else { value / volume }
    }

    fn crossed(&self) -> bool {
        let averages = WINDOWS.map(|window| self.average(window));
        averages[0] > averages[1] && averages[1] > averages[2]
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(23);
    let mut instruments = ["ACME", "INIT", "UMBR", "WAYN"].map(Instrument::new);
    let mut signals = [0u32; 4];
    let mut price = 10_000;
    for at in 0..150_000 * scale as u64 {
        let index = random.below(instruments.len());
        price += random.below(21) as i64 - 10;
        let volume = 1 + random.below(500) as u32;
        instruments[index].on_trade(Trade { price, volume, at });
        signals[index] += u32::from(instruments[index].crossed());
    }
    for (instrument, signals) in instruments.iter().zip(signals) {
        let span = instrument
            .newest(KEPT)
            .map(|trade| trade.at)
            .fold((u64::MAX, 0), |(low, high), at| (low.min(at), high.max(at)));
        println!(
            "{} {} signals, mean {}, trades {span:?}",
            instrument.name,
            signals,
            instrument.average(1000)
        );
    }
}
