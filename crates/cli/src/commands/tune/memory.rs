//! What earlier runs found out about settings: for the same sources and the same compiler it is not found out again.

use bench::Verdict;
use fix::{Fingerprint, Setting, append};
use report::tuning::Row;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// What is known of some settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Known {
    /// The program is built with it already.
    Present,
    /// What the stopwatch said.
    Judged(Row),
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    of: String,
    settings: String,
    known: Known,
}

/// What is known under one fingerprint.
#[derive(Debug, Default)]
pub(super) struct Memory {
    file: PathBuf,
    of: String,
    known: HashMap<String, Known>,
}

impl Memory {
    /// What `file` says, one line for each verdict; damaged lines are left out.
    pub(super) fn open(file: PathBuf, fingerprint: &Fingerprint) -> Self {
        let of = fingerprint.digest();
        let lines = fs::File::open(&file)
            .into_iter()
            .flat_map(|file| BufReader::new(file).lines().map_while(Result::ok));
        let parsed = lines.filter_map(|line| serde_json::from_str::<Line>(&line).ok());
        Self {
            known: parsed
                .filter(|line| line.of == of)
                .map(|line| (line.settings, line.known))
                .collect(),
            file,
            of,
        }
    }

    /// Forgets what earlier runs said; what this one says is written all the same.
    #[must_use]
    pub(super) fn judged_anew(mut self) -> Self {
        self.known.clear();
        self
    }

    /// What is known of settings together.
    pub(super) fn of(&self, settings: &[Setting]) -> Option<&Known> {
        self.known.get(&joined(settings))
    }

    /// Keeps what was found out, unless the machine was too noisy to tell: then another run may. A file that cannot be
    /// written costs time later and nothing else.
    pub(super) fn keep(&self, settings: &[Setting], known: &Known) {
        let is_open = |row: &Row| {
            let ratio = &row.judgement.ratio;
            let is_finite = ratio.low.is_finite() && ratio.high.is_finite();
            !is_finite || row.judgement.verdict == Verdict::CannotTell && !row.judgement.is_negligible
        };
        if matches!(known, Known::Judged(row) if is_open(row)) {
            return;
        }
        let line = Line {
            of: self.of.clone(),
            settings: joined(settings),
            known: known.clone(),
        };
        let _ = append(&self.file, &line);
    }
}

fn joined(settings: &[Setting]) -> String {
    let names: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bench::stats::Estimate;
    use bench::{Judgement, Sameness};
    use fix::SETTINGS;

    fn row(verdict: Verdict) -> Row {
        Row {
            settings: SETTINGS[0].name.to_owned(),
            judgement: Judgement {
                verdict,
                ratio: Estimate {
                    value: 0.8,
                    low: 0.7,
                    high: 0.9,
                },
                is_negligible: false,
                more_pairs: None,
            },
            output: Sameness::Same,
            build_s: 1.5,
            size_ratio: 1.0,
            memory_ratio: 1.25,
        }
    }

    #[test]
    fn verdicts_are_remembered_and_noise_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let open = |of: &str| {
            Memory::open(
                dir.path().join("whyslow/settings.jsonl"),
                &Fingerprint::default().with(of),
            )
        };
        let (first, second) = ([SETTINGS[0]], [SETTINGS[1]]);
        let judged = Known::Judged(row(Verdict::Faster));
        open("sources").keep(&first, &judged);
        open("sources").keep(&second, &Known::Judged(row(Verdict::CannotTell)));
        assert_eq!(open("sources").of(&first), Some(&judged));
        assert_eq!(open("sources").of(&second), None);
        assert_eq!(open("other sources").of(&first), None);
        assert_eq!(open("sources").judged_anew().of(&first), None);
        open("sources").keep(&second, &Known::Present);
        assert_eq!(open("sources").of(&second), Some(&Known::Present));
    }
}
