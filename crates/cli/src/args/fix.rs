//! `cargo whyslow fix`.

use super::TargetArgs;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// Which fixes to prove, how, and what to do with them.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct FixArgs {
    /// Numbers of findings in the report [default: all]
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<usize>,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Write the kept fixes to your files
    #[arg(long, help_heading = "Applying")]
    pub(crate) apply: bool,

    /// Apply although the working tree has changes that are not committed
    #[arg(long, help_heading = "Applying")]
    pub(crate) allow_dirty: bool,

    /// Apply although there is no version control
    #[arg(long, help_heading = "Applying")]
    pub(crate) allow_no_vcs: bool,

    /// Only fixes of this rule (may be repeated)
    #[arg(long, value_name = "RULE", help_heading = "Proof")]
    pub(crate) only: Vec<String>,

    /// Also try fixes that the rule itself calls doubtful
    #[arg(long, help_heading = "Proof")]
    pub(crate) broad: bool,

    /// Gain that a fix must bring, in per cent [default: 5, for larger changes 20]
    #[arg(long, value_name = "PERCENT", help_heading = "Proof")]
    pub(crate) min_gain: Option<f64>,

    /// Judge all fixes anew, also those that an earlier run judged for the same sources
    #[arg(long, help_heading = "Proof")]
    pub(crate) again: bool,

    /// Do not run the package's tests
    #[arg(long, help_heading = "Proof")]
    pub(crate) no_test: bool,

    /// Do not ask for the same output
    #[arg(long, help_heading = "Proof")]
    pub(crate) ignore_output: bool,

    /// Command that says by its exit code whether the program works; it gets the program's path in `$WHYSLOW_PROGRAM`
    #[arg(long, value_name = "COMMAND", help_heading = "Proof")]
    pub(crate) check: Option<String>,

    /// File that the program reads from standard input
    #[arg(long, value_name = "FILE", help_heading = "Measuring")]
    pub(crate) input: Option<PathBuf>,

    /// Seconds of timing for each fix; ten pairs are measured all the same
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, help_heading = "Measuring")]
    pub(crate) max_time: f64,

    /// No progress, and errors only from cargo
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Arguments for the program [default: those of the recorded run]
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}
