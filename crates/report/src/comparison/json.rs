//! The comparison as data, schema `whyslow.comparison/1`.

use bench::{Benchmark, Candidate, Comparison, Measurement, Sameness, Stopped, Subject, SuiteComparison, Verdict};
use serde::Serialize;
use std::io::{self, Write};

/// Name and version of the schema.
pub const SCHEMA: &str = "whyslow.comparison/1";

/// A comparison. All ratios are candidate divided by baseline.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ComparisonReport {
    /// Always `whyslow.comparison/1`.
    pub schema: &'static str,
    /// Name of what all are compared with.
    pub baseline: String,
    /// What the baseline's runs used.
    pub baseline_metrics: Metrics,
    /// What was compared: `wall`, `cpu`, `memory` or `instructions`.
    pub metric: &'static str,
    /// In the order in which they were given.
    pub candidates: Vec<CandidateReport>,
    /// Runs added up for each measurement.
    pub repeats: usize,
    /// Seed of the random order of the runs.
    pub seed: u64,
    /// Why no more rounds were run: `decided`, `time-over`, `pairs-over` or `interrupted`.
    pub stopped: &'static str,
    /// Benchmarks that one of the suites lacks; only where suites of benchmarks were compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingReport>,
}

/// A benchmark that could not be compared.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MissingReport {
    /// What its harness calls it.
    pub benchmark: String,
    /// Name of the suite that lacks it.
    pub name: String,
}

/// One candidate.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CandidateReport {
    /// Its name.
    pub name: String,
    /// The benchmark of its suite that this is about; only where suites of benchmarks were compared. Times are those of one
    /// iteration then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<String>,
    /// What the same benchmark of the baseline used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_metrics: Option<Metrics>,
    /// `faster`, `slower` or `cannot-tell`.
    pub verdict: &'static str,
    /// Hodges–Lehmann estimate of the ratio.
    pub ratio: f64,
    /// Confidence interval of the ratio; null where it has no end.
    pub interval: [Option<f64>; 2],
    /// 1 less the chance of a wrong verdict in the whole comparison.
    pub confidence: f64,
    /// Pairs measured.
    pub pairs: usize,
    /// How many pairs more would decide, when that can be told.
    pub more_pairs: Option<usize>,
    /// Largest share by which the baseline seemed to differ from itself; null when too few pairs say.
    pub noise_floor: Option<f64>,
    /// Whether standard output and exit code were the same in every run; null when that cannot be told.
    pub same_output: Option<bool>,
    /// Runs that lie far from the rest, of baseline and candidate. They count like all others.
    pub outliers: usize,
    /// What its runs used.
    pub metrics: Metrics,
}

/// What runs used, one number for each.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Metrics {
    /// Wall-clock time, in seconds.
    pub wall_s: Vec<f64>,
    /// Processor time in user mode, in seconds.
    pub user_s: Vec<f64>,
    /// Processor time in the kernel, in seconds.
    pub sys_s: Vec<f64>,
    /// Peak resident memory, in bytes.
    pub max_rss_bytes: Vec<u64>,
    /// Page faults.
    pub page_faults: Vec<u64>,
    /// Context switches.
    pub context_switches: Vec<u64>,
    /// Instructions in user mode; empty where the machine does not count them.
    pub instructions: Vec<u64>,
}

/// Writes the comparison as pretty-printed JSON with a newline at its end.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn write_json(out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
    crate::json::write_pretty(out, &ComparisonReport::of(comparison))
}

/// The same for suites of benchmarks.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success.
pub fn write_suite_json(out: &mut dyn Write, comparison: &SuiteComparison) -> io::Result<()> {
    crate::json::write_pretty(out, &ComparisonReport::of_suite(comparison))
}

