//! Samples whose fields stand in the order in which somebody thought of them.

use std::hint::black_box;

#[repr(C)]
struct Sample {
    is_valid: bool,
    value: u64,
    kind: u8,
    weight: u64,
    unit: u8,
}

fn weighted(samples: &[Sample]) -> u64 {
    let mut sum = 0u64;
    for sample in samples {
        if sample.is_valid { //~ large-element
            let scale = u64::from(sample.unit) + u64::from(sample.kind); //~ large-element
            sum = sum.wrapping_add(sample.value * sample.weight + scale);
        }
    }
    sum
}

fn sample(number: u64) -> Sample {
    Sample {
        is_valid: number % 9 != 0,
        value: number * 7 % 1000,
        kind: number as u8 % 5,
        weight: number % 13,
        unit: number as u8 % 3,
    }
}

pub fn run(scale: usize) {
    let samples: Vec<Sample> = (0..200_000).map(sample).collect();
    let mut sum = 0u64;
    for _ in 0..3 * scale {
        sum = sum.rotate_left(7) ^ weighted(black_box(&samples));
    }
    println!("{sum}");
}
