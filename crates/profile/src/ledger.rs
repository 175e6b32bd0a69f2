//! The ledger: every measured cost booked under site × operation, with the user's call path above each site.
//!
//! A stack is walked from the leaf to the root, inlined frames included. The first frame in the user's code is the
//! **site**; the library frames passed on the way name the **operation**. The user frames above the site, each with
//! the library call through which it called down, form the **call tree**: rules climb it from the place that pays to
//! the place that asks.
//!
//! **What the classes add up to.** `total_s` is, summed over threads,
//! 1. processor time, as sampled (when the sampler could not see the kernel, `sys_s` of the run takes its place, as
//!    `kernel`, less what I/O calls account for), plus
//! 2. time blocked on locks and in calls that wait for a device: file I/O, writes, `fsync`; plus,
//! 3. as far as 1 and 2 do not fill the wall-clock: explicit sleeps, and reads that wait for another party (pipe,
//!    socket, terminal); plus
//! 4. what is still missing from the wall-clock, as `other`: waiting for other threads, events and child processes. Time
//!    in which a thread was ready and had no processor is left out: it is the machine's, not the program's.
//!
//! So a single-threaded run adds up to its wall-clock time, and a helper thread that sleeps beside busy ones does not
//! dilute their shares. Idle waits (condition variable, parking, join, channel, poll) are kept as counts and times in
//! the rows, but carry no share.
//!
//! Invariant: in `nodes` every parent stands before its children; every id in the ledger exists in it.

mod book;
mod classify;
mod cost;
mod dependencies;
pub(crate) mod facts;
mod hotspots;
#[cfg(test)]
mod tests;
mod time;

pub use dependencies::time_by_dependency;

use crate::{Call, CallId, Distribution, FdKind, Frame, Operation, StackId, ThreadId, TimeClass, WaitKind, Work};
use serde::{Deserialize, Serialize};

/// Index of a [`Site`] in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SiteId(pub u32);

/// Index of a [`Node`] in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// Whose code counts as the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Workspace members and path dependencies.
    #[default]
    User,
    /// The same and all dependencies.
    AllDependencies,
    /// The same and these packages, named as in `Cargo.toml` (hyphens and underscores are one).
    Dependencies(Vec<String>),
}

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Site {
    /// Absolute source path, where debug information tells.
    pub file: Option<String>,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
    /// Readable function name with its crate: `app::dedup`, `app::Table::find`, `app::main::{closure}`.
    pub function: String,
    /// False when no frame of the stack was in scope: then this is the nearest dependency frame, or failing that the
    /// outermost frame that has a name.
    pub is_user: bool,
}

/// One user frame in the call tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The user frame that called this one, directly or through library code.
    pub parent: Option<NodeId>,
    /// Where execution stood in this frame.
    pub site: SiteId,
    /// The library call made here on the way down; `None` for a plain call of a user function, or own instructions.
    pub call: Option<CallId>,
}

/// Costs of one operation at one node of the call tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Where in the call tree.
    pub node: NodeId,
    /// What the work finally was; the call is the node's.
    pub work: Work,
    /// The class that its time is counted under.
    pub class: TimeClass,
    /// What it cost.
    pub cost: Cost,
    /// The stack that cost most: rules may look at its library frames.
    pub stack: StackId,
}

/// Costs of one operation at one site, over all call paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The place.
    pub site: SiteId,
    /// What was done there.
    pub operation: Operation,
    /// The class that its time is counted under.
    pub class: TimeClass,
    /// What it cost.
    pub cost: Cost,
    /// `cost.seconds` as a share of the whole run, 0 to 1.
    pub share: f64,
}

/// What was spent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Time that counts towards the run's total: processor time and counted blocking.
    pub seconds: f64,
    /// Processor time, in nanoseconds.
    pub cpu_ns: u64,
    /// CPU samples.
    pub samples: u64,
    /// Allocations.
    pub heap: Option<Box<HeapCost>>,
    /// Reallocations.
    pub growth: Option<Box<GrowthCost>>,
    /// Waits, by kind, address and thread.
    pub waits: Vec<WaitCost>,
    /// I/O, by call and kind of descriptor.
    pub io: Vec<IoCost>,
}

