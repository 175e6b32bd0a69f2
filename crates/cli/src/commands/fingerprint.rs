//! What verdicts depend on: sources, settings and inputs. While none of it changes, verdicts of earlier runs hold.

use crate::args::TargetArgs;
use crate::package::Package;
use fix::{Fingerprint, Tree};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// Variables from which cargo and rustc take settings begin with these, or are these.
const VARIABLES: [&str; 5] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
];

/// The fingerprint of the package as it is, of what builds it, and of this tool; `inputs` are files that the program may
/// read.
///
/// # Errors
/// When a source cannot be read.
pub(super) fn of(
    target: &TargetArgs,
    package: &Package,
    tree: &Tree,
    skipped: &[PathBuf],
    inputs: impl Iterator<Item = PathBuf>,
) -> io::Result<Fingerprint> {
    let mut fingerprint = Fingerprint::default()
        .with(tool())
        .with(compiler(&package.workspace_root))
        .with(variables())
        .with(format!("{target:?}"));
    for path in inputs.chain(configurations(&package.workspace_root)) {
        fingerprint = fingerprint.with_file(&path);
    }
    fingerprint = fingerprint.with_files(tree.path(), skipped)?;
    for dir in &package.outside {
        let built = dir.join("target");
        fingerprint = fingerprint.with_files(dir, &[built])?;
    }
    Ok(fingerprint)
}

/// Which tool judges: its version, and which build of it, since another one of the same version may judge otherwise.
fn tool() -> (&'static str, Option<(u64, Option<SystemTime>)>) {
    let executable = std::env::current_exe().and_then(std::fs::metadata);
    let build = executable.map(|metadata| (metadata.len(), metadata.modified().ok()));
    (env!("CARGO_PKG_VERSION"), build.ok())
}

/// Which compiler builds the package.
fn compiler(root: &Path) -> Vec<u8> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let output = rustc.arg("-vV").current_dir(root).stdin(Stdio::null()).output();
    output.map(|output| output.stdout).unwrap_or_default()
}

fn variables() -> Vec<(OsString, OsString)> {
    let is_setting = |name: &OsString| {
        let name = name.to_string_lossy();
        // Where builds go changes nothing.
        name != "CARGO_TARGET_DIR" && VARIABLES.iter().any(|start| name.starts_with(start))
    };
    let mut found: Vec<_> = std::env::vars_os().filter(|(name, _)| is_setting(name)).collect();
    found.sort();
    found
}

/// Where cargo looks for its configuration, outside of the workspace as well (cargo's reference, "Configuration").
fn configurations(root: &Path) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let dirs = root.ancestors().map(|dir| dir.join(".cargo")).chain(home);
    dirs.flat_map(|dir| [dir.join("config.toml"), dir.join("config")])
        .collect()
}
