//! Four threads look up words in a sorted index that they share; nobody writes to it.

use crate::random::Random;
use std::thread;

struct Index {
    words: Vec<u32>,
}

impl Index {
    fn rank(&self, word: u32) -> usize {
        self.words.partition_point(|&known| known < word)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(13);
    let mut words: Vec<u32> = (0..4_000).map(|_| random.next() as u32).collect();
    words.sort_unstable();
    let index = Index { words };
    let sums: Vec<usize> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|seed| {
                let index = &index;
                scope.spawn(move || {
                    let mut random = Random::new(seed);
                    (0..40_000 * scale).map(|_| index.rank(random.next() as u32)).sum()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    println!("{sums:?}");
}
