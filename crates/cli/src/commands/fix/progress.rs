//! Progress of a proof.

use crate::commands::compare::Display as Rounds;
use crate::console::Console;
use bench::Judgement;
use fix::Step;
use profile::Message;
use std::io;
use std::time::Duration;

/// Shows which fix is being tried, and how its comparison stands.
pub(super) struct Display<'a> {
    rounds: Rounds<'a>,
}

impl<'a> Display<'a> {
    /// See the display of comparisons.
    ///
    /// # Errors
    /// When the system refuses a signal handler.
    pub(super) fn new(console: &'a Console, is_quiet: bool) -> io::Result<Self> {
        Rounds::new(console, is_quiet).map(|rounds| Self { rounds })
    }
}

impl bench::Progress for Display<'_> {
    fn round(
        &mut self,
        n_pairs: usize,
        max_pairs: usize,
        elapsed: Duration,
        candidates: &[(String, Judgement)],
    ) -> bool {
        self.rounds.round(n_pairs, max_pairs, elapsed, candidates)
    }

    fn is_interrupted(&self) -> bool {
        self.rounds.is_interrupted()
    }
}

impl fix::Progress for Display<'_> {
    fn step(&mut self, step: Step, name: &str) {
        let key = match step {
            Step::Building => "progress-fix-building",
            Step::Testing => "progress-fix-testing",
            Step::Timing => "progress-fix-timing",
        };
        self.rounds.show(&Message::new(key).text("name", name));
    }
}
