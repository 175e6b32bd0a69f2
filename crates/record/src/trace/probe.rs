//! Asks the user's compiler, before a long build, whether its callbacks reach the runtime: their names are LLVM's own.

use super::{TraceOptions, build, caches, raw, run};
use crate::error::RecordError;
use crate::library::TRACE_RUNTIME;
use crate::recorder::{Launch, Progress, Stage};
use profile::AccessKind;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reads and writes so often in a loop.
const N_ROUNDS: u64 = 1000;

/// Ten lines that make each kind of call.
const PROGRAM: &str = r#"
use std::hint::black_box;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::*};
#[inline(never)]
fn plain(v: &mut [u64; 4], n: u64) { for i in 0..n { let at = black_box(i as usize % 4); v[at] = v[at].rotate_left(3) ^ i; } }
#[inline(never)]
fn copy(a: &[u8], b: &mut [u8]) { b.copy_from_slice(a); b.fill(7); }
macro_rules! atomics { ($a:expr) => {{ let a = $a; a.store(1, SeqCst); a.swap(2, SeqCst); a.fetch_add(1, SeqCst); a.fetch_sub(1, SeqCst);
    a.fetch_and(3, SeqCst); a.fetch_or(4, SeqCst); a.fetch_xor(1, SeqCst); a.fetch_nand(2, SeqCst);
    let _ = a.compare_exchange(1, 2, SeqCst, SeqCst); let _ = a.compare_exchange_weak(1, 2, SeqCst, SeqCst); a.load(SeqCst) }} }
fn main() {
    let mut v = black_box([1u64; 4]);
    plain(black_box(&mut v), black_box(1000));
    let a = black_box(vec![1u8; 100]);
    let mut b = black_box(vec![0u8; 100]);
    copy(black_box(&a), black_box(&mut b));
    let packed = black_box([1u8; 64]);
    let p = black_box(packed.as_ptr());
    // SAFETY: reads inside of the array.
    let odd = unsafe { p.add(1).cast::<u64>().read_unaligned() ^ u64::from(p.add(3).cast::<u32>().read_unaligned())
        ^ u64::from(p.add(5).cast::<u16>().read_unaligned()) ^ p.add(7).cast::<u128>().read_unaligned() as u64 };
    let (a8, a16, a32, a64) = (AtomicU8::new(0), AtomicU16::new(0), AtomicU32::new(0), AtomicU64::new(0));
    let n = u64::from(atomics!(black_box(&a8))) + u64::from(atomics!(black_box(&a16)))
        + u64::from(atomics!(black_box(&a32))) + atomics!(black_box(&a64));
    std::sync::atomic::fence(SeqCst);
    black_box((v, b, odd, n));
}
"#;

/// Compiles and runs the ten lines with the compiler that builds in `directory`, unless `cache_dir` says that it did so before.
///
/// # Errors
/// When the compiler refuses the flags, the linker misses a callback, or none arrives.
pub(crate) fn check(
    rustc: &OsStr,
    directory: &Path,
    target: &str,
    runtime: &Path,
    cache_dir: Option<&Path>,
) -> Result<(), RecordError> {
    let compiler = version(rustc, directory);
    let refused = |reason: String| RecordError::TraceUnsupported {
        compiler: compiler.clone(),
        reason,
    };
    if target != "x86_64-unknown-linux-gnu" {
        return Err(refused(format!("{target} is not x86_64-unknown-linux-gnu")));
    }
    let mark = cache_dir.map(|dir| mark(dir, &compiler));
    if mark.as_ref().is_some_and(|mark| mark.is_file()) {
        return Ok(());
    }
    let folder = Scratch::new().map_err(|source| RecordError::System {
        what: "failed-making-folder",
        source,
    })?;
    let source = folder.0.join("probe.rs");
    let program = folder.0.join("probe");
    fs::write(&source, PROGRAM).map_err(|source| RecordError::Write {
        path: folder.0.clone(),
        source,
    })?;
    let output = Command::new(rustc)
        .current_dir(directory)
        .arg(&source)
        .args([
            "--edition=2021",
            "--target",
            target,
            "-Copt-level=2",
            "-Cdebuginfo=0",
            "-o",
        ])
        .arg(&program)
        .args(build::flags(runtime))
        .env_remove("RUSTFLAGS")
        .output()
        .map_err(|source| RecordError::Cargo { source })?;
    if !output.status.success() {
        return Err(refused(first_words(&String::from_utf8_lossy(&output.stderr))));
    }
    let launch = Launch {
        executable: program,
        ..Launch::default()
    };
    let caches = caches::model(None, &crate::machine())?;
    let (profile, arena, _) = run(&launch, &TraceOptions::default(), &caches, &mut Unseen)?;
    let raw = raw::read(&arena);
    let n_changed = raw.sites.values().filter(|site| site.count >= N_ROUNDS / 4);
    let n_changed: u64 = n_changed
        .filter(|site| matches!(site.kind, AccessKind::ReadWrite | AccessKind::Write))
        .map(|site| site.count)
        .sum();
    let n_atomics = raw.sites.values().filter(|site| site.kind.is_atomic()).count();
    if profile.run.exit != profile::Exit::Code(0) || n_changed < N_ROUNDS || n_atomics == 0 {
        return Err(refused(format!(
            "the probe ended with {:?}, {n_changed} of {N_ROUNDS} writes and {n_atomics} atomic operations arrived",
            profile.run.exit
        )));
    }
    if let Some(mark) = mark {
        // Without the mark the next run probes again.
        let _ = mark.parent().map(fs::create_dir_all);
        let _ = fs::write(mark, compiler);
    }
    Ok(())
}

/// The compiler's release and LLVM's, as it tells them.
fn version(rustc: &OsStr, directory: &Path) -> String {
    let output = Command::new(rustc).arg("-vV").current_dir(directory).output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let of = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key))
            .unwrap_or("?")
            .trim()
            .to_owned()
    };
    let hash: String = of("commit-hash:").chars().take(9).collect();
    format!("rustc {} ({hash}), LLVM {}", of("release:"), of("LLVM version:"))
}

fn mark(cache_dir: &Path, compiler: &str) -> PathBuf {
    let plain: String = compiler
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    cache_dir
        .join("trace-probes")
        .join(format!("{plain}-{:016x}", TRACE_RUNTIME.hash()))
}

/// What went wrong, out of the compiler's or linker's words.
fn first_words(stderr: &str) -> String {
    let telling = |line: &&str| line.contains("undefined") || line.starts_with("error") || line.contains("nknown");
    let words = stderr
        .lines()
        .filter(|line| !line.contains("linking with"))
        .find(telling);
    words
        .or_else(|| stderr.lines().next())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// A private folder for temporary files, removed when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let parent = std::env::temp_dir();
        for number in 0..100 {
            let path = parent.join(format!("whyslow-probe-{}-{number}", std::process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self(path)),
            }
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Nobody is told of the probe's run.
struct Unseen;

impl Progress for Unseen {
    fn stage(&mut self, _: Stage) {}
}
