//! From candidates to findings: one per cost, priced, ranked by predicted gain, silent below the threshold.

use crate::{Candidate, Effort, EntryIdx, Finding, Fix, Generality, Options, Place};
use profile::{Cost, Entry, Ledger};
use std::collections::HashSet;

/// Below this share of the run's cost nothing is said.
pub const SILENCE: f64 = 0.03;
/// What the smallest cure has to gain, by how much of the program it changes: a change of one line pays sooner than one of
/// a type and all that use it.
const MIN_GAIN: [(Effort, f64); 3] = [
    (Effort::Simple, 0.02),
    (Effort::Moderate, 0.06),
    (Effort::Complex, 0.12),
];
/// See [`is_short_of_samples`].
const MIN_SAMPLES: u64 = 10;
/// A candidate that has lost more than this part of its claims to others says nothing new.
const LOST: f64 = 0.5;

/// Prices, merges, ranks and thins out candidates.
pub(crate) fn rank(ledger: &Ledger, candidates: Vec<Candidate>, options: &Options) -> Vec<Finding> {
    let mut candidates = merge_same_place(candidates);
    // Gains that differ by less than a point are equal for the reader: then the lower level comes first.
    let points =
        |candidate: &Candidate| (gain(candidate, share(ledger, candidate, &HashSet::new())) * 100.0).round() as i64;
    candidates.sort_by_cached_key(|candidate| {
        (
            candidate.generality,
            -points(candidate),
            candidate.rule.level,
            candidate.rule.name,
            candidate.place.clone(),
        )
    });
    let mut claimed = HashSet::new();
    let mut findings: Vec<Finding> = Vec::new();
    for candidate in candidates {
        let whole = share(ledger, &candidate, &HashSet::new());
        let left = share(ledger, &candidate, &claimed);
        if is_short_of_samples(ledger, &candidate) && !options.all {
            continue;
        }
        let is_lost = whole > 0.0 && left < whole * (1.0 - LOST);
        // What a specific cause leaves of its own line is no cause of its own.
        let is_rest = candidate.generality > Generality::Specific
            && left < whole
            && findings
                .iter()
                .any(|kept| (&kept.place.file, kept.place.line) == (&candidate.place.file, candidate.place.line));
        let is_worthwhile = left >= SILENCE && gain(&candidate, left) >= least_gain(&candidate);
        if is_lost || is_rest || !(is_worthwhile || options.all) {
            continue;
        }
        claimed.extend(candidate.claims.iter().copied());
        findings.push(finding(candidate, left));
    }
    findings.sort_by(|a, b| {
        b.predicted_speedup
            .total_cmp(&a.predicted_speedup)
            .then(a.level.cmp(&b.level))
    });
    findings
}

/// One candidate for each rule and line.
fn merge_same_place(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut merged: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let is_same = |other: &&mut Candidate| {
            std::ptr::eq(other.rule, candidate.rule)
                && (&other.place.file, other.place.line) == (&candidate.place.file, candidate.place.line)
        };
        match merged.iter_mut().find(is_same) {
            Some(first) => first.merge(candidate),
            None => merged.push(candidate),
        }
    }
    merged
}

/// The share of the run that a candidate explains and that nobody claimed before.
fn share(ledger: &Ledger, candidate: &Candidate, claimed: &HashSet<EntryIdx>) -> f64 {
    let free = candidate.claims.iter().filter(|idx| !claimed.contains(idx));
    let free_s: f64 = free.map(|idx| ledger.entries[idx.0].cost.seconds).sum();
    match candidate.share {
        Some(share) => {
            let all_s: f64 = candidate
                .claims
                .iter()
                .map(|idx| ledger.entries[idx.0].cost.seconds)
                .sum();
            if all_s > 0.0 { share * free_s / all_s } else { share }
        }
        None => ledger.share_of(free_s),
    }
}

