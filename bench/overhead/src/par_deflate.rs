//! Compresses blocks in parallel.

use crate::Random;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use std::io::Write;

pub fn run(size: u64) -> usize {
    let mut random = Random(3);
    let words: Vec<String> = (0..2_000).map(|_| format!("{:x}", random.below(1 << 40))).collect();
    let blocks: Vec<Vec<u8>> = (0..size * 4)
        .map(|_| {
            (0..10_000)
                .flat_map(|_| words[random.below(2_000) as usize].bytes().chain([b' ']))
                .take(1 << 16)
                .collect()
        })
        .collect();
    blocks
        .par_iter()
        .map(|block| {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(block).expect("memory can be written");
            encoder.finish().expect("memory can be written").len()
        })
        .sum()
}
