//! Counts outliers. They are shown and never removed: the estimates that we use bear them.

use super::{median, median_absolute_deviation};

/// Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): modified z-score above 3.5.
const THRESHOLD: f64 = 3.5;
/// Makes the median absolute deviation of a normal distribution its standard deviation (ibid.).
const NORMAL: f64 = 0.6745;

/// How many values lie far from the rest.
pub fn n_outliers(values: &[f64]) -> usize {
    let (center, deviation) = (median(values), median_absolute_deviation(values));
    if deviation <= 0.0 {
        return 0;
    }
    values
        .iter()
        .filter(|value| (NORMAL * (*value - center) / deviation).abs() > THRESHOLD)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_that_took_twice_as_long_stands_out() {
        let mut runs: Vec<f64> = (0..20).map(|index| 1.0 + f64::from(index % 5) / 100.0).collect();
        assert_eq!(n_outliers(&runs), 0);
        runs.push(2.0);
        assert_eq!(n_outliers(&runs), 1);
        assert_eq!(n_outliers(&[1.0, 1.0, 1.0, 5.0]), 0, "no scale to judge by");
    }
}
