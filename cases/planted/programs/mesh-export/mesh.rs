//! Height fields.

use crate::random::Random;

pub struct Field {
    pub side: usize,
    pub heights: Vec<f32>,
}

#[derive(Clone, Copy)]
pub struct Vertex {
    pub position: [f32; 3],
    pub normal: [f32; 3],
    pub texture: [f32; 2],
}

impl Field {
    pub fn hills(side: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let waves: Vec<[f64; 3]> = (0..4).map(|_| [random.unit(), random.unit(), random.unit()]).collect();
        let heights = (0..side * side)
            .map(|index| {
                let (x, y) = ((index % side) as f64, (index / side) as f64);
                waves
                    .iter()
                    .map(|[a, b, c]| (a * x / 9.0 + b * y / 7.0 + c).sin())
                    .sum::<f64>() as f32
            })
            .collect();
        Self { side, heights }
    }

    pub fn vertex(&self, x: usize, y: usize) -> Vertex {
        let at = |x: usize, y: usize| self.heights[y.min(self.side - 1) * self.side + x.min(self.side - 1)];
        let height = at(x, y);
        let (dx, dy) = (at(x + 1, y) - height, at(x, y + 1) - height);
        Vertex {
            position: [x as f32, y as f32, height],
            normal: [-dx, -dy, 1.0],
            texture: [x as f32 / self.side as f32, y as f32 / self.side as f32],
        }
    }
}
