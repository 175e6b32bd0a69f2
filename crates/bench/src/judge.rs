//! From pairs to a verdict.

use crate::stats::{Estimate, hodges_lehmann};
use serde::{Deserialize, Serialize};

/// Which is faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The candidate.
    Faster,
    /// The baseline.
    Slower,
    /// The measurements do not say.
    CannotTell,
}

/// How sure a verdict has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Error rate, both sides together.
    pub alpha: f64,
    /// Differences below this, as a share, are of no interest: an interval that lies within them ends the search.
    pub min_effect: f64,
}

/// What the pairs of one candidate say. All ratios are candidate divided by baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Which is faster.
    pub verdict: Verdict,
    /// The ratio, with its confidence interval.
    pub ratio: Estimate,
    /// True when any difference is too small to be of interest.
    pub is_negligible: bool,
    /// How many pairs more would decide, if the ratio is what it seems to be and so is the noise.
    pub more_pairs: Option<usize>,
}

/// A prediction beyond this helps nobody.
const MAX_PREDICTED_PAIRS: f64 = 10_000.0;

/// Judges pairs `(baseline, candidate)`. `control` are the logarithms of the ratios of the baseline to itself in the
/// same session: when they show a difference, the session can tell nothing, and an effect must be larger than theirs.
pub fn judge(log_ratios: &[f64], control: &[f64], level: Level) -> Option<Judgement> {
    let shift = hodges_lehmann(log_ratios, level.alpha)?;
    let floor = hodges_lehmann(control, level.alpha);
    let is_sound = floor.is_none_or(|floor| !floor.excludes(0.0) && floor.value.abs() < shift.value.abs());
    let verdict = match shift.excludes(0.0) && is_sound {
        true if shift.value < 0.0 => Verdict::Faster,
        true => Verdict::Slower,
        false => Verdict::CannotTell,
    };
    let ratio = shift.exp();
    Some(Judgement {
        verdict,
        ratio,
        is_negligible: 1.0 - level.min_effect < ratio.low && ratio.high < 1.0 + level.min_effect,
        more_pairs: (verdict == Verdict::CannotTell)
            .then(|| more_pairs(shift, log_ratios.len()))
            .flatten(),
    })
}

/// The interval narrows with the square root of the number of pairs.
fn more_pairs(shift: Estimate, n_pairs: usize) -> Option<usize> {
    let needed = n_pairs as f64 * (shift.half_width() / shift.value).powi(2);
    let more = (needed - n_pairs as f64).ceil().max(1.0);
    (needed.is_finite() && needed <= MAX_PREDICTED_PAIRS).then_some(more as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: Level = Level {
        alpha: 0.05,
        min_effect: 0.005,
    };

    /// Log-ratios around a shift, spread evenly.
    fn pairs(shift: f64, spread: f64, n: usize) -> Vec<f64> {
        (0..n)
            .map(|index| shift + spread * (index as f64 / (n - 1) as f64 * 2.0 - 1.0))
            .collect()
    }

    fn verdict(pairs: &[f64], control: &[f64]) -> Verdict {
        judge(pairs, control, LEVEL).unwrap().verdict
    }

    #[test]
    fn clear_differences_are_told_with_their_direction() {
        let control = pairs(0.0, 0.02, 20);
        assert_eq!(verdict(&pairs(-0.05, 0.02, 20), &control), Verdict::Faster);
        assert_eq!(verdict(&pairs(0.05, 0.02, 20), &control), Verdict::Slower);
        assert_eq!(verdict(&pairs(0.001, 0.02, 20), &control), Verdict::CannotTell);
    }

    #[test]
    fn a_session_in_which_a_program_differs_from_itself_tells_nothing() {
        assert_eq!(
            verdict(&pairs(-0.05, 0.02, 20), &pairs(0.03, 0.005, 20)),
            Verdict::CannotTell
        );
    }

    #[test]
    fn a_narrow_interval_around_one_is_negligible() {
        let judgement = judge(&pairs(0.0, 0.002, 40), &pairs(0.0, 0.002, 40), LEVEL).unwrap();
        assert!(judgement.is_negligible);
        assert_eq!(judgement.verdict, Verdict::CannotTell);
    }

    #[test]
    fn says_how_many_pairs_would_decide() {
        let judgement = judge(&pairs(0.01, 0.05, 20), &pairs(0.0, 0.05, 20), LEVEL).unwrap();
        let more = judgement.more_pairs.unwrap();
        assert!((20..200).contains(&more), "{more}");
        let hopeless = judge(&pairs(0.0, 0.05, 21), &pairs(0.0, 0.05, 21), LEVEL).unwrap();
        assert_eq!(hopeless.more_pairs, None);
    }
}
