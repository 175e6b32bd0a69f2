//! Judges pairs as they come in, and keeps the error rate over all of them and all looks.

use crate::comparison::Stopped;
use crate::judge::{Judgement, Level, Verdict, judge};
use crate::stats::{Estimate, Looks, Spending, hodges_lehmann};

/// Fewer pairs can decide nothing.
pub const MIN_PAIRS: usize = 10;

/// A ratio of which nothing is known.
const UNKNOWN: Estimate = Estimate {
    value: 1.0,
    low: 0.0,
    high: f64::INFINITY,
};

/// Decides when to look at pairs and at which level.
pub(crate) struct Referee {
    looks: Looks,
    level: Level,
}

impl Referee {
    /// For so many comparisons, which share the error rate (Bonferroni).
    pub(crate) fn of(max_pairs: usize, alpha: f64, min_effect: f64, n_comparisons: usize) -> Self {
        let alpha = alpha / n_comparisons.max(1) as f64;
        Self {
            looks: Looks::up_to(max_pairs.max(MIN_PAIRS), Spending { alpha }),
            level: Level { alpha, min_effect },
        }
    }

    /// The last look.
    pub(crate) fn max_pairs(&self) -> usize {
        self.looks.max_pairs()
    }

    /// The judgement, when this number of pairs is one at which to look and it decides.
    pub(crate) fn look(&self, log_ratios: &[f64], control: &[f64]) -> Option<Judgement> {
        let alpha = self.looks.level(log_ratios.len())?;
        let judgement = judge(log_ratios, control, Level { alpha, ..self.level })?;
        (judgement.verdict != Verdict::CannotTell || judgement.is_negligible).then_some(judgement)
    }

    /// How it stands: to be shown, not to be acted upon.
    pub(crate) fn so_far(&self, log_ratios: &[f64], control: &[f64]) -> Option<Judgement> {
        judge(log_ratios, control, self.level)
    }

    /// The judgement on what no look decided, when no more pairs come. Time that is over has nothing to do with what the pairs
    /// say; a user who stops may have been waiting for this very estimate, and gets the level of one look.
    pub(crate) fn last(&self, log_ratios: &[f64], control: &[f64], stopped: Stopped) -> Judgement {
        let alpha = match stopped {
            Stopped::Interrupted => self.looks.level(self.max_pairs()),
            Stopped::TimeOver => Some(self.looks.unspent(log_ratios.len())),
            Stopped::Decided | Stopped::PairsOver => self.looks.level(log_ratios.len()),
        };
        let level = Level {
            alpha: alpha.unwrap_or(self.level.alpha),
            ..self.level
        };
        judge(log_ratios, control, level).unwrap_or(Judgement {
            verdict: Verdict::CannotTell,
            ratio: UNKNOWN,
            is_negligible: false,
            more_pairs: None,
        })
    }
}

/// The ratio of the baseline to itself, and the largest difference that it does not rule out.
pub(crate) fn control_of(log_ratios: &[f64], alpha: f64) -> (Estimate, f64) {
    let control = hodges_lehmann(log_ratios, alpha).map_or(UNKNOWN, |shift| shift.exp());
    (control, (1.0 - control.low).max(control.high - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten pairs of which all say the same are enough for one candidate of nine, when the time is over.
    #[test]
    fn what_the_least_pairs_say_clearly_is_told_when_the_time_is_over() {
        let referee = Referee::of(100, 0.05, 0.005, 9);
        let pairs: Vec<f64> = (0..MIN_PAIRS).map(|index| -0.2 - index as f64 / 1000.0).collect();
        let control: Vec<f64> = (0..MIN_PAIRS).map(|index| index as f64 / 1000.0 - 0.0045).collect();
        assert_eq!(
            referee.last(&pairs, &control, Stopped::TimeOver).verdict,
            Verdict::Faster
        );
        assert_eq!(
            referee.last(&pairs, &control, Stopped::Interrupted).verdict,
            Verdict::CannotTell
        );
    }
}
