//! The machine that a recording ran on.

use serde::{Deserialize, Serialize};

/// The machine that a recording ran on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Processor model, as the kernel states it.
    pub cpu_model: String,
    /// Instruction sets of the processor beyond the baseline of its architecture, as the kernel calls them: `avx2`, `fma` …
    pub cpu_features: Vec<String>,
    /// CPUs that the run could use (affinity and cgroup quota applied).
    pub n_cpus: u32,
    /// CPUs that are online.
    pub n_cpus_online: u32,
    /// Data and unified caches of the first CPU.
    pub caches: Vec<Cache>,
    /// NUMA nodes.
    pub numa_nodes: Vec<NumaNode>,
    /// Memory of the machine, in bytes.
    pub memory_bytes: u64,
    /// Limit of the control group, in bytes, where there is one.
    pub memory_limit_bytes: Option<u64>,
    /// Page size, in bytes.
    pub page_bytes: u64,
    /// Frequency governor, where the kernel tells.
    pub governor: Option<String>,
    /// Kernel release.
    pub kernel: String,
    /// True when hardware counters (cycles, instructions) can be read.
    pub has_hardware_counters: bool,
}

/// One level of cache.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cache {
    /// 1 to 4.
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
