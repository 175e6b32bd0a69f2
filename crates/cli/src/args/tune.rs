//! `cargo whyslow tune`.

use super::TargetArgs;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// Which program to tune, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct TuneArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Write what is recommended to your files: settings of the profile, an allocator
    #[arg(long, help_heading = "Applying")]
    pub(crate) apply: bool,

    /// Apply although the working tree has changes that are not committed
    #[arg(long, help_heading = "Applying")]
    pub(crate) allow_dirty: bool,

    /// Apply although there is no version control
    #[arg(long, help_heading = "Applying")]
    pub(crate) allow_no_vcs: bool,

    /// Judge all settings anew, also those that an earlier run judged for the same sources and compiler
    #[arg(long, help_heading = "Proof")]
    pub(crate) again: bool,

    /// Do not ask for the same output
    #[arg(long, help_heading = "Proof")]
    pub(crate) ignore_output: bool,

    /// File that the program reads from standard input
    #[arg(long, value_name = "FILE", help_heading = "Measuring")]
    pub(crate) input: Option<PathBuf>,

    /// Seconds of timing for all settings together; ten pairs of each are measured all the same
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0, help_heading = "Measuring")]
    pub(crate) max_time: f64,

    /// No progress, and errors only from cargo
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Arguments for the program
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}
