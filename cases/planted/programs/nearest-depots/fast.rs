//! Assigns deliveries to depots: each goes to the nearest that still has room, in order of distance.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Place {
    x: i32,
    y: i32,
}

struct Depot {
    place: Place,
    room: u32,
    served: u64,
}

struct Delivery {
    to: Place,
    parcels: u32,
}

struct Dispatch {
    depots: Vec<Depot>,
    /// Squared distance and depot, for the delivery at hand.
    ranking: Vec<(i64, usize)>,
    tried: u64,
}

impl Place {
    fn squared_distance(self, other: Self) -> i64 {
        let (dx, dy) = (i64::from(self.x - other.x), i64::from(self.y - other.y));
        dx * dx + dy * dy
    }
}

impl Dispatch {
    fn rank(&mut self, to: Place) {
        self.ranking.clear();
        self.ranking.extend(
            self.depots
                .iter()
                .enumerate()
                .map(|(at, depot)| (depot.place.squared_distance(to), at)),
        );
        self.ranking.sort_unstable();
    }

    /// Fills depot after depot until all parcels have a place.
    fn assign(&mut self, delivery: &Delivery) -> u32 {
        self.rank(delivery.to);
        let mut left = delivery.parcels;
        for &(_, at) in &self.ranking {
            let depot = &mut self.depots[at];
            let taken = depot.room.min(left);
            depot.room -= taken;
            depot.served += u64::from(taken);
            left -= taken;
            self.tried += 1;
            if left == 0 {
                break;
            }
        }
        left
    }

    fn new_day(&mut self) {
        for (at, depot) in self.depots.iter_mut().enumerate() {
            depot.room = 40 + at as u32 % 7 * 10;
        }
    }
}

fn place(random: &mut Random) -> Place {
    Place {
        x: random.below(10_000) as i32,
        y: random.below(10_000) as i32,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(404);
    let mut dispatch = Dispatch {
        depots: (0..60)
            .map(|_| Depot {
                place: place(&mut random),
                room: 0,
                served: 0,
            })
            .collect(),
        ranking: Vec::with_capacity(60),
        tried: 0,
    };
    let mut refused = 0u64;
    for _ in 0..1_700 * scale {
        dispatch.new_day();
        for _ in 0..400 {
            let delivery = Delivery {
                to: place(&mut random),
                parcels: 1 + random.below(20) as u32,
            };
            refused += u64::from(dispatch.assign(&delivery));
        }
    }
    let most = dispatch.depots.iter().map(|depot| depot.served).max();
    println!("{refused} refused, {} tried, busiest {most:?}", dispatch.tried);
}
