//! Reads the settings of the cargo profile that the user builds with, so that measuring changes none of them.

use super::BuildRequest;
use crate::error::RecordError;
use cargo_metadata::{ArtifactProfile, Metadata};
use profile::BuildSettings;
use std::path::PathBuf;
use toml::{Table, Value};

/// Profiles can inherit from each other; cargo refuses cycles, we just stop.
const MAX_INHERITANCE: usize = 16;

/// The user's settings of one profile, as far as artifacts do not tell them.
#[derive(Clone, Debug)]
pub(super) struct ProfileSettings {
    pub(super) name: String,
    debug: Option<Value>,
    lto: Option<Value>,
    codegen_units: Option<Value>,
    panic: Option<Value>,
    manifest: PathBuf,
}

pub(super) fn settings(metadata: &Metadata, request: &BuildRequest) -> Result<ProfileSettings, RecordError> {
    let manifest = metadata.workspace_root.join("Cargo.toml").into_std_path_buf();
    let text = std::fs::read_to_string(&manifest)
        .map_err(|error| RecordError::Metadata(format!("cannot read {}: {error}", manifest.display())))?;
    let root: Table = text
        .parse()
        .map_err(|error| RecordError::Metadata(format!("cannot parse {}: {error}", manifest.display())))?;
    let name = request.profile.clone().unwrap_or_else(|| "release".to_owned());
    let lookup = |key: &str| from_environment(&name, key).or_else(|| from_manifest(&root, &name, key));
    Ok(ProfileSettings {
        debug: lookup("debug"),
        lto: lookup("lto"),
        codegen_units: lookup("codegen-units"),
        panic: lookup("panic"),
        name: name.clone(),
        manifest,
    })
}

/// `CARGO_PROFILE_<NAME>_<KEY>` (cargo's reference, "Environment variables").
fn from_environment(profile: &str, key: &str) -> Option<Value> {
    let variable = format!("CARGO_PROFILE_{profile}_{key}")
        .to_uppercase()
        .replace('-', "_");
    let text = std::env::var(variable).ok()?;
    Some(match (text.parse::<bool>(), text.parse::<i64>()) {
        (Ok(flag), _) => Value::Boolean(flag),
        (_, Ok(number)) => Value::Integer(number),
        _ => Value::String(text),
    })
}

/// The key of the named profile, or of those it inherits from.
fn from_manifest(root: &Table, profile: &str, key: &str) -> Option<Value> {
    let profiles = root.get("profile")?.as_table()?;
    let mut name = profile.to_owned();
    for _ in 0..MAX_INHERITANCE {
        let table = profiles.get(&name).and_then(Value::as_table);
        if let Some(value) = table.and_then(|table| table.get(key)) {
            return Some(value.clone());
        }
        name = match table.and_then(|table| table.get("inherits")).and_then(Value::as_str) {
            Some(parent) => parent.to_owned(),
            None if name == "bench" => "release".to_owned(),
            None if name == "test" => "dev".to_owned(),
            None => return None,
        };
    }
    None
}

impl ProfileSettings {
    /// `--config` values that add line tables and symbols and leave the rest as it is.
    pub(super) fn measuring_overrides(&self) -> Vec<String> {
        let has_line_tables = match &self.debug {
            Some(Value::Boolean(flag)) => *flag,
            Some(Value::Integer(level)) => *level > 0,
            Some(Value::String(level)) => !matches!(level.as_str(), "none" | "line-directives-only"),
            _ => matches!(self.name.as_str(), "dev" | "test"),
        };
        let mut overrides = vec![format!("profile.{}.strip=\"none\"", self.name)];
        if !has_line_tables {
            overrides.push(format!("profile.{}.debug=1", self.name));
        }
        overrides
    }

    /// The same with the types of all variables, by which the trace lens names fields.
    pub(super) fn tracing_overrides(&self) -> Vec<String> {
        vec![
            format!("profile.{}.strip=\"none\"", self.name),
            format!("profile.{}.debug=2", self.name),
            // Split off, types are not found again.
            format!("profile.{}.split-debuginfo=\"off\"", self.name),
        ]
    }

    /// The user's settings together with what cargo says it built.
    pub(super) fn effective(&self, artifact: &ArtifactProfile, target_cpu: Option<String>) -> BuildSettings {
        BuildSettings {
            profile: self.name.clone(),
            opt_level: artifact.opt_level.clone(),
            lto: match &self.lto {
                Some(Value::Boolean(true)) => "fat".to_owned(),
                Some(Value::String(kind)) => kind.clone(),
                _ => "false".to_owned(),
            },
            codegen_units: self
                .codegen_units
                .as_ref()
                .and_then(Value::as_integer)
                .and_then(|n| u32::try_from(n).ok()),
            panic: self
                .panic
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or("unwind")
                .to_owned(),
            debug_assertions: artifact.debug_assertions,
            overflow_checks: artifact.overflow_checks,
            target_cpu,
            manifest: self.manifest.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn settings_are_inherited() {
        let root = manifest("[profile.release]\nlto = true\n[profile.fast]\ninherits = \"release\"\npanic = \"abort\"");
        assert_eq!(from_manifest(&root, "fast", "lto"), Some(Value::Boolean(true)));
        assert_eq!(
            from_manifest(&root, "fast", "panic"),
            Some(Value::String("abort".into()))
        );
        assert_eq!(from_manifest(&root, "bench", "lto"), Some(Value::Boolean(true)));
        assert_eq!(from_manifest(&root, "dev", "lto"), None);
    }

    #[test]
    fn a_cycle_of_profiles_ends() {
        let root = manifest("[profile.a]\ninherits = \"b\"\n[profile.b]\ninherits = \"a\"");
        assert_eq!(from_manifest(&root, "a", "lto"), None);
    }
}
