//! Keeps the names of addresses on disk, so that the next recording of the same program need not read its debug
//! information again.
//!
//! One file per program file. It is replaced as a whole, by renaming, so that readers and concurrent writers never see
//! half of one; of two writers the last one wins, which costs the other's names and nothing else.

use crate::address::Svma;
use crate::frames::NamedFrame;
use crate::modules::FileKey;
use crate::resolve::NameSource;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

const MAGIC: &[u8; 8] = b"WHYSYMS\0";
/// Raised when the layout or the way of naming changes.
const VERSION: u32 = 2;
const HEADER_LEN: usize = 8 + 4 + 8;
/// A file with more addresses starts anew.
const MAX_ADDRESSES: usize = 100_000;
/// A larger file is not read.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// When the folder holds more, the files that were not written for longest are removed.
const MAX_FOLDER_BYTES: u64 = 256 << 20;

/// Names by address, of one program file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Names {
    pub(crate) source: NameSource,
    pub(crate) frames: BTreeMap<Svma, Vec<NamedFrame>>,
}

/// The layout on disk: each text once.
#[derive(Serialize, Deserialize)]
struct Stored {
    identity: String,
    source: NameSource,
    texts: Vec<String>,
    frames: Vec<(Svma, Vec<StoredFrame>)>,
}

#[derive(Serialize, Deserialize)]
struct StoredFrame {
    function: Option<u32>,
    file: Option<u32>,
    line: u32,
    column: u32,
}

/// Where the names of one program file are kept.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    path: PathBuf,
    identity: String,
}

impl Entry {
    /// The place for a file with this build id, or this path, size and time where it has none. `companions` are other
    /// files that names come from: when one of them appears or changes, the names count for nothing.
    pub(crate) fn new(folder: &Path, key: &FileKey, build_id: Option<&[u8]>, companions: &[PathBuf]) -> Self {
        let state = |path: &PathBuf| {
            let metadata = fs::metadata(path).ok()?;
            Some((path.clone(), metadata.len(), metadata.modified().ok()?))
        };
        let companions: Vec<_> = companions.iter().filter_map(state).collect();
        let identity = match build_id {
            Some(build_id) => format!("{build_id:02x?} {} {companions:?}", key.size),
            None => format!("{key:?} {companions:?}"),
        };
        let mut hasher = DefaultHasher::new();
        identity.hash(&mut hasher);
        Self {
            path: folder.join(format!("{:016x}.symbols", hasher.finish())),
            identity,
        }
    }

    /// The names kept. None when there are none, or they are damaged, or of another version or file.
    pub(crate) fn load(&self) -> Option<Names> {
        if fs::metadata(&self.path).ok()?.len() > MAX_FILE_BYTES {
            return None;
        }
        let bytes = fs::read(&self.path).ok()?;
        let (header, body) = bytes.split_at_checked(HEADER_LEN)?;
        if header != self.header(body) {
            return None;
        }
        let stored: Stored = postcard::from_bytes(body).ok()?;
        if stored.identity != self.identity {
            return None;
        }
        Names::unpacked(stored)
    }

    /// Keeps `names`. What goes wrong is passed over: the names are only needed again, not lost.
    pub(crate) fn save(&self, names: &Names) {
        let _ = self.try_save(names);
    }

