//! A chain of audio effects that works on small blocks, as a live instrument needs it.

use crate::random::Random;

const BLOCK: usize = 32;

trait Effect {
    fn apply(&mut self, block: &[f32]) -> Vec<f32>;
}

struct Gain {
    factor: f32,
}

/// Sums up the last two samples, a gentle low pass.
struct Smooth {
    last: f32,
}

/// Adds what was played some samples ago.
struct Echo {
    memory: Vec<f32>,
    at: usize,
    strength: f32,
}

impl Effect for Gain {
    fn apply(&mut self, block: &[f32]) -> Vec<f32> {
        //~^
        block.iter().map(|sample| sample * self.factor).collect() //~
    }
}

impl Effect for Smooth {
    fn apply(&mut self, block: &[f32]) -> Vec<f32> {
        //~^
        let mut out = Vec::with_capacity(block.len()); //~
        for &sample in block {
            out.push((sample + self.last) * 0.5);
            self.last = sample;
        }
        out
    }
}

impl Effect for Echo {
    fn apply(&mut self, block: &[f32]) -> Vec<f32> {
        //~^
        let heard = &mut self.memory[self.at..self.at + block.len()];
        let out = block //~
            .iter()
            .zip(heard.iter())
            .map(|(sample, echo)| sample + echo * self.strength)
            .collect(); //~
        heard.copy_from_slice(block);
        self.at = (self.at + block.len()) % self.memory.len();
        out
    }
}

struct Rack {
    effects: Vec<Box<dyn Effect>>,
}

impl Rack {
    fn new() -> Self {
        Self {
            effects: vec![
                Box::new(Gain { factor: 0.8 }),
                Box::new(Smooth { last: 0.0 }),
                Box::new(Echo {
                    memory: vec![0.0; 40 * BLOCK],
                    at: 0,
                    strength: 0.4,
                }),
                Box::new(Gain { factor: 1.1 }),
                Box::new(Smooth { last: 0.0 }),
            ],
        }
    }

    /// The loudness of a block after all effects.
    fn play(&mut self, block: &[f32]) -> f32 {
        let mut heard = block.to_vec(); //~
        for effect in &mut self.effects {
            heard = effect.apply(&heard); //~
        }
        heard.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(44);
    let sound: Vec<f32> = (0..BLOCK * 1_000).map(|_| random.unit() as f32 - 0.5).collect();
    let mut rack = Rack::new();
    let mut loudness = 0.0f64;
    for _ in 0..5_000 * scale {
        for block in sound.chunks_exact(BLOCK) {
            loudness += f64::from(rack.play(block));
        }
    }
    println!("loudness {:.1}", loudness / scale as f64);
}
