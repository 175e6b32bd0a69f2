//! Builds the user's program as it is, plus what measuring needs: line tables, symbols, frame pointers.

mod cargo;
mod clippy;
mod manifest;
mod select;

use crate::error::RecordError;
use crate::recorder::{Launch, UserRoot};
use profile::BuildSettings;
use std::ffi::OsString;
use std::path::PathBuf;

/// What to build. Empty fields mean what they mean to cargo.
#[derive(Clone, Debug, Default)]
pub struct BuildRequest {
    /// `--manifest-path`.
    pub manifest_path: Option<PathBuf>,
    /// `--package`.
    pub package: Option<String>,
    /// Which kind of target.
    pub kind: TargetKind,
    /// `--profile`; `release` when `None`.
    pub profile: Option<String>,
    /// `--features`, as given.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
    /// `--locked`.
    pub locked: bool,
    /// `--offline`.
    pub offline: bool,
    /// `--frozen`.
    pub frozen: bool,
    /// `--jobs`.
    pub jobs: Option<u32>,
    /// `--quiet`: cargo prints errors only.
    pub quiet: bool,
    /// `--target-dir`; the workspace's own when `None`. Builds go to `whyslow/sample` below it.
    pub target_dir: Option<PathBuf>,
    /// Names of clippy's lints to ask for after the build; none, and clippy is not run.
    pub lints: Vec<&'static str>,
    /// What the program is built for.
    pub purpose: Purpose,
    /// Values for cargo's `--config` on top of the user's settings.
    pub settings: Vec<String>,
    /// Flags for rustc behind the user's.
    pub rustflags: Vec<String>,
    /// Where is kept what the compiler was found to be able to; nowhere when `None`.
    pub cache_dir: Option<PathBuf>,
}

/// What a program is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To be sampled: with line tables, symbols and frame pointers, in `whyslow/sample` of the target directory.
    #[default]
    Sample,
    /// To be timed: just as the user builds it, in the target directory itself.
    Timing,
    /// To be traced: instrumented, with line tables and symbols, in `whyslow/trace` of the target directory.
    Trace,
}

/// Which target of the package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TargetKind {
    /// The package's only program, or its `default-run`.
    #[default]
    Default,
    /// `--bin NAME`
    Bin(String),
    /// `--example NAME`
    Example(String),
    /// `--test NAME`
    Test(String),
    /// `--bench NAME`
    Bench(String),
    /// `--lib`: the library's unit tests.
    Lib,
}

/// A built program.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// How to launch it; arguments are still empty.
    pub launch: Launch,
    /// The file with the program's `main`.
    pub source: PathBuf,
    /// The workspace's target directory, without `whyslow`: recordings go to `whyslow/recordings` below it.
    pub target_dir: PathBuf,
}

/// Builds the target that `request` names. Cargo's own progress and messages go to stderr.
///
/// # Errors
/// When there is no such target, or several, or the build fails.
pub fn build(request: &BuildRequest) -> Result<Built, RecordError> {
    build_with(request, None)
}

fn build_with(request: &BuildRequest, refused: Option<&mut Refused>) -> Result<Built, RecordError> {
    let metadata = cargo::metadata(request)?;
    let target = select::target(&metadata, request)?;
    let settings = manifest::settings(&metadata, request)?;
    let artifact = cargo::build(request, &metadata, &target, &settings, refused)?;
    let mut notes = Vec::new();
    let lints = clippy::lints(request, &metadata, &target, &settings).unwrap_or_else(|note| {
        notes.push(note);
        Vec::new()
    });
    let workspace_root = metadata.workspace_root.clone().into_std_path_buf();
    Ok(Built {
        target_dir: cargo::target_dir(request, &metadata),
        source: artifact.source,
        launch: Launch {
            executable: artifact.executable,
            // Cargo runs tests and benches in the package's directory, programs in the user's.
            current_dir: target.runs_in_package_dir().then(|| target.package_dir.clone()),
            args: target.default_args().into_iter().map(OsString::from).collect(),
            env: target.environment(),
            input: None,
            is_output_discarded: false,
            workspace_root: Some(workspace_root),
            user_roots: user_roots(&metadata),
            build: Some(BuildSettings { ..artifact.settings }),
            lints,
            notes,
        },
    })
}

/// Why a build in silence failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// The compiler's first error, else what cargo said.
    pub words: String,
    /// Whether the compiler refuses the text; else something around it failed.
    pub is_by_compiler: bool,
}

/// The same with nothing on stderr.
///
/// # Errors
/// When there is no such target, or several, or the build fails.
pub fn build_quietly(request: &BuildRequest) -> Result<Built, Refused> {
    let mut refused = Refused::default();
    build_with(request, Some(&mut refused)).map_err(|error| match error {
        RecordError::BuildFailed if !refused.words.is_empty() => refused,
        error => Refused {
            words: error.to_string(),
            is_by_compiler: false,
        },
    })
}

/// Workspace members and path dependencies, wherever they lie: packages without a registry or git source.
fn user_roots(metadata: &cargo_metadata::Metadata) -> Vec<UserRoot> {
    metadata
        .packages
        .iter()
        .filter(|package| package.source.is_none())
        .filter_map(|package| {
            let path = package.manifest_path.parent()?.as_std_path().to_owned();
            Some(UserRoot {
                path,
                package: package.name.to_string(),
            })
        })
        .collect()
}