    fn try_save(&self, names: &Names) -> std::io::Result<()> {
        let Some(folder) = self.path.parent() else {
            return Ok(());
        };
        let body = postcard::to_stdvec(&names.packed(&self.identity)).map_err(std::io::Error::other)?;
        if body.len() as u64 > MAX_FILE_BYTES {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        static N_SAVES: AtomicU32 = AtomicU32::new(0);
        let (process, save) = (std::process::id(), N_SAVES.fetch_add(1, Ordering::Relaxed));
        let partial = self.path.with_extension(format!("{process}-{save}.partial"));
        let written = fs::File::create(&partial)
            .and_then(|mut file| {
                file.write_all(&self.header(&body))?;
                file.write_all(&body)
            })
            .and_then(|()| fs::rename(&partial, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        written?;
        shrink(folder, MAX_FOLDER_BYTES);
        Ok(())
    }

    fn header(&self, body: &[u8]) -> Vec<u8> {
        let mut hasher = DefaultHasher::new();
        hasher.write(body);
        [&MAGIC[..], &VERSION.to_le_bytes(), &hasher.finish().to_le_bytes()].concat()
    }
}

impl Names {
    fn packed(&self, identity: &str) -> Stored {
        let mut texts = Vec::new();
        let mut ids = HashMap::new();
        let mut intern = |text: &Option<String>| {
            text.as_ref().map(|text| {
                *ids.entry(text.clone()).or_insert_with(|| {
                    texts.push(text.clone());
                    texts.len() as u32 - 1
                })
            })
        };
        let mut pack = |frame: &NamedFrame| StoredFrame {
            function: intern(&frame.function),
            file: intern(&frame.file),
            line: frame.line,
            column: frame.column,
        };
        let frames = self.frames.iter().take(MAX_ADDRESSES);
        let frames = frames.map(|(&svma, frames)| (svma, frames.iter().map(&mut pack).collect()));
        let frames = frames.collect();
        Stored {
            identity: identity.to_owned(),
            source: self.source,
            texts,
            frames,
        }
    }

    fn unpacked(stored: Stored) -> Option<Self> {
        let text = |id: Option<u32>| match id {
            Some(id) => stored.texts.get(id as usize).cloned().map(Some),
            None => Some(None),
        };
        let unpack = |frame: &StoredFrame| {
            Some(NamedFrame {
                function: text(frame.function)?,
                file: text(frame.file)?,
                line: frame.line,
                column: frame.column,
                // Symbols were asked before it was kept.
                is_guess: false,
            })
        };
        let frames = stored.frames.iter().map(|(svma, frames)| {
            let frames: Option<Vec<NamedFrame>> = frames.iter().map(unpack).collect();
            Some((*svma, frames?))
        });
        Some(Self {
            source: stored.source,
            frames: frames.collect::<Option<_>>()?,
        })
    }
}

/// Removes the files that were not written for longest until the rest fits.
fn shrink(folder: &Path, max_bytes: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_ours = |path: &Path| {
        let extension = path.extension().map(|extension| extension.as_bytes());
        extension == Some(b"symbols") || extension == Some(b"partial")
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .flatten()
        .filter(|entry| is_ours(&entry.path()))
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len(), entry.path()))
        })
        .collect();
    files.sort();
    let mut total: u64 = files.iter().map(|(_, n_bytes, _)| n_bytes).sum();
    for (_, n_bytes, path) in files {
        if total <= max_bytes {
            return;
        }
        if fs::remove_file(path).is_ok() {
            total -= n_bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let frame = |function: &str, line| NamedFrame {
            function: Some(function.into()),
            file: Some("/src/übung.rs".into()),
            line,
            column: 3,
            is_guess: false,
        };
        Names {
            source: NameSource::Debug,
            frames: [
                (Svma(16), vec![frame("a", 1), frame("b", 2)]),
                (Svma(32), vec![NamedFrame::default()]),
                (Svma(u64::MAX), Vec::new()),
            ]
            .into(),
        }
    }

    fn entry(folder: &Path, build_id: Option<&[u8]>, size: u64) -> Entry {
        let key = FileKey {
            path: "/bin/app".into(),
            size,
            ..FileKey::default()
        };
        Entry::new(folder, &key, build_id, &[])
    }

    #[test]
    fn saved_names_load_equal_for_the_same_file_only() {
        let folder = tempfile::tempdir().unwrap();
        entry(folder.path(), Some(b"id"), 5).save(&names());
        assert_eq!(entry(folder.path(), Some(b"id"), 5).load(), Some(names()));
        assert_eq!(entry(folder.path(), Some(b"other"), 5).load(), None);
        assert_eq!(entry(folder.path(), None, 5).load(), None);
        entry(folder.path(), None, 5).save(&names());
        assert_eq!(entry(folder.path(), None, 5).load(), Some(names()));
        assert_eq!(entry(folder.path(), None, 6).load(), None);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "no partial file stays: {left:?}");
    }

    #[test]
    fn a_companion_that_appears_makes_the_names_invalid() {
        let folder = tempfile::tempdir().unwrap();
        let companion = folder.path().join("app.dwp");
        let entry = || {
            Entry::new(
                folder.path(),
                &FileKey::default(),
                Some(b"id"),
                std::slice::from_ref(&companion),
            )
        };
        entry().save(&names());
        assert!(entry().load().is_some());
        fs::write(&companion, "x").unwrap();
        assert!(entry().load().is_none());
    }

    #[test]
    fn damage_is_never_believed() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry(folder.path(), Some(b"id"), 5);
        entry.save(&names());
        let whole = fs::read(&entry.path).unwrap();
        for len in 0..whole.len() {
            fs::write(&entry.path, &whole[..len]).unwrap();
            assert_eq!(entry.load(), None, "accepted {len} of {} bytes", whole.len());
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            fs::write(&entry.path, &changed).unwrap();
            assert_eq!(entry.load(), None, "accepted a flipped byte at {at}");
        }
        entry.save(&names());
        assert_eq!(entry.load(), Some(names()), "it is written anew");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_passed_over() {
        let entry = entry(Path::new("/proc/nowhere"), None, 1);
        entry.save(&names());
        assert_eq!(entry.load(), None);
    }

    #[test]
    fn the_folder_is_kept_small_and_strangers_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for (name, n_bytes) in [("a.symbols", 10), ("b.symbols", 10), ("notes.txt", 100)] {
            fs::write(folder.path().join(name), vec![0; n_bytes]).unwrap();
        }
        shrink(folder.path(), 10);
        let n_symbols = ["a.symbols", "b.symbols"]
            .iter()
            .filter(|name| folder.path().join(name).exists())
            .count();
        assert_eq!(n_symbols, 1);
        assert!(folder.path().join("notes.txt").exists());
    }
}
