//! Solves positions of Kayles on several rows: the player who takes the last pin wins.

use rustc_hash::FxHashMap;

use crate::random::Random;

/// Bits of the pins that still stand; rows are parted by a missing pin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Position(u32);

impl Position {
    fn moves(self) -> impl Iterator<Item = Position> {
        let singles = (0..22).map(|pin| 1u32 << pin);
        let pairs = (0..21).map(|pin| 3u32 << pin);
        singles
            .chain(pairs)
            .filter(move |hit| self.0 & hit == *hit)
            .map(move |hit| Position(self.0 & !hit))
    }
}

trait Table {
    fn probe(&self, position: Position) -> Option<bool>;
    fn store(&mut self, position: Position, wins: bool);
}

#[derive(Default)]
struct Transpositions {
    entries: FxHashMap<Position, bool>,
}

impl Table for Transpositions {
    fn probe(&self, position: Position) -> Option<bool> {
        self.entries.get(&position).copied()
    }

    fn store(&mut self, position: Position, wins: bool) {
        self.entries.insert(position, wins);
    }
}

struct Solver<T> {
    table: T,
    visited: u64,
}

impl<T: Table> Solver<T> {
    /// Whether whoever is to move wins when the last pin may not be taken.
    fn wins(&mut self, position: Position) -> bool {
        if position.0 == 0 {
            return true;
        }
        if let Some(known) = self.table.probe(position) {
            return known;
        }
        self.visited += 1;
        let wins = position.moves().any(|next| !self.wins(next));
        self.table.store(position, wins);
        wins
    }
}

pub fn run(scale: usize) {
    for _ in 0..scale {
        let mut random = Random::new(22);
        let mut solver = Solver {
            table: Transpositions::default(),
            visited: 0,
        };
        let mut won = 0;
        for _ in 0..1_500 {
            won += u32::from(solver.wins(Position((random.next() as u32) & 0x3f_ffff)));
        }
        println!("{won} {}", solver.visited);
    }
}
