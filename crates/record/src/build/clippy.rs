//! Asks clippy about the packages that were built: its lints are joined with the profile later.

use super::BuildRequest;
use super::cargo::{cargo_program, feature_flags, lock_flags, target_dir};
use super::manifest::ProfileSettings;
use super::select::Target;
use cargo_metadata::diagnostic::{Applicability, Diagnostic, DiagnosticSpan};
use cargo_metadata::{CompilerMessage, Message, Metadata};
use profile::{Lint, Replacement, Suggestion};
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

/// The messages of clippy's `request.lints` about the target and the workspace members and path dependencies below it.
///
/// # Errors
/// A message for the user when clippy is not installed or does not get through.
pub(super) fn lints(
    request: &BuildRequest,
    metadata: &Metadata,
    target: &Target,
    settings: &ProfileSettings,
) -> Result<Vec<Lint>, profile::Message> {
    if request.lints.is_empty() {
        return Ok(Vec::new());
    }
    if !is_installed() {
        return Err(profile::Message::new("note-clippy-missing"));
    }
    let failed = || profile::Message::new("note-clippy-failed");
    let mut child = command(request, metadata, target, settings)
        .spawn()
        .map_err(|_| failed())?;
    let stdout = child.stdout.take().map(BufReader::new);
    let mut lints = Vec::new();
    for message in stdout.into_iter().flat_map(Message::parse_stream) {
        if let Message::CompilerMessage(message) = message.map_err(|_| failed())? {
            lints.extend(lint(&message, metadata.workspace_root.as_std_path(), &request.lints));
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(lints),
        _ => Err(failed()),
    }
}

fn is_installed() -> bool {
    let mut version = Command::new(cargo_program());
    version.args(["clippy", "--version"]).stdin(Stdio::null());
    version.stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

fn command(request: &BuildRequest, metadata: &Metadata, target: &Target, settings: &ProfileSettings) -> Command {
    let mut command = Command::new(cargo_program());
    command.args(["clippy", "--message-format=json", "--quiet"]);
    // The same profile as the build: what `cfg(debug_assertions)` leaves out is not looked at.
    command.arg("--profile").arg(&settings.name);
    command
        .arg("--target-dir")
        .arg(target_dir(request, metadata).join("whyslow").join("clippy"));
    command
        .arg("--package")
        .arg(&target.package_spec)
        .args(target.cargo_flags());
    if let Some(path) = &request.manifest_path {
        command.arg("--manifest-path").arg(path);
    }
    command.args(feature_flags(request)).args(lock_flags(request));
    if let Some(jobs) = request.jobs {
        command.arg("--jobs").arg(jobs.to_string());
    }
    command.args(["--", "--cap-lints=warn", "-Aclippy::all"]);
    command.args(request.lints.iter().map(|name| format!("-Wclippy::{name}")));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// A message of one of the wanted lints at a place that the user wrote.
fn lint(message: &CompilerMessage, root: &Path, wanted: &[&str]) -> Option<Lint> {
    let diagnostic = &message.message;
    let name = diagnostic.code.as_ref()?.code.strip_prefix("clippy::")?;
    let span = diagnostic
        .spans
        .iter()
        .find(|span| span.is_primary && span.expansion.is_none())?;
    if !wanted.contains(&name) {
        return None;
    }
    Some(Lint {
        name: name.to_owned(),
        message: diagnostic.message.clone(),
        file: absolute(span, root)?,
        first_line: u32::try_from(span.line_start).ok()?,
        last_line: u32::try_from(span.line_end).ok()?,
        column: u32::try_from(span.column_start).ok()?,
        suggestion: suggestion(diagnostic, root),
    })
}

/// The first proposal with text. Alternatives and placeholders need a person.
fn suggestion(diagnostic: &Diagnostic, root: &Path) -> Option<Suggestion> {
    let helps = std::iter::once(diagnostic).chain(&diagnostic.children);
    helps.into_iter().find_map(|help| {
        let spans = || help.spans.iter().filter(|span| span.suggested_replacement.is_some());
        let applicability = spans().next()?.suggestion_applicability.as_ref()?;
        let is_machine_applicable = matches!(applicability, Applicability::MachineApplicable);
        if matches!(applicability, Applicability::HasPlaceholders) {
            return None;
        }
        let edit = |span: &DiagnosticSpan| {
            Some(Replacement {
                file: absolute(span, root)?,
                start: u64::from(span.byte_start),
                end: u64::from(span.byte_end),
                text: span.suggested_replacement.clone()?,
            })
        };
        Some(Suggestion {
            help: help.message.clone(),
            is_machine_applicable,
            edits: spans().map(edit).collect::<Option<_>>()?,
        })
    })
}

/// Rustc names files relative to the workspace's root.
fn absolute(span: &DiagnosticSpan, root: &Path) -> Option<String> {
    root.join(&span.file_name)
        .canonicalize()
        .ok()?
        .into_os_string()
        .into_string()
        .ok()
}
