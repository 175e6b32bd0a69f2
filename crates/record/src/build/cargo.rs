//! Talks to cargo: metadata, and one build with measuring flags merged into the user's own.

use super::manifest::ProfileSettings;
use super::select::Target;
use super::{BuildRequest, Purpose, Refused};
use crate::agent::entry_point_flags::entry_point_flags;
use crate::error::RecordError;
use crate::trace;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Message, Metadata, MetadataCommand};
use profile::BuildSettings;
use std::ffi::OsString;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Separates flags in `CARGO_ENCODED_RUSTFLAGS` (cargo's documentation of that variable).
const FLAG_SEPARATOR: &str = "\x1f";

/// What came out of the build.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) executable: PathBuf,
    pub(super) source: PathBuf,
    pub(super) settings: BuildSettings,
}

pub(super) fn metadata(request: &BuildRequest) -> Result<Metadata, RecordError> {
    let mut command = MetadataCommand::new();
    if let Some(path) = &request.manifest_path {
        command.manifest_path(path);
    }
    let mut other = feature_flags(request);
    other.extend(lock_flags(request));
    command.other_options(other);
    command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => RecordError::Metadata(stderr.trim().to_owned()),
        cargo_metadata::Error::Io(source) => RecordError::Cargo { source },
        other => RecordError::Metadata(other.to_string()),
    })
}

pub(super) fn target_dir(request: &BuildRequest, metadata: &Metadata) -> PathBuf {
    request
        .target_dir
        .clone()
        .unwrap_or_else(|| metadata.target_directory.clone().into_std_path_buf())
}

pub(super) fn build(
    request: &BuildRequest,
    metadata: &Metadata,
    target: &Target,
    settings: &ProfileSettings,
    mut refused: Option<&mut Refused>,
) -> Result<Built, RecordError> {
    let workspace_root = metadata.workspace_root.clone().into_std_path_buf();
    let config = CargoConfig::load(&workspace_root)?;
    let mut command = Command::new(cargo_program());
    command.args(target.cargo_verb()).arg(match refused {
        // Rendered by cargo on stderr, or handed to us.
        None => "--message-format=json-render-diagnostics",
        Some(_) => "--message-format=json",
    });
    if refused.is_some() {
        command.stderr(Stdio::piped());
    }
    command.arg("--profile").arg(&settings.name);
    command.arg("--target").arg(&config.target);
    let target_dir = target_dir(request, metadata);
    command.arg("--target-dir").arg(match request.purpose {
        Purpose::Sample => target_dir.join("whyslow").join("sample"),
        Purpose::Trace => target_dir.join("whyslow").join("trace"),
        Purpose::Timing => target_dir,
    });
    command.arg("--package").arg(&target.package_spec);
    command.args(target.cargo_flags());
    if let Some(path) = &request.manifest_path {
        command.arg("--manifest-path").arg(path);
    }
    command.args(feature_flags(request)).args(lock_flags(request));
    if request.quiet {
        command.arg("--quiet");
    }
    if let Some(jobs) = request.jobs {
        command.arg("--jobs").arg(jobs.to_string());
    }
    let mut rustflags = config.rustflags;
    let target_cpu = target_cpu(&rustflags);
    for setting in &request.settings {
        command.arg("--config").arg(setting);
    }
    rustflags.extend(request.rustflags.iter().cloned());
    if request.purpose == Purpose::Sample {
        for setting in settings.measuring_overrides() {
            command.arg("--config").arg(setting);
        }
        rustflags.push("-Cforce-frame-pointers=yes".to_owned());
        rustflags.extend(entry_point_flags(&config.rustc, &workspace_root, &config.target));
    }
    if request.purpose == Purpose::Trace {
        let runtime = trace::runtime()?;
        trace::check(
            &config.rustc,
            &workspace_root,
            &config.target,
            &runtime,
            request.cache_dir.as_deref(),
        )?;
        for setting in settings.tracing_overrides() {
            command.arg("--config").arg(setting);
        }
        rustflags.extend(trace::flags(&runtime));
    }
    command
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags.join(FLAG_SEPARATOR))
        .env_remove("RUSTFLAGS");
    command.stdin(Stdio::null()).stdout(Stdio::piped());

    let mut child = command.spawn().map_err(|source| RecordError::Cargo { source })?;
    let stdout = child.stdout.take().map(BufReader::new);
    // Both pipes have to be emptied at once.
    let stderr = child.stderr.take().map(|stderr| thread::spawn(move || text(stderr)));
    let mut built = None;
    for message in stdout.into_iter().flat_map(Message::parse_stream) {
        let message = message.map_err(|source| RecordError::System {
            what: "failed-reading-cargo",
            source,
        })?;
        if let (Message::CompilerMessage(said), Some(refused)) = (&message, &mut refused)
            && said.message.level == DiagnosticLevel::Error
            && refused.words.is_empty()
        {
            refused.is_by_compiler = true;
            refused.words = said
                .message
                .rendered
                .clone()
                .unwrap_or_else(|| said.message.message.clone());
        }
        if let Message::CompilerArtifact(artifact) = message
            && artifact.package_id == target.package_id
            && target.is_built_as(&artifact)
            && let Some(executable) = &artifact.executable
        {
            built = Some(Built {
                executable: executable.clone().into_std_path_buf(),
                source: artifact.target.src_path.clone().into_std_path_buf(),
                settings: settings.effective(&artifact.profile, target_cpu.clone()),
            });
        }
    }
    let status = child.wait().map_err(|source| RecordError::Cargo { source })?;
    let stderr = stderr.and_then(|stderr| stderr.join().ok()).unwrap_or_default();
    if let Some(refused) = refused.filter(|refused| refused.words.is_empty()) {
        // A build script, a crate that cannot be had: cargo's own words begin with the first error.
        let start = stderr.find("error").unwrap_or(0);
        refused.words = stderr[start..].trim_end().to_owned();
    }
    built.filter(|_| status.success()).ok_or(RecordError::BuildFailed)
}

