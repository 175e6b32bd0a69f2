//! Solves sudokus by propagation over candidate masks, guessing at the cell with the fewest candidates.

use crate::random::Random;

#[derive(Clone)]
struct Grid {
    cells: [u8; 81],
    rows: [u16; 9],
    columns: [u16; 9],
    boxes: [u16; 9],
}

impl Grid {
    fn empty() -> Self {
        Self {
            cells: [0; 81],
            rows: [0x1ff; 9],
            columns: [0x1ff; 9],
            boxes: [0x1ff; 9],
        }
    }

    fn candidates(&self, cell: usize) -> u16 {
        let (row, column) = (cell / 9, cell % 9);
        self.rows[row] & self.columns[column] & self.boxes[row / 3 * 3 + column / 3]
    }

    fn toggle(&mut self, cell: usize, digit: u16) {
        let (row, column) = (cell / 9, cell % 9);
        self.rows[row] ^= digit;
        self.columns[column] ^= digit;
        self.boxes[row / 3 * 3 + column / 3] ^= digit;
    }

    fn set(&mut self, cell: usize, digit: u16) {
        self.cells[cell] = digit.trailing_zeros() as u8 + 1;
        self.toggle(cell, digit);
    }

    fn clear(&mut self, cell: usize, digit: u16) {
        self.cells[cell] = 0;
        self.toggle(cell, digit);
    }

    fn tightest_cell(&self) -> Option<(usize, u16)> {
        let open = (0..81).filter(|&cell| self.cells[cell] == 0);
        open.map(|cell| (cell, self.candidates(cell)))
            .min_by_key(|(_, candidates)| candidates.count_ones())
    }

    fn solve(&mut self, guesses: &mut u64) -> bool {
        let Some((cell, mut candidates)) = self.tightest_cell() else {
            return true;
        };
        while candidates != 0 {
            let digit = candidates & candidates.wrapping_neg();
            candidates ^= digit;
            self.set(cell, digit);
            *guesses += 1;
            if self.solve(guesses) {
                return true;
            }
            self.clear(cell, digit);
        }
        false
    }

    /// Some digits that do not contradict each other directly.
    fn puzzle(random: &mut Random) -> Self {
        let mut grid = Self::empty();
        for _ in 0..22 {
            let cell = random.below(81);
            let digit = 1 << random.below(9);
            if grid.cells[cell] == 0 && grid.candidates(cell) & digit != 0 {
                grid.set(cell, digit);
            }
        }
        grid
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(311);
    let (mut solved, mut guesses, mut sum) = (0, 0, 0u64);
    while guesses < 2_000_000 * scale as u64 {
        let mut grid = Grid::puzzle(&mut random);
        if grid.solve(&mut guesses) {
            solved += 1;
            sum = grid
                .cells
                .iter()
                .fold(sum, |sum, &digit| sum.rotate_left(3) ^ u64::from(digit));
        }
    }
    println!("{solved} solved with {guesses} guesses, {sum:x}");
}
