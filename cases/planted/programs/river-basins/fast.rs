//! Routes rain over a terrain: each cell drains into its lowest neighbour, and flow adds up downstream.

use crate::random::Random;
use smallvec::SmallVec;

struct Terrain {
    width: usize,
    heights: Vec<u32>,
}

#[derive(Default)]
struct Cell {
    upstream: SmallVec<[u32; 4]>,
    drains: bool,
}

struct Basin {
    cells: Vec<Cell>,
    mouths: Vec<u32>,
}

impl Terrain {
    fn rough(random: &mut Random, width: usize) -> Self {
        let heights = (0..width * width)
            .map(|at| (at / width) as u32 * 40 + (at % width) as u32 * 25 + random.below(400) as u32)
            .collect();
        Self { width, heights }
    }

    fn lowest_neighbour(&self, at: usize) -> Option<usize> {
        let (x, y) = (at % self.width, at / self.width);
        let mut lowest = at;
        if x > 0 && self.heights[at - 1] < self.heights[lowest] {
            lowest = at - 1;
        }
        if x + 1 < self.width && self.heights[at + 1] < self.heights[lowest] {
            lowest = at + 1;
        }
        if y > 0 && self.heights[at - self.width] < self.heights[lowest] {
            lowest = at - self.width;
        }
        if y + 1 < self.width && self.heights[at + self.width] < self.heights[lowest] {
            lowest = at + self.width;
        }
        (lowest != at).then_some(lowest)
    }

    fn erode(&mut self, random: &mut Random) {
        for _ in 0..self.heights.len() / 8 {
            let at = random.below(self.heights.len());
            self.heights[at] = self.heights[at].saturating_sub(random.below(30) as u32);
        }
    }
}

impl Cell {
    fn receive(&mut self, from: usize) {
        self.upstream.push(from as u32);
    }
}

impl Basin {
    fn of(terrain: &Terrain) -> Self {
        let mut cells = Vec::with_capacity(terrain.heights.len());
        cells.resize_with(terrain.heights.len(), Cell::default);
        for at in 0..terrain.heights.len() {
            if let Some(down) = terrain.lowest_neighbour(at) {
                cells[down].receive(at);
                cells[at].drains = true;
            }
        }
        let mouths = (0..cells.len() as u32)
            .filter(|&at| !cells[at as usize].drains)
            .collect();
        Self { cells, mouths }
    }

    /// How many cells drain through this one, itself included, and how long the longest way is.
    fn flow(&self, mouth: u32, stack: &mut Vec<(u32, u32)>) -> (u32, u32) {
        let mut flow = 0;
        let mut longest = 0;
        stack.push((mouth, 1));
        while let Some((at, length)) = stack.pop() {
            flow += 1;
            longest = longest.max(length);
            stack.extend(self.cells[at as usize].upstream.iter().map(|&up| (up, length + 1)));
        }
        (flow, longest)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(77);
    let mut terrain = Terrain::rough(&mut random, 300);
    let mut stack = Vec::new();
    let mut rivers = 0u64;
    let mut longest = 0;
    for _ in 0..220 * scale {
        let basin = Basin::of(&terrain);
        for &mouth in &basin.mouths {
            let (flow, length) = basin.flow(mouth, &mut stack);
            rivers += u64::from(flow > 12);
            longest = longest.max(length);
        }
        terrain.erode(&mut random);
    }
    println!("{rivers} rivers, the longest runs through {longest} cells");
}
