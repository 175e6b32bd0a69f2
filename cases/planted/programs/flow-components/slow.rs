//! Strongly connected components of a call graph, with Tarjan's algorithm on an explicit stack.

use crate::random::Random;

struct Graph {
    callees: Vec<Vec<usize>>,
}

#[derive(Default)]
struct Tarjan {
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    components: Vec<usize>,
}

struct Frame {
    node: usize,
    next_callee: usize,
    callees: Vec<usize>,
}

impl Graph {
    fn generated(nodes: usize, random: &mut Random) -> Self {
        let callees = (0..nodes)
            .map(|node| {
                let count = 4 + random.below(24);
                (0..count)
                    .map(|_| {
                        if random.below(40) == 0 {
                            random.below(nodes)
                        } else {
                            (node + random.below(50)).min(nodes - 1)
                        }
                    })
                    .collect()
            })
            .collect();
        Self { callees }
    }

    fn callees(&self, node: usize) -> Vec<usize> {
        self.callees[node].clone() //~
    }
}

impl Tarjan {
    fn of(graph: &Graph) -> Self {
        let nodes = graph.callees.len();
        let mut tarjan = Self {
            index: vec![None; nodes],
            low: vec![0; nodes],
            on_stack: vec![false; nodes],
            ..Self::default()
        };
        for node in 0..nodes {
            if tarjan.index[node].is_none() {
                tarjan.visit(graph, node);
            }
        }
        tarjan
    }

    fn enter(&mut self, graph: &Graph, node: usize) -> Frame {
        self.index[node] = Some(self.next);
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node);
        self.on_stack[node] = true;
        Frame {
            node,
            next_callee: 0,
            callees: graph.callees(node), //~
        }
    }

    fn visit(&mut self, graph: &Graph, root: usize) {
        let mut frames = vec![self.enter(graph, root)];
        while let Some(frame) = frames.last_mut() {
            let node = frame.node;
            if let Some(&callee) = frame.callees.get(frame.next_callee) {
                frame.next_callee += 1;
                match self.index[callee] {
                    None => frames.push(self.enter(graph, callee)),
                    Some(index) if self.on_stack[callee] => self.low[node] = self.low[node].min(index),
                    Some(_) => {}
                }
                continue;
            }
            frames.pop();
            if let Some(caller) = frames.last() {
                self.low[caller.node] = self.low[caller.node].min(self.low[node]);
            }
            if Some(self.low[node]) == self.index[node] {
                self.close(node);
            }
        }
    }

    fn close(&mut self, root: usize) {
        let mut size = 0;
        while let Some(node) = self.stack.pop() {
            self.on_stack[node] = false;
            size += 1;
            if node == root {
                break;
            }
        }
        self.components.push(size);
    }
}

pub fn run(scale: usize) {
    let graph = Graph::generated(3_000, &mut Random::new(157));
    let mut components = 0;
    let mut largest = 0;
    for _ in 0..2_600 * scale {
        let tarjan = Tarjan::of(&graph);
        components += tarjan.components.len();
        largest = largest.max(tarjan.components.iter().copied().max().unwrap_or(0));
    }
    println!("{components} components, the largest has {largest} functions");
}
