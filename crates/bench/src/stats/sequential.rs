//! When to look at the data, and what error each look may spend, so that looking often does not raise the error rate.
//!
//! Each look tests at its own level, and the levels add up to the error rate that was promised. By the union bound
//! (Bonferroni) the chance of any false claim is then at most their sum, whatever the looks have to do with each other.
//! The spending is Pocock's as given by Lan and DeMets, "Discrete sequential boundaries for clinical trials" (1983):
//! α·ln(1 + (e − 1)·t) is spent when the share t of the planned pairs is there.

use std::f64::consts::E;

/// How much of the error rate may have been spent at each share of the planned pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spending {
    /// Error rate of the whole comparison, both sides together.
    pub alpha: f64,
}

impl Spending {
    fn spent(self, share: f64) -> f64 {
        self.alpha * (1.0 + (E - 1.0) * share.clamp(0.0, 1.0)).ln()
    }
}

/// Pair counts at which the data are looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    at: Vec<usize>,
    spending: Spending,
}

/// With fewer pairs no outcome is rare enough for the level of a look.
const FIRST: usize = 8;
/// From look to look the number of pairs grows by half: looking more often would spend more than it saves.
const GROWTH: f64 = 1.5;

impl Looks {
    /// Looks at 8 pairs and then at half as many again each time, the last one at `max_pairs`.
    pub fn up_to(max_pairs: usize, spending: Spending) -> Self {
        let mut at = Vec::new();
        let mut next = FIRST as f64;
        while (next as usize) < max_pairs {
            at.push(next as usize);
            next *= GROWTH;
        }
        at.push(max_pairs);
        Self { at, spending }
    }

    /// The level to test at with this many pairs, when this is a time to look.
    pub fn level(&self, n_pairs: usize) -> Option<f64> {
        let index = self.at.iter().position(|&look| look == n_pairs)?;
        let share = |look: usize| look as f64 / self.max_pairs() as f64;
        let before = index
            .checked_sub(1)
            .map_or(0.0, |before| self.spending.spent(share(self.at[before])));
        Some(self.spending.spent(share(n_pairs)) - before)
    }

    /// What is left of the error rate when no pairs come after these, for a reason that has nothing to do with what they
    /// say: all that looks up to then have not spent.
    pub fn unspent(&self, n_pairs: usize) -> f64 {
        let looked = self.at.iter().take_while(|&&look| look <= n_pairs).last();
        let share = looked.map_or(0.0, |&look| look as f64 / self.max_pairs() as f64);
        self.spending.alpha - self.spending.spent(share)
    }

    /// The last look.
    pub fn max_pairs(&self) -> usize {
        self.at.last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_of_all_looks_add_up_to_the_error_rate() {
        for max_pairs in [8, 20, 60, 500] {
            let looks = Looks::up_to(max_pairs, Spending { alpha: 0.05 });
            let levels: f64 = (1..=max_pairs).filter_map(|n| looks.level(n)).sum();
            assert!((levels - 0.05).abs() < 1e-12, "{max_pairs}: {levels}");
            assert_eq!(looks.max_pairs(), max_pairs);
        }
    }

    #[test]
    fn what_looks_have_spent_and_what_is_left_add_up_to_the_error_rate() {
        let looks = Looks::up_to(100, Spending { alpha: 0.05 });
        for n_pairs in [0, 7, 8, 11, 50, 99, 100] {
            let spent: f64 = (1..=n_pairs).filter_map(|n| looks.level(n)).sum();
            assert!((spent + looks.unspent(n_pairs) - 0.05).abs() < 1e-12, "{n_pairs}");
        }
    }

    #[test]
    fn the_first_look_can_decide() {
        // Of eight pairs all on one side, the chance is 2/2⁸ = 0.0078.
        let looks = Looks::up_to(40, Spending { alpha: 0.05 });
        assert!(looks.level(8).unwrap() > 2.0 / 256.0, "{:?}", looks.level(8));
        assert_eq!(looks.level(9), None);
    }
}
