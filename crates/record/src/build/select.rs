//! Finds the cargo target that a request means, by `cargo run`'s rules.

use super::{BuildRequest, TargetKind};
use crate::error::RecordError;
use cargo_metadata::{Artifact, Metadata, Package, PackageId, TargetKind as CargoKind};
use profile::Message;
use std::ffi::OsString;
use std::path::PathBuf;

/// One target of one package.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) package_id: PackageId,
    pub(super) package_spec: String,
    pub(super) package_dir: PathBuf,
    package: String,
    version: String,
    kind: TargetKind,
}

pub(super) fn target(metadata: &Metadata, request: &BuildRequest) -> Result<Target, RecordError> {
    let packages = packages(metadata, request)?;
    let candidates: Vec<(&Package, TargetKind)> = packages
        .iter()
        .flat_map(|&package| matching(package, &request.kind))
        .collect();
    match candidates.as_slice() {
        [(package, kind)] => Ok(Target {
            package_id: package.id.clone(),
            package_spec: format!("{}@{}", package.name, package.version),
            package_dir: package
                .manifest_path
                .parent()
                .map(|dir| dir.as_std_path().to_owned())
                .unwrap_or_default(),
            package: package.name.to_string(),
            version: package.version.to_string(),
            kind: kind.clone(),
        }),
        [] => Err(nothing(&packages, &request.kind)),
        several => Err(RecordError::Ambiguous {
            choices: choices(several),
        }),
    }
}

/// The packages to look into: `--package`, else the one of the manifest, else the workspace's default members.
fn packages<'a>(metadata: &'a Metadata, request: &BuildRequest) -> Result<Vec<&'a Package>, RecordError> {
    let members = metadata.workspace_packages();
    if let Some(name) = &request.package {
        let bare = name.split('@').next().unwrap_or(name);
        let found: Vec<_> = members
            .iter()
            .copied()
            .filter(|package| package.name.as_str() == bare)
            .collect();
        if found.is_empty() {
            let known: Vec<String> = members.iter().map(|package| package.name.to_string()).collect();
            return Err(RecordError::NothingToRun {
                package: name.clone(),
                kind: Message::new("target-package"),
                advice: Message::new("advice-workspace-has").text("packages", known.join(", ")),
            });
        }
        return Ok(found);
    }
    if let Some(root) = metadata.root_package() {
        return Ok(vec![root]);
    }
    let defaults = if metadata.workspace_default_members.is_available() {
        metadata.workspace_default_packages()
    } else {
        Vec::new()
    };
    Ok(if defaults.is_empty() { members } else { defaults })
}

fn matching<'a>(package: &'a Package, wanted: &TargetKind) -> Vec<(&'a Package, TargetKind)> {
    let named = |kind: CargoKind, name: &str| {
        package
            .targets
            .iter()
            .any(|target| target.name == name && target.kind.contains(&kind))
    };
    let found = match wanted {
        TargetKind::Default => return programs(package).into_iter().map(|kind| (package, kind)).collect(),
        TargetKind::Bin(name) => named(CargoKind::Bin, name),
        TargetKind::Example(name) => named(CargoKind::Example, name),
        TargetKind::Test(name) => named(CargoKind::Test, name),
        TargetKind::Bench(name) => named(CargoKind::Bench, name),
        TargetKind::Lib => package.targets.iter().any(|target| {
            target.kind.iter().any(|kind| {
                matches!(
                    kind,
                    CargoKind::Lib | CargoKind::RLib | CargoKind::DyLib | CargoKind::CDyLib | CargoKind::ProcMacro
                )
            })
        }),
    };
    if found {
        vec![(package, wanted.clone())]
    } else {
        Vec::new()
    }
}

fn programs(package: &Package) -> Vec<TargetKind> {
    if let Some(name) = &package.default_run {
        return vec![TargetKind::Bin(name.clone())];
    }
    names(package, &CargoKind::Bin).map(TargetKind::Bin).collect()
}

fn names<'a>(package: &'a Package, kind: &'a CargoKind) -> impl Iterator<Item = String> + 'a {
    package
        .targets
        .iter()
        .filter(|target| target.kind.contains(kind))
        .map(|target| target.name.clone())
}

