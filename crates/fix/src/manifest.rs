//! Adds dependencies to a `Cargo.toml`, with its comments and formatting kept.

use toml_edit::{DocumentMut, Item, Table, value};

/// A crate that a patch needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dependency {
    /// Name on crates.io.
    pub name: String,
    /// Version requirement.
    pub version: String,
}

/// A manifest that cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is not TOML.
    #[error("cannot parse the manifest: {0}")]
    Syntax(String),
    /// Its dependencies are no table.
    #[error("[dependencies] is no table")]
    NoTable,
}

/// The manifest with one dependency more; unchanged when it is there already, whatever its version.
///
/// # Errors
/// When the manifest is broken.
pub fn with_dependency(manifest: &str, dependency: &Dependency) -> Result<String, ManifestError> {
    let mut document: DocumentMut = manifest
        .parse()
        .map_err(|error: toml_edit::TomlError| ManifestError::Syntax(error.to_string()))?;
    let dependencies = document
        .entry("dependencies")
        .or_insert_with(|| Item::Table(Table::new()));
    let table = dependencies.as_table_like_mut().ok_or(ManifestError::NoTable)?;
    if table.contains_key(&dependency.name) {
        return Ok(manifest.to_owned());
    }
    table.insert(&dependency.name, value(&dependency.version));
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(manifest: &str) -> String {
        let dependency = Dependency {
            name: "rustc-hash".to_owned(),
            version: "2".to_owned(),
        };
        with_dependency(manifest, &dependency).unwrap()
    }

    #[test]
    fn comments_and_formatting_stay() {
        let manifest =
            "# mine\n[package]\nname   = \"app\"\n\n[dependencies]\n# needed\nregex = { version = \"1\" } # fast\n";
        assert_eq!(added(manifest), format!("{manifest}rustc-hash = \"2\"\n"));
    }

    #[test]
    fn a_table_is_made_when_there_is_none() {
        assert_eq!(
            added("[package]\nname = \"app\"\n"),
            "[package]\nname = \"app\"\n\n[dependencies]\nrustc-hash = \"2\"\n"
        );
    }

    #[test]
    fn what_is_there_is_left_alone() {
        for manifest in [
            "[dependencies]\nrustc-hash = { workspace = true }\n",
            "[dependencies.rustc-hash]\nversion = \"1\"\n",
        ] {
            assert_eq!(added(manifest), manifest);
        }
    }
}
