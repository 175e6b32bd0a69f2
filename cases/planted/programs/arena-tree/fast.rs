//! A treap in an arena: inserts keys, splits by rank, and sums over ranges.

use crate::random::Random;

const NIL: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Node {
    key: u64,
    priority: u32,
    left: u32,
    right: u32,
    size: u32,
}

#[derive(Default)]
struct Treap {
    nodes: Vec<Node>,
}

impl Treap {
    fn size(&self, tree: u32) -> u32 {
        self.nodes.get(tree as usize).map_or(0, |node| node.size)
    }

    fn node(&mut self, key: u64, priority: u32) -> u32 {
        self.nodes.push(Node {
            key,
            priority,
            left: NIL,
            right: NIL,
            size: 1,
        });
        self.nodes.len() as u32 - 1
    }

    fn update(&mut self, tree: u32) {
        let Node { left, right, .. } = self.nodes[tree as usize];
        self.nodes[tree as usize].size = self.size(left) + self.size(right) + 1;
    }

    /// Keys below `key`, and the others.
    fn split(&mut self, tree: u32, key: u64) -> (u32, u32) {
        if tree == NIL {
            return (NIL, NIL);
        }
        let node = self.nodes[tree as usize];
        if node.key < key {
            let (low, high) = self.split(node.right, key);
            self.nodes[tree as usize].right = low;
            self.update(tree);
            (tree, high)
        } else {
            let (low, high) = self.split(node.left, key);
            self.nodes[tree as usize].left = high;
            self.update(tree);
            (low, tree)
        }
    }

    fn insert(&mut self, tree: u32, new: u32) -> u32 {
        if tree == NIL {
            return new;
        }
        let (node, added) = (self.nodes[tree as usize], self.nodes[new as usize]);
        if node.priority < added.priority {
            let (low, high) = self.split(tree, added.key);
            self.nodes[new as usize].left = low;
            self.nodes[new as usize].right = high;
            self.update(new);
            return new;
        }
        if added.key < node.key {
            let left = self.insert(node.left, new);
            self.nodes[tree as usize].left = left;
        } else {
            let right = self.insert(node.right, new);
            self.nodes[tree as usize].right = right;
        }
        self.update(tree);
        tree
    }

    /// The key with so many smaller ones.
    fn nth(&self, mut tree: u32, mut rank: u32) -> Option<u64> {
        while tree != NIL {
            let node = &self.nodes[tree as usize];
            let left = self.size(node.left);
            if rank < left {
                tree = node.left;
            } else if rank == left {
                return Some(node.key);
            } else {
                rank -= left + 1;
                tree = node.right;
            }
        }
        None
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(379);
    let mut medians = 0u64;
    for _ in 0..2 * scale {
        let mut treap = Treap::default();
        let mut root = NIL;
        for count in 0..250_000 {
            let new = treap.node(random.next() >> 20, random.next() as u32);
            root = treap.insert(root, new);
            medians = medians
                .wrapping_mul(31)
                .wrapping_add(treap.nth(root, count / 2).unwrap_or(0));
        }
    }
    println!("{medians:x}");
}
