//! Serves map tiles from a cache, and renders those that are missing.

use crate::random::Random;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct TileId {
    zoom: u8,
    column: u32,
    row: u32,
}

struct Tile {
    color: u32,
    served: u32,
}

#[derive(Default)]
struct Cache {
    tiles: FxHashMap<String, Tile>,
    misses: u32,
}

impl TileId {
    fn key(&self) -> String {
        format!("{}/{}/{}", self.zoom, self.column, self.row) //~
    }

    fn parent(self) -> Self {
        Self {
            zoom: self.zoom - 1,
            column: self.column / 2,
            row: self.row / 2,
        }
    }
}

fn render(id: TileId) -> Tile {
    let color = (0..60u32).fold(u32::from(id.zoom), |color, line| {
        color.rotate_left(5) ^ id.column.wrapping_mul(line) ^ id.row
    });
    Tile { color, served: 0 }
}

impl Cache {
    fn tile(&mut self, id: TileId) -> &mut Tile {
        let misses = &mut self.misses;
        self.tiles.entry(id.key()).or_insert_with(|| {
            //~^
            *misses += 1;
            render(id)
        })
    }

    /// A tile and the coarser ones that a client shows until it arrives.
    fn serve(&mut self, id: TileId) -> u32 {
        let mut id = id;
        let mut color = 0;
        while id.zoom > 8 {
            let tile = self.tile(id); //~
            tile.served += 1;
            color ^= tile.color;
            id = id.parent();
        }
        color
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(197);
    let mut cache = Cache::default();
    let mut color = 0;
    for _ in 0..3_000_000 * scale {
        let id = TileId {
            zoom: 11,
            column: 1000 + random.below(60) as u32,
            row: 1000 + random.below(60) as u32,
        };
        color ^= cache.serve(id);
    }
    let most = cache.tiles.values().map(|tile| tile.served).max().unwrap_or(0);
    println!(
        "{} tiles, {} misses, at most {most}, color {color:x}",
        cache.tiles.len(),
        cache.misses
    );
}
