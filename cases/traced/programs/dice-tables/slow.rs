//! A board game server: each table has a generator behind its own lock, so that an admin can reseed it.

use crate::random::Random;
use std::sync::Mutex;
use std::thread;

struct Tables {
    dice: Vec<Mutex<Random>>, //~
}

impl Tables {
    fn roll(&self, table: usize) -> usize {
        let mut dice = self.dice[table].lock().unwrap(); //~
        1 + dice.below(6) //~
    }

    fn play(&self, table: usize, turns: usize) -> [u32; 13] {
        let mut thrown = [0; 13];
        for _ in 0..turns {
            thrown[self.roll(table) + self.roll(table)] += 1; //~
        }
        thrown
    }
}

pub fn run(scale: usize) {
    let tables = Tables {
        dice: (1..=4).map(|seed| Mutex::new(Random::new(seed))).collect(),
    };
    let thrown: Vec<[u32; 13]> = thread::scope(|scope| {
        let tables = &tables;
        let threads: Vec<_> = (0..4)
            .map(|table| scope.spawn(move || tables.play(table, 40_000 * scale)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for table in thrown {
        println!("{table:?}");
    }
}
