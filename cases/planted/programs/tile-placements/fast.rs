//! Counts the ways in which dominoes fill a small board, and how good the best way is.

use crate::random::Random;

const WIDTH: usize = 5;

#[derive(Clone)]
struct Board {
    cells: Vec<u8>,
    score: u32,
}

struct Outcome {
    ways: u64,
    best: u32,
}

impl Board {
    fn new(height: usize) -> Self {
        Self {
            cells: vec![0; WIDTH * height],
            score: 0,
        }
    }

    fn first_free(&self, from: usize) -> Option<usize> {
        (from..self.cells.len()).find(|&cell| self.cells[cell] == 0)
    }

    fn with_domino(mut self, a: usize, b: usize, values: &[u32]) -> Self {
        self.cells[a] = 1;
        self.cells[b] = 1;
        self.score += values[a] * 3 ^ values[b];
        self
    }
}

impl Outcome {
    fn merge(&mut self, other: Self) {
        self.ways += other.ways;
        self.best = self.best.max(other.best);
    }
}

fn fill(board: Board, from: usize, values: &[u32]) -> Outcome {
    let Some(cell) = board.first_free(from) else {
        return Outcome {
            ways: 1,
            best: board.score,
        };
    };
    let mut outcome = Outcome { ways: 0, best: 0 };
    let right = cell + 1;
    if right % WIDTH != 0 && board.cells[right] == 0 {
        outcome.merge(fill(board.clone().with_domino(cell, right, values), cell, values));
    }
    let below = cell + WIDTH;
    if below < board.cells.len() {
        outcome.merge(fill(board.with_domino(cell, below, values), cell, values));
    }
    outcome
}

pub fn run(scale: usize) {
    let mut random = Random::new(65);
    let mut ways = 0;
    let mut best = 0;
    for _ in 0..1_500 * scale {
        let values: Vec<u32> = (0..WIDTH * 8).map(|_| random.below(30) as u32).collect();
        let outcome = fill(Board::new(8), 0, &values);
        ways += outcome.ways;
        best = best.max(outcome.best);
    }
    println!("{ways} ways, best {best}");
}
