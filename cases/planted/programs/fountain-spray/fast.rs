//! Animates the drops of a fountain: they rise, fall, splash into smaller ones, and dry.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq)]
enum Size {
    Drop,
    Mist,
}

struct Drop {
    x: f32,
    y: f32,
    vx: f32,
    vy: f32,
    size: Size,
}

struct Fountain {
    drops: Vec<Drop>,
    random: Random,
    splashes: u64,
}

const STEP: f32 = 0.02;
const GRAVITY: f32 = 9.81;

impl Fountain {
    fn new(seed: u64) -> Self {
        Self {
            drops: Vec::new(),
            random: Random::new(seed),
            splashes: 0,
        }
    }

    fn spout(&mut self, count: usize) {
        for _ in 0..count {
            let vx = self.random.unit() as f32 - 0.5;
            let vy = 1.6 + self.random.unit() as f32;
            self.add(0.0, vx, vy, Size::Drop);
        }
    }

    fn add(&mut self, x: f32, vx: f32, vy: f32, size: Size) {
        let drop = Drop {
            x,
            y: 0.0,
            vx,
            vy,
            size,
        };
        self.drops.push(drop);
    }

    fn fall(&mut self) {
        for drop in &mut self.drops {
            drop.vy -= GRAVITY * STEP;
            drop.x += drop.vx * STEP;
            drop.y += drop.vy * STEP;
        }
    }

    fn splash(&mut self) {
        let mut index = 0;
        while index < self.drops.len() {
            if self.drops[index].y >= 0.0 {
                index += 1;
                continue;
            }
            let drop = self.drops.swap_remove(index);
            if drop.size == Size::Drop {
                self.splashes += 1;
                for turn in [-0.3, 0.3] {
                    self.add(drop.x, drop.vx * 0.5 + turn, -drop.vy * 0.3, Size::Mist);
                }
            }
        }
    }

    fn frame(&mut self) {
        self.spout(60);
        self.fall();
        self.splash();
    }

    fn width(&self) -> f32 {
        self.drops.iter().map(|drop| drop.x.abs()).fold(0.0, f32::max)
    }
}

pub fn run(scale: usize) {
    let (mut splashes, mut width) = (0, 0.0);
    for _ in 0..scale {
        let mut fountain = Fountain::new(97);
        for _ in 0..60_000 {
            fountain.frame();
        }
        (splashes, width) = (fountain.splashes, fountain.width());
    }
    println!("{splashes} splashes, {width:.2} m wide");
}
