//! Beam search for a tour of deliveries: the best partial tours of each round are kept.

use crate::random::Random;

#[derive(Clone)]
struct Tour {
    stops: Vec<u8>,
    seen: u64,
    length: u32,
}

impl Tour {
    fn extended(&self, stop: u8, step: u32) -> Self {
        let mut longer = self.clone();
        longer.stops.push(stop);
        longer.seen |= 1 << stop;
        longer.length += step;
        longer
    }

    fn last(&self) -> u8 {
        self.stops.last().copied().unwrap_or(0)
    }
}

struct Map {
    distances: Vec<[u32; 40]>,
}

impl Map {
    fn random(random: &mut Random) -> Self {
        let places: Vec<(f64, f64)> = (0..40).map(|_| (random.unit(), random.unit())).collect();
        let distance = |a: (f64, f64), b: (f64, f64)| ((a.0 - b.0).hypot(a.1 - b.1) * 1e4) as u32;
        let distances = places
            .iter()
            .map(|&a| std::array::from_fn(|b| distance(a, places[b])))
            .collect();
        Self { distances }
    }

    /// The shortest tour that is found with `width` tours kept in each round.
    fn beam(&self, width: usize) -> Tour {
        let mut beam = vec![Tour {
            stops: vec![0],
            seen: 1,
            length: 0,
        }];
        let mut choices = Vec::new();
        for _ in 1..40 {
            choices.clear();
            for (parent, tour) in beam.iter().enumerate() {
                let steps = &self.distances[usize::from(tour.last())];
                let open = (0..40u8).filter(|stop| tour.seen & (1 << stop) == 0);
                choices.extend(open.map(|stop| (tour.length + steps[usize::from(stop)], parent, stop)));
            }
            let kept = width.min(choices.len());
            if kept < choices.len() {
                choices.select_nth_unstable(kept);
            }
            beam = choices[..kept]
                .iter()
                .map(|&(length, parent, stop)| beam[parent].extended(stop, length - beam[parent].length))
                .collect();
        }
        beam.into_iter()
            .min_by_key(|tour| (tour.length, tour.stops.clone()))
            .expect("tours are kept")
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(32);
    for _ in 0..scale {
        let total: u32 = (0..30).map(|_| Map::random(&mut random).beam(3_000).length).sum();
        println!("{total}");
    }
}
