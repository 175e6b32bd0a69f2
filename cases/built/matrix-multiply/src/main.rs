//! Multiplies matrices in blocks that fit into the cache, and powers a transition matrix with that.

#[expect(dead_code, reason = "not every program needs all kinds of random values")]
#[path = "../../../planted/src/random.rs"]
mod random;

use random::Random;

#[derive(Clone)]
struct Matrix {
    side: usize,
    cells: Vec<f32>,
}

const BLOCK: usize = 64;

impl Matrix {
    fn zero(side: usize) -> Self {
        Self {
            side,
            cells: vec![0.0; side * side],
        }
    }

    /// Each row sums to one.
    fn transitions(side: usize, random: &mut Random) -> Self {
        let mut matrix = Self::zero(side);
        for row in matrix.cells.chunks_exact_mut(side) {
            row.iter_mut().for_each(|cell| *cell = random.unit() as f32);
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|cell| *cell /= sum);
        }
        matrix
    }

    fn multiply_into(&self, other: &Self, product: &mut Self) {
        product.cells.fill(0.0);
        let side = self.side;
        for middle in (0..side).step_by(BLOCK) {
            let middle_end = (middle + BLOCK).min(side);
            for (row, target) in product.cells.chunks_exact_mut(side).enumerate() {
                let factors = &self.cells[row * side..][middle..middle_end];
                for (factor, line) in factors.iter().zip(other.cells[middle * side..].chunks_exact(side)) {
                    for (cell, value) in target.iter_mut().zip(line) {
                        *cell += factor * value;
                    }
                }
            }
        }
    }

    fn trace(&self) -> f32 {
        self.cells.iter().step_by(self.side + 1).sum()
    }
}

fn main() {
    let scale: usize = std::env::args()
        .nth(1)
        .and_then(|scale| scale.parse().ok())
        .unwrap_or(1);
    let mut random = Random::new(331);
    let transitions = Matrix::transitions(500, &mut random);
    let mut power = transitions.clone();
    let mut product = Matrix::zero(500);
    for _ in 0..110 * scale {
        power.multiply_into(&transitions, &mut product);
        std::mem::swap(&mut power, &mut product);
    }
    println!("trace {:.4}", power.trace());
}
