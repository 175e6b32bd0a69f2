//! Four workers rate trades and keep the statistics of the day together.

use std::sync::Mutex;
use std::thread;

const WORKERS: u64 = 4;

struct Statistics {
    trades: u64,
    volume: u64,
    /// Trades by price band.
    histogram: [u64; 512],
}

impl Statistics {
    fn merge(&mut self, other: &Self) {
        self.trades += other.trades;
        self.volume += other.volume;
        for (count, more) in self.histogram.iter_mut().zip(other.histogram) {
            *count += more;
        }
    }
    fn new() -> Self {
        Self {
            trades: 0,
            volume: 0,
            histogram: [0; 512],
        }
    }

    fn add(&mut self, trade: &Trade) {
        self.trades += 1;
        self.volume += trade.volume;
        for band in trade.low_band..=trade.high_band {
            self.histogram[band] += 1;
        }
    }
}

struct Trade {
    volume: u64,
    low_band: usize,
    high_band: usize,
}

fn trade(number: u64) -> Trade {
    let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let low_band = (hash % 100) as usize;
    Trade {
        volume: 1 + hash % 5000,
        low_band,
        high_band: low_band + 250 + (hash >> 30) as usize % 150,
    }
}

/// Margin by the exchange's risk model.
fn margin(trade: &Trade) -> u64 {
    let mut margin = trade.volume as f64;
    for day in 0..8 {
        margin = (margin + f64::from(day % 5)).sqrt() * 7.7;
    }
    margin as u64
}

// [page]
fn work(worker: u64, trades: u64, statistics: &Mutex<Statistics>) -> u64 {
    let mut margins = 0;
    let mut own = Statistics::new();
    for number in 0..trades {
        let trade = trade(number * WORKERS + worker);
        margins += margin(&trade);
        own.add(&trade);
    }
    statistics.lock().unwrap().merge(&own);
    margins
}
// [/page]

pub fn run(scale: usize) {
    let statistics = Mutex::new(Statistics::new());
    let margins: u64 = thread::scope(|scope| {
        let work = |worker| work(worker, scale as u64 * 60_000, &statistics);
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let statistics = statistics.into_inner().unwrap();
    let peak = statistics.histogram.iter().max().copied().unwrap_or(0);
    println!(
        "{} trades, volume {}, margins {margins}, peak {peak}",
        statistics.trades, statistics.volume
    );
}
