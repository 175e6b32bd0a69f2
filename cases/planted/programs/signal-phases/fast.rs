//! Controls the signals of a crossing: trams ask for the road, and the phases follow each other safely.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    NorthSouth,
    EastWest,
    Tram,
    AllRed,
}

/// What may follow what, and how long it lasts at least.
const PLAN: [(Phase, Phase, u32); 4] = [
    (Phase::NorthSouth, Phase::AllRed, 18),
    (Phase::EastWest, Phase::AllRed, 14),
    (Phase::Tram, Phase::AllRed, 7),
    (Phase::AllRed, Phase::NorthSouth, 2),
];

/// A crossing remembers at most so many requests.
const REQUESTS: usize = 3;

struct Crossing {
    phase: Phase,
    since: u32,
    last_road: Phase,
    requests: Vec<Phase>,
    served: [u32; 4],
}

impl Crossing {
    fn new() -> Self {
        Self {
            phase: Phase::AllRed,
            since: 0,
            last_road: Phase::EastWest,
            requests: Vec::with_capacity(REQUESTS),
            served: [0; 4],
        }
    }

    fn request(&mut self, phase: Phase) {
        if self.requests.len() < REQUESTS && !self.requests.contains(&phase) {
            self.requests.push(phase);
        }
    }

    fn follow(&mut self) -> Phase {
        if self.phase != Phase::AllRed {
            return PLAN
                .iter()
                .find(|(phase, ..)| *phase == self.phase)
                .map_or(Phase::AllRed, |(_, next, _)| *next);
        }
        if !self.requests.is_empty() {
            return self.requests.remove(0);
        }
        match self.last_road {
            Phase::NorthSouth => Phase::EastWest,
            _ => Phase::NorthSouth,
        }
    }

    fn least(&self) -> u32 {
        let position = PLAN.iter().position(|(phase, ..)| *phase == self.phase);
        position.map_or(1, |index| PLAN[index].2)
    }

    fn second(&mut self) {
        self.since += 1;
        if self.since < self.least() {
            return;
        }
        self.phase = self.follow();
        self.since = 0;
        self.served[self.phase as usize] += 1;
        if matches!(self.phase, Phase::NorthSouth | Phase::EastWest) {
            self.last_road = self.phase;
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(101);
    let mut crossings: Vec<Crossing> = (0..40).map(|_| Crossing::new()).collect();
    for _ in 0..1_600_000 * scale {
        let busy = random.below(crossings.len());
        crossings[busy].request(random.pick(&[Phase::Tram, Phase::EastWest, Phase::NorthSouth]));
        crossings.iter_mut().for_each(Crossing::second);
    }
    let served = crossings.iter().fold([0u64; 4], |mut sum, crossing| {
        sum.iter_mut()
            .zip(crossing.served)
            .for_each(|(sum, served)| *sum += u64::from(served));
        sum
    });
    println!("served {served:?}");
}
