//! Runs the rounds of a comparison until it is decided, or its time is over.

use crate::error::BenchError;
use crate::judge::{Judgement, Level, Verdict, judge};
use crate::measurement::{Measurement, Metric};
use crate::output::Digest;
use crate::program::{Instructions, Program, Ran};
use crate::stats::{Estimate, Looks, Spending, hodges_lehmann};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How to compare.
#[derive(Clone, Debug)]
pub struct Options {
    /// Runs of each program before the first that counts.
    pub warmup: usize,
    /// Most rounds.
    pub max_pairs: usize,
    /// No round begins after this time; [`MIN_PAIRS`] rounds are run all the same.
    pub max_time: Duration,
    /// What is compared.
    pub metric: Metric,
    /// Chance of a wrong "faster" or "slower", over all candidates and looks.
    pub alpha: f64,
    /// Differences below this share are of no interest.
    pub min_effect: f64,
    /// What programs read from standard input; nothing when `None`.
    pub input: Option<PathBuf>,
    /// A program to run before each run, untimed.
    pub prepare: Option<Program>,
    /// Whether programs may fail.
    pub may_fail: bool,
    /// Whether outputs are compared.
    pub compares_output: bool,
    /// Seed of the random order.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            warmup: 1,
            max_pairs: 100,
            max_time: Duration::from_secs(60),
            metric: Metric::Wall,
            alpha: 0.05,
            min_effect: 0.005,
            input: None,
            prepare: None,
            may_fail: false,
            compares_output: true,
            seed: fastrand::u64(..),
        }
    }
}

/// Fewer pairs can decide nothing.
pub const MIN_PAIRS: usize = 10;
/// A shorter measurement is mostly the start of a process: short programs are run several times for one.
const MIN_MEASUREMENT: Duration = Duration::from_millis(10);
/// More repetitions than this do not make a measurement better.
const MAX_REPEATS: usize = 20;

/// A program with its measurements, one for each round.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// One measurement for each round, in order.
    pub measurements: Vec<Measurement>,
}

/// Whether two programs wrote the same to standard output and ended with the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// In every run.
    Same,
    /// They did not.
    Different,
    /// The baseline itself does not write the same twice.
    Unstable,
    /// It was not asked for.
    NotCompared,
}

/// A candidate with what was found about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its measurements.
    pub subject: Subject,
    /// What its pairs say.
    pub judgement: Judgement,
    /// Whether it does what the baseline does, as far as its output tells.
    pub output: Sameness,
}

/// Why no more rounds were run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every candidate has its verdict.
    Decided,
    /// The time was over.
    TimeOver,
    /// All planned rounds were run.
    PairsOver,
    /// The user wanted no more.
    Interrupted,
}

/// A finished comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What all are compared with.
    pub baseline: Subject,
    /// In the order in which they were given.
    pub candidates: Vec<Candidate>,
    /// The ratio of the baseline to itself, in the same rounds.
    pub control: Estimate,
    /// Largest difference that the control does not rule out, as a share: what is smaller is this machine's noise.
    pub noise_floor: f64,
    /// 1 less the error rate.
    pub confidence: f64,
    /// What was compared.
    pub metric: Metric,
    /// Runs for each measurement.
    pub repeats: usize,
    /// Seed of the random order.
    pub seed: u64,
    /// Why no more rounds were run.
    pub stopped: Stopped,
}

/// Receives the progress of a comparison.
pub trait Progress {
    /// A round has ended; `candidates` holds the first look at each candidate so far. Says whether to go on.
    fn round(
        &mut self,
        n_pairs: usize,
        max_pairs: usize,
        elapsed: Duration,
        candidates: &[(String, Judgement)],
    ) -> bool;

    /// Whether to stop at once: a run that was under way is thrown away.
    fn is_interrupted(&self) -> bool;
}

/// Compares candidates with a baseline.
///
/// # Errors
/// When a program cannot be started, or fails where it must not.
pub fn compare(
    baseline: &Program,
    candidates: &[Program],
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Comparison, BenchError> {
    let mut session = Session::new(baseline, candidates, options);
    let is_warm = session.warm_up(progress)?;
    let stopped = if is_warm {
        session.run(progress)?
    } else {
        Stopped::Interrupted
    };
    Ok(session.finish(stopped))
}

/// Whether a program writes the same and ends alike when it is run twice.
///
/// # Errors
/// When it cannot be started, or fails where it must not.
pub fn runs_alike(program: &Program, options: &Options) -> Result<bool, BenchError> {
    let mut instructions = Instructions::open();
    let mut run = || {
        if let Some(prepare) = &options.prepare {
            check(prepare, &prepare.run(None, &mut instructions)?)?;
        }
        let ran = program.run(options.input.as_ref(), &mut instructions)?;
        if !options.may_fail {
            check(program, &ran)?;
        }
        Ok((ran.stdout, ran.status.code()))
    };
    Ok(run()? == run()?)
}

/// The baseline and its control are the first two lanes, candidates follow.
const BASELINE: usize = 0;
const CONTROL: usize = 1;

struct Session<'a> {
    options: &'a Options,
    lanes: Vec<Lane<'a>>,
    looks: Looks,
    level: Level,
    repeats: usize,
    random: fastrand::Rng,
    instructions: Instructions,
    is_stable: bool,
}

