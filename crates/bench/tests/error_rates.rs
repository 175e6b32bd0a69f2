//! How often the stopwatch is wrong, on noise recorded from a real machine.
//!
//! `noise/*.txt` are the run times, in microseconds and in order, of one program that always does the same: `busy.txt` on
//! two virtual cores shared with compilers, with drift, bursts and runs that take five times as long as others; `quiet.txt`
//! on the same cores while next to nothing else ran, with a narrow middle and a few runs three times as long. A trial
//! takes runs from a random place on, deals them out to baseline, control and candidate as a session does, and judges
//! them look by look.

use bench::stats::{Looks, Spending, median, median_absolute_deviation};
use bench::{Level, Verdict, judge};
use fastrand::Rng;

const TRIALS: usize = 4000;
const MAX_PAIRS: usize = 100;
const ALPHA: f64 = 0.05;
/// The recordings.
const NOISE: [&str; 2] = ["busy", "quiet"];
/// Runs of each round: baseline, control, candidate.
const LANES: usize = 3;

/// Logarithms of recorded run times.
fn recorded(name: &str) -> Vec<f64> {
    let path = format!("{}/tests/noise/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.parse::<f64>().unwrap().ln()).collect()
}

/// The same noise, shape and order kept, with this robust standard deviation around its slow drift.
fn scaled(noise: &[f64], deviation: f64) -> Vec<f64> {
    let differences: Vec<f64> = noise.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // The difference of two runs has twice the variance of one.
    let found = median_absolute_deviation(&differences) / 0.6745 / 2.0_f64.sqrt();
    let center = median(noise);
    noise.iter().map(|value| (value - center) * deviation / found).collect()
}

/// One session on the noise, the candidate being slower by `effect` (a logarithm); its verdict and how many pairs it took.
fn trial(noise: &[f64], effect: f64, random: &mut Rng) -> (Verdict, usize) {
    trial_up_to(MAX_PAIRS, noise, effect, random)
}

/// The same, but the time is over after so many pairs.
fn trial_up_to(n_pairs: usize, noise: &[f64], effect: f64, random: &mut Rng) -> (Verdict, usize) {
    let looks = Looks::up_to(MAX_PAIRS, Spending { alpha: ALPHA });
    let start = random.usize(..noise.len() - MAX_PAIRS * LANES);
    let (mut candidate, mut control) = (Vec::new(), Vec::new());
    let level = |alpha| Level {
        alpha,
        min_effect: 0.005,
    };
    for runs in noise[start..].chunks_exact(LANES).take(n_pairs) {
        let mut runs = [runs[0], runs[1], runs[2]];
        random.shuffle(&mut runs);
        control.push(runs[1] - runs[0]);
        candidate.push(runs[2] + effect - runs[0]);
        let Some(alpha) = looks.level(candidate.len()) else {
            continue;
        };
        let judgement = judge(&candidate, &control, level(alpha)).unwrap();
        if judgement.verdict != Verdict::CannotTell || judgement.is_negligible {
            return (judgement.verdict, candidate.len());
        }
    }
    let unspent = looks.unspent(n_pairs);
    let last = (unspent > 0.0).then(|| judge(&candidate, &control, level(unspent)).unwrap().verdict);
    (last.unwrap_or(Verdict::CannotTell), n_pairs)
}

/// Share of trials that end in each of faster, slower and cannot tell.
fn rates(noise: &[f64], effect: f64) -> [f64; 3] {
    let mut random = Rng::with_seed(20_240_527);
    let mut counts = [0; 3];
    for _ in 0..TRIALS {
        let (verdict, _) = trial(noise, effect, &mut random);
        counts[match verdict {
            Verdict::Faster => 0,
            Verdict::Slower => 1,
            Verdict::CannotTell => 2,
        }] += 1;
    }
    counts.map(|count| f64::from(count) / TRIALS as f64)
}

#[test]
fn equal_programs_are_seldom_called_different() {
    for name in NOISE {
        let [faster, slower, _] = rates(&recorded(name), 0.0);
        println!("{name}: equal programs called faster {faster:.4}, slower {slower:.4}");
        assert!(faster + slower <= ALPHA, "{name}: {faster} and {slower}");
    }
}

#[test]
fn two_per_cent_are_found_in_noise_of_one_per_cent() {
    for name in NOISE {
        let noise = scaled(&recorded(name), 0.01);
        let [faster, slower, unknown] = rates(&noise, 0.02_f64.ln_1p());
        println!("{name}: 2 % slower called faster {faster:.4}, slower {slower:.4}, cannot tell {unknown:.4}");
        assert!(slower >= 0.9, "{name}: {slower}");
        assert!(faster <= ALPHA / 2.0, "{name}: {faster}");
        let [faster, _, _] = rates(&noise, -(0.02_f64.ln_1p()));
        assert!(faster >= 0.9, "{name}: {faster}");
    }
}

/// What is left of the error rate is spent at once when the time is over.
#[test]
fn equal_programs_are_seldom_called_different_when_the_time_is_over_before() {
    for name in NOISE {
        let noise = recorded(name);
        let mut random = Rng::with_seed(7);
        let is_wrong = |_| {
            let n_pairs = random.usize(10..60);
            let (verdict, _) = trial_up_to(n_pairs, &noise, 0.0, &mut random);
            verdict != Verdict::CannotTell
        };
        let wrong = (0..TRIALS).map(is_wrong).filter(|is_wrong| *is_wrong).count() as f64 / TRIALS as f64;
        println!("{name}: equal programs called different when the time is over: {wrong:.4}");
        assert!(wrong <= ALPHA, "{name}: {wrong}");
    }
}

#[test]
fn large_differences_need_few_pairs() {
    let noise = scaled(&recorded("busy"), 0.01);
    let mut random = Rng::with_seed(1);
    let mut pairs: Vec<f64> = (0..500)
        .map(|_| trial(&noise, 0.1_f64.ln_1p(), &mut random).1 as f64)
        .collect();
    pairs.sort_by(f64::total_cmp);
    assert!(median(&pairs) <= 18.0, "{}", median(&pairs));
}
