//! Builds the agent and the trace runtime, shared libraries, with one plain call of `rustc` for each and one for `wire`.
//!
//! No cargo inside cargo: no lock to wait for, no registry to ask, no flags of the user's own (a wrapper, coverage, a
//! sanitizer, another linker script) in a library that replaces `malloc`.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

const EDITION: &str = "2024";

/// Folders of the libraries' crates, and what they become.
const LIBRARIES: [(&str, &str); 2] = [("agent", "whyslow_agent"), ("trace-rt", "whyslow_trace")];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let manifest_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let source = |name: &str| manifest_dir.join("..").join(name).join("src");
    for name in LIBRARIES.map(|(name, _)| name).into_iter().chain(["wire"]) {
        println!("cargo::rerun-if-changed={}", source(name).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    let is_supported = env::var("TARGET").as_deref() == Ok("x86_64-unknown-linux-gnu");
    let wire = out.join("libwire.rlib");
    if is_supported {
        run(rustc("wire", &source("wire").join("lib.rs"))
            .args(["--crate-type", "rlib", "-o"])
            .arg(&wire))?;
    }
    for (folder, name) in LIBRARIES {
        let library = out.join(format!("lib{name}.so"));
        if is_supported {
            build(name, &source(folder), &wire, &library)?;
        } else {
            // An empty library means: none on this platform.
            std::fs::write(&library, [])?;
        }
    }
    Ok(())
}

fn build(name: &str, source: &Path, wire: &Path, library: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = rustc(name, &source.join("lib.rs"));
    command.args(["--crate-type", "cdylib", "-o"]).arg(library);
    command.arg("--extern").arg(format!("wire={}", wire.display()));
    // Also drops the parts of core that ask for std's unwinding.
    command.args(["-C", "lto=fat"]);
    // Its own functions before those of the program, no lazy binding in a signal handler, no library but libc.
    for argument in ["-Wl,-Bsymbolic", "-Wl,-z,now", "-Wl,--no-undefined", "-Wl,-z,nodelete"] {
        command.arg("-C").arg(format!("link-arg={argument}"));
    }
    command.arg("-C").arg(format!("link-arg=-Wl,-soname,lib{name}.so"));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        command.arg("-C").arg(format!("linker={}", linker.display()));
    }
    run(&mut command)
}

/// The compiler with the flags that both crates need.
fn rustc(name: &str, source: &Path) -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command
        .args(["--crate-name", name, "--edition", EDITION, "--cap-lints", "allow"])
        .arg(source);
    for option in [
        "opt-level=3",
        "panic=abort",
        "codegen-units=1",
        "debuginfo=0",
        // Names of functions stay, for stacks that end in the agent; the source paths of core go.
        "strip=debuginfo",
        // The hooks find their caller by their own frame, so every one of them must have it from its first instruction.
        "force-frame-pointers=yes",
        "llvm-args=-enable-shrink-wrap=false",
        // A thread that is cancelled while it waits is unwound through the hook.
        "force-unwind-tables=yes",
    ] {
        command.args(["-C", option]);
    }
    command
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("{command:?} failed: {}", output.status).into())
}
