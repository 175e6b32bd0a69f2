//! Tells the recorder what is loaded where. Runs inside malloc and signal handlers.

use crate::ring::Ring;
use crate::{arena, sys, thread};
use core::sync::atomic::Ordering::Relaxed;
use wire::MappingRecord;

/// Longest path that a record takes.
const MAX_PATH_BYTES: usize = 1024;

/// Records all executable segments.
pub(crate) fn record_segments() {
    let Some(thread) = thread::current() else {
        return;
    };
    let Some(ring) = Ring::of_events(thread.arena, thread.slot) else {
        return;
    };
    let mut buffer = [0u8; MAX_PATH_BYTES];
    let executable = sys::executable_path(&mut buffer);
    sys::for_each_segment(&mut |segment| {
        let path = if segment.path.is_empty() {
            executable
        } else {
            segment.path
        };
        let path = path.get(..MAX_PATH_BYTES).unwrap_or(path);
        let max_words = 1 + MappingRecord::N_WORDS + path.len().div_ceil(8);
        let Some(mut writer) = ring.begin(MappingRecord::KIND, max_words) else {
            return;
        };
        let record = MappingRecord {
            start: segment.start,
            end: segment.end,
            file_offset: segment.file_offset,
            path_bytes: path.len() as u64,
        };
        writer.extend(&record.to_words());
        for part in path.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
            writer.push(u64::from_le_bytes(word));
        }
        writer.finish();
    });
}

/// Tells the recorder to look at the mappings of this process again.
pub(crate) fn note_dlopen() {
    if let Some(process) = arena::active().and_then(arena::process) {
        process.n_dlopens.fetch_add(1, Relaxed);
    }
}
