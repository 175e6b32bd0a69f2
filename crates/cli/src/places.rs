//! Directories of the tool's own outside any package.

use rustix::process::geteuid;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The user's cache directory for this tool: below `XDG_CACHE_HOME`, else below `HOME`; `None` when neither is set to
/// an absolute path, as the XDG base directory specification demands.
pub(crate) fn cache_dir() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(base.join("whyslow"))
}

/// A directory of this user's below the system's one for temporary files.
pub(crate) fn temporary_dir() -> PathBuf {
    std::env::temp_dir().join(format!("whyslow-{}", geteuid().as_raw()))
}

/// The first of both that can be used; `None` when neither can.
pub(crate) fn usable_dir() -> Option<PathBuf> {
    let candidates = cache_dir().into_iter().chain([temporary_dir()]);
    candidates.into_iter().find(|dir| create_private_dir(dir).is_ok())
}

/// True for the directories of [`cache_dir`] and [`temporary_dir`].
pub(crate) fn is_own_dir(dir: &Path) -> bool {
    dir == temporary_dir() || Some(dir) == cache_dir().as_deref()
}

/// Creates a directory that only this user can enter. Anybody can create names in the directory for temporary files, so
/// one that exists there already must be this user's own.
///
/// # Errors
/// When it cannot be created, or belongs to somebody else.
pub(crate) fn create_private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() && metadata.uid() == geteuid().as_raw() {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it belongs to another user",
        ))
    }
}
