//! Proves patches: each alone against the original, then those that pay together.

use crate::patch::Patch;
use crate::tree::{Tree, TreeError};
use bench::{BenchError, Comparison, Options, Program, Sameness, Verdict};

/// How much a patch changes, and so how much it has to gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// A line or two.
    Simple,
    /// More than that.
    Complex,
}

/// The gain that a patch must bring to be kept, as a share of the run time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gains {
    /// For a simple patch.
    pub simple: f64,
    /// For a complex one.
    pub complex: f64,
}

impl Default for Gains {
    fn default() -> Self {
        Self {
            simple: 0.05,
            complex: 0.2,
        }
    }
}

/// A patch that might help.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What reports call it.
    pub name: String,
    /// Proposals of the same group cure the same cost in different ways: the best of them is kept.
    pub group: usize,
    /// The edits.
    pub patch: Patch,
    /// How much it changes.
    pub effort: Effort,
}

/// How to build, test and run: everything that needs to know the user's package.
pub trait Workshop {
    /// Builds the program in the copy. The words of the compiler when it refuses.
    fn build(&mut self, tree: &Tree) -> Result<Program, String>;

    /// Runs the user's tests in the copy. Their words when they fail.
    fn test(&mut self, tree: &Tree) -> Result<(), String>;
}

/// What became of a patch.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its edits do not go together.
    DoesNotApply(String),
    /// The compiler refuses it.
    DoesNotCompile(String),
    /// Tests fail that passed before.
    FailsTests(String),
    /// The program fails, or writes something else.
    ChangesOutput,
    /// It brings less than it must.
    GainsTooLittle,
    /// It pays.
    Pays,
    /// It pays, but another one for the same cost pays more, or it does not go together with better ones.
    BetterKept,
}

/// A patch with its trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Index into the proposals.
    pub proposal: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// Its measurements, as far as it got.
    pub comparison: Option<Comparison>,
}

/// All trials, and what is left.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// One for each proposal that was tried, in order.
    pub trials: Vec<Trial>,
    /// Indices of the proposals that are kept.
    pub kept: Vec<usize>,
    /// The patch of all of them.
    pub patch: Patch,
    /// All of them together against the original.
    pub together: Option<Comparison>,
    /// True when the user wanted no more before all was tried.
    pub is_interrupted: bool,
}

/// What is being done, for a progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The compiler runs.
    Building,
    /// The tests run.
    Testing,
    /// The stopwatch runs.
    Timing,
}

/// Receives the progress of a proof, and that of its comparisons.
pub trait Progress: bench::Progress {
    /// A step begins; `name` is the proposal's, or empty for the original and the combination.
    fn step(&mut self, step: Step, name: &str);
}

/// Why nothing could be proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The copy cannot be written.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The original does not build.
    #[error("the program does not build: {0}")]
    DoesNotBuild(String),
    /// The original's tests fail.
    #[error("tests fail before any change: {0}")]
    TestsFail(String),
    /// The original does not write the same twice, so that a changed output could not be told.
    #[error("the program's output differs from run to run")]
    UnstableOutput,
    /// The original program cannot be timed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

/// Tries every proposal, and combines those that pay.
///
/// # Errors
/// When the original does not build, its tests fail, or it cannot be timed.
pub fn prove(
    proposals: &[Proposal],
    tree: &mut Tree,
    workshop: &mut dyn Workshop,
    options: &Options,
    gains: Gains,
    progress: &mut dyn Progress,
) -> Result<Proof, ProveError> {
    progress.step(Step::Building, "");
    tree.set(&Default::default())?;
    let baseline = workshop.build(tree).map_err(ProveError::DoesNotBuild)?;
    progress.step(Step::Testing, "");
    workshop.test(tree).map_err(ProveError::TestsFail)?;

    if options.compares_output && !bench::runs_alike(&baseline, options)? {
        return Err(ProveError::UnstableOutput);
    }
    let mut prover = Prover {
        baseline,
        tree,
        workshop,
        options,
        gains,
    };
    let mut trials = Vec::new();
    for (index, proposal) in proposals.iter().enumerate() {
        if progress.is_interrupted() {
            break;
        }
        let (outcome, comparison) = prover.trial(&proposal.name, &proposal.patch, proposal.effort, progress)?;
        trials.push(Trial {
            proposal: index,
            outcome,
            comparison,
        });
    }
    prover.combine(proposals, trials, progress)
}

