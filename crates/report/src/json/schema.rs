//! The structs of schema `whyslow.report/1`.
//!
//! `schema/whyslow.report.1.schema.json` is generated from them; a test keeps the two equal. Additive changes keep the
//! number. The docs of fields are part of the schema that users read.

use super::Trace;
use serde::Serialize;

/// One recording: what was measured, where its time goes, why, and what to do. Times are in seconds, shares from 0 to 1
/// of the whole run's cost, `file` relative to `workspace_root` where it lies inside and absolute otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// Name and version of this schema: `whyslow.report/1`.
    pub schema: &'static str,
    /// Version of whyslow that made the recording.
    pub tool_version: String,
    /// Language of the sentences: `en` or `zh`.
    pub lang: &'static str,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Root of the cargo workspace, when there is one.
    pub workspace_root: Option<String>,
    /// How the program ended.
    pub exit: Exit,
    /// The machine that it ran on.
    pub machine: Machine,
    /// How the program was observed.
    pub lens: Lens,
    /// Sums over the whole run.
    pub totals: Totals,
    /// The run's time by class, every class once. The shares add up to 1 unless nothing was measured.
    pub time: Vec<TimeClass>,
    /// The hottest lines, hottest first.
    pub hotspots: Vec<Hotspot>,
    /// Causes, most important first.
    pub findings: Vec<Finding>,
    /// What a reviewer asks about the speed of a program, with what this recording can answer.
    pub checklist: Vec<ChecklistItem>,
    /// What the trace lens counted; `null` under other lenses.
    pub trace: Option<Trace>,
    /// What could not be measured, and which verdicts that weakens.
    pub notes: Vec<String>,
}

/// How the program ended. One field is set, or none when it still ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exit {
    /// Its exit code.
    pub code: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// True when the recording was stopped before the program ended.
    pub is_partial: bool,
}

/// The machine that the program ran on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Machine {
    /// Processor model, as the kernel states it.
    pub cpu_model: String,
    /// Instruction sets beyond the baseline of the architecture, as the kernel calls them: `avx2`, `fma` …
    pub cpu_features: Vec<String>,
    /// CPUs that the run could use: affinity and control group applied.
    pub cpus: u32,
    /// CPUs that are online.
    pub cpus_online: u32,
    /// Data and unified caches of the first CPU.
    pub caches: Vec<Cache>,
    /// NUMA nodes.
    pub numa_nodes: Vec<NumaNode>,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Limit of the control group, in bytes, where there is one.
    pub memory_limit_bytes: Option<u64>,
    /// Page size, in bytes.
    pub page_bytes: u64,
    /// Frequency governor, where the kernel tells.
    pub governor: Option<String>,
    /// Kernel release.
    pub kernel: String,
    /// True when cycles and instructions can be counted here.
    pub has_hardware_counters: bool,
}

/// One level of cache.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cache {
    /// 1 is nearest to the core.
    pub level: u32,
    /// `Data` or `Unified`.
    pub kind: String,
    /// Size, in bytes.
    pub size_bytes: u64,
    /// Line size, in bytes.
    pub line_bytes: u32,
    /// Ways of associativity.
    pub ways: u32,
    /// CPUs that share it.
    pub shared_by: u32,
}

/// One NUMA node.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NumaNode {
    /// Number of the node.
    pub id: u32,
    /// Its CPUs.
    pub cpus: Vec<u32>,
    /// Its memory, in bytes.
    pub memory_bytes: u64,
    /// Distances to all nodes, in order of id.
    pub distances: Vec<u32>,
}

/// How a program was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lens {
    /// An ordinary optimized build, sampled.
    Sample,
    /// A build with every memory access instrumented.
    Trace,
}

/// Sums over the whole run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Totals {
    /// From launch to end.
    pub wall_s: f64,
    /// Processor time in user mode.
    pub user_s: f64,
    /// Processor time in the kernel.
    pub sys_s: f64,
    /// Peak resident memory.
    pub max_rss_bytes: u64,
    /// CPU samples.
    pub samples: u64,
    /// Allocations: exact.
    pub allocations: u64,
    /// Bytes of these: exact.
    pub allocated_bytes: u64,
    /// Most heap bytes alive at one time.
    pub peak_heap_bytes: u64,
    /// Time that threads waited for locks, summed over threads.
    pub lock_wait_s: f64,
    /// Time in I/O calls, summed over threads.
    pub io_s: f64,
    /// Events that were lost because a buffer was full.
    pub lost_events: u64,
    /// Estimated share of the program's processor time that measuring cost.
    pub overhead_estimate: f64,
    /// How CPU samples were taken.
    pub sampler: Sampler,
    /// How allocations were recorded.
    pub heap: Heap,
}

/// How CPU samples were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sampler {
    /// By perf_event, from outside.
    Perf,
    /// By timers inside the program.
    Timer,
    /// Not at all.
    None,
}

