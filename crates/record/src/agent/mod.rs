//! The recorder's side of the agent: creates the shared memory, unpacks and preloads the library, drains what it wrote.

mod config;
mod error;
mod event;

pub(crate) use config::{AgentConfig, HeapRecording};
pub(crate) use error::AgentError;
pub(crate) use event::{
    AgentEvent, AgentTotals, Aggregate, AggregateKind, AllocationKind, Freed, RawStack, SampleId,
};

use std::ffi::OsString;
use std::path::Path;

/// A prepared agent: give its [`environment`](Self::environment) to the program, then drain until it has ended.
pub(crate) struct Agent {}

impl Agent {
    /// Prepares shared memory and library for a run of `executable`, whose Rust allocator entry points are looked up.
    ///
    /// # Errors
    /// When library or memory cannot be made ready. An executable that cannot be read is no error: `malloc` is watched.
    pub(crate) fn create(config: &AgentConfig, executable: &Path) -> Result<Self, AgentError> {
        let _ = (config, executable);
        Err(AgentError::Unsupported)
    }

    /// Variables to set in the program's environment. The user's own `LD_PRELOAD` is kept behind the agent.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        Vec::new()
    }

    /// Hands over everything that happened since the last call. Never blocks; meant to be called every 50 ms.
    pub(crate) fn drain(&mut self, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        let _ = sink;
    }

    /// Drains for the last time, after the program has ended or the recording stops: also what became of blocks that are still alive.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        let _ = sink;
    }

    /// True once a process has loaded the agent. It stays false for a static binary or where preloading is refused.
    pub(crate) fn has_attached(&self) -> bool {
        false
    }

    /// Exact counts up to now.
    pub(crate) fn totals(&self) -> AgentTotals {
        AgentTotals::default()
    }

    /// The calls that the agent summed up by stack: I/O, waits, wakes, and the heap in exact mode. For use after [`finish`](Self::finish).
    pub(crate) fn aggregates(&self) -> Vec<Aggregate> {
        Vec::new()
    }
}
