//! `cargo whyslow compare`.

use super::TargetArgs;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// What to compare, how, and where the answer goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct CompareArgs {
    /// Baseline: a git revision of this project, a package's directory (`.` is the working tree), an executable, or a command
    #[arg(value_name = "BASELINE")]
    pub(crate) baseline: String,

    /// What to compare with it, of the same kinds
    #[arg(value_name = "CANDIDATE", required = true)]
    pub(crate) candidates: Vec<String>,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// What to compare
    #[arg(long, value_name = "METRIC", default_value = "wall", help_heading = "Measuring")]
    pub(crate) by: By,

    /// Count memory accesses and calls instead of measuring time: no noise, the same in each run of a deterministic program
    #[arg(long, help_heading = "Measuring", conflicts_with_all = ["by", "warmup", "max_pairs", "max_time", "min_effect", "prepare", "seed", "markdown", "bench"])]
    pub(crate) exact: bool,

    /// Runs of each before the first that counts
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Measuring")]
    pub(crate) warmup: usize,

    /// Most pairs of runs
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "Measuring", value_parser = clap::value_parser!(u32).range(10..=10_000))]
    pub(crate) max_pairs: u32,

    /// Seconds after which no new pair is begun; ten are measured all the same
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, help_heading = "Measuring")]
    pub(crate) max_time: f64,

    /// Differences below this are of no interest, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.5, help_heading = "Measuring")]
    pub(crate) min_effect: f64,

    /// File that the programs read from standard input
    #[arg(long, value_name = "FILE", help_heading = "Measuring", conflicts_with = "bench")]
    pub(crate) input: Option<PathBuf>,

    /// Command to run before each run, untimed
    #[arg(long, value_name = "COMMAND", help_heading = "Measuring", conflicts_with = "bench")]
    pub(crate) prepare: Option<String>,

    /// Programs may end with a failure
    #[arg(long, help_heading = "Measuring", conflicts_with = "bench")]
    pub(crate) ignore_failure: bool,

    /// Do not compare what the programs write
    #[arg(long, help_heading = "Measuring", conflicts_with = "bench")]
    pub(crate) ignore_output: bool,

    /// Seed of the random order of the runs
    #[arg(long, value_name = "N", help_heading = "Measuring")]
    pub(crate) seed: Option<u64>,

    /// Exit with 1 when a candidate is slower by at least this, in per cent
    #[arg(long, value_name = "PERCENT", help_heading = "Output")]
    pub(crate) fail_on_regression: Option<f64>,

    /// Write the comparison as JSON (- for stdout, instead of the report)
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) json: Option<PathBuf>,

    /// Write the comparison as Markdown (- for stdout, instead of the report)
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) markdown: Option<PathBuf>,

    /// No progress, and errors only from cargo
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Arguments for the programs that are built or named by path
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

/// What to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Wall-clock time
    Wall,
    /// Processor time, user and system
    Cpu,
    /// Peak memory
    Memory,
    /// Instructions, where the machine counts them
    Instructions,
}

impl By {
    pub(crate) fn metric(self) -> bench::Metric {
        match self {
            Self::Wall => bench::Metric::Wall,
            Self::Cpu => bench::Metric::Cpu,
            Self::Memory => bench::Metric::Memory,
            Self::Instructions => bench::Metric::Instructions,
        }
    }
}
