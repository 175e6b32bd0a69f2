//! A patch: edits of several files and the crates that they need, and what the files are with it.

use crate::edit::{Edit, Overlap, apply};
use crate::extern_crate;
use crate::manifest::{Dependency, ManifestError, with_dependency};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Edits by file, and crates to add to the packages of these files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Patch {
    /// Edits by absolute path.
    pub edits: BTreeMap<PathBuf, Vec<Edit>>,
    /// Crates that they need.
    pub dependencies: Vec<Dependency>,
}

/// Files as they are with a patch, by the path that they have in the user's tree.
pub type Patched = BTreeMap<PathBuf, String>;

/// Why a patch cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PatchError {
    /// Edits of one file do not go together.
    #[error("{path}: {source}")]
    Overlap {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Overlap,
    },
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A manifest cannot be edited.
    #[error("{path}: {source}")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        source: ManifestError,
    },
    /// A file belongs to no package.
    #[error("{0} belongs to no package")]
    NoPackage(PathBuf),
}

impl Patch {
    /// Both patches as one.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (path, edits) in &other.edits {
            both.edits
                .entry(path.clone())
                .or_default()
                .extend(edits.iter().cloned());
        }
        let new = other
            .dependencies
            .iter()
            .filter(|dependency| !self.dependencies.contains(dependency));
        both.dependencies.extend(new.cloned());
        both
    }

    /// The files that it changes, as they are afterwards.
    ///
    /// # Errors
    /// When its edits do not go together, or files cannot be read.
    pub fn applied(&self) -> Result<Patched, PatchError> {
        let mut patched = Patched::new();
        let mut roots = BTreeSet::new();
        for (path, edits) in &self.edits {
            let text = apply(&read(path)?, edits);
            let text = text.map_err(|source| PatchError::Overlap {
                path: path.clone(),
                source,
            })?;
            patched.insert(path.clone(), text);
            for dependency in &self.dependencies {
                let manifest = package_of(path).ok_or_else(|| PatchError::NoPackage(path.clone()))?;
                let text = match patched.get(&manifest) {
                    Some(text) => text.clone(),
                    None => read(&manifest)?,
                };
                if extern_crate::is_needed(&text) {
                    roots.insert((root_of(&manifest, path), dependency));
                }
                let text = with_dependency(&text, dependency);
                let text = text.map_err(|source| PatchError::Manifest {
                    path: manifest.clone(),
                    source,
                })?;
                patched.insert(manifest, text);
            }
        }
        for (root, dependency) in roots {
            let text = match patched.get(&root) {
                Some(text) => text.clone(),
                None => read(&root)?,
            };
            patched.insert(root, extern_crate::with_extern_crate(&text, &dependency.name));
        }
        Ok(patched)
    }
}

/// The root of the crate that a source file of a package belongs to: its library, unless it is a program by itself.
fn root_of(manifest: &Path, source: &Path) -> PathBuf {
    let library = manifest.with_file_name("src").join("lib.rs");
    let is_of_library = source
        .parent()
        .is_some_and(|dir| dir.starts_with(manifest.with_file_name("src")))
        && source.file_name().is_some_and(|name| name != "main.rs")
        && !source.components().any(|part| part.as_os_str() == "bin");
    match is_of_library && library.is_file() {
        true => library,
        false => source.to_owned(),
    }
}

fn read(path: &Path) -> Result<String, PatchError> {
    fs::read_to_string(path).map_err(|source| PatchError::Read {
        path: path.to_owned(),
        source,
    })
}

/// The manifest of the package that a source file belongs to.
fn package_of(path: &Path) -> Option<PathBuf> {
    let manifests = path.ancestors().skip(1).map(|dir| dir.join("Cargo.toml"));
    manifests.into_iter().find(|manifest| manifest.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(path: &Path, start: usize, end: usize, text: &str, dependency: Option<&str>) -> Patch {
        let edit = Edit {
            start,
            end,
            text: text.to_owned(),
        };
        let dependencies = dependency.map(|name| Dependency {
            name: name.to_owned(),
            version: "1".to_owned(),
        });
        Patch {
            edits: BTreeMap::from([(path.to_owned(), vec![edit])]),
            dependencies: dependencies.into_iter().collect(),
        }
    }

    #[test]
    fn patches_of_one_file_are_joined_and_their_crates_added_once() {
        let dir = tempfile::tempdir().unwrap();
        let (manifest, source) = (dir.path().join("Cargo.toml"), dir.path().join("src/main.rs"));
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(&manifest, "[package]\nname = \"app\"\nedition = \"2021\"\n").unwrap();
        fs::write(&source, "abc").unwrap();
        let first = patch(&source, 0, 1, "A", Some("fast"));
        let both = first.and(&patch(&source, 2, 3, "C", Some("fast")));
        let patched = both.applied().unwrap();
        assert_eq!(patched[&source], "AbC");
        assert_eq!(
            patched[&manifest],
            "[package]\nname = \"app\"\nedition = \"2021\"\n\n[dependencies]\nfast = \"1\"\n"
        );
        assert!(first.and(&patch(&source, 0, 2, "", None)).applied().is_err());
    }
}