/// How allocations were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Heap {
    /// Exact totals, a sample of stacks.
    Sampled,
    /// Every allocation.
    Exact,
    /// Not at all: totals of allocations are 0 for want of measurement.
    Off,
}

/// Time of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimeClass {
    /// What the time was spent on.
    pub class: Class,
    /// Seconds, summed over threads.
    pub seconds: f64,
    /// Share of the run.
    pub share: f64,
}

/// What time is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The program's own instructions, and library code without a class of its own.
    Compute,
    /// The allocator.
    Allocate,
    /// `memcpy` and its like.
    Copy,
    /// Hash functions.
    Hash,
    /// Formatting.
    Format,
    /// Sorting.
    Sort,
    /// Drop glue.
    Drop,
    /// Waiting for locks.
    LockWait,
    /// Reads, writes and their like.
    Io,
    /// Explicit sleeps.
    Sleep,
    /// The kernel, other than for the above.
    Kernel,
    /// Wall-clock time in which nothing of the above was seen.
    Other,
}

/// A hot line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hotspot {
    /// Function that holds the line.
    pub function: String,
    /// Source file, or null when debug information does not tell.
    pub file: Option<String>,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// What cost most on this line: a library call and the work that it came to.
    pub operation: String,
    /// Share of the run spent on the line, library calls made from it included.
    pub self_share: f64,
    /// The same with all that it called.
    pub total_share: f64,
}

/// One cause, at one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Number in this report, from 1.
    pub id: u32,
    /// Name of the rule; `cargo whyslow explain RULE` prints its manual page.
    pub rule: String,
    /// 1 algorithm, 2 data structure, 3 allocation, 4 cache, 5 parallelism, 6 batching and I/O, 7 build.
    pub level: u8,
    /// What is being spent.
    pub resource: Resource,
    /// What was found, in one line.
    pub title: String,
    /// The place to change.
    #[serde(rename = "where")]
    pub place: Place,
    /// Other places with the same cause, or the places that pay for it.
    pub also: Vec<Place>,
    /// Share of the whole run's cost, all threads together: processor time and the waiting that counts.
    pub share: f64,
    /// Predicted factor by which the whole program gets faster without it; not a measurement.
    pub predicted_speedup: f64,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Why it is slow, in one sentence.
    pub why: String,
    /// The measurements that the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// Cures, best first.
    pub fixes: Vec<Fix>,
}

/// What is being spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Processor time.
    Cpu,
    /// Allocations.
    Heap,
    /// Waiting for other threads.
    Lock,
    /// I/O calls.
    Io,
    /// Cache misses.
    Cache,
    /// Memory of another node.
    Numa,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The cost was measured under this cause.
    Measured,
    /// The measurements fit this cause best.
    Likely,
    /// Whether the cure pays depends on what was not measured.
    Possible,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// Source file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1; 0 when unknown.
    pub column: u32,
    /// Function that holds it.
    pub function: String,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What was measured: a stable kebab-case name.
    pub name: String,
    /// The same in words, in the report's language.
    pub label: String,
    /// Its value, in `unit`.
    pub value: Value,
    /// `count`, `bytes`, `s`, `share` (0 to 1), `factor`, or empty for a plain number or text.
    pub unit: &'static str,
}

/// A measured value, or a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Whole(u64),
    /// A number. Null when it is not finite.
    Number(Option<f64>),
    /// A name.
    Text(String),
}

/// One way to cure a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// What to do.
    pub title: String,
    /// Whether the edits can be made without a human.
    pub applicability: Applicability,
    /// How much it changes.
    pub effort: Effort,
    /// Text edits; empty for advice.
    pub edits: Vec<Edit>,
    /// Crates that the edits need.
    pub dependencies: Vec<Dependency>,
}

/// Whether the edits of a fix can be made without a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Believed right; compiler, tests and stopwatch decide.
    Machine,
    /// May change behaviour in ways that tests can miss.
    Maybe,
    /// Words only.
    Advice,
}

/// How much a fix changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// A line or two.
    Simple,
    /// One function or type.
    Moderate,
    /// Several places.
    Complex,
}

/// Replaces the bytes from `start` up to `end` of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edit {
    /// The file.
    pub file: String,
    /// First byte replaced.
    pub start: usize,
    /// First byte after those replaced.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// A crate that a fix needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Version requirement.
    pub version: String,
}

/// One question of a reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChecklistItem {
    /// Stable kebab-case name of the question.
    pub item: &'static str,
    /// The question in words, in the report's language.
    pub question: String,
    /// The answer as far as this recording can give one.
    pub status: Status,
    /// What the answer rests on.
    pub evidence: String,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Yes.
    Yes,
    /// No.
    No,
    /// This recording cannot tell.
    Unknown,
}
