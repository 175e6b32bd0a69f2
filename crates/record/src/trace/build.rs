//! What the compiler must be told so that a program can be traced.

use std::path::Path;

/// Flags for rustc, behind the user's: LLVM's ThreadSanitizer pass for all functions, and our runtime in place of its own.
///
/// A write that reads its place before is one call that says so; unwinding is left as it is, because entries and exits
/// need not match here. Nothing is done at exits: declared to have no effect, their calls are removed again, and what was
/// the last call of a function may be its end again.
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
    // Called by way of their addresses, without a detour through a table of jumps; forced where the pass has declared them.
    flags.push("-Cpasses=forceattrs".to_owned());
    flags.extend(hot_callbacks().map(|name| format!("-Cllvm-args=-force-attribute={name}:nonlazybind")));
    let without_effect = ["memory", "willreturn", "nounwind"];
    flags.extend(without_effect.map(|attribute| format!("-Cllvm-args=-force-attribute=__tsan_func_exit:{attribute}")));
    flags.push("-Cpasses=dce".to_owned());
    flags.push(format!("-Clink-arg={}", runtime.display()));
    flags.push(format!("-Clink-arg=-Wl,-rpath,{}", folder.display()));
    flags
}

/// The callbacks that programs make most.
fn hot_callbacks() -> impl Iterator<Item = String> {
    let accesses = [
        "read",
        "write",
        "read_write",
        "unaligned_read",
        "unaligned_write",
        "unaligned_read_write",
    ];
    let sized = accesses
        .into_iter()
        .flat_map(|access| [1, 2, 4, 8, 16].map(|bytes| format!("__tsan_{access}{bytes}")));
    let others = ["func_entry", "memcpy", "memset"];
    sized.chain(others.map(|name| format!("__tsan_{name}")))
}
