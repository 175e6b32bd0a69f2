//! Sorts runs of records and merges them with a heap, as an external sort does.

use crate::random::Random;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    priority: u8,
    due: u32,
    number: u32,
}

struct Run {
    records: Vec<Record>,
    next: usize,
}

struct Merge {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(Record, usize)>>,
}

impl Run {
    fn next(&mut self) -> Option<Record> {
        let record = self.records.get(self.next).copied()?;
        self.next += 1;
        Some(record)
    }
}

impl Merge {
    fn of(mut runs: Vec<Run>) -> Self {
        let heads = runs
            .iter_mut()
            .enumerate()
            .filter_map(|(index, run)| run.next().map(|record| Reverse((record, index))))
            .collect();
        Self { runs, heads }
    }
}

impl Iterator for Merge {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let mut head = self.heads.peek_mut()?;
        let Reverse((record, index)) = *head;
        match self.runs[index].next() {
            Some(next) => *head = Reverse((next, index)),
            None => {
                std::collections::binary_heap::PeekMut::pop(head);
            }
        }
        Some(record)
    }
}

fn run_of(random: &mut Random, first: u32, count: u32) -> Run {
    let mut records: Vec<Record> = (first..first + count)
        .map(|number| Record {
            priority: random.below(4) as u8,
            due: random.below(100_000) as u32,
            number,
        })
        .collect();
    records.sort_unstable();
    Run { records, next: 0 }
}

pub fn run(scale: usize) {
    let mut random = Random::new(337);
    let mut sum = 0u64;
    for _ in 0..5 * scale {
        let runs = (0..12).map(|run| run_of(&mut random, run * 100_000, 100_000)).collect();
        for (position, record) in Merge::of(runs).enumerate() {
            sum = sum
                .wrapping_mul(31)
                .wrapping_add(position as u64 ^ u64::from(record.number));
        }
    }
    println!("{sum:x}");
}
