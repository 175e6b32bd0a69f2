//! Finds the strongest frequencies of sampled signals with a Fourier transform.

use crate::random::Random;

#[derive(Clone, Copy, Default)]
struct Complex {
    re: f32,
    im: f32,
}

struct Transform {
    size: usize,
    factors: Vec<Complex>,
    reversed: Vec<u32>,
}

impl Complex {
    fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }

    fn power(self) -> f32 {
        self.re * self.re + self.im * self.im
    }
}

impl Transform {
    fn of_size(size: usize) -> Self {
        let factors = (0..size / 2)
            .map(|index| {
                let angle = -std::f32::consts::TAU * index as f32 / size as f32;
                Complex {
                    re: angle.cos(),
                    im: angle.sin(),
                }
            })
            .collect();
        let bits = size.trailing_zeros();
        let reversed = (0..size as u32)
            .map(|index| index.reverse_bits() >> (32 - bits))
            .collect();
        Self {
            size,
            factors,
            reversed,
        }
    }

    fn apply(&self, signal: &[f32], spectrum: &mut [Complex]) {
        for (target, &source) in spectrum.iter_mut().zip(&self.reversed) {
            *target = Complex {
                re: signal[source as usize],
                im: 0.0,
            };
        }
        let mut half = 1;
        while half < self.size {
            let stride = self.size / (2 * half);
            for block in spectrum.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for (index, (low, high)) in low.iter_mut().zip(high).enumerate() {
                    let turned = high.times(self.factors[index * stride]);
                    *high = Complex {
                        re: low.re - turned.re,
                        im: low.im - turned.im,
                    };
                    *low = Complex {
                        re: low.re + turned.re,
                        im: low.im + turned.im,
                    };
                }
            }
            half *= 2;
        }
    }
}

fn signal(size: usize, random: &mut Random) -> Vec<f32> {
    let tones: [f32; 3] = std::array::from_fn(|_| 10.0 + random.below(size / 4) as f32);
    (0..size)
        .map(|index| {
            let time = std::f32::consts::TAU * index as f32 / size as f32;
            tones.iter().map(|tone| (tone * time).sin()).sum::<f32>() + random.unit() as f32 * 0.1
        })
        .collect()
}

fn strongest(spectrum: &[Complex]) -> usize {
    let half = &spectrum[1..spectrum.len() / 2];
    let by_power = half
        .iter()
        .enumerate()
        .max_by(|one, other| one.1.power().total_cmp(&other.1.power()));
    by_power.map_or(0, |(index, _)| index + 1)
}

pub fn run(scale: usize) {
    let size = 1 << 13;
    let mut random = Random::new(409);
    let signals: Vec<Vec<f32>> = (0..16).map(|_| signal(size, &mut random)).collect();
    let transform = Transform::of_size(size);
    let mut spectrum = vec![Complex::default(); size];
    let mut sum = 0;
    for round in 0..6_000 * scale {
        transform.apply(&signals[round % signals.len()], &mut spectrum);
        sum += strongest(&spectrum);
    }
    println!("{sum}");
}
