//! Map tiles are rendered on demand by two workers, which keep what is rendered in a cache.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

const WORKERS: usize = 2;
const SIDE: usize = 24;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct TileId {
    column: u32,
    row: u32,
}

struct Tile {
    heights: Vec<f32>,
}

/// Height of the terrain: a few octaves of waves.
fn height(x: f32, y: f32) -> f32 {
    let (mut height, mut scale) = (0.0, 1.0);
    for octave in 0..6 {
        let turn = octave as f32;
        height += ((x * scale + turn).sin() + (y * scale - turn).cos()) / scale;
        scale *= 2.0;
    }
    height
}

fn render(id: TileId) -> Tile {
    let mut heights = Vec::with_capacity(SIDE * SIDE);
    for pixel in 0..SIDE * SIDE {
        let x = id.column as f32 + (pixel % SIDE) as f32 / SIDE as f32;
        let y = id.row as f32 + (pixel / SIDE) as f32 / SIDE as f32;
        heights.push(height(x, y));
    }
    Tile { heights }
}

#[derive(Default)]
struct Map {
    cache: Mutex<HashMap<TileId, Arc<Tile>>>,
}

impl Map {
    // [page]
    fn tile(&self, id: TileId) -> Arc<Tile> {
        let mut cache = self.cache.lock().unwrap(); //~ lock-held-long
        if let Some(tile) = cache.get(&id) {
            return Arc::clone(tile);
        }
        let tile = Arc::new(render(id));
        cache.insert(id, Arc::clone(&tile));
        tile
    }
    // [/page]
}

/// A walk over the map: each step looks at the tile that it stands on.
fn walk(map: &Map, walker: usize, steps: usize) -> f32 {
    let (mut column, mut row) = (walker as u32 * 5000, 1000);
    let mut climbed = 0.0;
    for step in 0..steps {
        let tile = map.tile(TileId { column, row });
        climbed += tile.heights[step % (SIDE * SIDE)].max(0.0);
        column += (step % 3 == 0) as u32;
        row += (step % 2 == 0) as u32;
    }
    climbed
}

pub fn run(scale: usize) {
    let map = Map::default();
    let climbed: f32 = thread::scope(|scope| {
        let map = &map;
        let walkers: Vec<_> = (0..WORKERS).map(|walker| scope.spawn(move || walk(map, walker, scale * 700))).collect();
        walkers.into_iter().map(|walker| walker.join().unwrap()).sum()
    });
    println!("{} tiles, climbed {climbed:.0}", map.cache.lock().unwrap().len());
}
