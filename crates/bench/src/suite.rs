//! Compares suites of benchmarks that measure themselves: criterion's and divan's.
//!
//! A round runs every suite once, briefly, in random order, the baseline's once more as a control. What a benchmark took
//! per iteration in a round makes a pair, and each benchmark is judged as a program would be; all of them share the error rate.

mod criterion;
mod divan;
mod harness;

pub use harness::{Harness, Suite};

use crate::comparison::{Candidate, Comparison, Options, Progress, Sameness, Stopped, Subject};
use crate::error::BenchError;
use crate::judge::Judgement;
use crate::measurement::{Measurement, Metric};
use crate::referee::{MIN_PAIRS, Referee, control_of};
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// A benchmark that baseline and candidates have.
#[derive(Clone, Debug, PartialEq)]
pub struct Benchmark {
    /// What the harness calls it.
    pub id: String,
    /// Its times per iteration, as the wall-clock time of measurements of which nothing else is known.
    pub comparison: Comparison,
}

/// A benchmark that one of the suites lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What the harness calls it.
    pub id: String,
    /// Name of the suite that does not have it.
    pub name: String,
}

/// A finished comparison of suites.
#[derive(Clone, Debug, PartialEq)]
pub struct SuiteComparison {
    /// Name of what all are compared with.
    pub baseline: String,
    /// In the order of the harness.
    pub benchmarks: Vec<Benchmark>,
    /// What could not be compared.
    pub missing: Vec<Missing>,
    /// 1 less the error rate, of all benchmarks together.
    pub confidence: f64,
    /// Seed of the random order.
    pub seed: u64,
    /// Why no more rounds were run.
    pub stopped: Stopped,
}

/// How long a benchmark measures in the round that does not count.
const FIRST_S: f64 = 0.05;
/// A benchmark measures so long that this many rounds fit into the time, within limits: less says little, more would rather
/// be another round.
const ROUNDS: f64 = 30.0;
const SHORTEST_S: f64 = 0.02;
const LONGEST_S: f64 = 0.3;
/// Estimates that a line of progress can hold.
const SHOWN: usize = 3;
/// The baseline and its control are the first two lanes, candidates follow.
const BASELINE: usize = 0;
const CONTROL: usize = 1;

/// Compares suites with a baseline's. Of `options`, what only concerns whole programs is not heeded.
///
/// # Errors
/// When a suite cannot be started, fails, or has no benchmark in common with the baseline's.
pub fn compare_suites(
    baseline: &Suite,
    candidates: &[Suite],
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<SuiteComparison, BenchError> {
    let lanes: Vec<&Suite> = [baseline, baseline].into_iter().chain(candidates).collect();
    let mut found: Vec<Vec<String>> = vec![Vec::new(); lanes.len()];
    for _ in 0..options.warmup.max(1) {
        for (lane, ids) in lanes.iter().zip(&mut found) {
            let Some(times) = lane.run(FIRST_S, progress)? else {
                return Ok(nothing(baseline, options));
            };
            *ids = times.into_iter().map(|(id, _)| id).collect();
        }
    }
    let tables = tables(&found);
    if tables.is_empty() {
        return Err(BenchError::NothingInCommon {
            suites: joined(lanes.iter().map(|lane| &lane.program.name)),
            ids: joined(&found[BASELINE]),
        });
    }
    let n_comparisons: usize = tables.iter().map(|table| table.lanes.len() - (CONTROL + 1)).sum();
    let mut session = Session {
        missing: missing(&found, &lanes),
        referee: Referee::of(options.max_pairs, options.alpha, options.min_effect, n_comparisons),
        seconds: (options.max_time.as_secs_f64() / (ROUNDS * lanes.len() as f64 * tables.len() as f64))
            .clamp(SHORTEST_S, LONGEST_S),
        random: fastrand::Rng::with_seed(options.seed),
        lanes,
        tables,
        options,
    };
    let stopped = session.run(progress)?;
    Ok(session.finish(stopped))
}

fn joined<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: BTreeSet<&str> = names.into_iter().map(String::as_str).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn nothing(baseline: &Suite, options: &Options) -> SuiteComparison {
    SuiteComparison {
        baseline: baseline.program.name.clone(),
        benchmarks: Vec::new(),
        missing: Vec::new(),
        confidence: 1.0 - options.alpha,
        seed: options.seed,
        stopped: Stopped::Interrupted,
    }
}

/// The times of one benchmark.
struct Table {
    id: String,
    /// The lanes that have it; the baseline and its control are the first two.
    lanes: Vec<usize>,
    /// Seconds per iteration, of each of these lanes, one for each round.
    seconds: Vec<Vec<f64>>,
    decided: Vec<Option<Judgement>>,
}

struct Session<'a> {
    options: &'a Options,
    lanes: Vec<&'a Suite>,
    tables: Vec<Table>,
    missing: Vec<Missing>,
    referee: Referee,
    /// How long each benchmark measures in a round.
    seconds: f64,
    random: fastrand::Rng,
}

