//! What one run used.

use serde::Serialize;

/// What one run used, its children included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measurement {
    /// From start to end, in seconds.
    pub wall_s: f64,
    /// Processor time in user mode, in seconds.
    pub user_s: f64,
    /// Processor time in the kernel, in seconds.
    pub sys_s: f64,
    /// Peak resident memory. What the starting process itself held counts as the least (getrusage(2)).
    pub max_rss_bytes: u64,
    /// Page faults that needed no I/O.
    pub minor_faults: u64,
    /// Page faults that needed I/O.
    pub major_faults: u64,
    /// Context switches because the program waited.
    pub voluntary_switches: u64,
    /// Context switches because its time was over.
    pub involuntary_switches: u64,
    /// Instructions in user mode, where the machine counts them.
    pub instructions: Option<u64>,
}

impl Measurement {
    /// Adds a run that belongs to the same measurement.
    pub(crate) fn add(&mut self, other: &Self) {
        self.wall_s += other.wall_s;
        self.user_s += other.user_s;
        self.sys_s += other.sys_s;
        self.max_rss_bytes = self.max_rss_bytes.max(other.max_rss_bytes);
        self.minor_faults += other.minor_faults;
        self.major_faults += other.major_faults;
        self.voluntary_switches += other.voluntary_switches;
        self.involuntary_switches += other.involuntary_switches;
        self.instructions = self.instructions.zip(other.instructions).map(|(a, b)| a + b);
    }
}

/// A figure of a measurement, by which programs can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Wall-clock time.
    #[default]
    Wall,
    /// Processor time, user and system.
    Cpu,
    /// Peak memory.
    Memory,
    /// Instructions, where the machine counts them.
    Instructions,
}

impl Metric {
    /// The figure; `None` when the machine does not count it.
    pub fn of(self, measurement: &Measurement) -> Option<f64> {
        match self {
            Self::Wall => Some(measurement.wall_s),
            Self::Cpu => Some(measurement.user_s + measurement.sys_s),
            Self::Memory => Some(measurement.max_rss_bytes as f64),
            Self::Instructions => measurement.instructions.map(|count| count as f64),
        }
    }
}