struct Lane<'a> {
    program: &'a Program,
    measurements: Vec<Measurement>,
    /// Output and exit code of the first run.
    first: Option<(Digest, Option<i32>)>,
    differs: bool,
    decided: Option<Judgement>,
}

impl<'a> Session<'a> {
    fn new(baseline: &'a Program, candidates: &'a [Program], options: &'a Options) -> Self {
        let lane = |program| Lane {
            program,
            measurements: Vec::new(),
            first: None,
            differs: false,
            decided: None,
        };
        // Several candidates share the error rate (Bonferroni).
        let alpha = options.alpha / candidates.len().max(1) as f64;
        Self {
            lanes: [baseline, baseline].into_iter().chain(candidates).map(lane).collect(),
            looks: Looks::up_to(options.max_pairs.max(MIN_PAIRS), Spending { alpha }),
            level: Level {
                alpha,
                min_effect: options.min_effect,
            },
            repeats: 1,
            random: fastrand::Rng::with_seed(options.seed),
            instructions: Instructions::open(),
            is_stable: true,
            options,
        }
    }

    /// Runs every program without counting; false when the user interrupts.
    fn warm_up(&mut self, progress: &mut dyn Progress) -> Result<bool, BenchError> {
        let mut shortest_s = f64::INFINITY;
        // Once at least: the outputs and the length of a run have to be known.
        for _ in 0..self.options.warmup.max(1) {
            for index in 0..self.lanes.len() {
                let Some(measurement) = self.measure(index, progress)? else {
                    return Ok(false);
                };
                shortest_s = measurement.wall_s.min(shortest_s);
            }
        }
        let wanted = (MIN_MEASUREMENT.as_secs_f64() / shortest_s.max(1e-6)).ceil();
        self.repeats = (wanted as usize).clamp(1, MAX_REPEATS);
        Ok(true)
    }

    fn run(&mut self, progress: &mut dyn Progress) -> Result<Stopped, BenchError> {
        let started = Instant::now();
        loop {
            let n_pairs = self.lanes[BASELINE].measurements.len();
            if n_pairs >= self.looks.max_pairs() {
                return Ok(Stopped::PairsOver);
            }
            if n_pairs >= MIN_PAIRS && started.elapsed() >= self.options.max_time {
                return Ok(Stopped::TimeOver);
            }
            let mut order: Vec<usize> = (0..self.lanes.len()).collect();
            self.random.shuffle(&mut order);
            let mut round = vec![Measurement::default(); self.lanes.len()];
            for index in order {
                match self.measure(index, progress)? {
                    Some(measurement) => round[index] = measurement,
                    None => return Ok(Stopped::Interrupted),
                }
            }
            for (lane, measurement) in self.lanes.iter_mut().zip(round) {
                lane.measurements.push(measurement);
            }
            if self.look() {
                return Ok(Stopped::Decided);
            }
            let so_far: Vec<_> = self.lanes[CONTROL + 1..]
                .iter()
                .filter_map(|lane| {
                    Some((
                        lane.program.name.clone(),
                        lane.decided.or_else(|| self.judged(lane, self.level))?,
                    ))
                })
                .collect();
            if !progress.round(n_pairs + 1, self.looks.max_pairs(), started.elapsed(), &so_far) {
                return Ok(Stopped::Interrupted);
            }
        }
    }

    /// One measurement of a lane; `None` when the user interrupts.
    fn measure(&mut self, index: usize, progress: &dyn Progress) -> Result<Option<Measurement>, BenchError> {
        let mut sum: Option<Measurement> = None;
        for _ in 0..self.repeats {
            if let Some(prepare) = &self.options.prepare {
                let ran = prepare.run(None, &mut self.instructions)?;
                if progress.is_interrupted() {
                    return Ok(None);
                }
                check(prepare, &ran)?;
            }
            let ran = self.lanes[index]
                .program
                .run(self.options.input.as_ref(), &mut self.instructions)?;
            if progress.is_interrupted() {
                return Ok(None);
            }
            if !self.options.may_fail {
                check(self.lanes[index].program, &ran)?;
            }
            self.note_output(index, &ran);
            match &mut sum {
                Some(sum) => sum.add(&ran.measurement),
                None => sum = Some(ran.measurement),
            }
        }
        Ok(sum)
    }