/// Allocations of an entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeapCost {
    /// Recorded events that the estimates rest on.
    pub samples: u64,
    /// Number of allocations.
    pub allocations: f64,
    /// Bytes requested.
    pub bytes: f64,
    /// How many were freed before the end.
    pub freed: f64,
    /// How many were freed by another thread.
    pub freed_by_other_thread: f64,
    /// Requested size, in bytes.
    pub size: Distribution,
    /// Time from allocation to free, in nanoseconds.
    pub lifetime_ns: Distribution,
    /// How many were grown later.
    pub grown: f64,
    /// `realloc` calls per grown block.
    pub growths_per_chain: Distribution,
    /// Size after the last growth, in bytes.
    pub final_size: Distribution,
}

/// Reallocations of an entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GrowthCost {
    /// Recorded events that the estimates rest on.
    pub samples: u64,
    /// Number of calls.
    pub growths: f64,
    /// How many moved the block.
    pub moves: f64,
    /// Bytes copied by these.
    pub moved_bytes: f64,
    /// Bytes added.
    pub added_bytes: f64,
    /// Size before, in bytes.
    pub old_size: Distribution,
    /// Size after, in bytes.
    pub new_size: Distribution,
}

/// Waits of an entry on one address by one thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitCost {
    /// What was waited on.
    pub kind: WaitKind,
    /// Address of the lock or futex; 0 for sleeps and polls.
    pub address: u64,
    /// Who waited.
    pub thread: ThreadId,
    /// Number of waits.
    pub count: u64,
    /// Time waited, in nanoseconds.
    pub total_ns: u64,
    /// Longest wait, in nanoseconds.
    pub max_ns: u64,
}

/// I/O of an entry by one call on one kind of descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IoCost {
    /// `write`, `read` …
    pub call: String,
    /// What the descriptor stood for.
    pub fd_kind: FdKind,
    /// Number of calls.
    pub count: u64,
    /// How many failed.
    pub errors: u64,
    /// Bytes transferred.
    pub bytes: u64,
    /// Time in the calls, in nanoseconds.
    pub total_ns: u64,
    /// Longest call, in nanoseconds.
    pub max_ns: u64,
    /// Bytes per call.
    pub size: Distribution,
}

/// Time of one class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassTime {
    /// The class.
    pub class: TimeClass,
    /// Seconds, summed over threads.
    pub seconds: f64,
    /// Share of `total_s`, 0 to 1.
    pub share: f64,
}

/// All costs of a run, booked under site × operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Places in the source.
    pub sites: Vec<Site>,
    /// Names of library calls.
    pub calls: Vec<Call>,
    /// The call tree of the user's code.
    pub nodes: Vec<Node>,
    /// Costs by node and work.
    pub entries: Vec<Entry>,
    /// Costs by site and operation, most seconds first.
    pub rows: Vec<Row>,
    /// The node at which each stack of the profile was booked, by [`StackId`]: the way back to the measurements.
    pub places: Vec<Option<NodeId>>,
    /// Time by class, in the order of [`TimeClass::ALL`], all of them.
    pub time: Vec<ClassTime>,
    /// Cost of the whole run, in seconds: what shares are shares of.
    pub total_s: f64,
    /// Whose code counted as the user's.
    pub scope: Scope,
}

/// A function or line with the time under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hotspot {
    /// The hottest place in the function, or the line.
    pub site: Site,
    /// Share of the run spent at it, library calls made from it included, other user frames not.
    pub self_share: f64,
    /// Share of the run spent at it and in everything that it called.
    pub total_share: f64,
}

impl Ledger {
    /// Whether a frame counts as the user's: sites and the call tree are made of such frames.
    pub fn is_user(&self, frame: &Frame) -> bool {
        facts::is_user(frame, &self.scope)
    }

    /// The site with this id.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.0 as usize]
    }

    /// The call with this id.
    pub fn call(&self, id: CallId) -> &Call {
        &self.calls[id.0 as usize]
    }

    /// The node with this id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node at which a stack was booked.
    pub fn place(&self, stack: StackId) -> Option<NodeId> {
        self.places.get(stack.0 as usize).copied().flatten()
    }

    /// The user's call path from a node to its root, the node itself first.
    pub fn path(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Node)> + '_ {
        std::iter::successors(Some(id), |&id| self.node(id).parent).map(|id| (id, self.node(id)))
    }

    /// Name of the call made at a node, or `""`.
    pub fn call_name(&self, call: Option<CallId>) -> &str {
        call.map_or("", |id| self.call(id).name.as_str())
    }

    /// Seconds as a share of the run.
    pub fn share_of(&self, seconds: f64) -> f64 {
        if self.total_s > 0.0 {
            seconds / self.total_s
        } else {
            0.0
        }
    }
}
