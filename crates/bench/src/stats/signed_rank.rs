//! The Hodges–Lehmann estimate of a shift from paired differences, with the confidence interval that inverts Wilcoxon's
//! signed-rank test.
//!
//! Wilcoxon, "Individual comparisons by ranking methods" (1945); Hodges and Lehmann, "Estimates of location based on rank
//! tests" (1963); Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods" (3rd ed.), 3.1 to 3.3. The test asks of
//! the differences only that they are independent and symmetric, which pairs in random order are when nothing differs.

use super::median;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// Up to this many pairs the distribution of the rank sum is counted out, above it is taken as normal.
const EXACT_UP_TO: usize = 50;

/// An estimate with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval; minus infinity when so few pairs cannot give the confidence.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// Whether the interval leaves out `value`.
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || self.high < value
    }

    /// The estimate of a ratio, of that of its logarithm.
    pub fn exp(&self) -> Self {
        Self {
            value: self.value.exp(),
            low: self.low.exp(),
            high: self.high.exp(),
        }
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// The median of all averages of two differences, and the interval that holds the true shift but for an error rate of
/// `alpha`, both sides together. `None` of nothing.
pub fn hodges_lehmann(differences: &[f64], alpha: f64) -> Option<Estimate> {
    if differences.is_empty() {
        return None;
    }
    let mut averages = walsh_averages(differences);
    averages.sort_by(f64::total_cmp);
    let value = median(&averages);
    // The interval runs from the k-th smallest to the k-th largest average.
    let Some(k) = critical_rank(differences.len(), alpha).checked_sub(1) else {
        return Some(Estimate {
            value,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        });
    };
    Some(Estimate {
        value,
        low: averages[k],
        high: averages[averages.len() - 1 - k],
    })
}

fn walsh_averages(differences: &[f64]) -> Vec<f64> {
    let mut averages = Vec::with_capacity(differences.len() * (differences.len() + 1) / 2);
    for (index, first) in differences.iter().enumerate() {
        averages.extend(differences[index..].iter().map(|second| (first + second) / 2.0));
    }
    averages
}

/// The largest k with P(rank sum < k) ≤ alpha / 2: one more than the largest rank sum that is still too small; 0 when
/// even a rank sum of 0 is not rare enough.
fn critical_rank(n: usize, alpha: f64) -> usize {
    if n <= EXACT_UP_TO {
        let total = 2.0_f64.powi(n as i32);
        let mut cumulated = 0.0;
        for (rank_sum, count) in rank_sum_counts(n).into_iter().enumerate() {
            cumulated += count / total;
            if cumulated > alpha / 2.0 {
                return rank_sum;
            }
        }
        unreachable!("the probabilities of all rank sums add up to 1")
    }
    let n = n as f64;
    let (mean, variance) = (n * (n + 1.0) / 4.0, n * (n + 1.0) * (2.0 * n + 1.0) / 24.0);
    let quantile = Normal::standard().inverse_cdf(alpha / 2.0);
    (mean + quantile * variance.sqrt()).floor().max(0.0) as usize
}

/// In how many of the 2ⁿ ways to give signs to the ranks 1 to n the positive ones add up to each sum.
fn rank_sum_counts(n: usize) -> Vec<f64> {
    let most = n * (n + 1) / 2;
    let mut counts = vec![0.0; most + 1];
    counts[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..=most).rev() {
            counts[sum] += counts[sum - rank];
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hollander, Wolfe and Chicken, example 3.1 (Hamilton depression scale): estimate −0.46, 96 % interval (−0.786, −0.010).
    #[test]
    #[expect(clippy::approx_constant, reason = "3.14 is a published measurement")]
    fn the_textbook_example() {
        let before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        let after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        let differences: Vec<f64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
        let estimate = hodges_lehmann(&differences, 0.04).unwrap();
        assert!((estimate.value - -0.46).abs() < 1e-9, "{estimate:?}");
        assert!((estimate.low - -0.786).abs() < 1e-9, "{estimate:?}");
        assert!((estimate.high - -0.010).abs() < 1e-9, "{estimate:?}");
    }

    #[test]
    fn rank_sums_are_those_of_the_tables() {
        // Two-sided 5 %: Wilcoxon's table has 0 for six pairs, 8 for ten, 52 for twenty; the interval starts one later.
        assert_eq!([6, 10, 20].map(|n| critical_rank(n, 0.05)), [1, 9, 53]);
        assert_eq!(
            critical_rank(5, 0.05),
            0,
            "of five pairs even the rarest outcome is not rare enough"
        );
    }

    #[test]
    fn the_normal_approximation_follows_the_exact_distribution() {
        let exact = critical_rank(50, 0.05) as f64;
        let (n, quantile) = (50.0_f64, -1.96);
        let normal = n * (n + 1.0) / 4.0 + quantile * (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
        assert!((exact - normal).abs() < 3.0, "{exact} and {normal}");
    }

    #[test]
    fn a_wild_value_moves_the_estimate_little() {
        let mut differences: Vec<f64> = (0..20).map(|index| 0.02 + f64::from(index - 10) / 2000.0).collect();
        differences[3] = 5.0;
        let estimate = hodges_lehmann(&differences, 0.05).unwrap();
        assert!((estimate.value - 0.02).abs() < 0.002, "{estimate:?}");
        assert!(estimate.excludes(0.0));
    }

    #[test]
    fn too_few_pairs_decide_nothing() {
        let estimate = hodges_lehmann(&[0.5, 0.5, 0.5], 0.05).unwrap();
        assert!(!estimate.excludes(0.0));
        assert_eq!(hodges_lehmann(&[], 0.05), None);
    }
}