    /// Compares an output with the baseline's first.
    fn note_output(&mut self, index: usize, ran: &Ran) {
        let found = (ran.stdout, ran.status.code());
        self.lanes[index].first.get_or_insert(found);
        let Some(expected) = self.lanes[BASELINE].first else {
            return;
        };
        if found != expected {
            match index {
                BASELINE | CONTROL => self.is_stable = false,
                _ => self.lanes[index].differs = true,
            }
        }
    }

    /// Judges what can be judged at this number of pairs; true when every candidate has been decided.
    fn look(&mut self) -> bool {
        let Some(alpha) = self.looks.level(self.lanes[BASELINE].measurements.len()) else {
            return false;
        };
        let level = Level { alpha, ..self.level };
        for index in CONTROL + 1..self.lanes.len() {
            let judgement = self.judged(&self.lanes[index], level);
            let is_decided =
                |judgement: &Judgement| judgement.verdict != Verdict::CannotTell || judgement.is_negligible;
            if let Some(judgement) = judgement.filter(is_decided) {
                self.lanes[index].decided.get_or_insert(judgement);
            }
        }
        self.lanes[CONTROL + 1..].iter().all(|lane| lane.decided.is_some())
    }

    fn judged(&self, lane: &Lane<'_>, level: Level) -> Option<Judgement> {
        judge(&self.log_ratios(lane), &self.log_ratios(&self.lanes[CONTROL]), level)
    }

    /// Logarithms of a lane's figures divided by the baseline's.
    fn log_ratios(&self, lane: &Lane<'_>) -> Vec<f64> {
        let pairs = lane.measurements.iter().zip(&self.lanes[BASELINE].measurements);
        let ratio = |(candidate, baseline): (&Measurement, &Measurement)| {
            let (candidate, baseline) = (self.options.metric.of(candidate)?, self.options.metric.of(baseline)?);
            (candidate > 0.0 && baseline > 0.0).then(|| (candidate / baseline).ln())
        };
        pairs.filter_map(ratio).collect()
    }

    fn finish(self, stopped: Stopped) -> Comparison {
        // What was not decided at a look has only the error rate of the last one left.
        let n_pairs = self.lanes[BASELINE].measurements.len();
        let alpha = self
            .looks
            .level(n_pairs)
            .or_else(|| self.looks.level(self.looks.max_pairs()));
        let level = Level {
            alpha: alpha.unwrap_or(self.level.alpha),
            ..self.level
        };
        let unknown = Judgement {
            verdict: Verdict::CannotTell,
            ratio: UNKNOWN,
            is_negligible: false,
            more_pairs: None,
        };
        let candidates = self.lanes[CONTROL + 1..].iter().map(|lane| Candidate {
            subject: subject(lane),
            judgement: lane.decided.or_else(|| self.judged(lane, level)).unwrap_or(unknown),
            output: match (self.options.compares_output, self.is_stable, lane.differs) {
                (false, _, _) => Sameness::NotCompared,
                (true, false, _) => Sameness::Unstable,
                (true, true, true) => Sameness::Different,
                (true, true, false) => Sameness::Same,
            },
        });
        let control = hodges_lehmann(&self.log_ratios(&self.lanes[CONTROL]), self.options.alpha);
        let control = control.map_or(UNKNOWN, |shift| shift.exp());
        Comparison {
            baseline: subject(&self.lanes[BASELINE]),
            candidates: candidates.collect(),
            control,
            noise_floor: (1.0 - control.low).max(control.high - 1.0),
            confidence: 1.0 - self.options.alpha,
            metric: self.options.metric,
            repeats: self.repeats,
            seed: self.options.seed,
            stopped,
        }
    }
}

/// A ratio of which nothing is known.
const UNKNOWN: Estimate = Estimate {
    value: 1.0,
    low: 0.0,
    high: f64::INFINITY,
};

fn subject(lane: &Lane<'_>) -> Subject {
    Subject {
        name: lane.program.name.clone(),
        measurements: lane.measurements.clone(),
    }
}

fn check(program: &Program, ran: &Ran) -> Result<(), BenchError> {
    if ran.status.success() {
        return Ok(());
    }
    Err(BenchError::Failed {
        program: program.name.clone(),
        status: ran.status.to_string(),
        stderr: ran.stderr_tail.clone(),
    })
}
