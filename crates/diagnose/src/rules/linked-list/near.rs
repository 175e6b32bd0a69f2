//! Trains a small model in batches; a list of recent batches is spliced now and then.

use std::collections::LinkedList;

struct Batch {
    first: u64,
    loss: f64,
}

struct Model {
    weights: [f64; 16],
}

impl Model {
    /// One step of gradient descent over the examples of a batch.
    fn train(&mut self, first: u64, examples: u64) -> f64 {
        let mut loss = 0.0;
        for example in first..first + examples {
            let inputs: [f64; 16] = std::array::from_fn(|index| ((example * 31 + index as u64) % 17) as f64 / 17.0);
            let guess: f64 = inputs
                .iter()
                .zip(&self.weights)
                .map(|(input, weight)| input * weight)
                .sum();
            let error = guess - (example % 7) as f64 / 7.0;
            for (weight, input) in self.weights.iter_mut().zip(inputs) {
                *weight -= 0.001 * error * input;
            }
            loss += error * error;
        }
        loss / examples as f64
    }
}

/// Keeps the newest `limit` batches; an epoch's list is appended whole, without a copy.
fn remember(history: &mut LinkedList<Batch>, epoch: &mut LinkedList<Batch>, limit: usize) {
    history.append(epoch);
    while history.len() > limit {
        history.pop_front();
    }
}

pub fn run(scale: usize) {
    let mut model = Model { weights: [0.1; 16] };
    let mut history = LinkedList::new();
    for epoch in 0..scale as u64 * 2 {
        let mut batches = LinkedList::new();
        for batch in 0..50 {
            let first = epoch * 10_000 + batch * 500;
            batches.push_back(Batch {
                first,
                loss: model.train(first, 10_000),
            });
        }
        remember(&mut history, &mut batches, 16);
    }
    let loss: f64 = history
        .iter()
        .map(|batch| batch.loss * (1 + batch.first % 3) as f64)
        .sum();
    println!("{} batches remembered, loss {loss:.9}", history.len());
}