/// A table for each benchmark of the baseline that a candidate has.
fn tables(found: &[Vec<String>]) -> Vec<Table> {
    let table = |id: &String| {
        let lanes: Vec<usize> = (0..found.len())
            .filter(|&lane| lane <= CONTROL || found[lane].contains(id))
            .collect();
        Table {
            id: id.clone(),
            seconds: vec![Vec::new(); lanes.len()],
            decided: vec![None; lanes.len()],
            lanes,
        }
    };
    let tables = found[BASELINE].iter().map(table);
    tables.filter(|table| table.lanes.len() > CONTROL + 1).collect()
}

fn missing(found: &[Vec<String>], lanes: &[&Suite]) -> Vec<Missing> {
    let lacks = |lane: usize, of: usize| {
        let ids = found[of].iter().filter(move |id| !found[lane].contains(id));
        ids.map(move |id| Missing {
            id: id.clone(),
            name: lanes[lane].program.name.clone(),
        })
    };
    (CONTROL + 1..lanes.len())
        .flat_map(|candidate| lacks(candidate, BASELINE).chain(lacks(BASELINE, candidate)))
        .collect()
}

impl Session<'_> {
    fn run(&mut self, progress: &mut dyn Progress) -> Result<Stopped, BenchError> {
        let started = Instant::now();
        for n_rounds in 0.. {
            if n_rounds >= self.referee.max_pairs() {
                break;
            }
            if n_rounds >= MIN_PAIRS && started.elapsed() >= self.options.max_time {
                return Ok(Stopped::TimeOver);
            }
            let mut order: Vec<usize> = (0..self.lanes.len()).collect();
            self.random.shuffle(&mut order);
            let mut round: Vec<HashMap<String, f64>> = vec![HashMap::new(); self.lanes.len()];
            for lane in order {
                match self.lanes[lane].run(self.seconds, progress)? {
                    Some(times) => round[lane] = times.into_iter().collect(),
                    None => return Ok(Stopped::Interrupted),
                }
            }
            for table in &mut self.tables {
                table.take(&round);
            }
            if self.look() {
                return Ok(Stopped::Decided);
            }
            if !self.tell(progress, n_rounds + 1, started.elapsed()) {
                return Ok(Stopped::Interrupted);
            }
        }
        Ok(Stopped::PairsOver)
    }

    /// Judges what can be judged; true when everything has been decided.
    fn look(&mut self) -> bool {
        for table in &mut self.tables {
            let control = table.log_ratios(CONTROL);
            for column in CONTROL + 1..table.lanes.len() {
                if table.decided[column].is_none() {
                    table.decided[column] = self.referee.look(&table.log_ratios(column), &control);
                }
            }
        }
        let mut decided = self.tables.iter().flat_map(|table| &table.decided[CONTROL + 1..]);
        decided.all(Option::is_some)
    }

    /// Shows the largest differences so far; false when the user wants no more.
    fn tell(&self, progress: &mut dyn Progress, n_rounds: usize, elapsed: Duration) -> bool {
        let mut so_far: Vec<(String, Judgement)> = Vec::new();
        for table in &self.tables {
            let control = table.log_ratios(CONTROL);
            for column in CONTROL + 1..table.lanes.len() {
                let judged = self.referee.so_far(&table.log_ratios(column), &control);
                so_far.extend(judged.map(|judgement| (table.id.clone(), judgement)));
            }
        }
        so_far.sort_by(|(_, a), (_, b)| b.ratio.value.ln().abs().total_cmp(&a.ratio.value.ln().abs()));
        so_far.truncate(SHOWN);
        progress.round(n_rounds, self.referee.max_pairs(), elapsed, &so_far)
    }

    fn finish(self, stopped: Stopped) -> SuiteComparison {
        let subject = |table: &Table, column: usize| Subject {
            name: self.lanes[table.lanes[column]].program.name.clone(),
            measurements: table.seconds[column]
                .iter()
                .map(|&wall_s| of_iteration(wall_s))
                .collect(),
        };
        let benchmark = |table: &Table| {
            let control = table.log_ratios(CONTROL);
            let candidate = |column: usize| Candidate {
                subject: subject(table, column),
                judgement: table.decided[column]
                    .unwrap_or_else(|| self.referee.last(&table.log_ratios(column), &control, stopped)),
                output: Sameness::NotCompared,
            };
            let (of_control, noise_floor) = control_of(&control, self.options.alpha);
            Benchmark {
                id: table.id.clone(),
                comparison: Comparison {
                    baseline: subject(table, BASELINE),
                    candidates: (CONTROL + 1..table.lanes.len()).map(candidate).collect(),
                    control: of_control,
                    noise_floor,
                    confidence: 1.0 - self.options.alpha,
                    metric: Metric::Wall,
                    repeats: 1,
                    seed: self.options.seed,
                    stopped,
                },
            }
        };
        SuiteComparison {
            baseline: self.lanes[BASELINE].program.name.clone(),
            benchmarks: self.tables.iter().map(benchmark).collect(),
            confidence: 1.0 - self.options.alpha,
            seed: self.options.seed,
            stopped,
            missing: self.missing,
        }
    }
}