struct Prover<'a> {
    baseline: Program,
    tree: &'a mut Tree,
    workshop: &'a mut dyn Workshop,
    options: &'a Options,
    gains: Gains,
}

type Tried = (Outcome, Option<Comparison>);

impl Prover<'_> {
    fn trial(
        &mut self,
        name: &str,
        patch: &Patch,
        effort: Effort,
        progress: &mut dyn Progress,
    ) -> Result<Tried, ProveError> {
        let patched = match patch.applied() {
            Ok(patched) => patched,
            Err(error) => return Ok((Outcome::DoesNotApply(error.to_string()), None)),
        };
        self.tree.set(&patched)?;
        progress.step(Step::Building, name);
        let program = match self.workshop.build(self.tree) {
            Ok(program) => program,
            Err(words) => return Ok((Outcome::DoesNotCompile(words), None)),
        };
        progress.step(Step::Testing, name);
        if let Err(words) = self.workshop.test(self.tree) {
            return Ok((Outcome::FailsTests(words), None));
        }
        progress.step(Step::Timing, name);
        let candidate = Program {
            name: name.to_owned(),
            ..program
        };
        let comparison = bench::compare(&self.baseline, &[candidate], self.options, progress);
        match comparison {
            Ok(comparison) => Ok((self.judged(&comparison, effort), Some(comparison))),
            // The original ran well: it is the patch that makes it fail.
            Err(BenchError::Failed { program, .. }) if program == name => Ok((Outcome::ChangesOutput, None)),
            Err(error) => Err(error.into()),
        }
    }

    fn judged(&self, comparison: &Comparison, effort: Effort) -> Outcome {
        let least = match effort {
            Effort::Simple => self.gains.simple,
            Effort::Complex => self.gains.complex,
        };
        match comparison.candidates.first() {
            Some(candidate) if candidate.output == Sameness::Different => Outcome::ChangesOutput,
            Some(candidate)
                if candidate.judgement.verdict == Verdict::Faster && candidate.judgement.ratio.value <= 1.0 - least =>
            {
                Outcome::Pays
            }
            _ => Outcome::GainsTooLittle,
        }
    }

    /// Puts the patches that pay together, best first, and proves the whole once more.
    fn combine(
        mut self,
        proposals: &[Proposal],
        mut trials: Vec<Trial>,
        progress: &mut dyn Progress,
    ) -> Result<Proof, ProveError> {
        let ratio = |trial: &Trial| {
            let candidate = trial
                .comparison
                .as_ref()
                .and_then(|comparison| comparison.candidates.first());
            candidate.map_or(1.0, |candidate| candidate.judgement.ratio.value)
        };
        let mut paying: Vec<usize> = (0..trials.len())
            .filter(|&index| trials[index].outcome == Outcome::Pays)
            .collect();
        paying.sort_by(|&a, &b| ratio(&trials[a]).total_cmp(&ratio(&trials[b])));
        let (mut kept, mut patch): (Vec<usize>, Patch) = Default::default();
        for index in paying {
            let proposal = &proposals[trials[index].proposal];
            let is_cured = kept.iter().any(|&kept: &usize| proposals[kept].group == proposal.group);
            let joined = patch.and(&proposal.patch);
            if is_cured || joined.applied().is_err() {
                trials[index].outcome = Outcome::BetterKept;
                continue;
            }
            patch = joined;
            kept.push(trials[index].proposal);
        }
        let mut together = trials
            .iter()
            .find(|trial| kept == [trial.proposal])
            .and_then(|trial| trial.comparison.clone());
        // Patches that pay alone need not pay together: drop the one that gains least until the rest holds.
        while kept.len() > 1 && !progress.is_interrupted() {
            let (outcome, comparison) = self.trial("", &patch, Effort::Simple, progress)?;
            if outcome == Outcome::Pays {
                together = comparison;
                break;
            }
            if let Some(dropped) = kept.pop() {
                let of_dropped = trials.iter_mut().find(|trial| trial.proposal == dropped);
                of_dropped
                    .into_iter()
                    .for_each(|trial| trial.outcome = Outcome::BetterKept);
            }
            patch = kept
                .iter()
                .fold(Patch::default(), |patch, &kept| patch.and(&proposals[kept].patch));
            together = trials
                .iter()
                .find(|trial| kept == [trial.proposal])
                .and_then(|trial| trial.comparison.clone());
        }
        Ok(Proof {
            is_interrupted: progress.is_interrupted(),
            trials,
            kept,
            patch,
            together,
        })
    }
}
