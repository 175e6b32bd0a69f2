//! Build settings that may make a program faster, and how they are written down.

use crate::manifest::ManifestError;
use toml_edit::{DocumentMut, Item, Table, Value, value};

/// Something about a build that can be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// What reports call it, and the key or flag itself.
    pub name: &'static str,
    /// Settings of the same group exclude each other.
    pub group: &'static str,
    /// Where it goes.
    pub kind: SettingKind,
}

/// Where a setting goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SettingKind {
    /// `key = value` in `[profile.<name>]`; the value in TOML.
    Profile(&'static str, &'static str),
    /// A flag for rustc.
    Flag(&'static str),
    /// The crate of an allocator: an edit of the program, and a dependency.
    Allocator(&'static str),
    /// The compiler is told what a run of the program did: build, run, build again.
    Profiled,
}

/// The settings that are tried, in the order in which they cost least to try.
pub const SETTINGS: [Setting; 9] = [
    profile("opt-level = 3", "opt-level", "opt-level", "3"),
    profile("codegen-units = 1", "codegen-units", "codegen-units", "1"),
    profile("lto = \"thin\"", "lto", "lto", "\"thin\""),
    profile("lto = \"fat\"", "lto", "lto", "\"fat\""),
    profile("panic = \"abort\"", "panic", "panic", "\"abort\""),
    Setting {
        name: "target-cpu=native",
        group: "target-cpu",
        kind: SettingKind::Flag("-Ctarget-cpu=native"),
    },
    allocator("mimalloc"),
    allocator("tikv-jemallocator"),
    Setting {
        name: "PGO",
        group: "PGO",
        kind: SettingKind::Profiled,
    },
];

const fn allocator(name: &'static str) -> Setting {
    Setting {
        name,
        group: "allocator",
        kind: SettingKind::Allocator(name),
    }
}

const fn profile(name: &'static str, group: &'static str, key: &'static str, value: &'static str) -> Setting {
    Setting {
        name,
        group,
        kind: SettingKind::Profile(key, value),
    }
}

impl Setting {
    /// A value for cargo's `--config`, when it belongs to a profile.
    pub fn config(&self, profile: &str) -> Option<String> {
        match self.kind {
            SettingKind::Profile(key, value) => Some(format!("profile.{profile}.{key}={value}")),
            SettingKind::Flag(_) | SettingKind::Allocator(_) | SettingKind::Profiled => None,
        }
    }

    /// A flag for rustc, when it is one.
    pub fn flag(&self) -> Option<&'static str> {
        match self.kind {
            SettingKind::Flag(flag) => Some(flag),
            SettingKind::Profile(..) | SettingKind::Allocator(_) | SettingKind::Profiled => None,
        }
    }

    /// The crate of an allocator, when it is one.
    pub fn allocator(&self) -> Option<&'static str> {
        match self.kind {
            SettingKind::Allocator(name) => Some(name),
            SettingKind::Profile(..) | SettingKind::Flag(_) | SettingKind::Profiled => None,
        }
    }
}

/// The settings that go together, best first: those that are faster alone, one of each group. `ratios` are candidate
/// divided by baseline; `None` where the stopwatch could not tell.
pub fn combination(ratios: &[(Setting, Option<f64>)]) -> Vec<Setting> {
    let mut faster: Vec<(Setting, f64)> = ratios
        .iter()
        .filter_map(|&(setting, ratio)| Some((setting, ratio.filter(|ratio| *ratio < 1.0)?)))
        .collect();
    faster.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut chosen: Vec<Setting> = Vec::new();
    for (setting, _) in faster {
        if chosen.iter().all(|other| other.group != setting.group) {
            chosen.push(setting);
        }
    }
    chosen
}

/// The manifest with these settings in `[profile.<profile>]`, its comments and formatting kept.
///
/// # Errors
/// When the manifest is broken.
pub fn with_settings(manifest: &str, profile: &str, settings: &[Setting]) -> Result<String, ManifestError> {
    let mut document: DocumentMut = manifest
        .parse()
        .map_err(|error: toml_edit::TomlError| ManifestError::Syntax(error.to_string()))?;
    let profiles = document.entry("profile").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let profiles = profiles.as_table_like_mut().ok_or(ManifestError::NoTable)?;
    let table = profiles.entry(profile).or_insert_with(|| Item::Table(Table::new()));
    let table = table.as_table_like_mut().ok_or(ManifestError::NoTable)?;
    for setting in settings {
        if let SettingKind::Profile(key, text) = setting.kind {
            let parsed: Value = text
                .parse()
                .map_err(|error: toml_edit::TomlError| ManifestError::Syntax(error.to_string()))?;
            match table.get_mut(key).and_then(Item::as_value_mut) {
                // The comment behind the old value stays.
                Some(old) => {
                    let decor = old.decor().clone();
                    *old = parsed;
                    *old.decor_mut() = decor;
                }
                None => {
                    table.insert(key, value(parsed));
                }
            }
        }
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Setting {
        *SETTINGS.iter().find(|setting| setting.name.starts_with(name)).unwrap()
    }

    #[test]
    fn settings_are_written_with_comments_kept() {
        let manifest =
            "[package]\nname = \"app\"\n\n[profile.release]\ndebug = 1 # for perf\nlto = false # fast builds\n";
        let written = with_settings(
            manifest,
            "release",
            &[named("lto = \"fat"), named("panic"), named("target-cpu")],
        )
        .unwrap();
        assert_eq!(
            written,
            "[package]\nname = \"app\"\n\n[profile.release]\ndebug = 1 # for perf\nlto = \"fat\" # fast builds\npanic = \"abort\"\n"
        );
        let new = with_settings("[package]\nname = \"app\"\n", "release", &[named("codegen")]).unwrap();
        assert_eq!(
            new,
            "[package]\nname = \"app\"\n\n[profile.release]\ncodegen-units = 1\n"
        );
    }

    #[test]
    fn the_best_of_each_group_is_combined() {
        let ratios = [
            (named("lto = \"thin"), Some(0.9)),
            (named("lto = \"fat"), Some(0.85)),
            (named("panic"), None),
            (named("codegen"), Some(0.95)),
            (named("target-cpu"), Some(1.05)),
            (named("mimalloc"), Some(0.97)),
            (named("tikv"), Some(0.94)),
        ];
        let names: Vec<&str> = combination(&ratios).iter().map(|setting| setting.name).collect();
        assert_eq!(names, ["lto = \"fat\"", "tikv-jemallocator", "codegen-units = 1"]);
    }
}
