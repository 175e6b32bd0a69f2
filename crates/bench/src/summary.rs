//! What reports show of the measurements of two subjects.

use crate::comparison::Subject;
use crate::measurement::{Measurement, Metric};
use crate::stats::{median, n_outliers};

/// Unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
}

/// One figure of both subjects, in the median.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Stable name: `wall`, `user`, `peak-memory` …
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Median of the baseline.
    pub baseline: f64,
    /// Median of the candidate.
    pub candidate: f64,
}

type Read = fn(&Measurement) -> Option<f64>;

const FIGURES: [(&str, Unit, Read); 8] = [
    ("wall", Unit::Seconds, |run| Some(run.wall_s)),
    ("user", Unit::Seconds, |run| Some(run.user_s)),
    ("sys", Unit::Seconds, |run| Some(run.sys_s)),
    ("peak-memory", Unit::Bytes, |run| Some(run.max_rss_bytes as f64)),
    ("page-faults", Unit::Count, |run| {
        Some((run.minor_faults + run.major_faults) as f64)
    }),
    ("waits", Unit::Count, |run| Some(run.voluntary_switches as f64)),
    ("preemptions", Unit::Count, |run| Some(run.involuntary_switches as f64)),
    ("instructions", Unit::Count, |run| {
        run.instructions.map(|count| count as f64)
    }),
];

/// The figures that were measured for both.
pub fn figures(baseline: &Subject, candidate: &Subject) -> Vec<Figure> {
    let measured = |subject: &Subject, read: Read| {
        let values: Option<Vec<f64>> = subject.measurements.iter().map(read).collect();
        values.filter(|values| !values.is_empty()).map(|values| median(&values))
    };
    FIGURES
        .iter()
        .filter_map(|&(name, unit, read)| {
            Some(Figure {
                name,
                unit,
                baseline: measured(baseline, read)?,
                candidate: measured(candidate, read)?,
            })
        })
        .collect()
}

impl Subject {
    /// How many of its runs lie far from the rest by this metric. They count like all others.
    pub fn n_outliers(&self, metric: Metric) -> usize {
        let values: Vec<f64> = self.measurements.iter().filter_map(|run| metric.of(run)).collect();
        n_outliers(&values)
    }

    /// The ratios to the baseline, run by run.
    pub fn ratios(&self, baseline: &Self, metric: Metric) -> Vec<f64> {
        let pairs = self.measurements.iter().zip(&baseline.measurements);
        pairs
            .filter_map(|(own, other)| Some(metric.of(own)? / metric.of(other)?))
            .collect()
    }
}

/// Part of a range of values, with how many lie in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Values in it; the first and last bin hold what lies outside of the range, too.
    pub count: usize,
}

/// Counts values in `n_bins` equal parts of the range from `low` to `high`.
pub fn histogram(values: &[f64], low: f64, high: f64, n_bins: usize) -> Vec<Bin> {
    let width = (high - low) / n_bins.max(1) as f64;
    let mut bins: Vec<Bin> = (0..n_bins)
        .map(|index| Bin {
            from: low + index as f64 * width,
            to: low + (index + 1) as f64 * width,
            count: 0,
        })
        .collect();
    for value in values {
        let index = ((value - low) / width)
            .floor()
            .clamp(0.0, n_bins.saturating_sub(1) as f64);
        if let Some(bin) = bins.get_mut(index as usize) {
            bin.count += 1;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_of_the_range_count_in_the_outer_bins() {
        let counts = |values: &[f64]| {
            let bins = histogram(values, 0.0, 4.0, 4);
            bins.iter().map(|bin| bin.count).collect::<Vec<_>>()
        };
        assert_eq!(counts(&[0.5, 1.5, 1.7, 3.9]), [1, 2, 0, 1]);
        assert_eq!(counts(&[-7.0, 9.0, 4.0]), [1, 0, 0, 2]);
        assert!(histogram(&[1.0], 0.0, 1.0, 0).is_empty());
    }

    #[test]
    fn figures_that_one_side_lacks_are_left_out() {
        let subject = |instructions| Subject {
            name: String::new(),
            measurements: vec![Measurement {
                instructions,
                ..Measurement::default()
            }],
        };
        let names = |a, b| figures(&subject(a), &subject(b)).len();
        assert_eq!(names(Some(1), Some(2)), 8);
        assert_eq!(names(Some(1), None), 7);
    }
}
