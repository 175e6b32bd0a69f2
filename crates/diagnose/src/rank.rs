//! From candidates to findings: one per cost, priced, ranked by predicted gain, silent below the threshold.

use crate::{Candidate, EntryIdx, Finding, Options};
use profile::Ledger;
use std::collections::HashSet;

/// Below this share of the run's cost nothing is said.
pub(crate) const SILENCE: f64 = 0.03;
/// A candidate that has lost more than this part of its claims to others says nothing new.
const LOST: f64 = 0.5;

/// Prices, merges, ranks and thins out candidates.
pub(crate) fn rank(ledger: &Ledger, candidates: Vec<Candidate>, options: &Options) -> Vec<Finding> {
    let mut candidates = merge_same_place(candidates);
    candidates.sort_by(|a, b| {
        let gain = |candidate: &Candidate| gain(candidate, share(ledger, candidate, &HashSet::new()));
        let (gain_a, gain_b) = (gain(a), gain(b));
        // Gains that differ by less than a point are equal for the reader: then the lower level comes first.
        let is_close = (gain_a - gain_b).abs() < 0.01;
        let by_gain = if is_close {
            a.rule.level.cmp(&b.rule.level)
        } else {
            std::cmp::Ordering::Equal
        };
        by_gain
            .then(gain_b.total_cmp(&gain_a))
            .then_with(|| a.rule.name.cmp(b.rule.name))
            .then_with(|| a.place.cmp(&b.place))
    });
    let mut claimed = HashSet::new();
    let mut findings: Vec<Finding> = Vec::new();
    for candidate in candidates {
        let whole = share(ledger, &candidate, &HashSet::new());
        let left = share(ledger, &candidate, &claimed);
        let is_lost = whole > 0.0 && left < whole * (1.0 - LOST);
        if is_lost || (left < SILENCE && !options.all) {
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

/// Amdahl (1967): a part `share` of the cost made `factor` times cheaper.
fn amdahl(share: f64, factor: f64) -> f64 {
    let left = 1.0 - share.clamp(0.0, 0.999) * (1.0 - 1.0 / factor.max(1.0));
    1.0 / left
}

fn gain(candidate: &Candidate, share: f64) -> f64 {
    1.0 - 1.0
        / candidate
            .speedup
            .unwrap_or_else(|| amdahl(share, candidate.local_factor))
}

fn finding(candidate: Candidate, share: f64) -> Finding {
    Finding {
        rule: candidate.rule.name,
        level: candidate.rule.level,
        resource: candidate.resource,
        place: candidate.place,
        also: candidate.also,
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
