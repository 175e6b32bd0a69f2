//! Filters over a signal that fits the cache.

use std::hint::black_box;

const SAMPLES: usize = 1 << 11;

fn filter_all(signal: &mut [u64], filters: u64) {
    for filter in 0..filters {
        for sample in signal.iter_mut() {
            *sample = sample.rotate_left(7).wrapping_add(filter);
        }
    }
}

pub fn run(scale: usize) {
    let mut signal: Vec<u64> = (0..SAMPLES as u64).collect();
    filter_all(black_box(&mut signal), 1000 * scale as u64);
    println!("{}", signal.iter().fold(0u64, |all, sample| all.rotate_left(5) ^ sample));
}