/// Whether a cost rests on too few samples: of nine, the true count is between four and seventeen (Poisson, 95 %).
/// Where the operations themselves were counted, half of that will do; where they were timed, samples do not matter.
fn is_short_of_samples(ledger: &Ledger, candidate: &Candidate) -> bool {
    let costs = || candidate.claims.iter().map(|idx| &ledger.entries[idx.0].cost);
    let is_timed = |cost: &Cost| !cost.io.is_empty() || !cost.waits.is_empty();
    let is_counted = |cost: &Cost| cost.heap.is_some() || cost.growth.is_some();
    let needed = if costs().any(is_counted) {
        MIN_SAMPLES / 2
    } else {
        MIN_SAMPLES
    };
    let samples: u64 = costs().map(|cost| cost.samples).sum();
    !candidate.claims.is_empty() && samples < needed && !costs().any(is_timed)
}

/// The share of the run that some entries take at the least: the lower end of a one-sided interval of 95 % (samples are
/// counts, so that their variance is their number; what was timed has none).
pub(crate) fn surely(entries: &[&Entry], ledger: &Ledger) -> f64 {
    const ONE_SIDED_95: f64 = 1.645;
    let seconds: f64 = entries.iter().map(|entry| entry.cost.seconds).sum();
    let variance = |cost: &Cost| (cost.cpu_ns as f64 / 1e9).powi(2) / cost.samples.max(1) as f64;
    let variance_s2: f64 = entries.iter().map(|entry| variance(&entry.cost)).sum();
    ledger.share_of(seconds - ONE_SIDED_95 * variance_s2.sqrt())
}

/// Amdahl (1967): a part `share` of the cost made `factor` times cheaper. What takes the place of a cost is not free, so
/// that nothing is promised beyond a hundred times.
fn amdahl(share: f64, factor: f64) -> f64 {
    let left = 1.0 - share.clamp(0.0, 0.99) * (1.0 - 1.0 / factor.max(1.0));
    1.0 / left
}

/// See [`MIN_GAIN`].
fn least_gain(candidate: &Candidate) -> f64 {
    let of_fix = |fix: &Fix| MIN_GAIN.iter().find(|(effort, _)| *effort == fix.effort);
    let gains = candidate.fixes.iter().filter_map(of_fix).map(|(_, gain)| *gain);
    gains.reduce(f64::min).unwrap_or(SILENCE)
}

fn gain(candidate: &Candidate, share: f64) -> f64 {
    1.0 - 1.0
        / candidate
            .speedup
            .unwrap_or_else(|| amdahl(share, candidate.local_factor))
}

/// The other places by the lines that a reader sees: two calls on one line are one.
fn one_per_line(place: &Place, also: Vec<Place>) -> Vec<Place> {
    let mut kept: Vec<Place> = Vec::new();
    for other in also {
        let is_line_of = |known: &Place| known.file == other.file && known.line == other.line;
        if !is_line_of(place) && !kept.iter().any(is_line_of) {
            kept.push(other);
        }
    }
    kept
}

