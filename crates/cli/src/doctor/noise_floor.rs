//! How much two runs of the same work differ on this machine: an A/A comparison, paired and interleaved.

use serde::Serialize;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Time for all pairs.
const BUDGET: Duration = Duration::from_secs(2);
/// Words of the buffer that one run walks over: 256 KiB, so that the second-level cache takes part.
const N_WORDS: usize = 32 << 10;
/// About how long one run takes: a few turns of the scheduler.
const RUN: Duration = Duration::from_millis(20);
/// Walks to find out how long one takes.
const CALIBRATION: u32 = 10;
/// Enough to speak of a median.
const MIN_PAIRS: usize = 5;

/// Differences of paired runs of the same work, as shares of their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NoiseFloor {
    /// Number of pairs.
    pub(crate) pairs: usize,
    /// Time of one run, in seconds: the median.
    pub(crate) run_s: f64,
    /// Half of the pairs differ by less.
    pub(crate) median: f64,
    /// 95 of 100 pairs differ by less.
    pub(crate) p95: f64,
}

/// Runs the same work for two seconds, in pairs that alternate in order.
pub(crate) fn measure() -> NoiseFloor {
    let mut buffer: Vec<u64> = (0..N_WORDS as u64).collect();
    let mut time = |n_walks: u32| {
        let start = Instant::now();
        work(&mut buffer, n_walks);
        start.elapsed()
    };
    // The first walk pays for page faults.
    time(1);
    let walk = (time(CALIBRATION) / CALIBRATION).max(Duration::from_nanos(1));
    let n_walks = (RUN.as_nanos() / walk.as_nanos()).clamp(1, u32::MAX.into()) as u32;
    let mut run_s = || time(n_walks).as_secs_f64();
    let start = Instant::now();
    let mut pairs = Vec::new();
    while start.elapsed() < BUDGET || pairs.len() < MIN_PAIRS {
        pairs.push((run_s(), run_s()));
    }
    summed_up(&pairs)
}

fn work(buffer: &mut [u64], n_walks: u32) {
    for _ in 0..n_walks {
        for word in buffer.iter_mut() {
            *word = black_box(word.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23));
        }
    }
}

fn summed_up(pairs: &[(f64, f64)]) -> NoiseFloor {
    let mut differences: Vec<f64> = pairs.iter().map(|(a, b)| (a - b).abs() / ((a + b) / 2.0)).collect();
    differences.sort_unstable_by(f64::total_cmp);
    let mut times: Vec<f64> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    times.sort_unstable_by(f64::total_cmp);
    NoiseFloor {
        pairs: pairs.len(),
        run_s: quantile(&times, 0.5),
        median: quantile(&differences, 0.5),
        p95: quantile(&differences, 0.95),
    }
}

/// The inverse of the empirical distribution function (Hyndman and Fan 1996, definition 1); 0 for no values.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_shares_of_the_pairs_mean() {
        let mut pairs = vec![(1.0, 1.0); 18];
        pairs.push((0.9, 1.1));
        pairs.push((3.0, 1.0));
        let floor = summed_up(&pairs);
        assert_eq!((floor.pairs, floor.run_s, floor.median), (20, 1.0, 0.0));
        assert!((floor.p95 - 0.2).abs() < 1e-9);
    }

    #[test]
    fn quantiles_of_nothing_are_zero() {
        assert_eq!(summed_up(&[]).median, 0.0);
    }
}
