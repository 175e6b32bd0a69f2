//! The distribution of a candidate's ratios as two lines of text: how many, and where the estimate and 1 lie.

use crate::quantity::signed_percent;
use bench::stats::median;
use bench::{Candidate, histogram};

const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const COLUMNS: usize = 44;
/// Part of the ratios that may lie beyond either end of the plot: they count in its outer columns.
const BEYOND: f64 = 0.02;

/// The bars, and below them the interval with the estimate; `┊` marks a ratio of 1.
pub(super) fn lines(candidate: &Candidate, ratios: &[f64]) -> Option<[String; 2]> {
    let ratio = candidate.judgement.ratio;
    let (low, high) = range(ratios, &[1.0, ratio.low, ratio.high])?;
    let bins = histogram(ratios, low, high, COLUMNS);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    let bar = |count: usize| BARS[(count * (BARS.len() - 1)).div_ceil(most).min(BARS.len() - 1)];
    let column = |value: f64| {
        let index = ((value - low) / (high - low) * COLUMNS as f64).floor();
        index.clamp(0.0, (COLUMNS - 1) as f64) as usize
    };
    let mut marks = vec![' '; COLUMNS];
    marks[column(1.0)] = '┊';
    marks[column(ratio.low)..=column(ratio.high)].fill('─');
    marks[column(ratio.low)] = '├';
    marks[column(ratio.high)] = '┤';
    marks[column(ratio.value)] = '●';
    let end = signed_percent;
    Some([
        format!(
            "{:>9}  {}",
            "",
            bins.iter().map(|bin| bar(bin.count)).collect::<String>()
        ),
        format!(
            "{:>9}  {}  {}",
            end(low),
            marks.into_iter().collect::<String>(),
            end(high)
        ),
    ])
}

/// From where to where to plot: nearly all ratios, and what has to be seen.
fn range(ratios: &[f64], seen: &[f64]) -> Option<(f64, f64)> {
    let mut sorted: Vec<f64> = ratios.iter().copied().filter(|ratio| ratio.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let cut = (sorted.len() as f64 * BEYOND).floor() as usize;
    let inner = sorted.get(cut..sorted.len() - cut).filter(|inner| !inner.is_empty())?;
    let seen = seen.iter().copied().filter(|value| value.is_finite() && *value > 0.0);
    let (low, high) = inner
        .iter()
        .copied()
        .chain(seen)
        .fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    // Ratios that are all the same still need a width.
    let margin = ((high - low) * 0.02).max(median(inner) * 1e-3);
    Some(((low - margin).max(0.0), high + margin))
}
