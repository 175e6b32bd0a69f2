//! What the agent is asked to record.

/// What the agent is asked to record.
#[derive(Clone, Debug)]
pub(crate) struct AgentConfig {
    /// How to record the heap.
    pub(crate) heap: HeapRecording,
    /// Record waits on locks, sleeps, polls and child processes, and wake-ups.
    pub(crate) has_waits: bool,
    /// Record I/O calls.
    pub(crate) has_io: bool,
    /// Take CPU samples by per-thread CPU timers, this many per second of CPU time.
    pub(crate) timer_hz: Option<u32>,
    /// Bytes of stack to copy with each sampled event; rounded down to words, at most 4096.
    pub(crate) stack_dump_bytes: u32,
}

/// How to record the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeapRecording {
    /// Not at all.
    Off,
    /// Exact totals and a weighted sample of stacks.
    Sampled,
    /// Exact totals and every stack, and a weighted sample of life times.
    Exact,
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            heap: HeapRecording::Sampled,
            has_waits: true,
            has_io: true,
            timer_hz: None,
            stack_dump_bytes: 1024,
        }
    }
}
