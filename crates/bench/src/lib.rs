//! The stopwatch: runs programs against a baseline, paired and interleaved, and judges which is faster.
//!
//! A round runs the baseline, the baseline once more as a control, and every candidate, in random order. A pair is a
//! candidate's run divided by the baseline's of the same round, so that drift of the machine cancels out. Nothing is
//! known here about findings or fixes.
#![deny(unsafe_code)]

mod comparison;
mod error;
mod exact;
mod judge;
mod measurement;
mod output;
mod program;
mod referee;
mod session;
pub mod stats;
mod suite;
mod summary;
#[expect(unsafe_code, reason = "no safe wrapper of wait4 is at hand")]
mod sys;

pub use comparison::{Candidate, Comparison, Options, Progress, Sameness, Stopped, Subject};
pub use error::BenchError;
pub use exact::{ChangedFunction, Counts, ExactCandidate, ExactComparison, Work, compare_exactly};
pub use judge::{Judgement, Level, Verdict, judge};
pub use measurement::{Measurement, Metric};
pub use program::Program;
pub use referee::MIN_PAIRS;
pub use session::{compare, runs_alike};
pub use suite::{Benchmark, Harness, Missing, Suite, SuiteComparison, compare_suites};
pub use summary::{Bin, Figure, Unit, figures, histogram};
