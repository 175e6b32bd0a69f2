//! Where the tool talks to its user: language, colors, notes.

use crate::args::{Color, DisplayArgs, Language};
use anstream::{AutoStream, ColorChoice};
use anstyle::AnsiColor;
use profile::Message;
use report::terminal::Style;
use report::{Catalogue, Lang};
use std::io::{self, Write};

const NOTE: anstyle::Style = AnsiColor::Cyan.on_default().bold();
const HELP: anstyle::Style = AnsiColor::Green.on_default().bold();
const ERROR: anstyle::Style = AnsiColor::Red.on_default().bold();

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

    /// Width and colors of a report on the stream.
    pub(crate) fn style(&self, stream: Stream) -> Style {
        match stream {
            Stream::Stdout => Style::of_stdout(self.color),
            Stream::Stderr => Style::of_stderr(self.color),
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
        let _ = writeln!(self.stream(Stream::Stderr), "{style}{label}{style:#} {text}");
    }
}
