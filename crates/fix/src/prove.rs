//! Proves patches: each alone against the original, then those that pay together.

use crate::patch::Patch;
use crate::proposal::{
    Effort, Gains, Outcome, Progress, Proof, Proposal, ProveError, Refusal, Step, Trial, Workshop, is_about_space,
};
use crate::tree::Tree;
use crate::verdicts::{Judged, Measured, Verdicts};
use bench::{BenchError, Options, Program, Stopped, Verdict};

/// Ratios that differ by less say of two patches that they gain the same: repetitions of one comparison on an ordinary
/// machine differ by as much.
const SAME_GAIN: f64 = 0.03;

/// Tries every proposal that `verdicts` does not know, and combines those that pay.
///
/// # Errors
/// When the original does not build, its tests fail, or it cannot be timed; none of that is asked while every verdict is
/// known.
pub fn prove(
    proposals: &[Proposal],
    tree: &mut Tree,
    workshop: &mut dyn Workshop,
    verdicts: &mut Verdicts,
    options: &Options,
    gains: Gains,
    progress: &mut dyn Progress,
) -> Result<Proof, ProveError> {
    let mut prover = Prover {
        baseline: None,
        tree,
        workshop,
        verdicts,
        options,
        gains,
    };
    let mut trials = Vec::new();
    for (index, proposal) in proposals.iter().enumerate() {
        // After Ctrl-C, what is known already is still told.
        let Some(tried) = prover.trial(&proposal.name, &proposal.patch, proposal.effort, progress)? else {
            continue;
        };
        trials.push(Trial {
            proposal: index,
            outcome: tried.outcome,
            measured: tried.measured,
            is_from_earlier: tried.is_from_earlier,
        });
    }
    prover.combine(proposals, trials, progress)
}

struct Prover<'a> {
    /// The original, once something has to be compared with it.
    baseline: Option<Program>,
    tree: &'a mut Tree,
    workshop: &'a mut dyn Workshop,
    verdicts: &'a mut Verdicts,
    options: &'a Options,
    gains: Gains,
}

struct Tried {
    outcome: Outcome,
    measured: Option<Measured>,
    is_from_earlier: bool,
}

