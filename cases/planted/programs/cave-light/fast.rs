//! Spreads the light of torches through the caves of a block world.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Position {
    x: i16,
    y: i16,
    z: i16,
}

#[derive(Clone, Copy, PartialEq)]
enum Block {
    Stone,
    Water,
    Torch,
}

#[derive(Clone, Copy)]
struct Cell {
    block: Option<Block>,
    light: u8,
}

struct Cave {
    cells: FxHashMap<Position, Cell>,
    torches: Vec<Position>,
}

impl Position {
    fn neighbours(self) -> impl Iterator<Item = Self> {
        let Self { x, y, z } = self;
        [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
            .into_iter()
            .map(move |(dx, dy, dz)| Self {
                x: x + dx,
                y: y + dy,
                z: z + dz,
            })
    }
}

impl Block {
    fn dims(block: Option<Self>) -> Option<u8> {
        match block {
            None | Some(Self::Torch) => Some(1),
            Some(Self::Water) => Some(3),
            Some(Self::Stone) => None,
        }
    }
}

impl Cave {
    fn dig(size: i16) -> Self {
        let mut random = Random::new(94);
        let mut cells = FxHashMap::default();
        let mut torches = Vec::new();
        for x in 0..size {
            for y in 0..size {
                for z in 0..size {
                    let position = Position { x, y, z };
                    let block = match random.below(100) {
                        0 => Some(Block::Torch),
                        1..=12 => Some(Block::Water),
                        13..=40 => Some(Block::Stone),
                        _ => None,
                    };
                    if block == Some(Block::Torch) {
                        torches.push(position);
                    }
                    cells.insert(position, Cell { block, light: 0 });
                }
            }
        }
        Self { cells, torches }
    }

    /// The light that arrives at a neighbour, if it is more than is there.
    fn arriving(&self, position: Position, light: u8) -> Option<u8> {
        let cell = self.cells.get(&position)?;
        let light = light.saturating_sub(Block::dims(cell.block)?);
        (light > cell.light).then_some(light)
    }

    fn set(&mut self, position: Position, light: u8) {
        if let Some(cell) = self.cells.get_mut(&position) {
            cell.light = light;
        }
    }

    fn spread(&mut self, torch: Position, strength: u8) {
        let mut open = VecDeque::from([(torch, strength)]);
        self.set(torch, strength);
        while let Some((position, light)) = open.pop_front() {
            for next in position.neighbours() {
                if let Some(light) = self.arriving(next, light) {
                    self.set(next, light);
                    open.push_back((next, light));
                }
            }
        }
    }

    fn darken(&mut self) {
        self.cells.values_mut().for_each(|cell| cell.light = 0);
    }

    fn relight(&mut self) -> u64 {
        self.darken();
        for torch in 0..self.torches.len() {
            self.spread(self.torches[torch], 14);
        }
        self.cells.values().map(|cell| u64::from(cell.light)).sum()
    }
}

pub fn run(scale: usize) {
    let mut cave = Cave::dig(17);
    let mut light = 0;
    for _ in 0..120 * scale {
        light = cave.relight();
    }
    println!("{} torches, {light} light", cave.torches.len());
}
