//! A copy of the user's workspace to try patches in.

use crate::patch::Patched;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A copy of a workspace. Its files are its own: programs and tests may write to them.
#[derive(Debug)]
pub struct Tree {
    original: PathBuf,
    copy: PathBuf,
    /// Files that differ from the original's.
    changed: BTreeSet<PathBuf>,
}

/// Why a copy could not be made or changed.
#[derive(Debug, thiserror::Error)]
#[error("cannot copy to {path}: {source}")]
pub struct TreeError {
    /// The file or directory.
    path: PathBuf,
    /// The system's reason.
    source: io::Error,
}

impl Tree {
    /// Copies the workspace at `original` below `into`, without `skipped` (target directories) and what version control
    /// keeps. `outside` are path dependencies elsewhere: they are reached from the copy by the same relative paths.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn copy(original: &Path, into: &Path, skipped: &[PathBuf], outside: &[PathBuf]) -> Result<Self, TreeError> {
        let copy = place_of_copy(original, into, outside);
        let is_kept = |entry: &DirEntry| {
            let name = entry.file_name();
            name != ".git" && name != ".hg" && !skipped.iter().any(|skipped| entry.path() == skipped)
        };
        if into.exists() {
            fs::remove_dir_all(into).map_err(|source| at(into, source))?;
        }
        for entry in WalkDir::new(original).into_iter().filter_entry(is_kept) {
            let entry = entry.map_err(|error| at(original, error.into()))?;
            let Ok(path) = entry.path().strip_prefix(original) else {
                continue;
            };
            copy_one(&entry, &copy.join(path)).map_err(|source| at(entry.path(), source))?;
        }
        link_outside(original, &copy, outside)?;
        Ok(Self {
            original: original.to_owned(),
            copy,
            changed: BTreeSet::new(),
        })
    }

    /// Where the copy is.
    pub fn path(&self) -> &Path {
        &self.copy
    }

    /// The copy of a file of the original; `None` for files outside of it.
    pub fn copy_of(&self, path: &Path) -> Option<PathBuf> {
        Some(self.copy.join(path.strip_prefix(&self.original).ok()?))
    }

    /// The original of a file of the copy; `None` for files outside of it.
    pub fn original_of(&self, path: &Path) -> Option<PathBuf> {
        Some(self.original.join(path.strip_prefix(&self.copy).ok()?))
    }

    /// Makes the copy like the original but for these files.
    ///
    /// # Errors
    /// When a file lies outside of the workspace, or cannot be written.
    pub fn set(&mut self, patched: &Patched) -> Result<(), TreeError> {
        for path in std::mem::take(&mut self.changed) {
            let text = fs::read(&path).map_err(|source| at(&path, source))?;
            self.write(&path, &text)?;
        }
        for (path, text) in patched {
            self.write(path, text.as_bytes())?;
            self.changed.insert(path.clone());
        }
        Ok(())
    }

    /// Writes only what changes: cargo goes by modification times.
    fn write(&self, path: &Path, text: &[u8]) -> Result<(), TreeError> {
        let outside = || io::Error::new(io::ErrorKind::NotFound, "it lies outside of the workspace");
        let copy = self.copy_of(path).ok_or_else(|| at(path, outside()))?;
        if fs::read(&copy).is_ok_and(|present| present == text) {
            return Ok(());
        }
        fs::write(&copy, text).map_err(|source| at(&copy, source))
    }
}

/// Where below `into` a copy of `original` has to be, so that the relative paths to `outside` have directories to go up to.
pub fn place_of_copy(original: &Path, into: &Path, outside: &[PathBuf]) -> PathBuf {
    let relatives = outside.iter().filter_map(|path| relative(original, path));
    let ups = |path: PathBuf| path.components().filter(|part| *part == Component::ParentDir).count();
    let depth = relatives.map(ups).max().unwrap_or(0);
    (0..depth).fold(into.to_owned(), |dir, _| dir.join("up")).join("tree")
}

/// Lets the relative paths that lead from `original` to `outside` lead there from its copy as well.
///
/// # Errors
/// When a link cannot be made.
pub fn link_outside(original: &Path, copy: &Path, outside: &[PathBuf]) -> Result<(), TreeError> {
    for target in outside {
        let Some(relative) = relative(original, target) else {
            continue;
        };
        let link = lexically_joined(copy, &relative);
        let parent = link.parent().unwrap_or(&link);
        fs::create_dir_all(parent).map_err(|source| at(parent, source))?;
        match symlink(target, &link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(at(&link, error)),
            _ => {}
        }
    }
    Ok(())
}

fn copy_one(entry: &DirEntry, to: &Path) -> io::Result<()> {
    let kind = entry.file_type();
    if kind.is_dir() {
        fs::create_dir_all(to)
    } else if kind.is_symlink() {
        symlink(fs::read_link(entry.path())?, to)
    } else if kind.is_file() {
        // As new as the copy is: cargo goes by modification times, and what an earlier run built here may be of other text.
        reflink_copy::reflink_or_copy(entry.path(), to).map(|_| ())
    } else {
        // A socket or FIFO is no source.
        Ok(())
    }
}

fn at(path: &Path, source: io::Error) -> TreeError {
    TreeError {
        path: path.to_owned(),
        source,
    }
}

/// The path from one absolute directory to another; `None` when it lies inside.
fn relative(from: &Path, to: &Path) -> Option<PathBuf> {
    if to.starts_with(from) {
        return None;
    }
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let ups = from.components().skip(common).map(|_| Component::ParentDir);
    Some(ups.chain(to.components().skip(common)).collect())
}

fn lexically_joined(base: &Path, relative: &Path) -> PathBuf {
    let mut joined = base.to_owned();
    for part in relative.components() {
        match part {
            Component::ParentDir => {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_holds_what_builds_need_and_is_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let (original, into) = (
            dir.path().join("work/app"),
            dir.path().join("work/app/target/whyslow/fix"),
        );
        let outside = dir.path().join("work/shared/lib");
        for made in [
            &original.join("src"),
            &original.join(".git"),
            &original.join("target/debug"),
            &outside,
        ] {
            fs::create_dir_all(made).unwrap();
        }
        fs::write(original.join("src/main.rs"), "one").unwrap();
        fs::write(outside.join("lib.rs"), "shared").unwrap();
        let skipped = [original.join("target")];
        let mut tree = Tree::copy(&original, &into, &skipped, std::slice::from_ref(&outside)).unwrap();
        assert!(!tree.path().join(".git").exists());
        assert!(!tree.path().join("target").exists());
        assert_eq!(
            fs::read_to_string(tree.path().join("../shared/lib/lib.rs")).unwrap(),
            "shared"
        );

        let source = original.join("src/main.rs");
        let copy = tree.copy_of(&source).unwrap();
        assert_eq!(tree.original_of(&copy), Some(source.clone()));
        tree.set(&Patched::from([(source.clone(), "two".to_owned())])).unwrap();
        assert_eq!(fs::read_to_string(&copy).unwrap(), "two");
        assert_eq!(fs::read_to_string(&source).unwrap(), "one");
        tree.set(&Patched::new()).unwrap();
        assert_eq!(fs::read_to_string(&copy).unwrap(), "one");
        assert!(
            tree.set(&Patched::from([(outside.join("lib.rs"), String::new())]))
                .is_err()
        );
    }

    #[test]
    fn relative_paths_go_up_and_down() {
        let path = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(path("/a/b/c", "/a/x"), Some("../../x".into()));
        assert_eq!(path("/a/b", "/a/b/c"), None);
    }
}
