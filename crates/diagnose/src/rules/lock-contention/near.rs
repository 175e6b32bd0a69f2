//! Two workers render tiles of a fractal; each locks the picture once per tile, to hand the tile over.

use std::sync::{Mutex, PoisonError};
use std::thread;

const TILE: usize = 32;

struct Picture {
    tiles_across: usize,
    tiles: Vec<Option<Tile>>,
}

struct Tile {
    escapes: [u32; TILE * TILE],
}

/// Iterations until the point escapes.
fn escape(re: f64, im: f64, limit: u32) -> u32 {
    let (mut x, mut y) = (0.0, 0.0);
    for iteration in 0..limit {
        let (xx, yy) = (x * x, y * y);
        if xx + yy > 4.0 {
            return iteration;
        }
        y = 2.0 * x * y + im;
        x = xx - yy + re;
    }
    limit
}

fn render(index: usize, tiles_across: usize, limit: u32) -> Tile {
    let span = (tiles_across * TILE) as f64;
    let (column, row) = (index % tiles_across * TILE, index / tiles_across * TILE);
    let mut escapes = [0; TILE * TILE];
    for (offset, count) in escapes.iter_mut().enumerate() {
        let re = (column + offset % TILE) as f64 / span * 2.5 - 1.9;
        let im = (row + offset / TILE) as f64 / span * 2.5 - 1.25;
        *count = escape(re, im, limit);
    }
    Tile { escapes }
}

fn work(first: usize, limit: u32, picture: &Mutex<Picture>) {
    let (tiles_across, n_tiles) = {
        let picture = picture.lock().unwrap_or_else(PoisonError::into_inner);
        (picture.tiles_across, picture.tiles.len())
    };
    for index in (first..n_tiles).step_by(2) {
        let tile = render(index, tiles_across, limit);
        picture.lock().unwrap_or_else(PoisonError::into_inner).tiles[index] = Some(tile);
    }
}

pub fn run(scale: usize) {
    let tiles_across = 12;
    let tiles = (0..tiles_across * tiles_across).map(|_| None).collect();
    let picture = Mutex::new(Picture { tiles_across, tiles });
    thread::scope(|scope| {
        for first in 0..2 {
            let picture = &picture;
            scope.spawn(move || work(first, scale as u32 * 300, picture));
        }
    });
    let picture = picture.into_inner().unwrap_or_else(PoisonError::into_inner);
    let total: u64 = picture
        .tiles
        .iter()
        .flatten()
        .flat_map(|tile| tile.escapes)
        .map(u64::from)
        .sum();
    println!("{} tiles, {total} iterations", picture.tiles.len());
}
