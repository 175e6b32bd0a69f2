//! What a comparison is told, and what it finds.

use crate::judge::Judgement;
use crate::measurement::{Measurement, Metric};
use crate::program::Program;
use crate::stats::Estimate;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// How to compare.
#[derive(Clone, Debug)]
pub struct Options {
    /// Runs of each program before the first that counts.
    pub warmup: usize,
    /// Most rounds.
    pub max_pairs: usize,
    /// No round begins after this time; [`MIN_PAIRS`] rounds are run all the same.
    pub max_time: Duration,
    /// What is compared.
    pub metric: Metric,
    /// Chance of a wrong "faster" or "slower", over all candidates and looks.
    pub alpha: f64,
    /// Differences below this share are of no interest.
    pub min_effect: f64,
    /// What programs read from standard input; nothing when `None`.
    pub input: Option<PathBuf>,
    /// A program to run before each run, untimed.
    pub prepare: Option<Program>,
    /// Whether programs may fail.
    pub may_fail: bool,
    /// Whether outputs are compared.
    pub compares_output: bool,
    /// Seed of the random order.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            warmup: 1,
            max_pairs: 100,
            max_time: Duration::from_secs(60),
            metric: Metric::Wall,
            alpha: 0.05,
            min_effect: 0.005,
            input: None,
            prepare: None,
            may_fail: false,
            compares_output: true,
            seed: fastrand::u64(..),
        }
    }
}

/// A program with its measurements, one for each round.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// One measurement for each round, in order.
    pub measurements: Vec<Measurement>,
}

/// Whether two programs wrote the same to standard output and ended with the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sameness {
    /// In every run.
    Same,
    /// They did not.
    Different,
    /// The baseline itself does not write the same twice.
    Unstable,
    /// It was not asked for.
    NotCompared,
}

/// A candidate with what was found about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its measurements.
    pub subject: Subject,
    /// What its pairs say.
    pub judgement: Judgement,
    /// Whether it does what the baseline does, as far as its output tells.
    pub output: Sameness,
}

/// Why no more rounds were run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every candidate has its verdict.
    Decided,
    /// The time was over.
    TimeOver,
    /// All planned rounds were run.
    PairsOver,
    /// The user wanted no more.
    Interrupted,
}

/// A finished comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What all are compared with.
    pub baseline: Subject,
    /// In the order in which they were given.
    pub candidates: Vec<Candidate>,
    /// The ratio of the baseline to itself, in the same rounds.
    pub control: Estimate,
    /// Largest difference that the control does not rule out, as a share: what is smaller is this machine's noise.
    pub noise_floor: f64,
    /// 1 less the error rate.
    pub confidence: f64,
    /// What was compared.
    pub metric: Metric,
    /// Runs for each measurement.
    pub repeats: usize,
    /// Seed of the random order.
    pub seed: u64,
    /// Why no more rounds were run.
    pub stopped: Stopped,
}

/// Receives the progress of a comparison.
pub trait Progress {
    /// A round has ended; `candidates` holds the first look at each candidate so far. Says whether to go on.
    fn round(
        &mut self,
        n_pairs: usize,
        max_pairs: usize,
        elapsed: Duration,
        candidates: &[(String, Judgement)],
    ) -> bool;

    /// Whether to stop at once: a run that was under way is thrown away.
    fn is_interrupted(&self) -> bool;
}
