//! Keeps an index of words: what it allocates stays, or goes to someone else, or is made once.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

struct Posting {
    document: u32,
    positions: Vec<u32>,
}

/// Owned by the index for as long as it lives.
fn postings(document: u32, words: &[&str]) -> BTreeMap<String, Posting> {
    let mut found: BTreeMap<String, Posting> = BTreeMap::new();
    for (position, word) in words.iter().enumerate() {
        let posting = found.entry((*word).to_owned()).or_insert_with(|| Posting {
            document,
            positions: Vec::new(),
        });
        posting.positions.push(position as u32);
    }
    found
}

/// Each message is given to the receiver, which owns it from then on.
fn send_batches(rows: u32, sender: &Sender<Vec<u64>>) {
    for row in 0..rows {
        let mut batch = Vec::with_capacity(2048);
        batch.extend((0..2048u64).map(|value| value * u64::from(row) % 1_000_003));
        if sender.send(batch).is_err() {
            return;
        }
    }
}

fn sum_batches(receiver: &Receiver<Vec<u64>>) -> u64 {
    let mut total = 0u64;
    for batch in receiver {
        for value in batch {
            total = total.wrapping_add((value as f64).sqrt() as u64);
        }
    }
    total
}

/// The scratch buffer is made once and cleared for each line.
fn longest_run(lines: &[String]) -> usize {
    let mut lengths = Vec::new();
    let mut longest = 0;
    for line in lines {
        lengths.clear();
        lengths.extend(line.split(' ').map(str::len));
        lengths.sort_unstable();
        longest = longest.max(lengths.last().copied().unwrap_or(0));
    }
    longest
}

pub fn run(scale: usize) {
    let (sender, receiver) = channel();
    let rows = scale as u32 * 1500;
    let total = thread::scope(|scope| {
        scope.spawn(move || send_batches(rows, &sender));
        sum_batches(&receiver)
    });
    let lines: Vec<String> = (0..400)
        .map(|line| (0..40).map(|word| ["a", "bee", "cedar", "dolphin"][(line * word + word) % 4]).collect::<Vec<_>>().join(" "))
        .collect();
    let mut longest = 0;
    for _ in 0..scale * 20 {
        longest = longest.max(longest_run(&lines));
    }
    let words: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).collect();
    let index = postings(1, &words);
    let places: u64 = index
        .values()
        .map(|posting| u64::from(posting.document) * posting.positions.len() as u64)
        .sum();
    println!("{total} {longest} {places}");
}
