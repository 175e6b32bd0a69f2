//! Saves and loads a profile: a magic number, a version, a checksum, then zstd over postcard.

use crate::Profile;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"WHYSLOW\0";
/// Raised whenever the layout of [`Profile`] changes.
const VERSION: u32 = 5;
const HEADER_LEN: usize = 8 + 4 + 8 + 8;
/// No profile of a real program came near; a larger figure in a header is damage, not data.
const MAX_BODY_BYTES: usize = 4 << 30;

/// Why a profile could not be saved or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file could not be read.
    #[error("cannot read recording {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file could not be written.
    #[error("cannot write recording {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{path} is not a whyslow recording")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another version of the tool wrote it.
    #[error("{path} was written in recording format {found}, this tool reads format {VERSION}; record again")]
    Version {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
    /// The file is truncated or changed.
    #[error("{path} is truncated or damaged; record again")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

impl Profile {
    /// Writes the profile to `path`, by way of a temporary file beside it, so that a full disk never leaves half of one.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn save(&self, path: &Path) -> Result<(), StoreError> {
        let write_error = |source| StoreError::Write {
            path: path.to_owned(),
            source,
        };
        let plain = postcard::to_stdvec(self).map_err(|error| write_error(io::Error::other(error)))?;
        let body = zstd::encode_all(plain.as_slice(), 1).map_err(write_error)?;
        let partial = path.with_extension("partial");
        let result = fs::File::create(&partial).and_then(|mut file| {
            file.write_all(MAGIC)?;
            file.write_all(&VERSION.to_le_bytes())?;
            file.write_all(&(plain.len() as u64).to_le_bytes())?;
            file.write_all(&fnv1a(&body).to_le_bytes())?;
            file.write_all(&body)?;
            fs::rename(&partial, path)
        });
        result.map_err(|source| {
            let _ = fs::remove_file(&partial);
            write_error(source)
        })
    }

    /// Reads a profile from `path`.
    ///
    /// # Errors
    /// When the file cannot be read, is no recording, is damaged, or is of another format version.
    pub fn load(path: &Path) -> Result<Self, StoreError> {
        let bytes = fs::read(path).map_err(|source| StoreError::Read {
            path: path.to_owned(),
            source,
        })?;
        let foreign = || StoreError::Foreign { path: path.to_owned() };
        let damaged = || StoreError::Damaged { path: path.to_owned() };
        if bytes.len() < MAGIC.len() {
            return Err(if MAGIC.starts_with(&bytes) {
                damaged()
            } else {
                foreign()
            });
        }
        if &bytes[..MAGIC.len()] != MAGIC {
            return Err(foreign());
        }
        let (header, body) = bytes.split_at_checked(HEADER_LEN).ok_or_else(damaged)?;
        let found = u32::from_le_bytes(field(header, 8).ok_or_else(damaged)?);
        if found != VERSION {
            return Err(StoreError::Version {
                path: path.to_owned(),
                found,
            });
        }
        let plain_len = u64::from_le_bytes(field(header, 12).ok_or_else(damaged)?) as usize;
        let checksum = u64::from_le_bytes(field(header, 20).ok_or_else(damaged)?);
        if fnv1a(body) != checksum || plain_len > MAX_BODY_BYTES {
            return Err(damaged());
        }
        let plain = zstd::bulk::decompress(body, plain_len).map_err(|_| damaged())?;
        let profile: Self = decode(&plain).ok_or_else(damaged)?;
        if profile.is_consistent() {
            Ok(profile)
        } else {
            Err(damaged())
        }
    }

    fn is_consistent(&self) -> bool {
        let (n_stacks, n_threads) = (self.tables.n_stacks(), self.threads.len());
        let is_known = |stack: crate::StackId, thread: crate::ThreadId| {
            (stack.0 as usize) < n_stacks && (thread.0 as usize) < n_threads
        };
        self.tables.is_consistent()
            && self.cpu.iter().all(|row| is_known(row.stack, row.thread))
            && self.allocations.iter().all(|row| is_known(row.stack, row.thread))
            && self.growths.iter().all(|row| is_known(row.stack, row.thread))
            && self.waits.iter().all(|row| is_known(row.stack, row.thread))
            && self.wakes.iter().all(|row| is_known(row.stack, row.thread))
            && self.io.iter().all(|row| is_known(row.stack, row.thread))
            && self.trace.as_ref().is_none_or(|trace| trace.is_consistent(n_stacks))
    }
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

fn decode<T: DeserializeOwned>(plain: &[u8]) -> Option<T> {
    postcard::from_bytes(plain).ok()
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): enough to tell a damaged file.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> (tempfile::TempDir, PathBuf, Profile) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("profile");
        let mut profile = Profile::default();
        profile.run.command = vec!["prog".into(), "ärg".into()];
        profile.save(&path).unwrap();
        (dir, path, profile)
    }

    #[test]
    fn a_saved_profile_loads_equal() {
        let (_dir, path, profile) = saved();
        assert_eq!(Profile::load(&path).unwrap(), profile);
    }

    #[test]
    fn every_truncation_and_every_flipped_byte_is_an_error() {
        let (_dir, path, _) = saved();
        let whole = fs::read(&path).unwrap();
        for len in 0..whole.len() {
            fs::write(&path, &whole[..len]).unwrap();
            assert!(Profile::load(&path).is_err(), "accepted {len} of {} bytes", whole.len());
        }
        for at in (0..whole.len()).filter(|at| !(12..20).contains(at)) {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            fs::write(&path, &changed).unwrap();
            assert!(Profile::load(&path).is_err(), "accepted a flipped byte at {at}");
        }
    }

    #[test]
    fn another_file_is_named_foreign() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("other");
        fs::write(&path, "just some text").unwrap();
        assert!(matches!(Profile::load(&path), Err(StoreError::Foreign { .. })));
    }
}
