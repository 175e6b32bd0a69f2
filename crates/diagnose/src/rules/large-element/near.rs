//! Events as large as their largest variant, which most of them are.

use std::hint::black_box;

enum Frame {
    Pixels([u64; 16]),
    Skipped { count: u64 },
}

fn brightness(frames: &[Frame]) -> u64 {
    let mut sum = 0u64;
    for frame in frames {
        sum += match frame {
            Frame::Pixels(rows) => rows.iter().fold(0, |all, row| all ^ row.rotate_left(5)),
            Frame::Skipped { count } => *count,
        };
    }
    sum
}

fn frame(number: u64) -> Frame {
    match number % 4 {
        0 => Frame::Skipped { count: number % 9 },
        _ => Frame::Pixels(std::array::from_fn(|row| number * row as u64)),
    }
}

pub fn run(scale: usize) {
    let frames: Vec<Frame> = (0..8_000).map(frame).collect();
    let mut sum = 0u64;
    for _ in 0..12 * scale {
        sum = sum.rotate_left(7) ^ brightness(black_box(&frames));
    }
    println!("{sum}");
}
