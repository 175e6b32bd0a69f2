//! Criterion's measurements: `new/sample.json` and `new/benchmark.json` of each benchmark below `CRITERION_HOME`.

use super::harness::{Times, output, stdout};
use crate::error::BenchError;
use crate::program::Program;
use crate::stats::median;
use serde::Deserialize;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// The fewest samples that criterion takes.
const SAMPLES: &str = "10";
/// Criterion's own analysis is not used: the fewest resamples about which it does not complain.
const RESAMPLES: &str = "1001";
/// Relative deviation of the samples of the quick mode.
const AGREEMENT: &str = "0.5";
/// Part of the time that is spent on warming up.
const WARM_UP: f64 = 0.25;

/// `sample.json`: iterations and nanoseconds of each sample.
#[derive(Debug, Deserialize)]
struct Sample {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// `benchmark.json`, as far as it is needed.
#[derive(Debug, Deserialize)]
struct Named {
    full_id: String,
}

/// Runs every benchmark for about so long, in a directory of its own: nothing is compared with earlier runs, and the user's
/// own results stay as they are. A suite may ask for more time for its groups than flags do; the quick mode does not heed that,
/// and takes a tenth of a second at least.
pub(super) fn run(program: &Program, seconds: f64, has_quick: bool) -> Result<Times, BenchError> {
    let home = tempfile::tempdir().map_err(BenchError::Output)?;
    let mut args: Vec<String> = ["--noplot", "--nresamples", RESAMPLES, "--measurement-time"]
        .map(str::to_owned)
        .into();
    args.push(format!("{seconds:.3}"));
    if has_quick {
        // It goes on until two samples agree that well: on a busy machine that may take long, and the next round is as good.
        args.extend(["--quick", "--significance-level", AGREEMENT].map(str::to_owned));
    } else {
        let warm_up = (seconds * WARM_UP).max(0.001);
        args.extend(["--sample-size", SAMPLES, "--warm-up-time"].map(str::to_owned));
        args.push(format!("{warm_up:.3}"));
    }
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let env = [("CRITERION_HOME".into(), home.path().into())];
    let output = output(program, &args, &env)?;
    stdout(program, &output)?;
    Ok(times_below(home.path()))
}

/// The median time per iteration of all benchmarks whose results lie below `home`, by name.
fn times_below(home: &Path) -> Times {
    let mut times = Times::new();
    for entry in WalkDir::new(home).into_iter().flatten() {
        if entry.file_name() == "new" {
            times.extend(time_in(entry.path()));
        }
    }
    times.sort_by_cached_key(|(id, _)| natural(id));
    times
}

fn time_in(dir: &Path) -> Option<(String, f64)> {
    let text = |name: &str| fs::read_to_string(dir.join(name)).ok();
    let named: Named = serde_json::from_str(&text("benchmark.json")?).ok()?;
    let sample: Sample = serde_json::from_str(&text("sample.json")?).ok()?;
    let per_iteration: Vec<f64> = sample
        .times
        .iter()
        .zip(&sample.iters)
        .filter(|(_, iters)| **iters > 0.0)
        .map(|(nanoseconds, iters)| nanoseconds / iters / 1e9)
        .collect();
    (!per_iteration.is_empty()).then(|| (named.full_id, median(&per_iteration)))
}

/// Numbers in names by their size: `sum/100` stands before `sum/20000`.
fn natural(id: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let text_end = rest.find(|char: char| char.is_ascii_digit()).unwrap_or(rest.len());
        let (text, behind) = rest.split_at(text_end);
        let number_end = behind.find(|char: char| !char.is_ascii_digit()).unwrap_or(behind.len());
        let (number, behind) = behind.split_at(number_end);
        parts.push((text.to_owned(), number.parse().unwrap_or(u64::MAX)));
        rest = behind;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files as criterion 0.8.2 writes them.
    #[test]
    fn samples_are_read_and_what_is_damaged_is_left_out() {
        let home = tempfile::tempdir().unwrap();
        let write = |id: &str, sample: &str| {
            let dir = home.path().join(id).join("new");
            fs::create_dir_all(&dir).unwrap();
            let named = format!(
                r#"{{"group_id":"g","function_id":"sum","value_str":"100","throughput":{{"Elements":100}},"full_id":"{id}","directory_name":"{id}","title":"{id}"}}"#
            );
            fs::write(dir.join("benchmark.json"), named).unwrap();
            fs::write(dir.join("sample.json"), sample).unwrap();
        };
        write(
            "many/sum/20000",
            r#"{"sampling_mode":"Linear","iters":[10.0,20.0,30.0],"times":[20000.0,41000.0,90000.0]}"#,
        );
        write(
            "many/sum/100",
            r#"{"sampling_mode":"Flat","iters":[4.0],"times":[4.0]}"#,
        );
        write("damaged", r#"{"sampling_mode":"Flat","iters":[4.0"#);
        write("empty", r#"{"iters":[0.0],"times":[0.0]}"#);
        let times = times_below(home.path());
        let ids: Vec<&str> = times.iter().map(|(id, _)| &id[..]).collect();
        assert_eq!(ids, ["many/sum/100", "many/sum/20000"]);
        assert!((times[0].1 - 1e-9).abs() < 1e-18, "{times:?}");
        assert!((times[1].1 - 2.05e-6).abs() < 1e-15, "{times:?}");
    }
}
