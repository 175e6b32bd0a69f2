//! Sources of git revisions, in clones beside the builds: the user's tree and index are not touched.

use crate::errors::Failure;
use crate::package::Package;
use anyhow::Context;
use profile::Message;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A commit of the repository around a package.
pub(super) struct Commit {
    hash: String,
    /// The package's directory, relative to the repository's.
    package: PathBuf,
    repository: PathBuf,
}

impl Commit {
    /// Its hash, as short as people write it.
    pub(super) fn short(&self) -> &str {
        &self.hash[..self.hash.len().min(7)]
    }
}

/// The commit that `revision` names; `None` when it names none or there is no repository.
pub(super) fn commit(revision: &str, manifest_path: Option<&Path>) -> Option<Commit> {
    let package = manifest_path
        .and_then(Path::parent)
        .filter(|dir| !dir.as_os_str().is_empty());
    let package = package.unwrap_or(Path::new(".")).canonicalize().ok()?;
    let repository = PathBuf::from(git(&package, ["rev-parse", "--show-toplevel"])?)
        .canonicalize()
        .ok()?;
    let name = format!("{revision}^{{commit}}");
    let hash = git(
        &package,
        ["rev-parse", "--verify", "--quiet", "--end-of-options", &name],
    )?;
    Some(Commit {
        package: package.strip_prefix(&repository).ok()?.to_owned(),
        hash,
        repository,
    })
}

/// Checks the commit out below `store`, unless that was done before; the manifest of the same package there.
///
/// # Errors
/// When git fails.
pub(super) fn checked_out(commit: &Commit, store: &Path, manifest_path: Option<&Path>) -> anyhow::Result<PathBuf> {
    let outside = outside_of(&commit.repository, manifest_path);
    let place = store.join("source").join(&commit.hash);
    let dir = fix::place_of_copy(&commit.repository, &place, &outside);
    let manifest = dir.join(&commit.package).join(
        manifest_path
            .and_then(Path::file_name)
            .unwrap_or(OsStr::new("Cargo.toml")),
    );
    if git(&dir, ["rev-parse", "HEAD"]).as_ref() == Some(&commit.hash) {
        return Ok(manifest);
    }
    // What an interrupted run left.
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
    let clone = [
        OsStr::new("clone"),
        OsStr::new("--quiet"),
        OsStr::new("--shared"),
        OsStr::new("--no-checkout"),
    ];
    run(
        &commit.repository,
        clone
            .into_iter()
            .chain([commit.repository.as_os_str(), dir.as_os_str()]),
    )?;
    fix::link_outside(&commit.repository, &dir, &outside)?;
    run(&dir, ["checkout", "--quiet", "--detach", &commit.hash].map(OsStr::new))?;
    Ok(manifest)
}

/// Path dependencies outside of the repository, as the working tree has them: a revision's are taken to be the same.
fn outside_of(repository: &Path, manifest_path: Option<&Path>) -> Vec<PathBuf> {
    // A working tree that cargo cannot read need not keep its revisions from being compared.
    let outside = Package::around(manifest_path)
        .map(|package| package.outside)
        .unwrap_or_default();
    outside.into_iter().filter(|dir| !dir.starts_with(repository)).collect()
}

/// What git prints, in one line; `None` when it fails.
fn git<'a>(dir: &Path, args: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(dir)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}

fn run<'a>(dir: &Path, args: impl IntoIterator<Item = &'a OsStr>) -> anyhow::Result<()> {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(args).stdin(Stdio::null());
    let output = command.output().context("git")?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    Err(Failure::new(Message::new("error-git").text("reason", reason)).into())
}
