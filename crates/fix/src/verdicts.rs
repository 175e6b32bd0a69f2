//! Verdicts of earlier proofs: what was judged for the same sources is not judged again.
//!
//! Invariant: a verdict is found only under the fingerprint of everything that could change it: the sources, what
//! builds and runs them, and the patch itself. Whatever cannot be read is judged anew.

use crate::patch::Patch;
use bench::{Comparison, Sameness, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What the stopwatch said of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Which was faster.
    pub verdict: Verdict,
    /// Run time with the patch, divided by that without.
    pub ratio: f64,
    /// Between which ratios the true one lies; `None` when there were too few pairs to say.
    pub interval: Option<[f64; 2]>,
    /// Pairs of runs.
    pub pairs: usize,
    /// Whether the program wrote something else with the patch.
    pub changes_output: bool,
}

impl Measured {
    /// What a comparison says of its only candidate.
    pub(crate) fn of(comparison: &Comparison) -> Option<Self> {
        let candidate = comparison.candidates.first()?;
        let ratio = candidate.judgement.ratio;
        Some(Self {
            verdict: candidate.judgement.verdict,
            ratio: ratio.value,
            interval: (ratio.low.is_finite() && ratio.high.is_finite()).then_some([ratio.low, ratio.high]),
            pairs: candidate.subject.measurements.len(),
            changes_output: candidate.output == Sameness::Different,
        })
    }

    /// Whether what was measured leaves room for this ratio or a smaller one.
    pub(crate) fn may_be(&self, ratio: f64) -> bool {
        self.interval.is_none_or(|[low, _]| low <= ratio)
    }
}

/// How far a patch got when it was judged. What it must gain is not part of that: the user may ask for another gain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Judged {
    DoesNotCompile(String),
    FailsTests(String),
    FailsToRun,
    Timed(Measured),
}

/// Hash of everything that a verdict depends on.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Takes in something that was set: flags, arguments, versions.
    #[must_use]
    pub fn with(mut self, setting: impl Hash) -> Self {
        setting.hash(&mut self.0);
        self
    }

    /// Takes in all files below `dir`, without those of version control and of `skipped` directories.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn with_files(mut self, dir: &Path, skipped: &[PathBuf]) -> io::Result<Self> {
        let is_kept = |entry: &DirEntry| {
            let name = entry.file_name();
            name != ".git" && name != ".hg" && !skipped.iter().any(|skipped| entry.path() == skipped)
        };
        for entry in WalkDir::new(dir).sort_by_file_name().into_iter().filter_entry(is_kept) {
            let entry = entry?;
            let path = entry.path();
            path.strip_prefix(dir).unwrap_or(path).hash(&mut self.0);
            if entry.file_type().is_file() {
                fs::read(path)?.hash(&mut self.0);
            } else if entry.file_type().is_symlink() {
                fs::read_link(path)?.hash(&mut self.0);
            }
        }
        Ok(self)
    }

    /// Takes in a file that may not be there: what it holds, or when it was changed when it is large.
    #[must_use]
    pub fn with_file(mut self, path: &Path) -> Self {
        path.hash(&mut self.0);
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        match &metadata {
            Some(metadata) if metadata.len() <= MAX_READ_BYTES => fs::read(path).ok().hash(&mut self.0),
            Some(metadata) => (metadata.len(), metadata.modified().ok()).hash(&mut self.0),
            None => false.hash(&mut self.0),
        }
        self
    }

    /// As text, to be written down.
    pub fn digest(&self) -> String {
        format!("{:016x}", self.0.finish())
    }

    fn of(&self, patch: &Patch) -> String {
        let mut hasher = self.0.clone();
        patch.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// Inputs above this are told apart by size and time.
const MAX_READ_BYTES: u64 = 64 << 20;

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    of: String,
    judged: Judged,
}

/// The verdicts of earlier proofs of one fingerprint, and those of this one.
#[derive(Debug, Default)]
pub struct Verdicts {
    file: Option<PathBuf>,
    fingerprint: Fingerprint,
    known: HashMap<String, Judged>,
}

