//! Progress of a recording, on a terminal that nobody else needs.

use crate::console::Console;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use profile::{Arg, Message};
use record::{Progress, Stage};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// Short runs need no progress display.
const PATIENCE: Duration = Duration::from_secs(1);
/// Redraws per second.
const REDRAWS_PER_S: u8 = 4;

/// Shows what the recorder does.
pub(crate) struct Spinner<'a> {
    console: &'a Console,
    bar: ProgressBar,
    /// While the program runs, the terminal is its own: shown only when its output goes elsewhere.
    is_shown_while_running: bool,
}

impl<'a> Spinner<'a> {
    /// Draws on stderr when that is a terminal, unless `is_quiet`.
    pub(crate) fn new(console: &'a Console, is_quiet: bool) -> Self {
        let draw_target = if is_quiet || !io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_S)
        };
        Self {
            console,
            bar: ProgressBar::with_draw_target(None, draw_target).with_style(ProgressStyle::default_spinner()),
            is_shown_while_running: !io::stdout().is_terminal(),
        }
    }

    fn show(&self, message: &Message) {
        self.bar.set_message(self.console.render(message));
        self.bar.tick();
    }
}

impl Progress for Spinner<'_> {
    fn stage(&mut self, stage: Stage) {
        match stage {
            Stage::Running { elapsed, samples } => {
                if self.is_shown_while_running && elapsed >= PATIENCE {
                    let message = Message::new("progress-running")
                        .with("elapsed", Arg::Count(elapsed.as_secs()))
                        .with("samples", Arg::Count(samples));
                    self.show(&message);
                }
            }
            Stage::Symbolizing => self.show(&Message::new("progress-symbolizing")),
            Stage::Done => self.bar.finish_and_clear(),
        }
    }
}

impl Drop for Spinner<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
