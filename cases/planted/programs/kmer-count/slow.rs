//! Counts the k-mers of sequencing reads, both strands together, and prints the spectrum.

use crate::random::Random;
use std::collections::HashMap;

const K: usize = 21;

struct Counter {
    counts: HashMap<u64, u32>, //~
}

/// A window of K bases, two bits each, and its reverse complement.
#[derive(Default)]
struct Window {
    forward: u64,
    reverse: u64,
    length: usize,
}

impl Window {
    fn push(&mut self, base: u8) -> Option<u64> {
        let Some(code) = b"ACGT".iter().position(|&letter| letter == base) else {
            *self = Self::default();
            return None;
        };
        let code = code as u64;
        self.forward = (self.forward << 2 | code) & ((1 << (2 * K)) - 1);
        self.reverse = self.reverse >> 2 | (3 - code) << (2 * (K - 1));
        self.length += 1;
        (self.length >= K).then(|| self.forward.min(self.reverse))
    }
}

impl Counter {
    fn add_read(&mut self, read: &[u8]) {
        let mut window = Window::default();
        for kmer in read.iter().filter_map(|&base| window.push(base)) {
            *self.counts.entry(kmer).or_insert(0) += 1; //~
        }
    }

    /// How many k-mers occur once, twice, … and more often.
    fn spectrum(&self) -> [u32; 12] {
        let mut spectrum = [0; 12];
        for &count in self.counts.values() {
            spectrum[(count as usize).min(spectrum.len()) - 1] += 1;
        }
        spectrum
    }
}

fn genome(length: usize) -> Vec<u8> {
    let mut random = Random::new(79);
    (0..length).map(|_| random.pick(b"ACGT")).collect()
}

/// Reads from random places; the sequencer cannot tell one base in 200.
fn reads(genome: &[u8], count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(83);
    (0..count)
        .map(|_| {
            let start = random.below(genome.len() - 150);
            let mut read = genome[start..start + 150].to_vec();
            let unclear = random.below(200);
            if let Some(base) = read.get_mut(unclear) {
                *base = b'N';
            }
            read
        })
        .collect()
}

pub fn run(scale: usize) {
    let genome = genome(60_000);
    let mut counter = Counter { counts: HashMap::new() }; //~
    for read in &reads(&genome, 260_000 * scale) {
        counter.add_read(read);
    }
    println!("{} k-mers, spectrum {:?}", counter.counts.len(), counter.spectrum());
}
