//! Bad input and faults: in each case a clear message or a partial result that says so, a target that behaves as it
//! would without us, and no hang.

mod binaries;
mod clippy;
mod endings;
mod environment;
mod harness;
mod interruption;
mod packages;
mod passing;
mod processes;
mod recordings;
mod samplers;
mod signals;
mod storage;
mod usage;
mod verdicts;
