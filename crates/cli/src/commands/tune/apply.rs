//! Writes what belongs to the package: settings of the profile, an allocator. The rest belongs to a machine or a build.

use super::workshop::{Unbuilt, Workshop};
use crate::commands::version_control::write_patch;
use crate::console::Console;
use crate::errors::Failure;
use fix::{Setting, SettingKind, with_settings};
use profile::Message;
use std::fs;

/// Writes the settings, and says what cannot be written.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn write(workshop: &Workshop<'_>, settings: &[Setting], console: &Console) -> anyhow::Result<()> {
    let patch = workshop.patch(settings).map_err(|unbuilt| match unbuilt {
        Unbuilt::Said(words) => anyhow::Error::msg(words),
        Unbuilt::Known(message) => Failure::new(message).into(),
    })?;
    let mut written = write_patch(&patch)?;
    if settings
        .iter()
        .any(|setting| matches!(setting.kind, SettingKind::Profile(..)))
    {
        let manifest = workshop.package.workspace_root.join("Cargo.toml");
        let text = with_settings(&fs::read_to_string(&manifest)?, &workshop.profile(), settings)?;
        fs::write(&manifest, text).map_err(|source| Failure::cannot_write(&manifest, source))?;
        written.push(manifest.display().to_string());
    }
    written.sort();
    written.dedup();
    if !written.is_empty() {
        console.note(&Message::new("fix-applied").text("files", written.join(", ")));
    }
    for setting in settings {
        if let Some(flag) = setting.flag() {
            console.note(&Message::new("tune-flag").text("flag", flag));
        }
        if setting.kind == SettingKind::Profiled {
            console.note(&Message::new("tune-profiled"));
        }
    }
    Ok(())
}
