//! Colours, and when they are used.

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Color};
use std::os::fd::AsFd;

/// Columns of a report that does not go to a terminal.
const PIPE_COLUMNS: usize = 100;
/// Narrower than this, a terminal gets lines that it has to wrap itself.
const MIN_COLUMNS: usize = 30;
/// Wider than this, `COLUMNS` is a mistake.
const MAX_COLUMNS: usize = 1000;

/// How wide to print, and whether in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether to write colour escapes.
    pub color: bool,
}

impl Style {
    /// The style for standard output as it is: its width (`COLUMNS` overrides), and colours as `choice` and, when that is
    /// `Auto`, the environment asks (`NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM`).
    pub fn of_stdout(choice: ColorChoice) -> Self {
        let stdout = std::io::stdout();
        Self::of(&stdout, choice, AutoStream::choice(&stdout))
    }

    /// The same for standard error.
    pub fn of_stderr(choice: ColorChoice) -> Self {
        let stderr = std::io::stderr();
        Self::of(&stderr, choice, AutoStream::choice(&stderr))
    }

    fn of(stream: &impl AsFd, choice: ColorChoice, by_environment: ColorChoice) -> Self {
        let choice = if choice == ColorChoice::Auto {
            by_environment
        } else {
            choice
        };
        let columns = std::env::var("COLUMNS").ok();
        let of_terminal = terminal_size::terminal_size_of(stream).map(|(width, _)| usize::from(width.0));
        Self {
            width: width(columns.as_deref(), of_terminal),
            color: choice != ColorChoice::Never,
        }
    }
}

/// A terminal that reports no width (0 columns, as some serial lines do) is treated as a pipe.
fn width(columns_variable: Option<&str>, of_terminal: Option<usize>) -> usize {
    columns_variable
        .and_then(|columns| columns.trim().parse().ok())
        .into_iter()
        .chain(of_terminal)
        .find(|&columns: &usize| columns > 0)
        .unwrap_or(PIPE_COLUMNS)
        .clamp(MIN_COLUMNS, MAX_COLUMNS)
}

/// Text in one colour.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) style: anstyle::Style,
    pub(crate) text: String,
}

impl Piece {
    pub(crate) fn new(style: anstyle::Style, text: impl Into<String>) -> Self {
        Self {
            style,
            text: text.into(),
        }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(anstyle::Style::new(), text)
    }

    pub(crate) fn dim(text: impl Into<String>) -> Self {
        Self::new(DIM, text)
    }

    pub(crate) fn with_text(&self, text: impl Into<String>) -> Self {
        Self::new(self.style, text)
    }
}

const fn foreground(color: AnsiColor) -> anstyle::Style {
    anstyle::Style::new().fg_color(Some(Color::Ansi(color)))
}

pub(crate) const BOLD: anstyle::Style = anstyle::Style::new().bold();
pub(crate) const DIM: anstyle::Style = anstyle::Style::new().dimmed();
/// Headings of sections.
pub(crate) const HEADING: anstyle::Style = anstyle::Style::new().bold().underline();
/// What a cure promises or says.
pub(crate) const CURE: anstyle::Style = foreground(AnsiColor::Green);
/// Commands to type.
pub(crate) const COMMAND: anstyle::Style = foreground(AnsiColor::Cyan);
/// What went wrong.
pub(crate) const ALARM: anstyle::Style = foreground(AnsiColor::Red).bold();
const GREAT_COST: anstyle::Style = foreground(AnsiColor::Red).bold();
const MIDDLE_COST: anstyle::Style = foreground(AnsiColor::Yellow).bold();

/// The colour of a share of the run: loud only where it pays to look.
pub(crate) fn cost(share: f64) -> anstyle::Style {
    match share {
        share if share >= 0.2 => GREAT_COST,
        share if share >= 0.05 => MIDDLE_COST,
        _ => anstyle::Style::new(),
    }
}

/// Fill and colour of the n-th part of a bar. Fills differ as well as colours: a report is read without colours, too.
pub(crate) fn bar_part(index: usize) -> (char, anstyle::Style) {
    const PARTS: [(char, AnsiColor); 4] = [
        ('█', AnsiColor::Cyan),
        ('▓', AnsiColor::Yellow),
        ('▒', AnsiColor::Magenta),
        ('░', AnsiColor::Blue),
    ];
    PARTS
        .get(index)
        .map_or(('·', DIM), |&(fill, color)| (fill, foreground(color)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_that_of_columns_then_of_the_terminal_then_of_a_pipe() {
        let check = |variable, terminal, expected| assert_eq!(width(variable, terminal), expected);
        check(Some("72"), Some(120), 72);
        check(None, Some(120), 120);
        check(Some("wide"), Some(120), 120);
        check(Some("0"), None, PIPE_COLUMNS);
        check(None, Some(0), PIPE_COLUMNS);
        check(None, Some(12), MIN_COLUMNS);
        check(Some("99999999"), None, MAX_COLUMNS);
    }
}
