//! Builds the program with settings, in a copy and from nothing, so that the time it takes is what it costs.

use super::profiling::Profiling;
use crate::args::TuneArgs;
use crate::commands::compare::Display;
use crate::commands::fingerprint;
use crate::package::Package;
use anyhow::Context;
use bench::Program;
use diagnose::ALLOCATORS;
use fix::{Dependency, Edit, Fingerprint, Patch, Setting, SettingKind, Tree};
use profile::{BuildSettings, Message};
use record::{BuildRequest, Purpose};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A program built with some settings.
pub(super) struct Built {
    pub(super) program: Program,
    /// How long that took.
    pub(super) build_s: f64,
    /// Size of the executable.
    pub(super) bytes: u64,
    settings: BuildSettings,
}

impl Built {
    /// Whether it was built with that setting without being asked.
    pub(super) fn has(&self, setting: &Setting) -> bool {
        let built = &self.settings;
        match setting.kind {
            SettingKind::Profile("opt-level", value) => built.opt_level == value,
            SettingKind::Profile("codegen-units", value) => {
                built.codegen_units.is_some_and(|units| units.to_string() == value)
            }
            SettingKind::Profile("lto", value) => value.trim_matches('"') == built.lto,
            SettingKind::Profile("panic", value) => value.trim_matches('"') == built.panic,
            SettingKind::Flag(flag) => flag
                .strip_prefix("-Ctarget-cpu=")
                .is_some_and(|cpu| built.target_cpu.as_deref() == Some(cpu)),
            SettingKind::Profile(..) | SettingKind::Allocator(_) | SettingKind::Profiled => false,
        }
    }
}

/// Why a program was not built with some settings.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unbuilt {
    /// What cargo, the compiler or the program said.
    Said(String),
    /// What the tool itself knows.
    Known(Message),
}

impl<S: ToString> From<S> for Unbuilt {
    fn from(said: S) -> Self {
        Self::Said(said.to_string())
    }
}

/// A copy of the workspace, and where builds go.
pub(super) struct Workshop<'a> {
    args: &'a TuneArgs,
    pub(super) package: &'a Package,
    tree: Tree,
    into: PathBuf,
    /// What is no part of the copy.
    skipped: Vec<PathBuf>,
    /// The file with `main`, in the user's tree; known from the first build on.
    source: Option<PathBuf>,
    n_built: usize,
}

impl<'a> Workshop<'a> {
    /// Copies the workspace.
    ///
    /// # Errors
    /// When that is not possible.
    pub(super) fn new(args: &'a TuneArgs, package: &'a Package) -> anyhow::Result<Self> {
        let target_dir = args.target.target_dir.as_ref().unwrap_or(&package.target_dir);
        let into = std::path::absolute(target_dir)?.join("whyslow").join("tune");
        // What an earlier run left would make builds look cheap.
        let _ = fs::remove_dir_all(&into);
        let skipped = [target_dir, &package.target_dir, &package.workspace_root.join("target")].map(PathBuf::to_owned);
        let tree = Tree::copy(&package.workspace_root, &into.join("copy"), &skipped, &package.outside)
            .context("copying the workspace")?;
        Ok(Self {
            args,
            package,
            tree,
            into,
            skipped: skipped.into(),
            source: None,
            n_built: 0,
        })
    }

