//! Locates a robot in a corridor: particles are moved, weighted by what the sonar says, and drawn again.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Particle {
    position: f64,
    weight: f64,
}

struct Corridor {
    doors: [f64; 4],
    length: f64,
}

struct Filter<'a> {
    corridor: &'a Corridor,
    particles: Vec<Particle>,
    drawn: Vec<Particle>,
    random: Random,
}

impl Corridor {
    /// The distance to the next door ahead.
    fn sonar(&self, position: f64) -> f64 {
        let ahead = |door: &f64| (door - position).rem_euclid(self.length);
        self.doors.iter().map(ahead).fold(self.length, f64::min)
    }
}

impl<'a> Filter<'a> {
    fn new(corridor: &'a Corridor, count: usize) -> Self {
        let mut random = Random::new(89);
        let particles = (0..count)
            .map(|_| Particle {
                position: random.unit() * corridor.length,
                weight: 1.0,
            })
            .collect();
        Self {
            corridor,
            particles,
            drawn: Vec::with_capacity(count),
            random,
        }
    }

    fn total(&self) -> f64 {
        self.particles.iter().map(|particle| particle.weight).sum() //~
    }

    fn advance(&mut self, step: f64, heard: f64) {
        for particle in &mut self.particles {
            let noise = (self.random.unit() - 0.5) * 0.2;
            particle.position = (particle.position + step + noise).rem_euclid(self.corridor.length);
            let error = self.corridor.sonar(particle.position) - heard;
            particle.weight = 1.0 / (0.05 + error * error);
        }
    }

    fn share(&self, index: usize) -> f64 {
        self.particles[index].weight / self.total() //~
    }

    /// Systematic resampling (Kitagawa 1996): one random offset, equal steps.
    fn resample(&mut self) {
        let step = 1.0 / self.particles.len() as f64;
        let mut pointer = self.random.unit() * step;
        let mut reached = 0.0;
        self.drawn.clear();
        for index in 0..self.particles.len() {
            reached += self.share(index); //~
            while pointer < reached {
                self.drawn.push(self.particles[index]);
                pointer += step;
            }
        }
        std::mem::swap(&mut self.particles, &mut self.drawn);
    }

    fn estimate(&self) -> f64 {
        self.particles.iter().map(|particle| particle.position).sum::<f64>() / self.particles.len() as f64
    }
}

pub fn run(scale: usize) {
    let corridor = Corridor {
        doors: [3.0, 9.5, 17.0, 31.0],
        length: 40.0,
    };
    let mut filter = Filter::new(&corridor, 2_500);
    let (mut truth, mut first) = (5.0, 0.0);
    for round in 0..130 * scale {
        truth = (truth + 0.3) % corridor.length;
        filter.advance(0.3, corridor.sonar(truth));
        filter.resample();
        if round == 100 {
            first = filter.estimate();
        }
    }
    println!("{first:.6}");
}
