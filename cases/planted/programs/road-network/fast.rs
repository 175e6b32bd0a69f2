//! Shortest ways through a road network whose roads are closed and opened now and then.

use crate::random::Random;
use smallvec::{SmallVec, smallvec};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

type Crossing = usize;

#[derive(Clone, Copy)]
struct Road {
    seconds: u32,
    closed: bool,
}

#[derive(Default)]
struct Network {
    roads: Vec<SmallVec<[(Crossing, Road); 4]>>,
}

impl Network {
    fn grid(side: usize, random: &mut Random) -> Self {
        let mut network = Self {
            roads: vec![smallvec![]; side * side],
        };
        for crossing in 0..side * side {
            if crossing % side + 1 < side {
                network.connect(crossing, crossing + 1, random);
            }
            if crossing + side < side * side {
                network.connect(crossing, crossing + side, random);
            }
        }
        network
    }

    fn connect(&mut self, one: Crossing, other: Crossing, random: &mut Random) {
        let road = Road {
            seconds: 10 + random.below(90) as u32,
            closed: random.below(20) == 0,
        };
        self.roads[one].push((other, road));
        self.roads[other].push((one, road));
    }

    fn set_closed(&mut self, one: Crossing, other: Crossing, closed: bool) {
        for (from, to) in [(one, other), (other, one)] {
            if let Some((_, road)) = self.roads[from].iter_mut().find(|(target, _)| *target == to) {
                road.closed = closed;
            }
        }
    }

    fn open_roads(&self, from: Crossing) -> impl Iterator<Item = (Crossing, u32)> {
        self.roads[from]
            .iter()
            .filter(|(_, road)| !road.closed)
            .map(|(to, road)| (*to, road.seconds))
    }

    fn seconds_to_all(&self, start: Crossing) -> Vec<u32> {
        let mut seconds = vec![u32::MAX; self.roads.len()];
        let mut queue = BinaryHeap::from([Reverse((0, start))]);
        seconds[start] = 0;
        while let Some(Reverse((so_far, crossing))) = queue.pop() {
            if so_far > seconds[crossing] {
                continue;
            }
            for (next, more) in self.open_roads(crossing) {
                if so_far + more < seconds[next] {
                    seconds[next] = so_far + more;
                    queue.push(Reverse((so_far + more, next)));
                }
            }
        }
        seconds
    }
}

/// Closes and opens roads at random, as the day's traffic messages do.
fn traffic_messages(network: &mut Network, side: usize, count: usize, random: &mut Random) {
    for _ in 0..count {
        let crossing = random.below(side * side - 1);
        network.set_closed(crossing, crossing + 1, random.below(2) == 0);
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(73);
    let side = 300;
    let mut network = Network::grid(side, &mut random);
    let mut reached = 0usize;
    let mut farthest = 0;
    for round in 0..4 * scale {
        traffic_messages(&mut network, side, 3_000_000, &mut random);
        let seconds = network.seconds_to_all(round % (side * side));
        let finite = seconds.iter().filter(|&&seconds| seconds != u32::MAX);
        reached += finite.clone().count();
        farthest = finite.max().copied().unwrap_or(0).max(farthest);
    }
    println!("{reached} crossings reached, farthest {farthest} seconds");
}