    /// What verdicts depend on: the sources, what builds them, and what the program is given.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub(super) fn fingerprint(&self) -> anyhow::Result<Fingerprint> {
        let inputs = self.args.args.iter().map(PathBuf::from).chain(self.args.input.clone());
        let fingerprint = fingerprint::of(&self.args.target, self.package, &self.tree, &self.skipped, inputs);
        let settings = (self.args.ignore_output, self.args.max_time.to_bits(), &self.args.args);
        Ok(fingerprint.context("reading the sources")?.with(settings))
    }

    /// Where verdicts are kept.
    pub(super) fn memory_file(&self) -> PathBuf {
        self.into.with_file_name("settings.jsonl")
    }

    /// The profile that is built with.
    pub(super) fn profile(&self) -> String {
        let named = self.args.target.build_request(true).profile;
        named.unwrap_or_else(|| "release".to_owned())
    }

    /// Builds with these settings on top of the user's own.
    ///
    /// # Errors
    /// What the compiler said, or what is missing, when it is not possible.
    pub(super) fn build(&mut self, settings: &[Setting], display: &mut Display<'_>) -> Result<Built, Unbuilt> {
        let names: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
        display.show(&Message::new("progress-fix-building").text("name", names.join(", ")));
        let patched = self.patch(settings)?.applied()?;
        self.tree.set(&patched)?;
        self.n_built += 1;
        let dir = self.into.join(format!("build-{}", self.n_built));
        let started = Instant::now();
        let is_profiled = settings.iter().any(|setting| setting.kind == SettingKind::Profiled);
        let built = match is_profiled {
            false => self.compiled(settings, &dir.join("target"), &[])?,
            true => self.profiled(settings, &dir)?,
        };
        let build_s = started.elapsed().as_secs_f64();
        let source = self.tree.original_of(&built.source);
        self.source = self.source.take().or(source);
        let executable = built.launch.executable;
        Ok(Built {
            build_s,
            bytes: fs::metadata(&executable).map_or(0, |metadata| metadata.len()),
            settings: built.launch.build.unwrap_or_default(),
            program: Program {
                name: match names.is_empty() {
                    true => executable
                        .file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned(),
                    false => names.join(", "),
                },
                executable,
                args: built
                    .launch
                    .args
                    .into_iter()
                    .chain(self.args.args.iter().cloned())
                    .collect(),
                current_dir: built.launch.current_dir,
                env: built.launch.env,
            },
        })
    }

    /// Edits that the settings need: those of an allocator.
    ///
    /// # Errors
    /// When the program cannot be edited so, or needs not be.
    pub(super) fn patch(&self, settings: &[Setting]) -> Result<Patch, Unbuilt> {
        let mut patch = Patch::default();
        for name in settings.iter().filter_map(Setting::allocator) {
            let allocator = ALLOCATORS.into_iter().find(|allocator| allocator.name == name);
            let (Some(allocator), Some(source)) = (allocator, &self.source) else {
                return Err(Unbuilt::Known(Message::new("tune-main-outside")));
            };
            let text = fs::read_to_string(source).map_err(|error| format!("{}: {error}", source.display()))?;
            let edits = allocator.edits(&source.to_string_lossy(), &text);
            let edits = edits.ok_or_else(|| Unbuilt::Known(Message::new("tune-own-allocator")))?;
            let edits = edits.into_iter().map(|edit| Edit {
                start: edit.start,
                end: edit.end,
                text: edit.text,
            });
            let dependency = allocator.dependency();
            patch = patch.and(&Patch {
                edits: BTreeMap::from([(source.clone(), edits.collect())]),
                dependencies: vec![Dependency {
                    name: dependency.name,
                    version: dependency.version,
                }],
            });
        }
        Ok(patch)
    }

    fn compiled(&self, settings: &[Setting], target_dir: &Path, flags: &[String]) -> Result<record::Built, Unbuilt> {
        let request = self.args.target.build_request(true);
        let profile = self.profile();
        let manifest = self.tree.copy_of(&self.package.manifest);
        let of_settings = settings.iter().filter_map(|setting| setting.flag().map(str::to_owned));
        let request = BuildRequest {
            manifest_path: Some(manifest.ok_or_else(|| self.package.manifest.display().to_string())?),
            target_dir: Some(target_dir.to_owned()),
            lints: Vec::new(),
            purpose: Purpose::Timing,
            settings: settings.iter().filter_map(|setting| setting.config(&profile)).collect(),
            rustflags: of_settings.chain(flags.iter().cloned()).collect(),
            ..request
        };
        Ok(record::build_quietly(&request).map_err(|refused| refused.words)?)
    }

    /// Builds, runs and builds again with what the run did.
    fn profiled(&self, settings: &[Setting], dir: &Path) -> Result<record::Built, Unbuilt> {
        let profiling = Profiling::new(&self.package.workspace_root, dir)?;
        let watched = self.compiled(settings, &dir.join("watched"), &[profiling.generate_flag()])?;
        let program = Program {
            name: "PGO".to_owned(),
            executable: watched.launch.executable,
            args: watched
                .launch
                .args
                .into_iter()
                .chain(self.args.args.iter().cloned())
                .collect(),
            current_dir: watched.launch.current_dir,
            env: watched.launch.env,
        };
        let options = super::options(self.args)?;
        let used = profiling.run(program, &options)?;
        self.compiled(settings, &dir.join("target"), &[used])
    }
}

impl Drop for Workshop<'_> {
    /// Builds with ten settings are large, and the next run could not use them.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.into);
    }
}
