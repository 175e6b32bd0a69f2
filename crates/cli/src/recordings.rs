//! Where recordings are kept: one directory each, named after time and process, the newest also as `last`.

use crate::errors::Failure;
use crate::places;
use jiff::Timestamp;
use profile::{Message, Profile};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Name of the profile in a recording's directory.
const PROFILE: &str = "profile.whyslow";
/// Name of the pointer to the newest recording.
const LAST: &str = "last";
/// Older recordings are deleted. They are small, but a daily user would collect thousands.
const KEPT: usize = 20;

/// What became of a recording.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Its directory, if any store took it.
    pub(crate) dir: Option<PathBuf>,
    /// Why it is not where it should be.
    pub(crate) note: Option<Message>,
}

/// The directories that may hold recordings, best first: that of the package, the user's cache, the temporary one.
pub(crate) fn stores(target_dir: Option<&Path>) -> Vec<PathBuf> {
    let of_package = target_dir.map(|dir| dir.join("whyslow"));
    let stores = of_package
        .into_iter()
        .chain(places::cache_dir())
        .chain([places::temporary_dir()]);
    stores.map(|dir| dir.join("recordings")).collect()
}

/// Saves the profile in the first of the stores that takes it.
pub(crate) fn save(profile: &Profile, stores: &[PathBuf]) -> Kept {
    let name = format!(
        "{}-{}",
        Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ"),
        std::process::id()
    );
    let mut refusals = Vec::new();
    for store in stores {
        match save_in(profile, store, &name) {
            Ok(dir) => {
                let note = refusals.into_iter().next().map(|reason: String| {
                    Message::new("note-recording-elsewhere")
                        .text("path", dir.display().to_string())
                        .text("reason", reason)
                });
                return Kept { dir: Some(dir), note };
            }
            Err(reason) => refusals.push(reason),
        }
    }
    let note = Message::new("note-recording-nowhere").text("reason", refusals.join("; "));
    Kept {
        dir: None,
        note: Some(note),
    }
}

/// Loads the recording at `path`, a file or its directory.
///
/// # Errors
/// When it cannot be read or is damaged.
pub(crate) fn load(path: &Path) -> anyhow::Result<Profile> {
    let file = if path.is_dir() {
        path.join(PROFILE)
    } else {
        path.to_owned()
    };
    Ok(Profile::load(&file)?)
}

/// The newest recording of all stores.
///
/// # Errors
/// When there is none.
pub(crate) fn newest(stores: &[PathBuf]) -> Result<PathBuf, Failure> {
    // Names begin with the time, so that their order is that of the recordings.
    let newest = stores.iter().flat_map(|store| recordings(store)).max_by_key(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_owned()
    });
    newest.ok_or_else(|| Failure::new(Message::new("error-no-recording")).with_help(Message::new("help-no-recording")))
}

fn save_in(profile: &Profile, store: &Path, name: &str) -> Result<PathBuf, String> {
    let dir = store.join(name);
    let refusal = |error: io::Error| format!("{}: {error}", dir.display());
    create_store(store)
        .and_then(|()| fs::create_dir(&dir))
        .map_err(refusal)?;
    let path = dir.join(PROFILE);
    if let Err(error) = profile.save(&path) {
        // A directory without a recording would be taken for one; on a full disk removing still works.
        let _ = fs::remove_dir_all(&dir);
        return Err(error.to_string());
    }
    // Both are conveniences: the recording itself is safe.
    let _ = point_last_at(store, name);
    let _ = forget_old(store);
    Ok(dir)
}

/// In a package the store has the permissions of everything that cargo builds; elsewhere it is the user's alone.
fn create_store(store: &Path) -> io::Result<()> {
    if let Some(parent) = store.parent().filter(|parent| places::is_own_dir(parent)) {
        places::create_private_dir(parent)?;
    }
    fs::create_dir_all(store)
}

/// Replaces the pointer in one step, so that it always leads somewhere.
fn point_last_at(store: &Path, name: &str) -> io::Result<()> {
    let fresh = store.join(format!(".{LAST}-{name}"));
    symlink(name, &fresh)?;
    fs::rename(&fresh, store.join(LAST))
}

fn forget_old(store: &Path) -> io::Result<()> {
    let mut paths = recordings(store);
    paths.sort_unstable();
    let n_old = paths.len().saturating_sub(KEPT);
    paths[..n_old].iter().try_for_each(fs::remove_dir_all)
}

/// The recordings of one store, in any order; none when it does not exist.
fn recordings(store: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(store).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != LAST)
        .map(|entry| entry.path())
        .filter(|path| path.join(PROFILE).is_file())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(command: &str) -> Profile {
        let mut profile = Profile::default();
        profile.run.command = vec![command.to_owned()];
        profile
    }

    #[test]
    fn the_newest_recording_of_all_stores_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let stores = [dir.path().join("a"), dir.path().join("b")];
        assert!(newest(&stores).is_err());
        save_in(&profile("old"), &stores[0], "2026-01-01").unwrap();
        save_in(&profile("new"), &stores[1], "2026-01-03").unwrap();
        save_in(&profile("middle"), &stores[0], "2026-01-02").unwrap();
        assert_eq!(load(&newest(&stores).unwrap()).unwrap().run.command, ["new"]);
        assert_eq!(load(&stores[0].join(LAST)).unwrap().run.command, ["middle"]);
    }

    #[test]
    fn a_store_that_refuses_is_passed_over_and_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let stores = [dir.path().join("file/recordings"), dir.path().join("good")];
        let kept = save(&profile("x"), &stores);
        assert_eq!(kept.note.unwrap().key, "note-recording-elsewhere");
        assert!(kept.dir.unwrap().starts_with(&stores[1]));
        let kept = save(&profile("x"), &stores[..1]);
        assert_eq!(
            (kept.note.unwrap().key.as_ref(), kept.dir),
            ("note-recording-nowhere", None)
        );
    }

    #[test]
    fn only_the_newest_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..KEPT + 3 {
            save_in(&profile("x"), dir.path(), &format!("2026-{number:03}")).unwrap();
        }
        let mut paths = recordings(dir.path());
        paths.sort_unstable();
        assert_eq!(paths.len(), KEPT);
        assert!(paths[0].ends_with("2026-003"));
    }
}
