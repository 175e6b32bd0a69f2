//! Two threads convert payments with the day's exchange rates, which change now and then.

use std::sync::Mutex;
use std::thread;

const WORKERS: u64 = 2;
const CURRENCIES: usize = 48;

/// Rates of exchange between all currencies, and the fees of the routes between them.
struct Rates {
    per_unit: Vec<f64>,
    fees: Vec<f64>,
    revision: u64,
}

impl Rates {
    fn new() -> Self {
        Self {
            per_unit: (1..=CURRENCIES).map(|n| n as f64 / 7.0).collect(),
            fees: (0..CURRENCIES * CURRENCIES).map(|n| 0.001 + (n * 37 % 101) as f64 / 9000.0).collect(),
            revision: 1,
        }
    }

    /// The best price of a conversion, directly or by way of a third currency.
    fn best(&self, amount: f64, from: usize, to: usize) -> f64 {
        let mut best: f64 = 0.0;
        for via in 0..CURRENCIES {
            let first = 1.0 - self.fees[from * CURRENCIES + via];
            let second = 1.0 - self.fees[via * CURRENCIES + to];
            best = best.max(amount * first * second * self.per_unit[from] / self.per_unit[to]);
        }
        best
    }

    fn revise(&mut self) {
        self.revision += 1;
        let at = self.revision as usize % CURRENCIES;
        self.per_unit[at] *= 1.0001;
    }
}

struct Payment {
    amount: f64,
    from: usize,
    to: usize,
}

fn payment(number: u64) -> Payment {
    let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    Payment {
        amount: 1.0 + (hash % 10_000) as f64 / 100.0,
        from: (hash >> 16) as usize % CURRENCIES,
        to: (hash >> 24) as usize % CURRENCIES,
    }
}

// [page]
fn convert(worker: u64, payments: u64, rates: &Mutex<Rates>) -> f64 {
    let mut total = 0.0;
    for number in 0..payments {
        let payment = payment(number * WORKERS + worker);
        let rates = rates.lock().unwrap(); //~ read-mostly-mutex
        total += rates.best(payment.amount, payment.from, payment.to);
    }
    total
}
// [/page]

pub fn run(scale: usize) {
    let rates = Mutex::new(Rates::new());
    let total: f64 = thread::scope(|scope| {
        let rates = &rates;
        let convert = |worker| convert(worker, scale as u64 * 70_000, rates);
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || convert(worker))).collect();
        for _ in 0..3 {
            rates.lock().unwrap().revise();
        }
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    println!("{:.0}, revision {}", total / 1e6, rates.lock().unwrap().revision);
}
