//! Builds the control-flow graphs of functions and counts the merge points of each.

use crate::random::Random;

type BlockId = u32;
type Edges = Vec<BlockId>;

#[derive(Clone, Copy)]
enum Terminator {
    Return,
    Jump(BlockId),
    Branch { then: BlockId, other: BlockId },
}

#[derive(Default)]
struct Block {
    predecessors: Edges,
    successors: Edges,
}

struct Graph {
    blocks: Vec<Block>,
}

impl Graph {
    fn new(function: &[Terminator]) -> Self {
        let mut graph = Self {
            blocks: function.iter().map(|_| Block::default()).collect(),
        };
        for (from, terminator) in function.iter().enumerate() {
            let from = from as BlockId;
            match *terminator {
                Terminator::Return => {}
                Terminator::Jump(to) => graph.connect(from, to),
                Terminator::Branch { then, other } => {
                    graph.connect(from, then);
                    graph.connect(from, other);
                }
            }
        }
        graph
    }

    fn connect(&mut self, from: BlockId, to: BlockId) {
        self.blocks[from as usize].successors.push(to); //~
        self.blocks[to as usize].predecessors.push(from); //~
    }

    /// Blocks that the entry reaches, in depth-first order.
    fn reachable(&self) -> Vec<bool> {
        let mut seen = vec![false; self.blocks.len()];
        let mut open = Vec::with_capacity(self.blocks.len());
        open.push(0);
        while let Some(block) = open.pop() {
            if !std::mem::replace(&mut seen[block as usize], true) {
                open.extend_from_slice(&self.blocks[block as usize].successors);
            }
        }
        seen
    }

    fn merges(&self, live: &[bool]) -> usize {
        self.blocks
            .iter()
            .zip(live)
            .filter(|(block, live)| {
                **live
                    && block
                        .predecessors
                        .iter()
                        .filter(|&&from| live_at(&self.blocks, from))
                        .count()
                        > 1
            })
            .count()
    }
}

/// A block without predecessors, other than the entry, is dead.
fn live_at(blocks: &[Block], block: BlockId) -> bool {
    block == 0 || !blocks[block as usize].predecessors.is_empty()
}

fn function(random: &mut Random) -> Vec<Terminator> {
    let blocks = 60 + random.below(120);
    (0..blocks)
        .map(|block| {
            let next = (block + 1).min(blocks - 1) as BlockId;
            match random.below(12) {
                0 => Terminator::Return,
                1..=5 => Terminator::Jump(next),
                _ => Terminator::Branch {
                    then: next,
                    other: (block + 1 + random.below(9)).min(blocks - 1) as BlockId,
                },
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(72);
    let module: Vec<Vec<Terminator>> = (0..300).map(|_| function(&mut random)).collect();
    let (mut merges, mut live) = (0, 0);
    for _ in 0..120 * scale {
        (merges, live) = (0, 0);
        for function in &module {
            let graph = Graph::new(function); //~
            let reachable = graph.reachable();
            live += reachable.iter().filter(|&&seen| seen).count();
            merges += graph.merges(&reachable);
        }
    }
    println!("{live} live blocks, {merges} merges");
}
