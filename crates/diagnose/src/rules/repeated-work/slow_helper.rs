//! Judges bids against the history of an auction house; the helper looks through the whole history for its peak.

struct Bid {
    lot: u32,
    cents: f64,
}

struct History {
    hammer_prices: Vec<f64>,
    estimates: Vec<f64>,
}

impl History {
    fn load(lots: u32) -> Self {
        let price = |lot: u32| 100.0 + f64::from(lot.wrapping_mul(2_654_435_761) >> 12);
        Self {
            hammer_prices: (0..lots).map(price).collect(),
            estimates: (0..lots).map(|lot| price(lot) * 0.8 + 20.0).collect(),
        }
    }

    fn peak(&self) -> f64 {
        self.hammer_prices.iter().copied().fold(0.0, f64::max)
    }

    /// How a bid stands between its lot's estimate and the highest price ever paid.
    fn standing(&self, bid: &Bid) -> f64 {
        let estimate = self.estimates[bid.lot as usize % self.estimates.len()];
        (bid.cents - estimate) / (self.peak() - estimate)
    }
}

fn bids(count: u32) -> Vec<Bid> {
    (0..count)
        .map(|index| Bid {
            lot: index.wrapping_mul(40_503) % 5000,
            cents: 80.0 + f64::from(index % 7919) * 11.0,
        })
        .collect()
}

/// The increments that the auctioneer would call on the way to a bid.
fn increments(bid: &Bid) -> f64 {
    let mut called = 10.0;
    let mut steps = 0.0;
    while called < bid.cents {
        called += (called * 0.05).max(5.0).sqrt() * 4.0;
        steps += 1.0;
    }
    steps
}

fn judge(bids: &[Bid], history: &History) -> f64 {
    let mut best = f64::MIN;
    for bid in bids {
        let standing = history.standing(bid); //~ repeated-work
        best = best.max(standing / (1.0 + increments(bid)));
    }
    best
}

pub fn run(scale: usize) {
    let history = History::load(3000);
    let bids = bids(12_000);
    let mut sum = 0.0;
    for day in 0..scale {
        let of_day = &bids[day * 100 % bids.len()..];
        sum += judge(of_day, &history);
    }
    println!("{} bids, {sum:.6}", bids.len());
}
