//! Which program: cargo's own target flags, or a finished executable.

use clap::Args;
use record::{BuildRequest, Purpose, TargetKind};
use std::path::PathBuf;

/// Which program to run, and how cargo builds it.
#[derive(Args, Clone, Debug, Default, PartialEq)]
#[command(next_help_heading = "Program")]
#[group(skip)]
pub(crate) struct TargetArgs {
    /// Run a finished ELF executable instead of building a package
    #[arg(long, value_name = "PATH", conflicts_with_all = BUILD_FLAGS)]
    pub(crate) exe: Option<PathBuf>,

    /// Package that holds the program
    #[arg(short, long, value_name = "SPEC")]
    package: Option<String>,

    /// Run this binary
    #[arg(long, value_name = "NAME", group = "kind")]
    pub(crate) bin: Option<String>,

    /// Run this example
    #[arg(long, value_name = "NAME", group = "kind")]
    example: Option<String>,

    /// Run this integration test
    #[arg(long, value_name = "NAME", group = "kind")]
    test: Option<String>,

    /// Run this benchmark
    #[arg(long, value_name = "NAME", group = "kind")]
    pub(crate) bench: Option<String>,

    /// Run the library's unit tests
    #[arg(long, group = "kind")]
    lib: bool,

    /// Build with the release profile (the default)
    #[arg(short, long, conflicts_with = "profile")]
    release: bool,

    /// Build with this profile
    #[arg(long, value_name = "PROFILE-NAME")]
    profile: Option<String>,

    #[command(flatten)]
    features: clap_cargo::Features,

    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,

    /// Directory for all generated artifacts
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) target_dir: Option<PathBuf>,

    /// Assert that Cargo.lock will remain unchanged
    #[arg(long)]
    locked: bool,

    /// Run without accessing the network
    #[arg(long)]
    offline: bool,

    /// Equivalent to specifying both --locked and --offline
    #[arg(long)]
    frozen: bool,

    /// Number of parallel build jobs
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Option<u32>,

    /// Do not ask clippy about the hot lines
    #[arg(long)]
    no_clippy: bool,
}

/// Everything that only makes sense when cargo builds.
const BUILD_FLAGS: [&str; 18] = [
    "package",
    "bin",
    "example",
    "test",
    "bench",
    "lib",
    "release",
    "profile",
    "all_features",
    "no_default_features",
    "features",
    "manifest_path",
    "target_dir",
    "locked",
    "offline",
    "frozen",
    "jobs",
    "no_clippy",
];

impl TargetArgs {
    /// The only program of a package, built with what is on this machine.
    pub(crate) fn offline_in(manifest_path: PathBuf, target_dir: PathBuf) -> Self {
        Self {
            manifest_path: Some(manifest_path),
            target_dir: Some(target_dir),
            offline: true,
            ..Self::default()
        }
    }

    /// What cargo is asked for.
    pub(crate) fn build_request(&self, is_quiet: bool) -> BuildRequest {
        BuildRequest {
            manifest_path: self.manifest_path.clone(),
            package: self.package.clone(),
            kind: self.kind(),
            profile: self.profile.clone(),
            features: self.features.features.clone(),
            all_features: self.features.all_features,
            no_default_features: self.features.no_default_features,
            locked: self.locked,
            offline: self.offline,
            frozen: self.frozen,
            jobs: self.jobs,
            quiet: is_quiet,
            target_dir: self.target_dir.clone(),
            purpose: Purpose::default(),
            settings: Vec::new(),
            rustflags: Vec::new(),
            cache_dir: None,
            lints: if self.no_clippy {
                Vec::new()
            } else {
                diagnose::clippy_lints()
            },
        }
    }

    /// What `cargo test` is asked for: the tests of the same package with the same features.
    pub(crate) fn test_flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if let Some(package) = &self.package {
            flags.extend(["--package".to_owned(), package.clone()]);
        }
        if !self.features.features.is_empty() {
            flags.extend(["--features".to_owned(), self.features.features.join(",")]);
        }
        let switches = [
            (self.features.all_features, "--all-features"),
            (self.features.no_default_features, "--no-default-features"),
            (self.locked, "--locked"),
            (self.offline, "--offline"),
            (self.frozen, "--frozen"),
        ];
        flags.extend(
            switches
                .into_iter()
                .filter(|(is_set, _)| *is_set)
                .map(|(_, flag)| flag.to_owned()),
        );
        flags
    }

    fn kind(&self) -> TargetKind {
        let named = [
            (&self.bin, TargetKind::Bin as fn(String) -> TargetKind),
            (&self.example, TargetKind::Example),
            (&self.test, TargetKind::Test),
            (&self.bench, TargetKind::Bench),
        ];
        let named = named.into_iter().find_map(|(name, kind)| name.clone().map(kind));
        named.unwrap_or(if self.lib { TargetKind::Lib } else { TargetKind::Default })
    }
}
