//! Builds the programs in `tests/programs`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program built with frame pointers and debug information, and `flags`.
pub(crate) fn build(folder: &Path, program: &str, flags: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/programs")
        .join(program);
    let executable = folder.join(source.file_stem().unwrap());
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "-O", "-g", "-Cforce-frame-pointers=yes"])
        .args(flags)
        .arg("-o")
        .args([&executable, &source])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    executable
}
