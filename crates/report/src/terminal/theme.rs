//! Colours, and when they are used.

use anstyle::{AnsiColor, Color};
use std::io::IsTerminal;

/// Columns of a report that does not go to a terminal.
const PIPE_COLUMNS: usize = 100;
/// Narrower than this, a terminal gets lines that it has to wrap itself.
const MIN_COLUMNS: usize = 30;

/// When to use colours: `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` says no; elsewhere only when `CLICOLOR_FORCE` says so.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How wide to print, and whether in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether to write colour escapes.
    pub color: bool,
}

impl Style {
    /// The style for standard output as it is: its width (`COLUMNS` overrides), and colours as `choice` and the
    /// environment (`NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM`) ask.
    pub fn of_stdout(choice: ColorChoice) -> Self {
        let stdout = std::io::stdout();
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .filter(|&columns: &usize| columns > 0);
        let of_terminal = || {
            if !stdout.is_terminal() {
                return None;
            }
            terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0))
        };
        Self {
            width: columns.or_else(of_terminal).unwrap_or(PIPE_COLUMNS).max(MIN_COLUMNS),
            color,
        }
    }
}

/// Text in one colour.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) style: anstyle::Style,
    pub(super) text: String,
}

impl Piece {
    pub(super) fn new(style: anstyle::Style, text: impl Into<String>) -> Self {
        Self {
            style,
            text: text.into(),
        }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(anstyle::Style::new(), text)
    }

    pub(super) fn dim(text: impl Into<String>) -> Self {
        Self::new(DIM, text)
    }

    pub(super) fn with_text(&self, text: impl Into<String>) -> Self {
        Self::new(self.style, text)
    }
}

const fn foreground(color: AnsiColor) -> anstyle::Style {
    anstyle::Style::new().fg_color(Some(Color::Ansi(color)))
}

pub(super) const BOLD: anstyle::Style = anstyle::Style::new().bold();
pub(super) const DIM: anstyle::Style = anstyle::Style::new().dimmed();
/// Headings of sections.
pub(super) const HEADING: anstyle::Style = anstyle::Style::new().bold().underline();
/// What a cure promises or says.
pub(super) const CURE: anstyle::Style = foreground(AnsiColor::Green);
/// Commands to type.
pub(super) const COMMAND: anstyle::Style = foreground(AnsiColor::Cyan);
/// What went wrong.
pub(super) const ALARM: anstyle::Style = foreground(AnsiColor::Red).bold();
const GREAT_COST: anstyle::Style = foreground(AnsiColor::Red).bold();
const MIDDLE_COST: anstyle::Style = foreground(AnsiColor::Yellow).bold();

/// The colour of a share of the run: loud only where it pays to look.
pub(super) fn cost(share: f64) -> anstyle::Style {
    match share {
        share if share >= 0.2 => GREAT_COST,
        share if share >= 0.05 => MIDDLE_COST,
        _ => BOLD,
    }
}

/// Fill and colour of the n-th part of a bar. Fills differ as well as colours: a report is read without colours, too.
pub(super) fn bar_part(index: usize) -> (char, anstyle::Style) {
    const PARTS: [(char, AnsiColor); 4] = [
        ('█', AnsiColor::Red),
        ('▓', AnsiColor::Yellow),
        ('▒', AnsiColor::Cyan),
        ('░', AnsiColor::Blue),
    ];
    PARTS
        .get(index)
        .map_or(('·', DIM), |&(fill, color)| (fill, foreground(color)))
}
