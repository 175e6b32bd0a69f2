//! Smooths a picture with a three by three window, row by row.

use crate::random::Random;

struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..][..self.width]
    }

    fn smooth(&self) -> Self {
        let height = self.pixels.len() / self.width;
        let mut pixels = self.pixels.clone();
        for y in 1..height - 1 {
            let rows = [self.row(y - 1), self.row(y), self.row(y + 1)];
            for x in 1..self.width - 1 {
                let sum: u32 = rows
                    .iter()
                    .map(|row| row[x - 1..=x + 1].iter().map(|&p| u32::from(p)).sum::<u32>())
                    .sum();
                pixels[y * self.width + x] = (sum / 9) as u8;
            }
        }
        Self {
            width: self.width,
            pixels,
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(29);
    let mut picture = Picture {
        width: 1_200,
        pixels: (0..1_200 * 800).map(|_| random.below(256) as u8).collect(),
    };
    for _ in 0..2 * scale {
        picture = picture.smooth();
    }
    println!("{}", picture.pixels.iter().map(|&p| u64::from(p)).sum::<u64>());
}
