//! Interest is computed without a lock; only the booking takes one, for a batch.

use std::sync::Mutex;
use std::thread;

use crate::random::Random;

const SHARDS: usize = 64;

struct Booking {
    account: usize,
    cents: i64,
}

struct Ledger {
    shards: Vec<Mutex<Vec<i64>>>,
}

impl Ledger {
    fn new(accounts: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(vec![0; accounts / SHARDS])).collect(),
        }
    }

    fn book(&self, shard: usize, batch: &mut Vec<Booking>) {
        let mut balances = self.shards[shard].lock().expect("no thread panics");
        for booking in batch.drain(..) {
            balances[booking.account] += booking.cents;
        }
    }

    fn total(&self) -> i64 {
        self.shards
            .iter()
            .map(|shard| shard.lock().expect("no thread panics").iter().sum::<i64>())
            .sum()
    }
}

fn interest(principal: f64, days: u32) -> i64 {
    (0..days).fold(principal, |balance, day| {
        balance * (1.0 + 0.02 / (365.0 + f64::from(day % 2)))
    }) as i64
}

fn worker(ledger: &Ledger, number: usize, bookings: usize) {
    let mut random = Random::new(36 + number as u64);
    let mut batches: Vec<Vec<Booking>> = (0..SHARDS).map(|_| Vec::with_capacity(256)).collect();
    for _ in 0..bookings {
        let shard = random.below(SHARDS);
        let cents = interest(random.unit() * 1e6, 30 + random.below(60) as u32);
        batches[shard].push(Booking {
            account: random.below(1_000),
            cents,
        });
        if batches[shard].len() == 256 {
            ledger.book(shard, &mut batches[shard]);
        }
    }
    for (shard, batch) in batches.iter_mut().enumerate() {
        ledger.book(shard, batch);
    }
}

pub fn run(scale: usize) {
    let ledger = Ledger::new(SHARDS * 1_000);
    thread::scope(|scope| {
        for number in 0..2 {
            let ledger = &ledger;
            scope.spawn(move || worker(ledger, number, 3_000_000 * scale));
        }
    });
    println!("{}", ledger.total());
}
