//! Runs the rounds of a comparison until it is decided, or its time is over.

use crate::comparison::{Candidate, Comparison, Options, Progress, Sameness, Stopped, Subject};
use crate::error::BenchError;
use crate::judge::Judgement;
use crate::measurement::Measurement;
use crate::output::Digest;
use crate::program::{Instructions, Program, Ran};
use crate::referee::{MIN_PAIRS, Referee, control_of};
use std::time::{Duration, Instant};

/// A shorter measurement is mostly the start of a process: short programs are run several times for one.
const MIN_MEASUREMENT: Duration = Duration::from_millis(10);
/// More repetitions than this do not make a measurement better.
const MAX_REPEATS: usize = 20;

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
        let ran = run(program, options, &mut instructions, &|| false)?;
        Ok(ran.map(|ran| (ran.stdout, ran.status.code())))
    };
    Ok(run()? == run()?)
}

/// One run, with what has to be done before; `None` when the user interrupts.
fn run(
    program: &Program,
    options: &Options,
    instructions: &mut Instructions,
    is_interrupted: &dyn Fn() -> bool,
) -> Result<Option<Ran>, BenchError> {
    if let Some(prepare) = &options.prepare {
        let ran = prepare.run(None, instructions)?;
        if is_interrupted() {
            return Ok(None);
        }
        check(prepare, &ran)?;
    }
    let ran = program.run(options.input.as_ref(), instructions)?;
    if is_interrupted() {
        return Ok(None);
    }
    if !options.may_fail {
        check(program, &ran)?;
    }
    Ok(Some(ran))
}

/// The baseline and its control are the first two lanes, candidates follow.
const BASELINE: usize = 0;
const CONTROL: usize = 1;

struct Session<'a> {
    options: &'a Options,
    lanes: Vec<Lane<'a>>,
    referee: Referee,
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
        Self {
            lanes: [baseline, baseline].into_iter().chain(candidates).map(lane).collect(),
            referee: Referee::of(options.max_pairs, options.alpha, options.min_effect, candidates.len()),
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
            if n_pairs >= self.referee.max_pairs() {
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
                    let so_far = || self.referee.so_far(&self.log_ratios(lane), &self.control());
                    Some((lane.program.name.clone(), lane.decided.or_else(so_far)?))
                })
                .collect();
            if !progress.round(n_pairs + 1, self.referee.max_pairs(), started.elapsed(), &so_far) {
                return Ok(Stopped::Interrupted);
            }
        }
    }

    /// One measurement of a lane; `None` when the user interrupts.
    fn measure(&mut self, index: usize, progress: &dyn Progress) -> Result<Option<Measurement>, BenchError> {
        let mut sum: Option<Measurement> = None;
        for _ in 0..self.repeats {
            let is_interrupted = || progress.is_interrupted();
            let program = self.lanes[index].program;
            let Some(ran) = run(program, self.options, &mut self.instructions, &is_interrupted)? else {
                return Ok(None);
            };
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
        let control = self.control();
        for index in CONTROL + 1..self.lanes.len() {
            let decided = self.referee.look(&self.log_ratios(&self.lanes[index]), &control);
            if let Some(judgement) = decided {
                self.lanes[index].decided.get_or_insert(judgement);
            }
        }
        self.lanes[CONTROL + 1..].iter().all(|lane| lane.decided.is_some())
    }

    fn control(&self) -> Vec<f64> {
        self.log_ratios(&self.lanes[CONTROL])
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
        let candidates = self.lanes[CONTROL + 1..].iter().map(|lane| Candidate {
            subject: subject(lane),
            judgement: lane
                .decided
                .unwrap_or_else(|| self.referee.last(&self.log_ratios(lane), &self.control(), stopped)),
            output: match (self.options.compares_output, self.is_stable, lane.differs) {
                (false, _, _) => Sameness::NotCompared,
                (true, false, _) => Sameness::Unstable,
                (true, true, true) => Sameness::Different,
                (true, true, false) => Sameness::Same,
            },
        });
        let (control, noise_floor) = control_of(&self.control(), self.options.alpha);
        Comparison {
            baseline: subject(&self.lanes[BASELINE]),
            candidates: candidates.collect(),
            control,
            noise_floor,
            confidence: 1.0 - self.options.alpha,
            metric: self.options.metric,
            repeats: self.repeats,
            seed: self.options.seed,
            stopped,
        }
    }
}

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
