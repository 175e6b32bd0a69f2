//! Matches the offers of a flower auction: the dearest bid meets the cheapest lot.

use crate::random::Random;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
struct Offer {
    cents: u32,
    boxes: u32,
}

/// Offers by price.
#[derive(Default)]
struct Side {
    boxes: BTreeMap<u32, u32>,
}

#[derive(Default)]
struct Floor {
    bids: Side,
    lots: Side,
    traded: u64,
    turnover: u64,
}

impl Side {
    fn add(&mut self, offer: Offer) {
        *self.boxes.entry(offer.cents).or_insert(0) += offer.boxes;
    }

    fn take(&mut self, cents: u32, boxes: u32) {
        if let Some(left) = self.boxes.get_mut(&cents) {
            *left -= boxes;
            if *left == 0 {
                self.boxes.remove(&cents);
            }
        }
    }

    fn between(&self, low: u32, high: u32) -> u64 {
        self.boxes.range(low..high).map(|(_, &boxes)| u64::from(boxes)).sum()
    }
}

impl Floor {
    fn clear(&mut self) {
        while let (Some((&bid, &wanted)), Some((&lot, &offered))) =
            (self.bids.boxes.last_key_value(), self.lots.boxes.first_key_value())
        {
            if bid < lot {
                return;
            }
            let boxes = wanted.min(offered);
            self.bids.take(bid, boxes);
            self.lots.take(lot, boxes);
            self.traded += u64::from(boxes);
            self.turnover += u64::from(boxes) * u64::from(lot);
        }
    }
}

fn offer(random: &mut Random, around: usize) -> Offer {
    Offer {
        cents: (around + random.below(3_000)) as u32,
        boxes: 1 + random.below(20) as u32,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(30);
    let mut floor = Floor::default();
    let mut depth = 0u64;
    for minute in 0..9_000_000 * scale {
        let middle = 5_000 + (minute / 1_000) % 700;
        if random.below(2) == 0 {
            floor.bids.add(offer(&mut random, middle - 2_600));
        } else {
            floor.lots.add(offer(&mut random, middle));
        }
        floor.clear();
        if minute % 64 == 0 {
            let high = middle as u32 + 60;
            depth = depth.wrapping_mul(7).wrapping_add(floor.lots.between(high - 100, high));
        }
    }
    println!(
        "{} boxes traded for {} cents, depth {depth:x}",
        floor.traded, floor.turnover
    );
}
