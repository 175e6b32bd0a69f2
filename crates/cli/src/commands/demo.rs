//! `cargo whyslow demo`: the two-minute tour on a bundled slow program.

use super::fix::fix_recording;
use super::run::measure;
use crate::args::{DemoArgs, FixArgs, RunArgs, TargetArgs};
use crate::console::Console;
use crate::errors::Failure;
use crate::package::Package;
use crate::places;
use crate::recordings;
use include_dir::{Dir, include_dir};
use profile::Message;
use record::BuildRequest;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The demo's files. Its manifest goes by another name here: cargo would leave out a package inside of a package.
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");
/// Names in [`DEMO`], and in a package.
const RENAMED: [(&str, &str); 2] = [("manifest.toml", "Cargo.toml"), ("lock.toml", "Cargo.lock")];

/// The fixes of the demo gain much: a short look at each is enough.
const FIX_SECONDS: f64 = 10.0;

/// How many orders the program reads while fixes are proved: an eighth of what it was recorded with, for ten runs of each.
const FIX_ORDERS: &str = "30000";

/// Unpacks the bundled program, builds it with what is on this machine, runs it and says where its time goes.
///
/// # Errors
/// When it cannot be unpacked or built.
pub(crate) fn demo(args: &DemoArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let dir = match &args.keep {
        Some(dir) => fresh(dir)?,
        None => of_this_version()?,
    };
    unpack(&DEMO, &dir).map_err(|source| Failure::cannot_write(&dir, source))?;
    console.note(&Message::new("demo-unpacked").text("path", dir.display().to_string()));
    let request = BuildRequest {
        manifest_path: Some(dir.join("Cargo.toml")),
        target_dir: Some(dir.join("target")),
        offline: true,
        quiet: args.output.quiet,
        ..BuildRequest::default()
    };
    let built = record::build(&request)?;
    let run = RunArgs {
        output: args.output.clone(),
        ..RunArgs::default()
    };
    // Not with the package: `report` is to find it from wherever the user stands.
    let measured = measure(&built.launch, &recordings::stores(None), &run, console)?;
    if !args.fix {
        console.note(&Message::new(match args.keep {
            Some(_) => "demo-next-kept",
            None => "demo-next",
        }));
        return Ok(measured.exit);
    }
    let recording = measured
        .recording
        .ok_or_else(|| Failure::new(Message::new("error-no-recording")))?;
    let fix = FixArgs {
        target: TargetArgs::offline_in(dir.join("Cargo.toml"), built.target_dir.clone()),
        only: args.only.clone(),
        max_time: FIX_SECONDS,
        quiet: args.output.quiet,
        args: vec![FIX_ORDERS.into()],
        ..FixArgs::default()
    };
    let package = Package::around(fix.target.manifest_path.as_deref())?;
    console.note(&Message::new("demo-proving"));
    fix_recording(&recording, &fix, &package, &built.target_dir, console)?;
    Ok(measured.exit)
}

/// The directory that the user named, which must be empty: nothing of the user's is overwritten.
fn fresh(dir: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(dir).map_err(|source| Failure::cannot_write(dir, source))?;
    let dir = fs::canonicalize(dir).map_err(|source| Failure::cannot_write(dir, source))?;
    let mut entries = fs::read_dir(&dir).map_err(|source| Failure::cannot_write(&dir, source))?;
    if entries.next().is_some() {
        let message = Message::new("demo-not-empty").text("path", dir.display().to_string());
        return Err(Failure::new(message).with_help(Message::new("help-demo-not-empty")));
    }
    Ok(dir)
}

/// A directory of the tool's own, in the cache, failing that the temporary one.
fn of_this_version() -> Result<PathBuf, Failure> {
    let name = concat!("demo-", env!("CARGO_PKG_VERSION"));
    let candidates = places::cache_dir().into_iter().chain([places::temporary_dir()]);
    let mut refusal = None;
    for parent in candidates {
        let dir = parent.join(name);
        match places::create_private_dir(&parent).and_then(|()| places::create_private_dir(&dir)) {
            Ok(()) => return Ok(dir),
            Err(source) => refusal = refusal.or(Some(Failure::cannot_write(&dir, source))),
        }
    }
    Err(refusal.unwrap_or_else(|| unreachable!("the temporary directory is always tried")))
}

fn unpack(dir: &Dir<'_>, to: &Path) -> io::Result<()> {
    for file in dir.files() {
        let name = file.path().to_str().unwrap_or_default();
        let renamed = RENAMED.iter().find(|(here, _)| *here == name);
        let path = to.join(renamed.map_or(name, |(_, there)| there));
        // An unchanged file keeps its time, so that cargo need not build again.
        if fs::read(&path).is_ok_and(|present| present == file.contents()) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, file.contents())?;
    }
    dir.dirs().try_for_each(|dir| unpack(dir, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_unpacks_to_a_package() {
        let dir = tempfile::tempdir().unwrap();
        unpack(&DEMO, dir.path()).unwrap();
        for file in ["Cargo.toml", "Cargo.lock", "src/main.rs"] {
            assert!(dir.path().join(file).is_file(), "{file}");
        }
        assert!(!dir.path().join("manifest.toml").exists());
    }

    #[test]
    fn a_directory_in_use_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(fresh(&dir.path().join("new")).is_ok());
        assert!(fresh(dir.path()).is_err());
    }
}
