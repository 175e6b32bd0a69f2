//! Computes the brightness of the tiles of scanned pages, several at a time.

use crate::random::Random;
use std::sync::Arc;
use std::thread;

struct Page {
    width: usize,
    pixels: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Tile {
    left: usize,
    top: usize,
}

const TILE: usize = 16;
const WORKERS: usize = 2;

impl Page {
    fn scanned(seed: u64, width: usize, height: usize) -> Self {
        let mut random = Random::new(seed);
        let mut pixels = vec![0; width * height];
        for word in pixels.chunks_exact_mut(8) {
            word.copy_from_slice(&random.next().to_le_bytes());
        }
        Self { width, pixels }
    }

    fn tiles(&self) -> Vec<Tile> {
        let columns = self.width / TILE;
        let rows = self.pixels.len() / self.width / TILE;
        (0..rows * columns)
            .map(|index| Tile {
                left: index % columns * TILE,
                top: index / columns * TILE,
            })
            .collect()
    }

    fn brightness(&self, tile: Tile) -> u64 {
        (tile.top..tile.top + TILE)
            .map(|row| &self.pixels[row * self.width + tile.left..][..TILE])
            .map(|line| line.iter().map(|&pixel| u64::from(pixel)).sum::<u64>())
            .sum()
    }
}

/// The brightness of all tiles, in the tiles' order.
fn all_brightness(page: &Arc<Page>) -> Vec<u64> {
    let mut results = Vec::new();
    for pair in page.tiles().chunks(WORKERS) {
        let running: Vec<_> = pair
            .iter()
            .map(|&tile| {
                let page = Arc::clone(page);
                thread::spawn(move || page.brightness(tile)) //~
            })
            .collect();
        results.extend(
            running
                .into_iter()
                .map(|thread| thread.join().expect("tiles do not panic")),
        );
    }
    results
}

pub fn run(scale: usize) {
    for seed in 1..=4 * scale as u64 {
        let page = Arc::new(Page::scanned(seed, 1600, 1200));
        let brightness = all_brightness(&page);
        let brightest = brightness
            .iter()
            .enumerate()
            .max_by_key(|&(index, value)| (*value, index));
        println!("{} tiles, brightest {brightest:?}", brightness.len());
    }
}
