//! Simulates a small star cluster with leapfrog steps and reports the drift of its energy.

use crate::random::Random;

type Vector = [f64; 3];

#[derive(Default)]
struct Cluster {
    masses: Vec<f64>,
    positions: Vec<Vector>,
    velocities: Vec<Vector>,
    accelerations: Vec<Vector>,
}

const SOFTENING: f64 = 1e-3;

impl Cluster {
    fn random(stars: usize) -> Self {
        let mut random = Random::new(313);
        let mut vector = |size: f64| -> Vector { std::array::from_fn(|_| (random.unit() - 0.5) * size) };
        Self {
            masses: vec![1.0 / stars as f64; stars],
            positions: (0..stars).map(|_| vector(2.0)).collect(),
            velocities: (0..stars).map(|_| vector(0.3)).collect(),
            accelerations: vec![[0.0; 3]; stars],
        }
    }

    fn attract(&mut self) {
        self.accelerations.fill([0.0; 3]);
        for one in 0..self.positions.len() {
            for other in one + 1..self.positions.len() {
                let (distance, squared) = separation(self.positions[one], self.positions[other]);
                let strength = 1.0 / (squared * squared.sqrt());
                for axis in 0..3 {
                    let pull = distance[axis] * strength;
                    self.accelerations[one][axis] += pull * self.masses[other];
                    self.accelerations[other][axis] -= pull * self.masses[one];
                }
            }
        }
    }

    fn kick(&mut self, step: f64) {
        for (velocity, acceleration) in self.velocities.iter_mut().zip(&self.accelerations) {
            for axis in 0..3 {
                velocity[axis] += acceleration[axis] * step;
            }
        }
    }

    fn drift(&mut self, step: f64) {
        for (position, velocity) in self.positions.iter_mut().zip(&self.velocities) {
            for axis in 0..3 {
                position[axis] += velocity[axis] * step;
            }
        }
    }

    fn step(&mut self, step: f64) {
        self.kick(step / 2.0);
        self.drift(step);
        self.attract();
        self.kick(step / 2.0);
    }

    fn energy(&self) -> f64 {
        let kinetic = self
            .masses
            .iter()
            .zip(&self.velocities)
            .map(|(mass, velocity)| mass * velocity.iter().map(|part| part * part).sum::<f64>() / 2.0);
        let mut energy: f64 = kinetic.sum();
        for one in 0..self.positions.len() {
            for other in one + 1..self.positions.len() {
                let (_, squared) = separation(self.positions[one], self.positions[other]);
                energy -= self.masses[one] * self.masses[other] / squared.sqrt();
            }
        }
        energy
    }
}

fn separation(one: Vector, other: Vector) -> (Vector, f64) {
    let distance: Vector = std::array::from_fn(|axis| other[axis] - one[axis]);
    let squared = distance.iter().map(|part| part * part).sum::<f64>() + SOFTENING;
    (distance, squared)
}

pub fn run(scale: usize) {
    let mut cluster = Cluster::random(300);
    cluster.attract();
    let before = cluster.energy();
    for _ in 0..2_500 * scale {
        cluster.step(1e-3);
    }
    println!(
        "energy {before:.5}, drift {:.1e}",
        ((cluster.energy() - before) / before).abs()
    );
}
