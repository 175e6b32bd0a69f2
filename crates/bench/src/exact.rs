//! Compares counts that are the same in each run: no statistics, no noise.
//!
//! The baseline is counted twice. What differs between the two counts is what the program leaves to chance, and only a
//! difference beyond that says anything.

use std::collections::BTreeMap;

/// What one traced run counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads and writes.
    pub accesses: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Calls of functions.
    pub calls: u64,
    /// Misses of the modelled first level.
    pub l1_misses: u64,
    /// Misses of the second.
    pub l2_misses: u64,
    /// Misses of the last.
    pub last_misses: u64,
    /// Accesses by function.
    pub by_function: BTreeMap<String, u64>,
}

/// Which way the work changed, by the number of accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The candidate does less.
    Less,
    /// It does more.
    More,
    /// It does the same, or the difference is one that the baseline has with itself.
    Same,
}

/// A function whose accesses changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFunction {
    /// Its name.
    pub function: String,
    /// Accesses in the baseline.
    pub before: u64,
    /// Accesses in the candidate.
    pub after: u64,
}

/// A candidate beside the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactCandidate {
    /// Its name.
    pub name: String,
    /// What it counted.
    pub counts: Counts,
    /// Which way its work changed.
    pub work: Work,
    /// Accesses of the candidate by those of the baseline.
    pub ratio: f64,
    /// Functions that changed, the largest difference first.
    pub changed: Vec<ChangedFunction>,
}

/// All candidates beside the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactComparison {
    /// Name of the baseline.
    pub baseline: String,
    /// What it counted.
    pub counts: Counts,
    /// By how many accesses its two counts differ: 0 for a deterministic program.
    pub spread: u64,
    /// In the order in which they were given.
    pub candidates: Vec<ExactCandidate>,
}

/// Judges candidates by their names and counts against two counts of the baseline.
pub fn compare_exactly(baseline: &str, twice: [Counts; 2], candidates: Vec<(String, Counts)>) -> ExactComparison {
    let [first, second] = twice;
    let spread = first.accesses.abs_diff(second.accesses);
    let candidates = candidates
        .into_iter()
        .map(|(name, counts)| judge(&first, spread, name, counts))
        .collect();
    ExactComparison {
        baseline: baseline.to_owned(),
        counts: first,
        spread,
        candidates,
    }
}

fn judge(baseline: &Counts, spread: u64, name: String, counts: Counts) -> ExactCandidate {
    // Two candidates in turn could lie on both sides of what varies.
    let is_beyond = counts.accesses.abs_diff(baseline.accesses) > spread.saturating_mul(2);
    let work = match counts.accesses.cmp(&baseline.accesses) {
        std::cmp::Ordering::Less if is_beyond => Work::Less,
        std::cmp::Ordering::Greater if is_beyond => Work::More,
        _ => Work::Same,
    };
    let functions: BTreeMap<&str, (u64, u64)> = baseline
        .by_function
        .iter()
        .map(|(function, &before)| (function.as_str(), (before, 0)))
        .collect();
    let functions = counts
        .by_function
        .iter()
        .fold(functions, |mut all, (function, &after)| {
            all.entry(function).or_default().1 = after;
            all
        });
    let mut changed: Vec<ChangedFunction> = functions
        .into_iter()
        .filter(|(_, (before, after))| before.abs_diff(*after) > spread)
        .map(|(function, (before, after))| ChangedFunction {
            function: function.to_owned(),
            before,
            after,
        })
        .collect();
    changed.sort_by_key(|changed| std::cmp::Reverse(changed.before.abs_diff(changed.after)));
    ExactCandidate {
        name,
        work,
        ratio: counts.accesses as f64 / baseline.accesses.max(1) as f64,
        changed,
        counts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(functions: &[(&str, u64)]) -> Counts {
        Counts {
            accesses: functions.iter().map(|(_, accesses)| accesses).sum(),
            by_function: functions
                .iter()
                .map(|&(function, accesses)| (function.to_owned(), accesses))
                .collect(),
            ..Counts::default()
        }
    }

    fn work(twice: [u64; 2], candidate: u64) -> Work {
        let of = |accesses| counts(&[("main", accesses)]);
        let comparison = compare_exactly("a", twice.map(of), vec![("b".to_owned(), of(candidate))]);
        comparison.candidates[0].work
    }

    #[test]
    fn one_access_more_is_more_where_nothing_varies() {
        assert_eq!(work([1000, 1000], 1001), Work::More);
        assert_eq!(work([1000, 1000], 999), Work::Less);
        assert_eq!(work([1000, 1000], 1000), Work::Same);
    }

    #[test]
    fn what_varies_by_itself_says_nothing() {
        assert_eq!(work([1000, 1010], 1020), Work::Same);
        assert_eq!(work([1000, 1010], 1021), Work::More);
    }

    #[test]
    fn functions_that_changed_come_by_how_much() {
        let before = counts(&[("gone", 5), ("same", 7), ("grown", 10)]);
        let after = counts(&[("same", 7), ("grown", 30), ("new", 1)]);
        let comparison = compare_exactly("a", [before.clone(), before], vec![("b".to_owned(), after)]);
        let changed: Vec<_> = comparison.candidates[0]
            .changed
            .iter()
            .map(|changed| (changed.function.as_str(), changed.before, changed.after))
            .collect();
        assert_eq!(changed, [("grown", 10, 30), ("gone", 5, 0), ("new", 0, 1)]);
    }
}