impl Table {
    /// Adds a round, when all lanes have a time in it.
    fn take(&mut self, round: &[HashMap<String, f64>]) {
        let of_lane = |&lane: &usize| round[lane].get(&self.id).copied().filter(|seconds| *seconds > 0.0);
        let Some(times) = self.lanes.iter().map(of_lane).collect::<Option<Vec<f64>>>() else {
            return;
        };
        for (seconds, time) in self.seconds.iter_mut().zip(times) {
            seconds.push(time);
        }
    }

    /// Logarithms of a column's times divided by the baseline's.
    fn log_ratios(&self, column: usize) -> Vec<f64> {
        let pairs = self.seconds[column].iter().zip(&self.seconds[BASELINE]);
        pairs.map(|(own, baseline)| (own / baseline).ln()).collect()
    }
}

fn of_iteration(wall_s: f64) -> Measurement {
    Measurement {
        wall_s,
        ..Measurement::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Program;

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    #[test]
    fn what_one_side_lacks_is_told_and_the_rest_is_compared() {
        let suite = |name: &str| Suite {
            program: Program {
                name: name.to_owned(),
                ..Program::default()
            },
            harness: Harness::Divan,
        };
        let (old, new, other) = (suite("old"), suite("new"), suite("other"));
        let found = [ids(&["a", "b"]), ids(&["a", "b"]), ids(&["b", "c"]), ids(&["a", "b"])];
        let lanes: Vec<(String, Vec<usize>)> = tables(&found)
            .into_iter()
            .map(|table| (table.id, table.lanes))
            .collect();
        assert_eq!(
            lanes,
            [("a".to_owned(), vec![0, 1, 3]), ("b".to_owned(), vec![0, 1, 2, 3])]
        );
        let missing = missing(&found, &[&old, &old, &new, &other]);
        let told: Vec<(&str, &str)> = missing.iter().map(|one| (&one.id[..], &one.name[..])).collect();
        assert_eq!(told, [("a", "new"), ("c", "old")]);
    }

    #[test]
    fn a_round_in_which_a_time_is_missing_does_not_count() {
        let mut table = tables(&[ids(&["a"]), ids(&["a"]), ids(&["a"])]).pop().unwrap();
        let times = |seconds: &[f64]| -> Vec<HashMap<String, f64>> {
            let of = |&seconds: &f64| HashMap::from([("a".to_owned(), seconds)]);
            seconds.iter().map(of).collect()
        };
        table.take(&times(&[1.0, 1.0, 2.0]));
        table.take(&times(&[1.0, 0.0, 2.0]));
        table.take(&[HashMap::new(), HashMap::new(), HashMap::new()]);
        assert_eq!(table.log_ratios(2), [2.0_f64.ln()]);
    }
}
