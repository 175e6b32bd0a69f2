//! The data model of whyslow: what one recording measured, and the ledger that books it under site × operation.
//!
//! Everything here is plain data. Nothing runs a program, reads a clock, or knows a rule; the only I/O is
//! [`Profile::load`] and [`Profile::save`].
#![forbid(unsafe_code)]

mod class;
mod distribution;
mod frame;
mod ledger;
mod ledger_sketch;
mod lint;
mod machine;
mod message;
mod operation;
mod operation_mark;
mod operation_name;
mod rows;
mod store;
mod trace;

pub use class::TimeClass;
pub use distribution::Distribution;
pub use frame::{Frame, FrameId, Origin, Stack, StackId, Tables};
pub use ledger::{
    ClassTime, Cost, Entry, GrowthCost, HeapCost, Hotspot, IoCost, Ledger, Node, NodeId, Row, Scope, Site, SiteId,
    WaitCost, time_by_dependency,
};
pub use ledger_sketch::Sketch;
pub use lint::{Lint, Replacement, Suggestion};
pub use machine::{Cache, Machine, NumaNode};
pub use message::{Arg, Message};
pub use operation::{Call, CallId, Operation, Work};
pub use rows::{AllocationRow, CpuRow, FdKind, GrowthRow, IoRow, Thread, ThreadId, WaitKind, WaitRow, WakeRow};
pub use store::StoreError;
pub use trace::{
    AccessKind, AccessSite, AccessSiteId, CacheModel, Field, FieldPath, MemoryObject, MissRow, ObjectId, ObjectTotals,
    SharedLineRow, SharerRow, Trace, TraceLine, TraceTotals, TypeId, TypeKind, TypeRow, Types, UsedLineRow, Variant,
    short_type_name,
};

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One recording, symbolized: everything that rules and reports read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// What was run, and how.
    pub run: Run,
    /// The machine that it ran on.
    pub machine: Machine,
    /// Sums over the whole run.
    pub totals: Totals,
    /// Interned frames and stacks; every [`StackId`] below indexes into it.
    pub tables: Tables,
    /// Threads of the target and of its children, in order of first appearance; [`ThreadId`] indexes into it.
    pub threads: Vec<Thread>,
    /// CPU samples, aggregated by thread and stack.
    pub cpu: Vec<CpuRow>,
    /// Allocations (`alloc`, `alloc_zeroed`, `malloc` …), aggregated by thread and stack.
    pub allocations: Vec<AllocationRow>,
    /// Reallocations, aggregated by thread and stack.
    pub growths: Vec<GrowthRow>,
    /// Blocking waits on locks, condition variables, joins, sleeps and polls, aggregated by thread, stack and address.
    pub waits: Vec<WaitRow>,
    /// Wake-ups of waiting threads: who held what others waited for.
    pub wakes: Vec<WakeRow>,
    /// I/O calls, aggregated by thread, stack and call.
    pub io: Vec<IoRow>,
    /// What clippy said about the source, when it was asked.
    pub lints: Vec<Lint>,
    /// What the trace lens measured, when it was this lens.
    pub trace: Option<Trace>,
    /// What could not be measured or was lost, for the user to read.
    pub notes: Vec<Message>,
}

/// What was run, and how it was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Version of the tool that recorded.
    pub tool_version: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The executable that ran.
    pub executable: PathBuf,
    /// Root of the cargo workspace, when there is one: reports print paths relative to it.
    pub workspace_root: Option<PathBuf>,
    /// Cargo's build settings for the target, when whyslow built it.
    pub build: Option<BuildSettings>,
    /// How CPU samples were taken.
    pub sampler: Sampler,
    /// CPU samples per second of CPU time that were asked for.
    pub frequency_hz: u32,
    /// How the heap was recorded.
    pub heap: HeapMode,
    /// How the target ended.
    pub exit: Exit,
    /// True when the recording was stopped (Ctrl-C, `--duration`) before the target ended.
    pub is_partial: bool,
}

/// How CPU samples were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sampler {
    /// `perf_event_open`, from the parent process.
    Perf,
    /// POSIX per-thread CPU-time timers in the agent.
    Timer,
    /// Nothing could sample.
    #[default]
    None,
}

/// How the heap was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeapMode {
    /// Exact totals, weighted sample of stacks.
    Sampled,
    /// Exact totals, every stack.
    Exact,
    /// Not recorded (static binary, agent not loaded, or switched off).
    #[default]
    Off,
}

/// How the target ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// With this exit code.
    Code(i32),
    /// Killed by this signal.
    Signal(i32),
    /// It still ran when the recording ended.
    #[default]
    Running,
}

/// Cargo's effective settings of the profile that the target was built with, before whyslow's additions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildSettings {
    /// Profile name: `release`, `dev`, `bench` …
    pub profile: String,
    /// `opt-level` as cargo reports it: `0` to `3`, `s`, `z`.
    pub opt_level: String,
    /// `lto`: `off`, `false` (thin-local), `thin`, `fat`.
    pub lto: String,
    /// `codegen-units`, when it is set.
    pub codegen_units: Option<u32>,
    /// `panic`: `unwind` or `abort`.
    pub panic: String,
    /// Whether `debug_assert!` is compiled in.
    pub debug_assertions: bool,
    /// Whether integer overflow is checked.
    pub overflow_checks: bool,
    /// `target-cpu`, or failing that `target-feature`, when rustflags set it.
    pub target_cpu: Option<String>,
    /// Manifest that holds the profile: the workspace root's `Cargo.toml`.
    pub manifest: PathBuf,
}

/// Sums over the whole run. Times in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// From launch to end of the target.
    pub wall_s: f64,
    /// CPU time in user mode, target and its children that were waited for.
    pub user_s: f64,
    /// CPU time in the kernel.
    pub sys_s: f64,
    /// Time in which at least one thread of the target ran or was ready to run, waiting for a processor.
    pub active_s: f64,
    /// Peak resident memory of the target.
    pub max_rss_bytes: u64,
    /// CPU samples.
    pub samples: u64,
    /// Exact number of allocations by Rust code (`alloc`, `alloc_zeroed`); all of `malloc` where Rust's own entry points could not be hooked.
    pub allocations: u64,
    /// Exact bytes of these, as requested. Growth by `realloc` counts the bytes added.
    pub allocated_bytes: u64,
    /// Exact number of frees.
    pub frees: u64,
    /// Exact number of `realloc` calls.
    pub reallocations: u64,
    /// Exact bytes that `realloc` had to move to a new place.
    pub moved_bytes: u64,
    /// Most bytes alive at one time; exact for one thread, within 64 KiB a thread for several.
    pub peak_bytes: u64,
    /// Bytes alive at the end.
    pub leaked_bytes: u64,
    /// Allocations by C code and the loader, next to those of Rust code.
    pub foreign_allocations: u64,
    /// Time that threads waited for locks, summed over threads.
    pub lock_wait_s: f64,
    /// Time in I/O calls, summed over threads.
    pub io_s: f64,
    /// Events that did not fit a buffer.
    pub lost_events: u64,
    /// Estimated share of the target's CPU time that measuring cost.
    pub overhead_estimate: f64,
    /// Time from the target's end to the finished profile.
    pub processing_s: f64,
}

impl Totals {
    /// CPU time of the run, in seconds.
    pub fn cpu_s(&self) -> f64 {
        self.user_s + self.sys_s
    }
}
