//! What a program wrote, as a digest that tells whether two runs wrote the same.

use crate::error::BenchError;
use rustc_hash::FxHasher;
use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Read, Seek, SeekFrom};

/// How much of standard error is shown when a program fails.
const TAIL_BYTES: u64 = 2000;
const CHUNK_BYTES: usize = 1 << 16;

/// Length and hash of an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    bytes: u64,
    hash: u64,
}

/// A file without a name for a program to write to.
pub(crate) fn file() -> Result<File, BenchError> {
    tempfile::tempfile().map_err(BenchError::Output)
}

pub(crate) fn digest(file: &mut File) -> io::Result<Digest> {
    file.seek(SeekFrom::Start(0))?;
    let mut digest = Digest::default();
    let mut hasher = FxHasher::default();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let n_read = full(file, &mut chunk)?;
        hasher.write(&chunk[..n_read]);
        digest.bytes += n_read as u64;
        if n_read < chunk.len() {
            digest.hash = hasher.finish();
            return Ok(digest);
        }
    }
}

/// Fills the chunk as far as the file goes, so that equal files are cut alike.
fn full(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < chunk.len() {
        match file.read(&mut chunk[filled..])? {
            0 => break,
            n_read => filled += n_read,
        }
    }
    Ok(filled)
}

/// The last lines of a file.
pub(crate) fn tail(file: &mut File) -> io::Result<String> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn of(text: &[u8]) -> Digest {
        let mut file = file().unwrap();
        file.write_all(text).unwrap();
        digest(&mut file).unwrap()
    }

    #[test]
    fn equal_outputs_have_equal_digests_and_others_have_not() {
        let long = vec![b'x'; 3 * CHUNK_BYTES + 5];
        assert_eq!(of(&long), of(&long));
        assert_ne!(of(&long), of(&long[1..]));
        assert_ne!(of(b"one"), of(b"two"));
        assert_eq!(of(b""), Digest { bytes: 0, ..of(b"") });
    }
}
