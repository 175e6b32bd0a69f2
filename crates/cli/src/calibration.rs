//! How good predictions are: predicted and measured gain of every fix that was timed, one line of JSON each.

use crate::errors::Failure;
use profile::Message;
use report::calibration::Judged;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// One line of the file.
#[derive(Debug, Deserialize, Serialize)]
struct Line {
    rule: String,
    predicted_speedup: f64,
    measured_speedup: f64,
    is_kept: bool,
}

fn file(target_dir: &Path) -> PathBuf {
    target_dir.join("whyslow").join("calibration.jsonl")
}

/// Adds what was judged to the package's file.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn note(target_dir: &Path, judged: &[Judged]) -> io::Result<()> {
    let path = file(target_dir);
    fs::create_dir_all(path.parent().unwrap_or(target_dir))?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    for judged in judged {
        let line = Line {
            rule: judged.rule.clone(),
            predicted_speedup: judged.predicted,
            measured_speedup: judged.measured,
            is_kept: judged.is_kept,
        };
        writeln!(file, "{}", serde_json::to_string(&line)?)?;
    }
    Ok(())
}

/// Everything that was judged for the package.
///
/// # Errors
/// When nothing was, or the file cannot be read. Damaged lines are left out.
pub(crate) fn all(target_dir: &Path) -> Result<Vec<Judged>, Failure> {
    let path = file(target_dir);
    let none = || Failure::new(Message::new("error-no-calibration")).with_help(Message::new("help-no-calibration"));
    let lines = BufReader::new(fs::File::open(path).map_err(|_| none())?).lines();
    let parsed = lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Line>(&line).ok());
    let judged = parsed.map(|line| Judged {
        rule: line.rule,
        predicted: line.predicted_speedup,
        measured: line.measured_speedup,
        is_kept: line.is_kept,
    });
    let judged: Vec<Judged> = judged.collect();
    if judged.is_empty() { Err(none()) } else { Ok(judged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again_and_damaged_lines_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        assert!(all(dir.path()).is_err());
        let judged = Judged {
            rule: "slow-hash".to_owned(),
            predicted: 1.3,
            measured: 1.5,
            is_kept: true,
        };
        note(dir.path(), std::slice::from_ref(&judged)).unwrap();
        OpenOptions::new()
            .append(true)
            .open(file(dir.path()))
            .unwrap()
            .write_all(b"{half a li\n")
            .unwrap();
        note(dir.path(), std::slice::from_ref(&judged)).unwrap();
        assert_eq!(all(dir.path()).unwrap(), [judged.clone(), judged]);
    }
}
