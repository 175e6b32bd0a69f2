//! Searches the best move of a mancala game, eight moves deep.

use crate::random::Random;

const HOUSES: usize = 6;
const STORE: usize = HOUSES;
const PITS: usize = 2 * (HOUSES + 1);

#[derive(Clone, PartialEq)]
struct Board {
    pits: [u8; PITS],
    mover: usize,
}

struct Search {
    depth: u32,
    nodes: u64,
}

impl Board {
    fn deal(random: &mut Random) -> Self {
        let mut pits = [0; PITS];
        for (index, pit) in pits.iter_mut().enumerate() {
            if index % (HOUSES + 1) != STORE {
                *pit = 1 + random.below(5) as u8;
            }
        }
        Self { pits, mover: 0 }
    }

    fn home(&self) -> usize {
        self.mover * (HOUSES + 1)
    }

    fn moves(&self) -> impl Iterator<Item = usize> {
        let (home, pits) = (self.home(), self.pits);
        (home..home + HOUSES).filter(move |&pit| pits[pit] > 0)
    }

    fn sow(&mut self, from: usize) {
        let seeds = std::mem::take(&mut self.pits[from]);
        let (own, other) = (self.home() + STORE, (self.home() + STORE + HOUSES + 1) % PITS);
        let mut pit = from;
        for _ in 0..seeds {
            pit = (pit + 1) % PITS;
            if pit == other {
                pit = (pit + 1) % PITS;
            }
            self.pits[pit] += 1;
        }
        let opposite = 2 * HOUSES - pit.min(2 * HOUSES);
        if pit != own && self.pits[pit] == 1 && (self.home()..own).contains(&pit) {
            self.pits[own] += std::mem::take(&mut self.pits[opposite]) + std::mem::take(&mut self.pits[pit]);
        }
        if pit != own {
            self.mover = 1 - self.mover;
        }
    }

    /// How many seeds the mover is ahead.
    fn lead(&self) -> i32 {
        let own = i32::from(self.pits[self.home() + STORE]);
        let other = i32::from(self.pits[(self.home() + STORE + HOUSES + 1) % PITS]);
        own - other
    }
}

impl Search {
    fn best(&mut self, board: &Board, depth: u32, mut alpha: i32, beta: i32) -> i32 {
        self.nodes += 1;
        if depth == 0 {
            return board.lead();
        }
        let mut any = false;
        for from in board.moves() {
            any = true;
            let mut next = board.clone();
            next.sow(from);
            let value = if next.mover == board.mover {
                self.best(&next, depth - 1, alpha, beta)
            } else {
                -self.best(&next, depth - 1, -beta, -alpha)
            };
            alpha = alpha.max(value);
            if alpha >= beta {
                break;
            }
        }
        if any { alpha } else { board.lead() }
    }

    fn solve(&mut self, board: &Board) -> i32 {
        self.best(board, self.depth, -100, 100)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(103);
    let mut search = Search { depth: 9, nodes: 0 };
    let values: i32 = (0..160 * scale).map(|_| search.solve(&Board::deal(&mut random))).sum();
    println!("{} nodes, {values}", search.nodes);
}
