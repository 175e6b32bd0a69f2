//! From a profile to findings: facts, and rules with one file each.
//!
//! Same input, same findings: nothing here reads a clock, a file or a process.
#![forbid(unsafe_code)]

mod finding;

pub use finding::{Applicability, Confidence, Dependency, Edit, Effort, Evidence, Finding, Fix, Place, Resource};
