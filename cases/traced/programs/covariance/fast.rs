//! Multiplies returns with their transposed weights: a portfolio's risk.

use crate::random::Random;

const BLOCK: usize = 16;

struct Matrix {
    columns: usize,
    cells: Vec<f64>,
}

impl Matrix {
    fn random(rows: usize, columns: usize, random: &mut Random) -> Self {
        let cells = (0..rows * columns).map(|_| (random.below(64) as f64) / 64.0).collect();
        Self { columns, cells }
    }

    fn rows(&self) -> usize {
        self.cells.len() / self.columns
    }

    fn cell(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.columns + column]
    }

    fn times(&self, other: &Matrix) -> Matrix {
        let mut cells = vec![0.0; self.rows() * other.columns];
        // A few rows of the second factor at a time, which stay in the cache while all sums take them up.
        for first in (0..self.columns).step_by(BLOCK) {
            for (row, sums) in cells.chunks_mut(other.columns).enumerate() {
                for k in first..(first + BLOCK).min(self.columns) {
                    let factor = self.cell(row, k);
                    for (sum, weight) in sums.iter_mut().zip(&other.cells[k * other.columns..]) {
                        *sum += factor * weight;
                    }
                }
            }
        }
        Matrix {
            columns: other.columns,
            cells,
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(7);
    let returns = Matrix::random(16, 900, &mut random);
    let weights = Matrix::random(900, 900, &mut random);
    let risk = (0..scale).map(|_| returns.times(&weights).cells.iter().sum::<f64>());
    println!("{:.3}", risk.sum::<f64>());
}