impl Prover<'_> {
    /// The verdict on a patch; `None` when the user interrupts.
    fn trial(
        &mut self,
        name: &str,
        patch: &Patch,
        effort: Effort,
        progress: &mut dyn Progress,
    ) -> Result<Option<Tried>, ProveError> {
        let tried = |outcome, measured, is_from_earlier| Tried {
            outcome,
            measured,
            is_from_earlier,
        };
        if let Some(judged) = self.verdicts.of(patch) {
            let (outcome, measured) = self.outcome(judged, effort);
            return Ok(Some(tried(outcome, measured, true)));
        }
        if progress.is_interrupted() {
            return Ok(None);
        }
        let patched = match patch.applied() {
            Ok(patched) => patched,
            Err(error) => return Ok(Some(tried(Outcome::DoesNotApply(error.to_string()), None, false))),
        };
        let Some(baseline) = self.baseline(progress)? else {
            return Ok(None);
        };
        self.tree.set(&patched)?;
        let judged = match self.judged(name, &baseline, progress)? {
            Asked::Judged(judged) => judged,
            Asked::Surroundings(words) => {
                return Ok(Some(tried(Outcome::DoesNotCompile(words), None, false)));
            }
            Asked::Interrupted => return Ok(None),
        };
        let (outcome, measured) = self.outcome(&judged, effort);
        // Another try may tell.
        if outcome != Outcome::Undecided {
            self.verdicts.keep(patch, &judged);
        }
        Ok(Some(tried(outcome, measured, false)))
    }

    /// The original: built, tested, and seen to write the same twice. `None` when the user interrupts.
    fn baseline(&mut self, progress: &mut dyn Progress) -> Result<Option<Program>, ProveError> {
        if let Some(baseline) = &self.baseline {
            return Ok(Some(baseline.clone()));
        }
        progress.step(Step::Building, "");
        self.tree.set(&Default::default())?;
        let baseline = self.workshop.build(self.tree).map_err(Refusal::into_words);
        if progress.is_interrupted() {
            return Ok(None);
        }
        let baseline = baseline.map_err(|words| fatal(&words).unwrap_or(ProveError::DoesNotBuild(words)))?;
        progress.step(Step::Testing, "");
        let tested = self.workshop.test(self.tree);
        if progress.is_interrupted() {
            return Ok(None);
        }
        tested.map_err(|words| fatal(&words).unwrap_or(ProveError::TestsFail(words)))?;
        if self.options.compares_output {
            let is_alike = bench::runs_alike(&baseline, self.options);
            if progress.is_interrupted() {
                return Ok(None);
            }
            if !is_alike? {
                return Err(ProveError::UnstableOutput);
            }
        }
        self.baseline = Some(baseline.clone());
        Ok(Some(baseline))
    }

    /// Asks the compiler, the tests and the stopwatch about the tree as it is. Ctrl-C reaches compilers and tests, too: what
    /// they say then is no verdict.
    fn judged(&mut self, name: &str, baseline: &Program, progress: &mut dyn Progress) -> Result<Asked, ProveError> {
        progress.step(Step::Building, name);
        let built = self.workshop.build(self.tree);
        if progress.is_interrupted() {
            return Ok(Asked::Interrupted);
        }
        let program = match built {
            Ok(program) => program,
            Err(refusal) => {
                let is_compilers = matches!(refusal, Refusal::Compiler(_));
                let words = refusal.into_words();
                return match fatal(&words) {
                    Some(error) => Err(error),
                    None if is_compilers => Ok(Asked::Judged(Judged::DoesNotCompile(words))),
                    None => Ok(Asked::Surroundings(words)),
                };
            }
        };
        progress.step(Step::Testing, name);
        let tested = self.workshop.test(self.tree);
        if progress.is_interrupted() {
            return Ok(Asked::Interrupted);
        }
        if let Err(words) = tested {
            return fatal(&words).map_or(Ok(Asked::Judged(Judged::FailsTests(words))), Err);
        }
        progress.step(Step::Timing, name);
        let candidate = Program {
            name: name.to_owned(),
            ..program
        };
        let comparison = bench::compare(baseline, &[candidate], self.options, progress);
        match comparison {
            Ok(comparison) if comparison.stopped == Stopped::Interrupted => Ok(Asked::Interrupted),
            Ok(comparison) => {
                Ok(Measured::of(&comparison)
                    .map_or(Asked::Interrupted, |measured| Asked::Judged(Judged::Timed(measured))))
            }
            Err(_) if progress.is_interrupted() => Ok(Asked::Interrupted),
            // The original ran well: it is the patch that makes it fail.
            Err(BenchError::Failed { program, .. }) if program == name => Ok(Asked::Judged(Judged::FailsToRun)),
            Err(error) => Err(error.into()),
        }
    }

    fn outcome(&self, judged: &Judged, effort: Effort) -> (Outcome, Option<Measured>) {
        let least = match effort {
            Effort::Simple => self.gains.simple,
            Effort::Complex => self.gains.complex,
        };
        match judged {
            Judged::DoesNotCompile(words) => (Outcome::DoesNotCompile(words.clone()), None),
            Judged::FailsTests(words) => (Outcome::FailsTests(words.clone()), None),
            Judged::FailsToRun => (Outcome::ChangesOutput, None),
            Judged::Timed(measured) => {
                let outcome = if measured.changes_output {
                    Outcome::ChangesOutput
                } else if measured.verdict == Verdict::Faster && measured.ratio <= 1.0 - least {
                    Outcome::Pays
                } else if measured.verdict == Verdict::CannotTell && measured.may_be(1.0 - least) {
                    Outcome::Undecided
                } else {
                    Outcome::GainsTooLittle
                };
                (outcome, Some(*measured))
            }
        }
    }

    /// Puts the patches that pay together, best first, and proves the whole once more.
    fn combine(
        mut self,
        proposals: &[Proposal],
        mut trials: Vec<Trial>,
        progress: &mut dyn Progress,
    ) -> Result<Proof, ProveError> {
        let ratio = |trial: &Trial| trial.measured.map_or(1.0, |measured| measured.ratio);
        let mut paying: Vec<usize> = (0..trials.len())
            .filter(|&index| trials[index].outcome == Outcome::Pays)
            .collect();
        paying.sort_by(|&a, &b| ratio(&trials[a]).total_cmp(&ratio(&trials[b])));
        let paying = narrowest_first(&paying, |best, other| {
            let group = |index: usize| proposals[trials[index].proposal].group;
            group(best) == group(other) && ratio(&trials[other]) <= ratio(&trials[best]) * (1.0 + SAME_GAIN)
        });
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
        let mut together = None;
        // Patches that pay alone need not pay together: drop the one that gains least until the rest holds. What the user
        // interrupts is not proved: only the best, which was proved alone, is left then.
        while kept.len() > 1 {
            let tried = self.trial("", &patch, Effort::Simple, progress)?;
            if let Some(tried) = tried.as_ref().filter(|tried| tried.outcome == Outcome::Pays) {
                together = tried.measured;
                break;
            }
            let n_left = tried.map_or(1, |_| kept.len() - 1);
            for dropped in kept.split_off(n_left) {
                let of_dropped = trials.iter_mut().filter(|trial| trial.proposal == dropped);
                of_dropped.for_each(|trial| trial.outcome = Outcome::BetterKept);
            }
            patch = kept
                .iter()
                .fold(Patch::default(), |patch, &kept| patch.and(&proposals[kept].patch));
        }
        if let [only] = kept[..] {
            together = trials
                .iter()
                .find(|trial| trial.proposal == only)
                .and_then(|trial| trial.measured);
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

/// What came of asking about a patch.
enum Asked {
    Judged(Judged),
    /// It could not be built, for a reason that may be gone tomorrow.
    Surroundings(String),
    Interrupted,
}

/// What no patch is to blame for.
fn fatal(words: &str) -> Option<ProveError> {
    is_about_space(words).then(|| ProveError::NoSpace(words.to_owned()))
}

/// Trials from the best to the worst, but of those that are as good as each other the one that was proposed first, which
/// changes least.
fn narrowest_first(best_first: &[usize], is_as_good: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut ordered: Vec<usize> = Vec::new();
    for &best in best_first {
        let equals = best_first.iter().copied().filter(|&other| is_as_good(best, other));
        let first = equals.min().unwrap_or(best);
        for index in [first, best] {
            if !ordered.contains(&index) {
                ordered.push(index);
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::narrowest_first;

    #[test]
    fn of_equal_gains_the_first_proposal_is_taken() {
        let ratios = [0.52, 0.80, 0.51, 0.30];
        let groups = [0, 0, 0, 1];
        let is_as_good =
            |best: usize, other: usize| groups[best] == groups[other] && ratios[other] <= ratios[best] * 1.03;
        assert_eq!(narrowest_first(&[3, 2, 0, 1], is_as_good), [3, 0, 2, 1]);
    }
}
