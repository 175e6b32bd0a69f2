//! Large records of which a loop reads every field.

use std::hint::black_box;

struct Reading {
    at: u64,
    values: [u64; 12],
    station: u32,
    quality: u32,
}

fn weighted(readings: &[Reading]) -> u64 {
    let mut sum = 0;
    for reading in readings {
        let values: u64 = reading.values.iter().fold(0, |all, value| all.rotate_left(3) ^ value);
        sum += (values ^ reading.at) * u64::from(reading.quality) + u64::from(reading.station);
    }
    sum
}

fn measured(number: u64) -> Reading {
    Reading {
        at: number * 60,
        values: std::array::from_fn(|at| number * at as u64 % 1000),
        station: number as u32 % 70,
        quality: number as u32 % 5,
    }
}

pub fn run(scale: usize) {
    let readings: Vec<Reading> = (0..8_000).map(measured).collect();
    let mut sum = 0u64;
    for _ in 0..12 * scale {
        sum = sum.rotate_left(7) ^ weighted(black_box(&readings));
    }
    println!("{sum}");
}
