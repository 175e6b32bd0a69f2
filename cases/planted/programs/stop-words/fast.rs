//! Counts the terms of a text collection, without the words that say nothing.

use crate::random::Random;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

const STOP_WORDS: &str = "a about after all also an and any are as at be because been but by can come could day do \
    even first for from get give go good have he her him his how if in into is it its just know like look make \
    man many me more my new no not now of on one only or other our out";

const TERMS: [&str; 12] = [
    "engine", "the", "of", "voltage", "and", "bridge", "signal", "for", "harbour", "turbine", "in", "crane",
];

struct Index {
    counts: FxHashMap<&'static str, u32>,
    skipped: u32,
}

static STOP_WORD_SET: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| STOP_WORDS.split_whitespace().collect());

fn is_stop_word(word: &str) -> bool {
    STOP_WORD_SET.contains(word)
}

impl Index {
    fn add_document(&mut self, document: &[&'static str]) {
        for term in document {
            if is_stop_word(term) {
                self.skipped += 1;
            } else {
                *self.counts.entry(term).or_default() += 1;
            }
        }
    }

    /// The terms by how often they occur.
    fn ranked(&self) -> Vec<(&'static str, u32)> {
        let mut ranked: Vec<_> = self.counts.iter().map(|(&term, &count)| (term, count)).collect();
        ranked.sort_by_key(|&(term, count)| (u32::MAX - count, term));
        ranked
    }
}

fn documents(count: usize) -> Vec<Vec<&'static str>> {
    let mut random = Random::new(17);
    (0..count)
        .map(|_| (0..50 + random.below(100)).map(|_| random.pick(&TERMS)).collect())
        .collect()
}

pub fn run(scale: usize) {
    let mut index = Index {
        counts: FxHashMap::default(),
        skipped: 0,
    };
    for document in &documents(7_000 * scale) {
        index.add_document(document);
    }
    println!("{:?}, {} skipped", index.ranked(), index.skipped);
}
