//! How to record.

use clap::{Args, ValueEnum};
use profile::HeapMode;
use record::{Options, SamplerChoice};
use std::time::Duration;

/// How to record.
#[derive(Args, Clone, Debug, Default, PartialEq)]
#[command(next_help_heading = "Measuring")]
pub(crate) struct RecordArgs {
    /// Stop the program after this time and report what ran
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    duration: Option<Duration>,

    /// Samples per second of processor time [default: 997, and 251 from the thousandth on]
    #[arg(long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(1..=20_000))]
    freq: Option<u32>,

    /// How allocations are recorded [default: sampled]
    #[arg(long, value_name = "MODE")]
    heap: Option<Heap>,

    /// What takes the CPU samples [default: auto]
    #[arg(long, value_name = "SAMPLER")]
    sampler: Option<Sampler>,
}

/// How allocations are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Heap {
    /// Not at all
    Off,
    /// Exact totals, a sample of the stacks
    Sampled,
    /// Exact totals, every stack
    Exact,
}

/// What takes the CPU samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sampler {
    /// perf_event where the kernel allows it, else timers
    Auto,
    /// perf_event
    Perf,
    /// Timers inside the program
    Timer,
}

impl RecordArgs {
    /// The recorder's options.
    pub(crate) fn options(&self) -> Options {
        let default = Options::default();
        Options {
            duration: self.duration,
            frequency_hz: self.freq.unwrap_or(default.frequency_hz),
            // Whoever names a rate gets it.
            later_hz: default.later_hz.filter(|_| self.freq.is_none()),
            heap: match self.heap {
                Some(Heap::Off) => HeapMode::Off,
                Some(Heap::Sampled) => HeapMode::Sampled,
                Some(Heap::Exact) => HeapMode::Exact,
                None => default.heap,
            },
            sampler: match self.sampler {
                Some(Sampler::Perf) => SamplerChoice::Perf,
                Some(Sampler::Timer) => SamplerChoice::Timer,
                Some(Sampler::Auto) | None => SamplerChoice::Auto,
            },
            ..default
        }
    }
}

/// `2`, `0.5`, `10s`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix('s').unwrap_or(text);
    number
        .parse::<f64>()
        .ok()
        .filter(|&seconds| seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds above 0, as in 10 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_positive_seconds() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        assert_eq!(seconds("10s"), Ok(Duration::from_secs(10)));
        for wrong in ["0", "-1", "nan", "inf", "1e300", "", "s", "1m"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
