//! What cargo says about the package around the current directory.

use cargo_metadata::MetadataCommand;
use rustix::fs::{Access, access};
use std::path::{Path, PathBuf};

/// The target directory: the one that the user named, else cargo's; `None` outside of packages.
pub(crate) fn target_dir(named: Option<&Path>, manifest_path: Option<&Path>) -> Option<PathBuf> {
    if let Some(dir) = named {
        return Some(dir.to_owned());
    }
    let mut command = MetadataCommand::new();
    command.no_deps().other_options(vec!["--offline".to_owned()]);
    if let Some(path) = manifest_path {
        command.manifest_path(path);
    }
    Some(command.exec().ok()?.target_directory.into_std_path_buf())
}

/// True when the directory exists and nothing can be created in it.
pub(crate) fn is_read_only(dir: &Path) -> bool {
    dir.is_dir() && access(dir, Access::WRITE_OK).is_err()
}
