//! Cuts the windows around triggers out of the recordings of a seismic network and ranks them by their peak.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Raw {
    counts: [i32; 3],
    clipped: bool,
}

/// One instant, as ground motion in three directions above the offset of the instrument.
#[derive(Clone, Copy)]
struct Motion {
    velocity: [i32; 3],
    trusted: bool,
    time: u64,
}

struct Trigger {
    station: usize,
    onset: usize,
    length: usize,
}

struct Station {
    offset: i32,
    samples: Vec<Raw>,
}

struct Clip {
    station: usize,
    motions: Vec<Motion>,
}

impl Clip {
    fn start(station: usize, length: usize) -> Self {
        Self {
            station,
            motions: Vec::with_capacity(length),
        }
    }

    fn record(&mut self, motion: Motion) {
        self.motions.push(motion);
    }

    fn peak(&self) -> i32 {
        self.motions
            .iter()
            .map(|motion| if motion.trusted { motion.velocity[2] } else { 0 })
            .max()
            .unwrap_or(0)
    }

    fn duration(&self) -> u64 {
        match (self.motions.first(), self.motions.last()) {
            (Some(first), Some(last)) => last.time - first.time,
            _ => 0,
        }
    }
}

impl Station {
    fn motion(&self, index: usize) -> Motion {
        let raw = &self.samples[index];
        Motion {
            velocity: raw.counts.map(|count| count - self.offset),
            time: 10 * index as u64,
            trusted: !raw.clipped,
        }
    }
}

struct Network {
    stations: Vec<Station>,
}

impl Network {
    fn cut(&self, trigger: &Trigger) -> Clip {
        let station = &self.stations[trigger.station];
        let mut clip = Clip::start(trigger.station, trigger.length);
        for index in trigger.onset..trigger.onset + trigger.length {
            clip.record(station.motion(index));
        }
        clip
    }
}

fn network(random: &mut Random) -> Network {
    let stations = (0..12)
        .map(|number| Station {
            offset: 40 * number,
            samples: (0..20_000)
                .map(|_| Raw {
                    counts: std::array::from_fn(|_| random.below(20_000) as i32 - 10_000),
                    clipped: random.below(500) == 0,
                })
                .collect(),
        })
        .collect();
    Network { stations }
}

fn triggers(random: &mut Random, count: usize) -> Vec<Trigger> {
    (0..count)
        .map(|_| Trigger {
            station: random.below(12),
            onset: random.below(18_000),
            length: 9 + random.below(32),
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(101);
    let network = network(&mut random);
    let triggers = triggers(&mut random, 20_000);
    let mut loudest = (0, 0);
    let mut duration = 0;
    for _ in 0..200 * scale {
        for trigger in &triggers {
            let clip = network.cut(trigger);
            duration += clip.duration();
            let peak = clip.peak();
            if peak > loudest.0 {
                loudest = (peak, clip.station);
            }
        }
    }
    println!("loudest at station {}: {}, {duration} ms", loudest.1, loudest.0);
}
