//! A distribution summed up in a few weighted quantiles.

use serde::{Deserialize, Serialize};

/// Quantiles of a weighted set of values. All zero when it is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Sum of the weights: how many values it stands for.
    pub weight: f64,
    /// Smallest value.
    pub min: u64,
    /// 10th percentile.
    pub p10: u64,
    /// Median.
    pub median: u64,
    /// 90th percentile.
    pub p90: u64,
    /// Largest value.
    pub max: u64,
    /// Weighted mean.
    pub mean: f64,
}

impl Distribution {
    /// Sums up `(value, weight)` pairs; order does not matter. Quantiles are the inverse of the weighted empirical
    /// distribution function (Hyndman and Fan 1996, definition 1). Pairs without a positive weight are left out.
    pub fn of(values: impl IntoIterator<Item = (u64, f64)>) -> Self {
        let mut values: Vec<(u64, f64)> = values.into_iter().filter(|&(_, weight)| weight > 0.0).collect();
        values.sort_unstable_by_key(|&(value, _)| value);
        let (Some(first), Some(last)) = (values.first(), values.last()) else {
            return Self::default();
        };
        let weight: f64 = values.iter().map(|&(_, weight)| weight).sum();
        let quantile = |share: f64| {
            let mut reached = 0.0;
            values
                .iter()
                .find(|&&(_, weight_here)| {
                    reached += weight_here;
                    reached >= share * weight
                })
                .map_or(last.0, |&(value, _)| value)
        };
        Self {
            weight,
            min: first.0,
            p10: quantile(0.1),
            median: quantile(0.5),
            p90: quantile(0.9),
            max: last.0,
            mean: values.iter().map(|&(value, weight)| value as f64 * weight).sum::<f64>() / weight,
        }
    }

    /// True when it holds no value.
    pub fn is_empty(&self) -> bool {
        self.weight == 0.0
    }

    /// Both distributions as one. Extremes, weight and mean are exact; inner quantiles are taken from the five points
    /// of each, so they are approximate.
    pub fn merged(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return if self.is_empty() { *other } else { *self };
        }
        let points = |d: &Self| {
            [
                (d.min, 0.05),
                (d.p10, 0.15),
                (d.median, 0.6),
                (d.p90, 0.15),
                (d.max, 0.05),
            ]
            .map(|(v, w)| (v, w * d.weight))
        };
        let mut merged = Self::of(points(self).into_iter().chain(points(other)));
        merged.weight = self.weight + other.weight;
        merged.mean = (self.mean * self.weight + other.mean * other.weight) / merged.weight;
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_follow_the_weights() {
        let d = Distribution::of([(10, 1.0), (20, 8.0), (1000, 1.0)]);
        assert_eq!(
            (d.min, d.p10, d.median, d.p90, d.max, d.weight),
            (10, 10, 20, 20, 1000, 10.0)
        );
        assert!((d.mean - 117.0).abs() < 1e-9);
    }

    #[test]
    fn empty_merges_to_the_other() {
        let d = Distribution::of([(5, 2.0)]);
        assert_eq!(Distribution::default().merged(&d), d);
    }
}
