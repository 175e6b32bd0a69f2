//! Profile-guided optimization: what a run of the program did, in the compiler's own format.

use super::workshop::Unbuilt;
use bench::{Options, Program};
use profile::Message;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TOOL: &str = "llvm-profdata";

/// Where profiles of one build go, and the tool that reads them.
pub(super) struct Profiling {
    tool: PathBuf,
    raw: PathBuf,
    merged: PathBuf,
}

impl Profiling {
    /// Finds a tool that reads what this compiler writes.
    ///
    /// # Errors
    /// What is missing, and how to get it.
    pub(super) fn new(root: &Path, dir: &Path) -> Result<Self, Unbuilt> {
        Ok(Self {
            tool: tool(root)?,
            raw: dir.join("raw"),
            merged: dir.join("merged.profdata"),
        })
    }

    /// The flag for a program that watches itself.
    pub(super) fn generate_flag(&self) -> String {
        format!("-Cprofile-generate={}", self.raw.display())
    }

    /// Runs a program that watches itself; the flag that lets the compiler use what it did.
    ///
    /// # Errors
    /// When the program fails, or leaves no profile that can be read.
    pub(super) fn run(&self, mut program: Program, options: &Options) -> Result<String, Unbuilt> {
        // One file for each process, however many there are.
        let files = self.raw.join("%m-%p.profraw");
        program.env.push(("LLVM_PROFILE_FILE".into(), files.into()));
        bench::runs_alike(&program, options)?;
        if fs::read_dir(&self.raw).map_or(0, Iterator::count) == 0 {
            return Err(Unbuilt::Known(Message::new("tune-no-profile")));
        }
        let mut merge = Command::new(&self.tool);
        merge.arg("merge").arg("-o").arg(&self.merged).arg(&self.raw);
        let output = merge.stdin(Stdio::null()).output()?;
        match output.status.success() {
            true => Ok(format!("-Cprofile-use={}", self.merged.display())),
            false => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

/// The tool that came with the compiler, else one of the system's of the same major version: the format of raw profiles
/// changes between versions, and the tool reads its own only.
fn tool(root: &Path) -> Result<PathBuf, Unbuilt> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = |program: &OsStr, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(root)
            .stdin(Stdio::null())
            .output();
        let output = output.ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let version = said(&rustc, &["-vV"]).unwrap_or_default();
    let wanted = major(&version, "LLVM version: ").ok_or_else(|| Unbuilt::Known(Message::new("tune-llvm-unknown")))?;
    let of_compiler = said(&rustc, &["--print", "target-libdir"])
        .map(|libdir| Path::new(libdir.trim()).with_file_name("bin").join(TOOL))
        .filter(|path| path.is_file());
    if let Some(path) = of_compiler {
        return Ok(path);
    }
    let mut found = Vec::new();
    for name in [format!("{TOOL}-{wanted}"), TOOL.to_owned()] {
        let version = said(OsStr::new(&name), &["--version"]);
        match version.and_then(|version| major(&version, "LLVM version ")) {
            Some(version) if version == wanted => return Ok(name.into()),
            other => found.extend(other),
        }
    }
    let missing = match found.first() {
        None => Message::new("tune-profdata-missing"),
        Some(other) => Message::new("tune-profdata-other")
            .text("found", other.to_string())
            .text("wanted", wanted.to_string()),
    };
    Err(Unbuilt::Known(missing))
}

/// `22` of `LLVM version: 22.1.2`.
fn major(text: &str, before: &str) -> Option<u32> {
    let (_, behind) = text.split_once(before)?;
    let digits = behind.find(|char: char| !char.is_ascii_digit()).unwrap_or(behind.len());
    behind[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_as_rustc_and_llvm_write_them() {
        let rustc = "rustc 1.95.0 (5980761 2026-04-14)\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.2\n";
        assert_eq!(major(rustc, "LLVM version: "), Some(22));
        assert_eq!(
            major("Debian LLVM version 14.0.6\n  Optimized build.", "LLVM version "),
            Some(14)
        );
        assert_eq!(major("no version", "LLVM version "), None);
    }
}
