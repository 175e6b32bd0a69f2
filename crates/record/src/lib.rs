//! Builds a program, runs it, and records where its time goes: CPU samples, heap, waits, I/O.
//!
//! [`build`] turns a cargo target into an executable, [`record`] runs one and returns its [`profile::Profile`].
//! No rule is known here.
#![deny(unsafe_code)]

mod agent;
mod assemble;
mod build;
mod error;
mod heap;
mod hooks;
mod interpret;
mod launch;
mod library;
mod machine;
mod perf;
mod recorder;
mod stacks;
#[expect(unsafe_code, reason = "system calls that no safe crate wraps as needed here")]
mod sys;
mod trace;

pub use build::{BuildRequest, Built, Purpose, Refused, TargetKind, build, build_quietly};
pub use error::RecordError;
pub use machine::machine;
pub use recorder::{Launch, Options, Progress, Recording, SamplerChoice, Stage, UserRoot, record};
pub use trace::{CacheChoice, TraceOptions, trace};
