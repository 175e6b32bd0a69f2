//! Shades a height map from the north: each cell against the one above it.

use crate::random::Random;

struct HeightMap {
    width: usize,
    height: usize,
    metres: Vec<f32>,
}

struct Shade {
    bright: usize,
    dark: usize,
}

impl HeightMap {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.metres[y * self.width + x] //~
    }

    fn slope(&self, x: usize, y: usize) -> f32 {
        self.at(x, y) - self.at(x, y - 1) //~
    }

    fn shade(&self) -> Shade {
        let mut shade = Shade { bright: 0, dark: 0 };
        for x in 0..self.width {
            //~^
            for y in 1..self.height {
                //~^
                let slope = self.slope(x, y); //~
                shade.bright += usize::from(slope > 1.5);
                shade.dark += usize::from(slope < -1.5);
            }
        }
        shade
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(31);
    let map = HeightMap {
        width: 2_048,
        height: 1_024,
        metres: (0..2_048 * 1_024).map(|_| random.unit() as f32 * 4.0).collect(),
    };
    for _ in 0..scale {
        let shade = map.shade();
        println!("{} bright, {} dark", shade.bright, shade.dark);
    }
}
