//! Texts of the source files that a diagnosis looks at.

use diagnose::Sources;
use profile::{Arg, Ledger, Message, Profile};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// Longer files are generated, and no place to show to a person.
const MAX_BYTES: u64 = 8 << 20;
/// Files named in the note about changes.
const N_NAMED: usize = 3;

/// Reads the files that a diagnosis of the ledger wants and the manifest that the build was made by, as far as they are
/// there.
pub(crate) fn read(profile: &Profile, ledger: &Ledger) -> Sources {
    let build = profile.run.build.iter();
    let manifest = build.map(|build| build.manifest.to_string_lossy().into_owned());
    let files = diagnose::wanted_sources(profile, ledger).into_iter().chain(manifest);
    files.filter_map(|file| text(&file).map(|text| (file, text))).collect()
}

/// What to say when files of the user's own have changed since the program was built: lines may have moved. The program
/// may have been built again since, hence the time of the recording counts as well.
pub(crate) fn note_on_changes(profile: &Profile, ledger: &Ledger, recording: Option<&Path>) -> Option<Message> {
    let times = [modified(&profile.run.executable), recording.and_then(modified)];
    let built = times.into_iter().flatten().min()?;
    let mut changed = diagnose::wanted_sources(profile, ledger);
    changed.retain(|file| modified(Path::new(file)).is_some_and(|time| time > built));
    if changed.is_empty() {
        return None;
    }
    let count = Arg::Count(changed.len() as u64);
    changed.truncate(N_NAMED);
    let message = Message::new("note-sources-changed");
    Some(message.with("count", count).text("files", changed.join(", ")))
}

fn text(file: &str) -> Option<String> {
    let path = Path::new(file);
    // A profile from elsewhere could name a device or a FIFO, reading which never ends.
    let metadata = fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() <= MAX_BYTES).then(|| fs::read_to_string(path).ok())?
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("main.rs");
        fs::write(&path, "fn main() {}").unwrap();
        assert_eq!(text(path.to_str().unwrap()).as_deref(), Some("fn main() {}"));
        assert_eq!(text("/dev/zero"), None);
        assert_eq!(text(dir.path().to_str().unwrap()), None);
    }
}
