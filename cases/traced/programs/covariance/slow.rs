//! Multiplies returns with their transposed weights: a portfolio's risk.

use crate::random::Random;

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
        self.cells[row * self.columns + column] //~
    }

    fn times(&self, other: &Matrix) -> Matrix {
        let mut cells = Vec::with_capacity(self.rows() * other.columns);
        for row in 0..self.rows() {
            for column in 0..other.columns {
                //~^
                let inner = 0..self.columns;
                let product: f64 = inner.map(|k| self.cell(row, k) * other.cell(k, column)).sum(); //~
                cells.push(product);
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