fn text(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    // What was read up to an error is worth as much.
    let _ = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub(super) fn feature_flags(request: &BuildRequest) -> Vec<String> {
    let mut flags = Vec::new();
    if !request.features.is_empty() {
        flags.extend(["--features".to_owned(), request.features.join(",")]);
    }
    if request.all_features {
        flags.push("--all-features".to_owned());
    }
    if request.no_default_features {
        flags.push("--no-default-features".to_owned());
    }
    flags
}

pub(super) fn lock_flags(request: &BuildRequest) -> Vec<String> {
    [
        (request.locked, "--locked"),
        (request.offline, "--offline"),
        (request.frozen, "--frozen"),
    ]
    .into_iter()
    .filter(|&(is_set, _)| is_set)
    .map(|(_, flag)| flag.to_owned())
    .collect()
}

/// What the user's environment and cargo configuration files say.
struct CargoConfig {
    /// `build.target`, else the host. Passing it explicitly keeps our flags away from build scripts and proc macros.
    target: String,
    /// The compiler.
    rustc: OsString,
    /// Resolved as cargo would: environment, then `target.*`, then `build`.
    rustflags: Vec<String>,
}

impl CargoConfig {
    fn load(directory: &Path) -> Result<Self, RecordError> {
        let unreadable = |error: cargo_config2::Error| RecordError::Metadata(format!("cargo configuration: {error:#}"));
        let config = cargo_config2::Config::load_with_cwd(directory).map_err(unreadable)?;
        let targets = config.build_target_for_cli::<[&str; 0], &str>([]).map_err(unreadable)?;
        let target = match targets.into_iter().next() {
            Some(target) => target,
            None => config.host_triple().map_err(unreadable)?.to_owned(),
        };
        let rustflags = config
            .rustflags(target.as_str())
            .map_err(unreadable)?
            .map_or_else(Vec::new, |flags| flags.flags);
        let rustc = config.rustc().path.clone().into_os_string();
        Ok(Self {
            target,
            rustc,
            rustflags,
        })
    }
}

/// The processor, or failing that the instruction sets, that rustflags name.
fn target_cpu(rustflags: &[String]) -> Option<String> {
    let last = |name: &str| {
        let mut flags = rustflags.iter().rev();
        flags.find_map(|flag| flag.split_once(name).map(|(_, value)| value.to_owned()))
    };
    last("target-cpu=").or_else(|| last("target-feature=").filter(|features| features.contains('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_target_cpu_wins() {
        let flags = ["-Ctarget-cpu=x86-64-v2", "-C", "target-cpu=native"].map(str::to_owned);
        assert_eq!(target_cpu(&flags).as_deref(), Some("native"));
        let features = ["-Ctarget-feature=+avx2,+fma"].map(str::to_owned);
        assert_eq!(target_cpu(&features).as_deref(), Some("+avx2,+fma"));
        let linking = ["-Ctarget-feature=-crt-static"].map(str::to_owned);
        assert_eq!(target_cpu(&linking), None);
        assert_eq!(target_cpu(&[]), None);
    }
}
