//! Volume-weighted average price over the last seconds of a stream of trades.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Trade {
    at_ms: u64,
    price: f64,
    volume: f64,
}

trait Timed {
    fn at_ms(&self) -> u64;
}

impl Timed for Trade {
    fn at_ms(&self) -> u64 {
        self.at_ms
    }
}

/// What happened in the last `span_ms`.
struct Window<T> {
    span_ms: u64,
    items: Vec<T>,
}

impl<T: Timed + Copy> Window<T> {
    fn new(span_ms: u64) -> Self {
        Self {
            span_ms,
            items: Vec::new(),
        }
    }

    /// Takes in a new item and hands what has expired to `expire`.
    fn slide(&mut self, item: T, mut expire: impl FnMut(T)) {
        let limit = item.at_ms().saturating_sub(self.span_ms);
        let expired = self.items.iter().take_while(|old| old.at_ms() < limit).count();
        self.items.drain(..expired).for_each(&mut expire); //~
        self.items.push(item);
    }
}

struct Vwap {
    window: Window<Trade>,
    turnover: f64,
    volume: f64,
}

impl Vwap {
    fn new(span_ms: u64) -> Self {
        Self {
            window: Window::new(span_ms),
            turnover: 0.0,
            volume: 0.0,
        }
    }

    fn update(&mut self, trade: Trade) -> f64 {
        self.turnover += trade.price * trade.volume;
        self.volume += trade.volume;
        let (turnover, volume) = (&mut self.turnover, &mut self.volume);
        self.window.slide(trade, |old| {
            //~^
            *turnover -= old.price * old.volume;
            *volume -= old.volume;
        });
        self.turnover / self.volume
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(12);
    let mut vwap = Vwap::new(60_000);
    let (mut at_ms, mut price, mut above) = (0, 100.0, 0u64);
    for _ in 0..120_000 * scale {
        at_ms += random.below(13) as u64;
        price += random.unit() - 0.5;
        let trade = Trade {
            at_ms,
            price,
            volume: 1.0 + random.below(500) as f64,
        };
        above += u64::from(price > vwap.update(trade));
    }
    println!("{above} {}", vwap.window.items.len());
}
