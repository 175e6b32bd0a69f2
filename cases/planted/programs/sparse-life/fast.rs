//! Conway's Game of Life on an endless plane: only the live cells are stored.

use crate::random::Random;
use rustc_hash::FxHashSet;

type Cell = (i32, i32);
type Cells = FxHashSet<Cell>;

struct Plane {
    alive: Cells,
    generation: u32,
}

fn neighbours((x, y): Cell) -> impl Iterator<Item = Cell> {
    (-1..=1)
        .flat_map(move |dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
        .filter(move |&cell| cell != (x, y))
}

impl Plane {
    fn soup(side: i32, random: &mut Random) -> Self {
        let alive = (0..side * side)
            .filter(|_| random.below(100) < 35)
            .map(|index| (index % side, index / side))
            .collect();
        Self { alive, generation: 0 }
    }

    fn live_neighbours(&self, cell: Cell) -> usize {
        neighbours(cell)
            .filter(|neighbour| self.alive.contains(neighbour))
            .count()
    }

    fn survivors(&self) -> impl Iterator<Item = Cell> {
        self.alive
            .iter()
            .copied()
            .filter(|&cell| matches!(self.live_neighbours(cell), 2 | 3))
    }

    fn births(&self) -> impl Iterator<Item = Cell> {
        self.alive
            .iter()
            .flat_map(|&cell| neighbours(cell))
            .filter(|cell| !self.alive.contains(cell))
            .filter(|&cell| self.live_neighbours(cell) == 3)
    }

    fn step(&mut self) {
        self.alive = self.survivors().chain(self.births()).collect();
        self.generation += 1;
    }

    fn bounds(&self) -> (Cell, Cell) {
        let start = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        self.alive.iter().fold(start, |(low, high), &(x, y)| {
            ((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y)))
        })
    }
}

pub fn run(scale: usize) {
    let mut plane = Plane::soup(150, &mut Random::new(89));
    while plane.generation < 90 * scale as u32 {
        plane.step();
    }
    println!("{} alive within {:?}", plane.alive.len(), plane.bounds());
}
