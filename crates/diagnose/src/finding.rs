//! What a rule says: the cause of a cost, its evidence, and the ways to cure it.

use profile::{Arg, Message};
use std::borrow::Cow;

/// One cause, at one place, with what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// 1 algorithm … 5 SIMD and parallelism, 6 batching and I/O, 7 build.
    pub level: u8,
    /// What is being spent.
    pub resource: Resource,
    /// The place to change.
    pub place: Place,
    /// Other places with the same cause, or the places that pay for it.
    pub also: Vec<Place>,
    /// Share of the whole run's cost (of wall-clock where the finding is about waiting), 0 to 1.
    pub share: f64,
    /// Predicted factor by which the whole program gets faster when the cause is gone, at least 1.
    pub predicted_speedup: f64,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// One line: what was found.
    pub title: Message,
    /// One sentence: why it is slow.
    pub why: Message,
    /// The measurements that the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// Cures, best first.
    pub fixes: Vec<Fix>,
}

/// A source position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Absolute path.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
    /// Function that holds it.
    pub function: String,
}

/// What a finding's cost is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Processor time.
    Cpu,
    /// Allocations.
    Heap,
    /// Waiting for other threads.
    Lock,
    /// Waiting for, or time in, I/O calls.
    Io,
    /// Cache misses.
    Cache,
    /// Memory of another node.
    Numa,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The pattern is there and costs something; whether the cure pays depends on what was not measured.
    Possible,
    /// The measurements fit this cause best.
    Likely,
    /// The cost itself was measured under this cause.
    Measured,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Key of its name in the catalogues: `evidence-calls`.
    pub name: Cow<'static, str>,
    /// Its value, with its unit.
    pub value: Arg,
}

/// One way to cure a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What to do, as one imperative sentence.
    pub title: Message,
    /// Whether the edits can be made without a human.
    pub applicability: Applicability,
    /// How much it changes.
    pub effort: Effort,
    /// Text edits; empty for advice.
    pub edits: Vec<Edit>,
    /// Crates that the edits need.
    pub dependencies: Vec<Dependency>,
}

impl Fix {
    /// A cure in words only.
    pub fn advice(title: Message, effort: Effort) -> Self {
        Self {
            title,
            applicability: Applicability::Advice,
            effort,
            edits: Vec::new(),
            dependencies: Vec::new(),
        }
    }
}

/// Whether the edits of a fix can be made without a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// The edits are believed right; compiler, tests and stopwatch decide.
    Machine,
    /// The edits may change behaviour in ways that tests can miss.
    Maybe,
    /// Words only.
    Advice,
}

/// How much a fix changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// A line or two.
    Simple,
    /// One function or type.
    Moderate,
    /// Several places.
    Complex,
}

/// Replaces the bytes `start..end` of a file by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Absolute path.
    pub file: String,
    /// First byte replaced.
    pub start: usize,
    /// First byte after those replaced.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// A crate that a fix needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Name on crates.io.
    pub name: String,
    /// Version requirement.
    pub version: String,
}
