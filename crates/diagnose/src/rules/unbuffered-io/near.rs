//! Searches for good seeds and reports its progress in a few lines; the result is one small file, written at once.

use std::fs::{self, File};
use std::io::{self, Write};
use std::{env, process};

#[derive(Clone, Copy)]
struct Best {
    seed: u64,
    score: f64,
}

/// Longest run of falling steps in the seed's sequence, weighed by depth.
fn score(seed: u64, steps: u32) -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let (mut run, mut score, mut last) = (0.0, 0.0_f64, u64::MAX);
    for _ in 0..steps {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        run = if state < last { run + 1.0 } else { 0.0 };
        last = state;
        score = score.max(run);
    }
    score
}

fn search(first: u64, seeds: u64) -> Best {
    let mut best = Best {
        seed: first,
        score: 0.0,
    };
    for seed in first..first + seeds {
        let score = score(seed, 1000);
        if score > best.score {
            best = Best { seed, score };
        }
    }
    best
}

/// A header and one line for each part, straight to the file: six calls in all.
fn write_result(best: &[Best]) -> io::Result<u64> {
    let path = env::temp_dir().join(format!("seeds-{}.txt", process::id()));
    let mut file = File::create(&path)?;
    file.write_all(b"seed score\n")?;
    for best in best {
        file.write_all(format!("{} {}\n", best.seed, best.score).as_bytes())?;
    }
    let bytes = file.metadata()?.len();
    fs::remove_file(path)?;
    Ok(bytes)
}

pub fn run(scale: usize) {
    let mut best = Vec::with_capacity(5);
    for part in 0..5 {
        best.push(search(part * 1_000_000, scale as u64 * 1500));
        println!(
            "part {part}: seed {} scores {}",
            best[part as usize].seed, best[part as usize].score
        );
    }
    let bytes = write_result(&best).expect("the temporary folder is writable");
    println!("{bytes} bytes written");
}
