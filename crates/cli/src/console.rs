//! Where the tool talks to its user: language, colors, notes.

use crate::args::{Color, DisplayArgs, Language};
use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;
use profile::Message;
use report::terminal::Style;
use report::{Catalogue, Lang};
use std::io::{self, Write};
use terminal_size::terminal_size_of;

const NOTE: anstyle::Style = AnsiColor::Cyan.on_default().bold();
const HELP: anstyle::Style = AnsiColor::Green.on_default().bold();
const ERROR: anstyle::Style = AnsiColor::Red.on_default().bold();

/// Columns of a report that does not go to a terminal.
const PIPE_COLUMNS: usize = 100;
/// Narrower than this, a terminal gets lines that it has to wrap itself.
const MIN_COLUMNS: usize = 30;

/// Where a report for people goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error, when standard output belongs to the program that is measured.
    Stderr,
}

impl Stream {
    /// The stream itself, buffered by lines at most.
    pub(crate) fn raw(self) -> Box<dyn Write> {
        match self {
            Self::Stdout => Box::new(io::stdout()),
            Self::Stderr => Box::new(io::LineWriter::new(io::stderr())),
        }
    }
}

/// Language and colors of everything that is printed.
pub(crate) struct Console {
    catalogue: Catalogue,
    color: ColorChoice,
}

impl Console {
    /// As the flags and the environment ask.
    pub(crate) fn new(args: &DisplayArgs) -> Self {
        let lang = Lang::choose(args.lang.map(Language::tag), |name| std::env::var(name).ok());
        let color = match args.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            catalogue: Catalogue::new(lang),
            color,
        }
    }

    /// The words.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The sentence in the user's language.
    pub(crate) fn render(&self, message: &Message) -> String {
        self.catalogue.render(message)
    }

    /// The stream for lines of the tool's own; escape codes are left out where they are not wanted.
    pub(crate) fn stream(&self, stream: Stream) -> AutoStream<Box<dyn Write>> {
        let color = if self.style(stream).color {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        };
        AutoStream::new(stream.raw(), color)
    }

    /// Width and colors of a report on the stream. `COLUMNS` overrides the terminal's width.
    pub(crate) fn style(&self, stream: Stream) -> Style {
        let (detected, terminal_size) = match stream {
            Stream::Stdout => (AutoStream::choice(&io::stdout()), terminal_size_of(io::stdout())),
            Stream::Stderr => (AutoStream::choice(&io::stderr()), terminal_size_of(io::stderr())),
        };
        let color = if self.color == ColorChoice::Auto {
            detected
        } else {
            self.color
        };
        let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let columns = asked.filter(|&columns| columns > 0);
        let of_terminal = terminal_size.map(|(width, _)| usize::from(width.0));
        Style {
            width: columns.or(of_terminal).unwrap_or(PIPE_COLUMNS).max(MIN_COLUMNS),
            color: color != ColorChoice::Never,
        }
    }

    /// Says something that the user should know, on stderr.
    pub(crate) fn note(&self, message: &Message) {
        self.say(NOTE, "label-note", &self.render(message));
    }

    /// Says what went wrong, on stderr.
    pub(crate) fn error(&self, text: &str) {
        self.say(ERROR, "label-error", text);
    }

    /// Says what to do next, on stderr.
    pub(crate) fn help(&self, message: &Message) {
        self.say(HELP, "label-help", &self.render(message));
    }

    fn say(&self, style: anstyle::Style, label: &'static str, text: &str) {
        let label = self.render(&Message::new(label));
        // Nobody is left to tell when stderr is gone.
        let _ = writeln!(self.stream(Stream::Stderr), "{style}{label}{style:#}: {text}");
    }
}
