//! Progress of a comparison, and Ctrl-C.

use crate::console::Console;
use bench::{Judgement, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use profile::{Arg, Message};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Redraws per second.
const REDRAWS_PER_S: u8 = 4;

/// Shows how far a comparison is, and hears when the user wants no more of it.
pub(in crate::commands) struct Display<'a> {
    console: &'a Console,
    bar: ProgressBar,
    is_interrupted: Arc<AtomicBool>,
}

impl<'a> Display<'a> {
    /// Draws on stderr when that is a terminal, unless `is_quiet`. The first Ctrl-C ends the comparison, a second one the
    /// tool.
    ///
    /// # Errors
    /// When the system refuses a signal handler.
    pub(in crate::commands) fn new(console: &'a Console, is_quiet: bool) -> io::Result<Self> {
        let is_interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&is_interrupted))?;
            flag::register(signal, Arc::clone(&is_interrupted))?;
        }
        let draw_target = match is_quiet || !io::stderr().is_terminal() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_S),
        };
        let bar = ProgressBar::with_draw_target(None, draw_target).with_style(ProgressStyle::default_spinner());
        bar.set_message(console.render(&Message::new("progress-warming-up")));
        bar.tick();
        Ok(Self {
            console,
            bar,
            is_interrupted,
        })
    }
}

impl Display<'_> {
    /// Shows what is being done.
    pub(in crate::commands) fn show(&self, message: &Message) {
        self.bar.set_message(self.console.render(message));
        self.bar.tick();
    }
}

impl Progress for Display<'_> {
    fn round(
        &mut self,
        n_pairs: usize,
        max_pairs: usize,
        elapsed: Duration,
        candidates: &[(String, Judgement)],
    ) -> bool {
        let so_far: Vec<String> = candidates
            .iter()
            .map(|(name, judgement)| format!("{name} {:+.1} %", (judgement.ratio.value - 1.0) * 100.0))
            .collect();
        let message = Message::new("progress-comparing")
            .with("pairs", Arg::Count(n_pairs as u64))
            .with("most", Arg::Count(max_pairs as u64))
            .with("elapsed", Arg::Seconds(elapsed.as_secs_f64()))
            .text("estimates", so_far.join(", "));
        self.show(&message);
        !self.is_interrupted()
    }

    fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(Ordering::Relaxed)
    }
}

impl Drop for Display<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
