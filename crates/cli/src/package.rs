//! What cargo says about the package around the current directory.

use cargo_metadata::MetadataCommand;
use record::RecordError;
use rustix::fs::{Access, access};
use std::fs;
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

/// The package around us, and what belongs to it.
pub(crate) struct Package {
    /// Its manifest, or the workspace's.
    pub(crate) manifest: PathBuf,
    /// Root of the workspace.
    pub(crate) workspace_root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target_dir: PathBuf,
    /// Path dependencies outside of the workspace.
    pub(crate) outside: Vec<PathBuf>,
}

impl Package {
    /// The package of the manifest, or of the current directory.
    ///
    /// # Errors
    /// When there is none, or cargo refuses it.
    pub(crate) fn around(manifest_path: Option<&Path>) -> Result<Self, RecordError> {
        let mut command = MetadataCommand::new();
        if let Some(path) = manifest_path {
            command.manifest_path(path);
        }
        let metadata = command.exec().map_err(|error| match error {
            cargo_metadata::Error::CargoMetadata { stderr } => RecordError::Metadata(stderr.trim().to_owned()),
            other => RecordError::Metadata(other.to_string()),
        })?;
        let workspace_root = metadata.workspace_root.clone().into_std_path_buf();
        let manifest = match (manifest_path, metadata.root_package()) {
            (Some(path), _) => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            (None, Some(package)) => package.manifest_path.clone().into_std_path_buf(),
            (None, None) => workspace_root.join("Cargo.toml"),
        };
        let local = metadata.packages.iter().filter(|package| package.source.is_none());
        let dirs = local.filter_map(|package| Some(package.manifest_path.parent()?.as_std_path().to_owned()));
        Ok(Self {
            outside: dirs.filter(|dir| !dir.starts_with(&workspace_root)).collect(),
            manifest,
            workspace_root,
            target_dir: metadata.target_directory.into_std_path_buf(),
        })
    }
}

/// Whether the benchmark of that name is one of the standard library's `#[bench]`, which stable compilers refuse.
pub(crate) fn needs_nightly(bench: &str, manifest_path: &Path) -> bool {
    let mut command = MetadataCommand::new();
    command.no_deps().manifest_path(manifest_path);
    let Ok(metadata) = command.exec() else { return false };
    let mut targets = metadata.packages.iter().flat_map(|package| &package.targets);
    targets.any(|target| {
        let is_it = target.is_bench() && target.name == bench;
        is_it && fs::read_to_string(&target.src_path).is_ok_and(|text| text.contains("feature(test)"))
    })
}

/// True when the directory exists and nothing can be created in it.
pub(crate) fn is_read_only(dir: &Path) -> bool {
    dir.is_dir() && access(dir, Access::WRITE_OK).is_err()
}
