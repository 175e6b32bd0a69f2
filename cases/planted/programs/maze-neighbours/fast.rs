//! Solves mazes breadth first and measures how far the farthest cell is from the entrance.

use crate::random::Random;
use smallvec::SmallVec;
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Cell {
    x: u16,
    y: u16,
}

struct Maze {
    width: u16,
    height: u16,
    walls: Vec<bool>,
}

impl Maze {
    fn generated(width: u16, height: u16, random: &mut Random) -> Self {
        let mut walls: Vec<bool> = (0..usize::from(width) * usize::from(height))
            .map(|_| random.below(100) < 28)
            .collect();
        walls[0] = false;
        Self { width, height, walls }
    }

    fn index(&self, cell: Cell) -> usize {
        usize::from(cell.y) * usize::from(self.width) + usize::from(cell.x)
    }

    fn is_open(&self, cell: Cell) -> bool {
        cell.x < self.width && cell.y < self.height && !self.walls[self.index(cell)]
    }

    fn neighbours(&self, cell: Cell) -> SmallVec<[Cell; 4]> {
        let around = [(1, 0), (0, 1), (u16::MAX, 0), (0, u16::MAX)];
        let mut open = SmallVec::new();
        for (dx, dy) in around {
            let next = Cell {
                x: cell.x.wrapping_add(dx),
                y: cell.y.wrapping_add(dy),
            };
            if self.is_open(next) {
                open.push(next);
            }
        }
        open
    }

    fn farthest(&self) -> (u32, usize) {
        let entrance = Cell { x: 0, y: 0 };
        let mut distance = vec![u32::MAX; self.walls.len()];
        let mut queue = VecDeque::from([entrance]);
        distance[0] = 0;
        let mut farthest = 0;
        let mut reached = 0;
        while let Some(cell) = queue.pop_front() {
            let steps = distance[self.index(cell)];
            farthest = farthest.max(steps);
            reached += 1;
            for next in self.neighbours(cell) {
                let known = &mut distance[self.index(next)];
                if *known == u32::MAX {
                    *known = steps + 1;
                    queue.push_back(next);
                }
            }
        }
        (farthest, reached)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(223);
    let mazes: Vec<Maze> = (0..4).map(|_| Maze::generated(250, 200, &mut random)).collect();
    let mut sum = (0, 0);
    for round in 0..1_200 * scale {
        let (farthest, reached) = mazes[round % mazes.len()].farthest();
        sum = (sum.0 + farthest, sum.1 + reached);
    }
    println!("{sum:?}");
}
