//! A renderer counts how many samples its threads spent on which kind of surface; every thread has counts of its own.

use crate::random::Random;
use std::hint::black_box;
use std::thread;

/// Threads count in it side by side.
#[repr(align(128))]
struct Spent {
    samples: u32,
    bounces: u32,
}

struct Tile {
    spent: Box<Spent>,
    seed: u64,
}

fn tiles(count: usize) -> Vec<Tile> {
    (0..count)
        .map(|tile| Tile {
            spent: Box::new(Spent { samples: 0, bounces: 0 }),
            seed: tile as u64 + 1,
        })
        .collect()
}

fn trace(spent: &mut Spent, random: &mut Random) {
    let mut energy = 1.0;
    while energy > 0.2 {
        energy *= 0.4 + 0.5 * random.unit();
        spent.bounces += 1;
        black_box(&mut *spent);
    }
    spent.samples += 1;
}

pub fn run(scale: usize) {
    let mut tiles = tiles(4);
    thread::scope(|scope| {
        for tile in &mut tiles {
            scope.spawn(move || {
                let mut random = Random::new(tile.seed);
                for _ in 0..60_000 * scale {
                    trace(&mut tile.spent, &mut random);
                }
            });
        }
    });
    for tile in &tiles {
        println!("{} samples, {} bounces", tile.spent.samples, tile.spent.bounces);
    }
}