fn finding(candidate: Candidate, share: f64) -> Finding {
    Finding {
        rule: candidate.rule.name,
        level: candidate.rule.level,
        resource: candidate.resource,
        also: one_per_line(&candidate.place, candidate.also),
        place: candidate.place,
        share,
        predicted_speedup: candidate
            .speedup
            .unwrap_or_else(|| amdahl(share, candidate.local_factor)),
        confidence: candidate.confidence,
        title: candidate.title,
        why: candidate.why,
        evidence: candidate.evidence,
        fixes: candidate.fixes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RULES, Rule};
    use profile::{Scope, Sketch};

    /// Three lines that cost 50, 30 and 2 per cent.
    fn ledger() -> Ledger {
        let sketch = [(50, 1), (30, 2), (2, 3), (18, 4)]
            .into_iter()
            .fold(Sketch::new(0.1), |sketch, (samples, line)| {
                sketch.cpu(samples, &[&format!("app::main src/main.rs:{line}:1")])
            });
        Ledger::book(&sketch.profile(), &Scope::User)
    }

    fn rule(name: &str) -> &'static Rule {
        RULES.iter().copied().find(|rule| rule.name == name).unwrap()
    }

    fn candidate(name: &str, line: u32, claims: &[usize]) -> Candidate {
        let place = Place {
            file: "src/main.rs".to_owned(),
            line,
            ..Place::default()
        };
        Candidate::new(rule(name), place, claims.iter().map(|&index| EntryIdx(index)))
    }

    fn ranked(candidates: Vec<Candidate>, all: bool) -> Vec<(&'static str, u32, i64)> {
        let findings = rank(&ledger(), candidates, &Options { all });
        let parts = |finding: &Finding| (finding.rule, finding.place.line, (finding.share * 100.0).round() as i64);
        findings.iter().map(parts).collect()
    }

    #[test]
    fn the_larger_gain_comes_first() {
        let candidates = vec![candidate("linked-list", 2, &[1]), candidate("needless-clone", 1, &[0])];
        assert_eq!(
            ranked(candidates, false),
            [("needless-clone", 1, 50), ("linked-list", 2, 30)]
        );
    }

    #[test]
    fn two_findings_for_one_cost_are_one_and_the_lower_level_keeps_it() {
        let candidates = vec![
            candidate("needless-clone", 1, &[0]),
            candidate("linear-search-in-loop", 1, &[0]),
        ];
        assert_eq!(ranked(candidates, false), [("linear-search-in-loop", 1, 50)]);
    }

    #[test]
    fn a_specific_cause_keeps_its_cost_from_a_general_one_that_would_gain_more() {
        let general = Candidate {
            generality: Generality::General,
            ..candidate("linked-list", 1, &[0, 1])
        };
        let specific = candidate("needless-clone", 1, &[0]);
        assert_eq!(
            ranked(vec![general.clone(), specific], false),
            [("needless-clone", 1, 50)]
        );
        assert_eq!(ranked(vec![general.clone()], false), [("linked-list", 1, 80)]);
        let small = candidate("needless-clone", 2, &[1]);
        let elsewhere = [("linked-list", 1, 50), ("needless-clone", 2, 30)];
        assert_eq!(ranked(vec![general.clone(), small.clone()], false), elsewhere);
        let same_line = candidate("needless-clone", 1, &[1]);
        assert_eq!(ranked(vec![general, same_line], false), [("needless-clone", 1, 30)]);
    }

    #[test]
    fn a_shared_part_counts_once() {
        let candidates = vec![
            candidate("linear-search-in-loop", 1, &[0]),
            candidate("needless-clone", 2, &[1, 2]),
        ];
        let shares: i64 = ranked(candidates, false).iter().map(|finding| finding.2).sum();
        assert_eq!(shares, 82);
    }

    #[test]
    fn silent_below_three_per_cent_unless_all_is_asked_for() {
        assert_eq!(ranked(vec![candidate("linked-list", 3, &[2])], false), []);
        assert_eq!(
            ranked(vec![candidate("linked-list", 3, &[2])], true),
            [("linked-list", 3, 2)]
        );
    }

    #[test]
    fn one_finding_for_each_rule_and_line() {
        let candidates = vec![candidate("linked-list", 1, &[0]), candidate("linked-list", 1, &[1])];
        assert_eq!(ranked(candidates, false), [("linked-list", 1, 80)]);
    }

    #[test]
    fn the_predicted_factor_follows_amdahl() {
        assert!((amdahl(0.5, f64::INFINITY) - 2.0).abs() < 1e-9);
        assert!((amdahl(0.5, 2.0) - 4.0 / 3.0).abs() < 1e-9);
        assert!(amdahl(1.0, f64::INFINITY).is_finite());
    }
}