impl ComparisonReport {
    /// The data of a comparison.
    pub fn of(comparison: &Comparison) -> Self {
        Self {
            schema: SCHEMA,
            baseline: comparison.baseline.name.clone(),
            baseline_metrics: Metrics::of(&comparison.baseline.measurements),
            metric: match comparison.metric {
                bench::Metric::Wall => "wall",
                bench::Metric::Cpu => "cpu",
                bench::Metric::Memory => "memory",
                bench::Metric::Instructions => "instructions",
            },
            candidates: comparison
                .candidates
                .iter()
                .map(|of| candidate(of, comparison))
                .collect(),
            repeats: comparison.repeats,
            seed: comparison.seed,
            stopped: stopped(comparison.stopped),
            missing: Vec::new(),
        }
    }

    /// The data of a comparison of suites: each benchmark of each candidate is a candidate of its own.
    pub fn of_suite(comparison: &SuiteComparison) -> Self {
        let of_benchmark = |benchmark: &Benchmark| {
            let candidates = benchmark.comparison.candidates.iter();
            let reports = candidates.map(|of| CandidateReport {
                benchmark: Some(benchmark.id.clone()),
                baseline_metrics: Some(Metrics::of_iterations(&benchmark.comparison.baseline.measurements)),
                metrics: Metrics::of_iterations(&of.subject.measurements),
                ..candidate(of, &benchmark.comparison)
            });
            reports.collect::<Vec<_>>()
        };
        let missing = comparison.missing.iter().map(|one| MissingReport {
            benchmark: one.id.clone(),
            name: one.name.clone(),
        });
        Self {
            schema: SCHEMA,
            baseline: comparison.baseline.clone(),
            baseline_metrics: Metrics::default(),
            metric: "wall",
            candidates: comparison.benchmarks.iter().flat_map(of_benchmark).collect(),
            repeats: 1,
            seed: comparison.seed,
            stopped: stopped(comparison.stopped),
            missing: missing.collect(),
        }
    }
}

fn stopped(stopped: Stopped) -> &'static str {
    match stopped {
        Stopped::Decided => "decided",
        Stopped::TimeOver => "time-over",
        Stopped::PairsOver => "pairs-over",
        Stopped::Interrupted => "interrupted",
    }
}

fn candidate(candidate: &Candidate, comparison: &Comparison) -> CandidateReport {
    let (judgement, finite) = (candidate.judgement, |value: f64| value.is_finite().then_some(value));
    let n_outliers = |subject: &Subject| subject.n_outliers(comparison.metric);
    CandidateReport {
        name: candidate.subject.name.clone(),
        benchmark: None,
        baseline_metrics: None,
        verdict: match judgement.verdict {
            Verdict::Faster => "faster",
            Verdict::Slower => "slower",
            Verdict::CannotTell => "cannot-tell",
        },
        ratio: judgement.ratio.value,
        interval: [finite(judgement.ratio.low), finite(judgement.ratio.high)],
        confidence: comparison.confidence,
        pairs: candidate.subject.measurements.len(),
        more_pairs: judgement.more_pairs,
        noise_floor: finite(comparison.noise_floor),
        same_output: match candidate.output {
            Sameness::Same => Some(true),
            Sameness::Different => Some(false),
            Sameness::Unstable | Sameness::NotCompared => None,
        },
        outliers: n_outliers(&candidate.subject) + n_outliers(&comparison.baseline),
        metrics: Metrics::of(&candidate.subject.measurements),
    }
}

impl Metrics {
    /// Times of iterations, of which nothing else is known.
    fn of_iterations(runs: &[Measurement]) -> Self {
        Self {
            wall_s: runs.iter().map(|run| run.wall_s).collect(),
            ..Self::default()
        }
    }

    fn of(runs: &[Measurement]) -> Self {
        Self {
            wall_s: runs.iter().map(|run| run.wall_s).collect(),
            user_s: runs.iter().map(|run| run.user_s).collect(),
            sys_s: runs.iter().map(|run| run.sys_s).collect(),
            max_rss_bytes: runs.iter().map(|run| run.max_rss_bytes).collect(),
            page_faults: runs.iter().map(|run| run.minor_faults + run.major_faults).collect(),
            context_switches: runs
                .iter()
                .map(|run| run.voluntary_switches + run.involuntary_switches)
                .collect(),
            instructions: runs.iter().filter_map(|run| run.instructions).collect(),
        }
    }
}
