//! The recorder's side of the agent: creates the shared memory, unpacks and preloads the library, drains what it wrote.
//!
//! The measured program can write anything into the shared memory: what is read from it is checked, never trusted.

mod aggregates;
mod arguments;
mod config;
mod drain;
pub(crate) mod entry_point_flags;
mod entry_points;
mod error;
mod event;
mod mappings;
mod reach;
mod relocate;
#[expect(unsafe_code, reason = "maps the memory that is shared with the program")]
mod sys;
#[cfg(test)]
mod tests;
mod totals;

pub(crate) use config::{AgentConfig, HeapRecording};
pub(crate) use error::AgentError;
pub(crate) use event::{AgentEvent, Aggregate, AggregateKind, RawStack, SampleId};

use crate::library;
use drain::Drain;
use event::AgentTotals;
use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use sys::Arena;
use wire::{Geometry, Header};

/// Signal of the CPU timers: one that the C library leaves to programs and that hardly any uses.
const TIMER_SIGNAL: u32 = 61;

/// A prepared agent: give its [`environment`](Self::environment) to the program, then drain until it has ended.
pub(crate) struct Agent {
    arena: Arena,
    library: PathBuf,
    nonce: u64,
    drain: Drain,
}

impl Agent {
    /// Prepares shared memory and library for a run of `executable`, whose Rust allocator entry points are looked up.
    ///
    /// # Errors
    /// When library or memory cannot be made ready. An executable that cannot be read is no error: `malloc` is watched.
    pub(crate) fn create(config: &AgentConfig, executable: &Path) -> Result<Self, AgentError> {
        let library = library::AGENT.unpacked()?;
        let nonce = RandomState::new().hash_one(std::process::id());
        // Where memory is promised strictly, or addresses are short, the program must not be the one to run out.
        let is_strict = fs::read_to_string("/proc/sys/vm/overcommit_memory").is_ok_and(|mode| mode.trim() == "2");
        let is_small = is_strict || sys::has_address_limit();
        let geometry = if is_small { Geometry::SMALL } else { Geometry::FULL };
        let arena = Arena::create(geometry, nonce, is_strict).map_err(|source| AgentError::Arena { source })?;
        write_config(arena.header(), config);
        if config.heap != HeapRecording::Off {
            write_patches(arena.header(), executable);
        }
        Ok(Self {
            arena,
            library,
            nonce,
            drain: Drain::default(),
        })
    }

    /// Path of the library, to tell its frames from the program's.
    pub(crate) fn library(&self) -> &Path {
        &self.library
    }

    /// Variables to set in the program's environment. The user's own `LD_PRELOAD` is kept behind the agent.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut preload = self.library.clone().into_os_string();
        if let Some(users) = std::env::var_os("LD_PRELOAD").filter(|users| !users.is_empty()) {
            preload.push(":");
            preload.push(users);
        }
        let arena = format!("{:x}:/proc/{}/fd/{}", self.nonce, std::process::id(), self.arena.fd());
        vec![
            ("LD_PRELOAD".into(), preload),
            (wire::ARENA_VARIABLE.into(), arena.into()),
        ]
    }

    /// Hands over everything that happened since the last call. Never blocks; meant to be called every 50 ms.
    pub(crate) fn drain(&mut self, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        self.drain.pass(&self.arena, sink);
    }

    /// Drains for the last time, after the program has ended or the recording stops: also what became of blocks that
    /// are still alive.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(AgentEvent<'_>)) {
        self.drain.finish(&self.arena, sink);
    }

    /// True once a process has loaded the agent. It stays false for a static binary or where preloading is refused.
    pub(crate) fn has_attached(&self) -> bool {
        self.arena.header().n_attached.load(Relaxed) > 0
    }

    /// Exact counts up to now.
    pub(crate) fn totals(&self) -> AgentTotals {
        totals::read(&self.arena)
    }

    /// The calls that the agent summed up by stack: I/O, waits, wakes, and the heap in exact mode. For use after
    /// [`finish`](Self::finish). Waits that have not ended count up to now.
    pub(crate) fn aggregates(&self) -> Vec<Aggregate> {
        aggregates::read(&self.arena, sys::now_ns())
    }
}

fn write_config(header: &Header, config: &AgentConfig) {
    let heap = match config.heap {
        HeapRecording::Off => wire::heap_mode::OFF,
        HeapRecording::Sampled => wire::heap_mode::SAMPLED,
        HeapRecording::Exact => wire::heap_mode::EXACT,
    };
    header.config.heap.store(heap, Relaxed);
    header.config.has_waits.store(config.has_waits.into(), Relaxed);
    header.config.has_io.store(config.has_io.into(), Relaxed);
    header.config.timer_hz.store(config.timer_hz.unwrap_or(0), Relaxed);
    header.config.timer_signal.store(TIMER_SIGNAL, Relaxed);
    header
        .config
        .dump_words
        .store(config.stack_dump_bytes.min(4096) / 8, Relaxed);
}

/// Writes the entry points to redirect, if the executable can be read and has some.
fn write_patches(header: &Header, executable: &Path) {
    let Ok(status) = fs::metadata(executable) else {
        return;
    };
    header.patches.device.store(status.dev(), Relaxed);
    header.patches.inode.store(status.ino(), Relaxed);
    let Some(found) = entry_points::find(executable) else {
        return;
    };
    header
        .patches
        .is_system_allocator
        .store(found.is_system_allocator.into(), Relaxed);
    for (entry_point, patch) in found.entry_points.iter().zip(&header.patches.patches) {
        entry_point.write(patch);
    }
    let n_patches = found.entry_points.len().min(header.patches.patches.len());
    header.patches.n_patches.store(n_patches as u32, Relaxed);
}