impl Verdicts {
    /// The verdicts in `file`, one a line. Damaged lines are left out; no file, no verdicts.
    pub fn open(file: PathBuf, fingerprint: Fingerprint) -> Self {
        let lines = fs::File::open(&file)
            .into_iter()
            .flat_map(|file| BufReader::new(file).lines().map_while(Result::ok));
        let parsed = lines.filter_map(|line| serde_json::from_str::<Line>(&line).ok());
        Self {
            known: parsed.map(|line| (line.of, line.judged)).collect(),
            file: Some(file),
            fingerprint,
        }
    }

    /// Forgets what earlier proofs said. What this one says is written all the same, and is what holds from then on.
    #[must_use]
    pub fn judged_anew(mut self) -> Self {
        self.known.clear();
        self
    }

    pub(crate) fn of(&self, patch: &Patch) -> Option<&Judged> {
        self.known.get(&self.fingerprint.of(patch))
    }

    /// Keeps a verdict at once: whatever ends this proof, the verdict stays. A file that cannot be written costs time later
    /// and nothing else.
    pub(crate) fn keep(&mut self, patch: &Patch, judged: &Judged) {
        let Some(file) = &self.file else { return };
        let line = Line {
            of: self.fingerprint.of(patch),
            judged: judged.clone(),
        };
        let _ = append(file, &line);
    }
}

/// Adds a line of JSON to a file, which is made with its folder when it is not there.
///
/// # Errors
///
/// The file cannot be written.
pub fn append(file: &Path, line: &impl Serialize) -> io::Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    // In one call, so that two proofs at once do not mix their lines.
    file.write_all(format!("{}\n", serde_json::to_string(line)?).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use std::collections::BTreeMap;

    fn patch(text: &str) -> Patch {
        let edit = Edit {
            start: 0,
            end: 1,
            text: text.to_owned(),
        };
        Patch {
            edits: BTreeMap::from([("/app/src/main.rs".into(), vec![edit])]),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn a_verdict_is_found_again_for_the_same_patch_of_the_same_sources_only() {
        let dir = tempfile::tempdir().unwrap();
        let (file, sources) = (dir.path().join("whyslow/verdicts.jsonl"), dir.path().join("sources"));
        fs::create_dir_all(sources.join("target")).unwrap();
        fs::write(sources.join("lib.rs"), "one").unwrap();
        let skipped = [sources.join("target")];
        let open = || {
            let fingerprint = Fingerprint::default().with("--release");
            Verdicts::open(file.clone(), fingerprint.with_files(&sources, &skipped).unwrap())
        };
        let judged = Judged::Timed(Measured {
            verdict: Verdict::Faster,
            ratio: 0.1 + 0.2,
            interval: None,
            pairs: 12,
            changes_output: false,
        });
        open().keep(&patch("a"), &judged);
        fs::write(sources.join("target/app"), "built").unwrap();
        assert_eq!(open().of(&patch("a")), Some(&judged));
        assert_eq!(open().of(&patch("b")), None);
        assert_eq!(open().judged_anew().of(&patch("a")), None);
        fs::write(sources.join("lib.rs"), "two").unwrap();
        assert_eq!(open().of(&patch("a")), None);
        fs::write(sources.join("lib.rs"), "one").unwrap();
        assert!(open().of(&patch("a")).is_some());
        fs::write(sources.join("new.rs"), "").unwrap();
        assert_eq!(open().of(&patch("a")), None);
    }

    #[test]
    fn damaged_lines_are_left_out_and_the_last_verdict_holds() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("verdicts.jsonl");
        let open = || Verdicts::open(file.clone(), Fingerprint::default());
        open().keep(&patch("a"), &Judged::FailsToRun);
        OpenOptions::new()
            .append(true)
            .open(&file)
            .unwrap()
            .write_all(b"{half\n")
            .unwrap();
        open().keep(&patch("a"), &Judged::DoesNotCompile("no".to_owned()));
        assert_eq!(open().of(&patch("a")), Some(&Judged::DoesNotCompile("no".to_owned())));
    }
}
