//! Compiler flags that keep Rust's allocator entry points whole.
//!
//! Where a program has a `#[global_allocator]`, `__rust_alloc` and the other three are ordinary functions of the crate that
//! declares it, and inlined there. With these flags they are called instead, which costs about a nanosecond, and every
//! allocation can be watched, whatever the allocator, and also after optimization at link time.

use object::{Object, ObjectSymbol, ReadCache, read::archive::ArchiveFile};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The entry points as compilers mangle them, behind a prefix that differs from compiler to compiler.
const NAMES: [&str; 4] = [
    "12___rust_alloc",
    "14___rust_dealloc",
    "14___rust_realloc",
    "19___rust_alloc_zeroed",
];

/// Flags for `RUSTFLAGS`, for the compiler that `rustc` is in `directory`. Empty when it is not as expected.
pub(crate) fn entry_point_flags(rustc: &OsStr, directory: &Path, target: &str) -> Vec<String> {
    let Some(prefix) = library_folder(rustc, directory, target).and_then(|folder| prefix_in(&folder)) else {
        return Vec::new();
    };
    // LLVM forces attributes at the very start of its pipeline (`ForceFunctionAttrs`).
    let flag = |name| format!("-Cllvm-args=-force-attribute={prefix}{name}:noinline");
    NAMES.into_iter().map(flag).collect()
}

fn library_folder(rustc: &OsStr, directory: &Path, target: &str) -> Option<PathBuf> {
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(directory)
        .output()
        .ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(folder.trim()))
}

/// The prefix as the `alloc` crate of this compiler uses it.
fn prefix_in(folder: &Path) -> Option<String> {
    let is_alloc = |path: &PathBuf| {
        let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        name.starts_with("liballoc-") && name.ends_with(".rlib")
    };
    let library = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(is_alloc)?;
    let cache = ReadCache::new(File::open(library).ok()?);
    let archive = ArchiveFile::parse(&cache).ok()?;
    archive.members().flatten().find_map(|member| {
        let object = object::File::parse(member.data(&cache).ok()?).ok()?;
        object
            .symbols()
            .find_map(|symbol| Some(symbol.name().ok()?.strip_suffix(NAMES[0])?.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_compiler_has_all_four() {
        let flags = entry_point_flags(OsStr::new("rustc"), Path::new("."), "x86_64-unknown-linux-gnu");
        assert_eq!(flags.len(), 4);
        assert!(
            flags[3].starts_with("-Cllvm-args=-force-attribute=_R")
                && flags[3].ends_with("19___rust_alloc_zeroed:noinline")
        );
    }

    #[test]
    fn an_unknown_compiler_gives_no_flags() {
        assert!(
            entry_point_flags(
                OsStr::new("/nonexistent/rustc"),
                Path::new("."),
                "x86_64-unknown-linux-gnu"
            )
            .is_empty()
        );
        assert!(entry_point_flags(OsStr::new("rustc"), Path::new("."), "no-such-target").is_empty());
    }
}
