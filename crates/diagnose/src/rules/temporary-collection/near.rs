//! Plans a delivery round: what it collects is sorted, used again, or has to be finished before the next step.

use std::collections::{BTreeSet, HashMap};
use std::thread;

struct Round {
    stops: Vec<u32>,
    parcels: HashMap<u32, u32>,
    delivered: u64,
}

impl Round {
    fn new(count: u32) -> Self {
        Self {
            stops: (0..count).map(|stop| stop * 7919 % 10_007).collect(),
            parcels: (0..count).map(|stop| (stop * 7919 % 10_007, 1 + stop % 5)).collect(),
            delivered: 0,
        }
    }

    /// The map changes in the loop: its keys must be collected first.
    fn deliver_heavy(&mut self) {
        let heavy: Vec<u32> = self.parcels.iter().filter(|(_, count)| **count > 3).map(|(stop, _)| *stop).collect();
        for stop in heavy {
            if let Some(count) = self.parcels.get_mut(&stop) {
                self.delivered += u64::from(*count);
                *count = (*count * 3 + stop) % 6;
            }
        }
    }

    /// The method needs all of `self`.
    fn reload(&mut self) {
        let empty: Vec<u32> = self.stops.iter().filter(|stop| **stop % 3 == 0).copied().collect();
        for stop in empty {
            self.load(stop);
        }
    }

    fn load(&mut self, stop: u32) {
        *self.parcels.entry(stop).or_insert(0) += 1;
    }

    /// Sorted, and then walked in that order.
    fn nearest(&self, from: u32) -> u64 {
        let mut distances: Vec<u32> = self.stops.iter().map(|stop| stop.abs_diff(from)).collect();
        distances.sort_unstable();
        distances.iter().take(5).map(|distance| u64::from(*distance)).sum()
    }

    /// Asked again and again.
    fn shared(&self, other: &[u32]) -> usize {
        let known: BTreeSet<u32> = self.stops.iter().map(|stop| stop % 512).collect();
        other.iter().filter(|stop| known.contains(&(**stop % 600))).count()
    }

    /// Read twice: the mean is needed before the first deviation.
    fn deviation(&self) -> f64 {
        let weights: Vec<f64> = self.stops.iter().map(|stop| f64::from(stop % 41).sqrt()).collect();
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        weights.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>().sqrt()
    }
}

/// All threads are started before the first is waited for.
fn in_parallel(rounds: &[Round]) -> u64 {
    thread::scope(|scope| {
        let threads: Vec<_> = rounds.iter().map(|round| scope.spawn(|| round.nearest(17))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    })
}

pub fn run(scale: usize) {
    let mut rounds: Vec<Round> = (1..3).map(|round| Round::new(1500 * round)).collect();
    let (mut total, mut deviation) = (0, 0.0);
    for day in 0..scale as u32 * 60 {
        for round in &mut rounds {
            round.deliver_heavy();
            round.reload();
            total += round.nearest(day % 10_007) + round.delivered % 7;
            deviation += round.deviation();
        }
        let (first, second) = rounds.split_at(1);
        total += first[0].shared(&second[0].stops) as u64;
    }
    total += in_parallel(&rounds);
    println!("{total} {deviation:.3}");
}
