//! The memory file shared with the runtime: written before the program starts, read after it has ended.
//!
//! Read by position, never mapped here: what the program did not touch stays a hole in the file.

use super::executable::Executable;
use profile::CacheModel;
use rustix::fs::{MemfdFlags, SeekFrom, ftruncate, memfd_create, seek};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use wire::trace::{LINE_BYTES, SlotPart, TRACE_MAGIC, TRACE_VERSION, TraceGeometry, TraceHeader};

const WORD: u64 = 8;

/// The memory file.
pub(super) struct TraceArena {
    file: File,
    geometry: TraceGeometry,
    text_svma: u64,
    nonce: u64,
}

/// The counters of the header.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    pub(super) n_processes: u64,
    pub(super) n_slots: u64,
    pub(super) lost_threads: u64,
    pub(super) lost_rows: u64,
    pub(super) n_modules: u64,
    pub(super) n_allocation_sites: u64,
    pub(super) n_shared_lines: u64,
    pub(super) n_used_lines: u64,
    pub(super) load_bias: u64,
}

macro_rules! word_of {
    ($field:ident) => {
        std::mem::offset_of!(TraceHeader, $field) as u64
    };
}

impl TraceArena {
    /// Makes the file for a program and a cache model.
    pub(super) fn create(executable: &Executable, caches: &[CacheModel]) -> io::Result<Self> {
        let geometry = TraceGeometry {
            text_bytes: executable.text_bytes,
            n_statics: executable.statics.len() as u64,
        };
        let file = File::from(memfd_create("whyslow-trace", MemfdFlags::CLOEXEC)?);
        ftruncate(&file, geometry.total_bytes())?;
        let arena = Self {
            file,
            geometry,
            text_svma: executable.text_svma,
            nonce: RandomState::new().hash_one(std::process::id()),
        };
        let fields = [
            (word_of!(version), TRACE_VERSION),
            (word_of!(nonce), arena.nonce),
            (word_of!(text_bytes), geometry.text_bytes),
            (word_of!(n_statics), geometry.n_statics),
            (word_of!(device), executable.device),
            (word_of!(inode), executable.inode),
            (word_of!(text_svma), executable.text_svma),
            (word_of!(has_fixed_keys), 1),
            (word_of!(magic), TRACE_MAGIC),
        ];
        for (at, value) in fields {
            arena.write(at, &[value])?;
        }
        for (at, cache) in caches.iter().enumerate() {
            let sets = cache.size_bytes / LINE_BYTES / u64::from(cache.ways);
            let at = word_of!(levels) + at as u64 * 2 * WORD;
            arena.write(at, &[sets, u64::from(cache.ways)])?;
        }
        let ranges: Vec<u64> = executable
            .statics
            .iter()
            .flat_map(|range| [range.svma, range.bytes])
            .collect();
        arena.write(geometry.statics_at(), &ranges)?;
        Ok(arena)
    }

    /// Tells the runtime where the file is. Of the same length in each run: it lies on the program's stack.
    pub(super) fn variable(&self) -> String {
        let (pid, fd) = (std::process::id(), self.file.as_raw_fd());
        format!("{:016x}:/proc/{:/>10}/fd/{:/>6}", self.nonce, pid, fd)
    }

    pub(super) fn geometry(&self) -> TraceGeometry {
        self.geometry
    }

    /// Address of the executable's code in the file.
    pub(super) fn text_svma(&self) -> u64 {
        self.text_svma
    }

    /// What the runtime counted in the header.
    pub(super) fn header(&self) -> Counters {
        let word = |at: u64| self.words(at, 1)[0];
        Counters {
            n_processes: word(word_of!(n_processes)),
            n_slots: word(word_of!(n_slots)).min(TraceGeometry::N_SLOTS),
            lost_threads: word(word_of!(lost_threads)),
            lost_rows: word(word_of!(lost_rows)),
            n_modules: word(word_of!(n_modules)).min(TraceGeometry::N_MODULES),
            n_allocation_sites: word(word_of!(n_allocation_sites)).min(TraceGeometry::N_ALLOCATION_SITES),
            n_shared_lines: word(word_of!(n_shared_lines)).min(TraceGeometry::N_SHARED_LINES),
            n_used_lines: word(word_of!(n_used_lines)).min(TraceGeometry::N_USED_LINES),
            load_bias: word(word_of!(load_bias)),
        }
    }

    /// `n` words from `at` on; zeros where the file cannot be read.
    pub(super) fn words(&self, at: u64, n: usize) -> Vec<u64> {
        let mut bytes = vec![0; n * WORD as usize];
        // A file that was cut off reads as if nothing had been counted there.
        let _ = self.file.read_exact_at(&mut bytes, at);
        to_words(&bytes)
    }

    /// A table of one word for each place of a call; only what was touched is read.
    pub(super) fn table(&self, slot: u64, part: SlotPart) -> Vec<u64> {
        let n_bytes = self.geometry.n_places() * WORD;
        let start = self.geometry.slot_at(slot) + self.geometry.part_at(part);
        let end = start + n_bytes;
        let mut bytes = vec![0; n_bytes as usize];
        let mut at = start;
        while at < end {
            let Ok(from) = seek(&self.file, SeekFrom::Data(at)) else {
                break;
            };
            let until = seek(&self.file, SeekFrom::Hole(from)).unwrap_or(end).min(end);
            if from >= end {
                break;
            }
            let range = (from - start) as usize..(until.max(from) - start) as usize;
            let _ = self.file.read_exact_at(&mut bytes[range], from);
            at = until.max(from + 1);
        }
        to_words(&bytes)
    }

    fn write(&self, at: u64, words: &[u64]) -> io::Result<()> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.file.write_all_at(&bytes, at)
    }
}

fn to_words(bytes: &[u8]) -> Vec<u64> {
    bytes
        .as_chunks::<8>()
        .0
        .iter()
        .map(|word| u64::from_le_bytes(*word))
        .collect()
}
