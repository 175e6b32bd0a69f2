//! `cargo whyslow trace`.

use super::{OutputArgs, TargetArgs};
use clap::Args;
use record::{CacheChoice, TraceOptions};
use std::ffi::OsString;
use std::time::Duration;

/// `cargo whyslow trace`.
#[derive(Args, Clone, Debug)]
pub(crate) struct TraceArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Stop the program after this time and report what ran
    #[arg(long, value_name = "SECONDS", value_parser = super::recording::seconds, help_heading = "Measuring")]
    duration: Option<Duration>,

    /// Caches to model, SIZE,WAYS for each level, as in 48k,12:2m,16:32m,16 [default: this machine's]
    #[arg(long, value_name = "LEVELS", help_heading = "Measuring")]
    cache: Option<CacheChoice>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Exit with the program's own code or signal
    #[arg(long, conflicts_with = "deny", help_heading = "Output")]
    pub(crate) exit_target: bool,

    /// Arguments for the program
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

impl TraceArgs {
    /// The lens's options.
    pub(crate) fn options(&self) -> TraceOptions {
        TraceOptions {
            caches: self.cache.clone(),
            duration: self.duration,
            cache_dir: None,
        }
    }
}
