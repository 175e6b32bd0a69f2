//! Simulates a market: each tick publishes the prices to the traders, who look at them while the next trades come in.

use std::sync::Arc;

struct Market {
    prices: Arc<Vec<f64>>,
    trades: u64,
}

struct Trader {
    watched: usize,
    seen: Option<Arc<Vec<f64>>>,
    cash: f64,
}

impl Market {
    fn open(articles: usize) -> Self {
        Self {
            prices: Arc::new((0..articles).map(|article| 10.0 + (article % 90) as f64).collect()),
            trades: 0,
        }
    }

    fn trade(&mut self, article: usize, factor: f64) {
        let prices = Arc::make_mut(&mut self.prices);
        prices[article] = (prices[article] * factor).clamp(1.0, 500.0);
        self.trades += 1;
    }
}

impl Trader {
    /// Remembers the prices at the open, and bids by how the watched article moved against its neighbour.
    fn bid(&mut self, prices: &[f64]) -> f64 {
        let (own, other) = (prices[self.watched], prices[(self.watched + 1) % prices.len()]);
        let earlier = self.seen.as_ref().map_or(own, |seen| seen[self.watched]);
        self.cash += own - earlier;
        if own > other { 0.999 } else { 1.001 }
    }
}

fn session(market: &mut Market, traders: &mut [Trader], ticks: usize) {
    for tick in 0..ticks {
        let at = tick % traders.len();
        let trader = &mut traders[at];
        let factor = trader.bid(&market.prices);
        trader.seen = Some(Arc::clone(&market.prices)); //~ copy-on-write-of-shared
        market.trade(trader.watched, factor);
    }
}

pub fn run(scale: usize) {
    let mut market = Market::open(3000);
    let trader = |number: usize| Trader {
        watched: number * 131 % 3000,
        seen: None,
        cash: 1000.0,
    };
    let mut traders: Vec<Trader> = (0..20).map(trader).collect();
    session(&mut market, &mut traders, scale * 100_000);
    let cash: f64 = traders.iter().map(|trader| trader.cash).sum();
    println!("{} trades, {cash:.4}", market.trades);
}
