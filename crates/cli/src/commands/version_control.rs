//! Writes what was proved to the user's files, where version control can undo it.

use crate::errors::Failure;
use fix::Patch;
use profile::Message;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Refuses to write where the user could not undo it, as `cargo fix` does.
///
/// # Errors
/// When there is no version control, or changes are not committed, and the flags do not allow that.
pub(super) fn check_allowed(root: &Path, allow_dirty: bool, allow_no_vcs: bool) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(root)
        .args(["status", "--porcelain", "--untracked-files=no"]);
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output();
    match output.ok().filter(|output| output.status.success()) {
        None if !allow_no_vcs => Err(Failure::new(Message::new("error-no-vcs")).with_help(Message::new("help-no-vcs"))),
        Some(output) if !output.stdout.is_empty() && !allow_dirty => {
            Err(Failure::new(Message::new("error-dirty")).with_help(Message::new("help-dirty")))
        }
        _ => Ok(()),
    }
}

/// Writes the patch; the files that were written.
///
/// # Errors
/// When a file cannot be read or written. Files are replaced one by one, each in one step.
pub(super) fn write_patch(patch: &Patch) -> anyhow::Result<Vec<String>> {
    let patched = patch.applied()?;
    for (path, text) in &patched {
        let beside = path.with_extension("whyslow-new");
        let written = fs::write(&beside, text)
            .and_then(|()| fs::set_permissions(&beside, fs::metadata(path)?.permissions()))
            .and_then(|()| fs::rename(&beside, path));
        if let Err(source) = written {
            let _ = fs::remove_file(&beside);
            return Err(Failure::cannot_write(path, source).into());
        }
    }
    Ok(patched.keys().map(|path| path.display().to_string()).collect())
}

/// The patch as unified diffs, with paths relative to `root`.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn diffs(patch: &Patch, root: &Path) -> anyhow::Result<Vec<String>> {
    let patched = patch.applied()?;
    let diff = |(path, after): (&std::path::PathBuf, &String)| {
        let before = fs::read_to_string(path)?;
        Ok(fix::diff(path.strip_prefix(root).unwrap_or(path), &before, after))
    };
    patched.iter().map(diff).collect()
}
