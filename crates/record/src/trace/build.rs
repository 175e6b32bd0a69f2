//! What the compiler must be told so that a program can be traced.

use std::path::Path;

/// Flags for rustc, behind the user's: LLVM's ThreadSanitizer pass for all functions, and our runtime in place of its own.
///
/// A write that reads its place before is one call that says so; unwinding is left as it is, because entries and exits
/// need not match here.
pub(crate) fn flags(runtime: &Path) -> Vec<String> {
    let folder = runtime.parent().unwrap_or(Path::new("/"));
    let mut flags: Vec<String> = [
        "-Cpasses=forceattrs",
        "-Cpasses=tsan",
        "-Cllvm-args=-force-attribute=sanitize_thread",
        "-Cllvm-args=-tsan-compound-read-before-write",
        "-Cllvm-args=-tsan-handle-cxx-exceptions=0",
        "-Cforce-frame-pointers=yes",
    ]
    .map(str::to_owned)
    .into();
    flags.push(format!("-Clink-arg={}", runtime.display()));
    flags.push(format!("-Clink-arg=-Wl,-rpath,{}", folder.display()));
    flags
}
