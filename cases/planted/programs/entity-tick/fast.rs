//! A small world of moving entities: gravity, walls, decay, and births of new ones in place of the dead.

use crate::random::Random;
use std::collections::VecDeque;

struct Entity {
    position: [f32; 2],
    velocity: [f32; 2],
    energy: f32,
}

struct World {
    entities: VecDeque<Entity>,
    births: u32,
}

const STEP: f32 = 1.0 / 60.0;
const SIZE: f32 = 100.0;

impl Entity {
    fn born(random: &mut Random) -> Self {
        Self {
            position: [random.unit() as f32 * SIZE, random.unit() as f32 * SIZE],
            velocity: [random.unit() as f32 * 8.0 - 4.0, random.unit() as f32 * 8.0 - 4.0],
            energy: 50.0 + random.unit() as f32 * 50.0,
        }
    }

    fn advance(&mut self) {
        self.velocity[1] -= 9.81 * STEP;
        for axis in 0..2 {
            self.position[axis] += self.velocity[axis] * STEP;
            if self.position[axis] < 0.0 || self.position[axis] > SIZE {
                self.position[axis] = self.position[axis].clamp(0.0, SIZE);
                self.velocity[axis] *= -0.9;
            }
        }
    }
}

impl World {
    fn populated(count: usize, random: &mut Random) -> Self {
        let mut entities = VecDeque::new();
        // Entities come and go before the measured part, as in a world that has been running for a while.
        for _ in 0..count {
            if random.below(2) == 0 {
                entities.push_front(Entity::born(random));
            } else {
                entities.push_back(Entity::born(random));
            }
        }
        Self { entities, births: 0 }
    }

    fn move_all(&mut self) {
        for entity in self.entities.iter_mut() {
            entity.advance();
        }
    }

    fn tire(&mut self, random: &mut Random) {
        for entity in self.entities.iter_mut() {
            entity.energy -= 0.01 + entity.velocity[0].abs() * 0.002;
            if entity.energy < 0.0 {
                *entity = Entity::born(random);
                self.births += 1;
            }
        }
    }

    fn momentum(&self) -> f32 {
        self.entities
            .iter()
            .map(|entity| entity.velocity[0] + entity.velocity[1])
            .sum()
    }

    fn highest(&self) -> f32 {
        self.entities
            .iter()
            .map(|entity| entity.position[1])
            .fold(0.0, f32::max)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(67);
    let mut world = World::populated(60_000, &mut random);
    let mut fastest = 0.0f32;
    let mut highest = 0.0f32;
    for _ in 0..600 * scale {
        world.move_all();
        world.tire(&mut random);
        fastest = fastest.max(world.momentum().abs());
        highest = highest.max(world.highest());
    }
    println!("{} births, momentum {fastest:.1}, highest {highest:.2}", world.births);
}