fn nothing(packages: &[&Package], wanted: &TargetKind) -> RecordError {
    let kind = match wanted {
        TargetKind::Default => Message::new("target-program"),
        TargetKind::Lib => Message::new("target-library"),
        TargetKind::Bin(name) => Message::new("target-bin").text("name", name),
        TargetKind::Example(name) => Message::new("target-example").text("name", name),
        TargetKind::Test(name) => Message::new("target-test").text("name", name),
        TargetKind::Bench(name) => Message::new("target-bench").text("name", name),
    };
    let mut flags: Vec<String> = packages
        .iter()
        .flat_map(|package| {
            [CargoKind::Bin, CargoKind::Example, CargoKind::Bench, CargoKind::Test]
                .into_iter()
                .flat_map(|kind| {
                    names(package, &kind)
                        .map(|name| format!("--{kind} {name}"))
                        .collect::<Vec<_>>()
                })
        })
        .collect();
    if flags.len() > 12 {
        flags.truncate(12);
        flags.push("…".to_owned());
    }
    RecordError::NothingToRun {
        package: packages
            .iter()
            .map(|package| package.name.to_string())
            .collect::<Vec<_>>()
            .join(", "),
        kind,
        advice: if flags.is_empty() {
            Message::new("advice-write-example")
        } else {
            Message::new("advice-it-has").text("flags", flags.join(", "))
        },
    }
}

fn choices(several: &[(&Package, TargetKind)]) -> Vec<String> {
    let is_one_package = several.iter().all(|(package, _)| package.id == several[0].0.id);
    several
        .iter()
        .map(|(package, kind)| {
            let flags = flags(kind).join(" ");
            if is_one_package {
                flags
            } else {
                format!("--package {} {flags}", package.name)
            }
        })
        .collect()
}

fn flags(kind: &TargetKind) -> Vec<String> {
    match kind {
        TargetKind::Default => Vec::new(),
        TargetKind::Bin(name) => vec!["--bin".into(), name.clone()],
        TargetKind::Example(name) => vec!["--example".into(), name.clone()],
        TargetKind::Test(name) => vec!["--test".into(), name.clone()],
        TargetKind::Bench(name) => vec!["--bench".into(), name.clone()],
        TargetKind::Lib => vec!["--lib".into()],
    }
}

impl Target {
    /// Flags that make cargo build just this target.
    pub(super) fn cargo_flags(&self) -> Vec<String> {
        flags(&self.kind)
    }

    /// True when `artifact` is this target, built as the kind that was asked for.
    pub(super) fn is_built_as(&self, artifact: &Artifact) -> bool {
        let is = |kind: CargoKind, name: &str| artifact.target.name == name && artifact.target.kind.contains(&kind);
        match &self.kind {
            TargetKind::Default => false,
            TargetKind::Bin(name) => is(CargoKind::Bin, name) && !artifact.profile.test,
            TargetKind::Example(name) => is(CargoKind::Example, name),
            TargetKind::Test(name) => is(CargoKind::Test, name),
            TargetKind::Bench(name) => is(CargoKind::Bench, name),
            TargetKind::Lib => artifact.profile.test,
        }
    }

    /// The verb that builds it: unit tests are built by `cargo test --no-run` only.
    pub(super) fn cargo_verb(&self) -> &'static [&'static str] {
        match self.kind {
            TargetKind::Lib => &["test", "--no-run"],
            _ => &["build"],
        }
    }

    pub(super) fn runs_in_package_dir(&self) -> bool {
        matches!(self.kind, TargetKind::Test(_) | TargetKind::Bench(_) | TargetKind::Lib)
    }

    /// Arguments that cargo itself would pass.
    pub(super) fn default_args(&self) -> Vec<&'static str> {
        if matches!(self.kind, TargetKind::Bench(_)) {
            vec!["--bench"]
        } else {
            Vec::new()
        }
    }

    /// The variables that `cargo run` sets and programs commonly read.
    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        [
            ("CARGO_MANIFEST_DIR", self.package_dir.clone().into_os_string()),
            ("CARGO_PKG_NAME", self.package.clone().into()),
            ("CARGO_PKG_VERSION", self.version.clone().into()),
        ]
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
    }
}
