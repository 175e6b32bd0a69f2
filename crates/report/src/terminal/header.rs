//! The first lines: what ran, for how long, and how it was measured.

use super::canvas::{Canvas, head};
use super::theme::{ALARM, BOLD, Piece};
use crate::{Catalogue, View, printable, words};
use profile::{Arg, Exit, Message, Sampler};
use std::io;
use std::path::Path;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    let (run, totals) = (&view.profile.run, &view.profile.totals);
    let mut pieces = Vec::new();
    if let Some(end) = end_of_run(view) {
        pieces.push(Piece::new(ALARM, catalogue.render_unbroken(&end)));
    }
    let mut add = |message: Message| pieces.push(Piece::plain(catalogue.render_unbroken(&message)));
    add(Message::new("header-wall").with("wall", Arg::Seconds(totals.wall_s)));
    add(Message::new("header-cpu").with("cpu", Arg::Seconds(totals.cpu_s())));
    let n_threads = view.profile.threads.len();
    if n_threads > 1 {
        add(Message::new("header-threads").with("threads", Arg::Count(n_threads as u64)));
    }
    if view.trace.is_some() {
        add(Message::new("header-traced"));
    } else if run.sampler == Sampler::None {
        add(Message::new("header-no-samples"));
    } else {
        add(Message::new("header-samples")
            .with("samples", Arg::Count(totals.samples))
            .text("sampler", words::sampler(run.sampler)));
    }
    add(Message::new("header-peak").with("peak", Arg::Bytes(totals.max_rss_bytes)));
    let command = head(&command_line(&run.command, &run.executable), canvas.prose_width());
    canvas.flow(&[], "  ", &[Piece::new(BOLD, command)])?;
    canvas.flow(&[], " · ", &pieces)
}

/// The program's file name and its arguments.
fn command_line(command: &[String], executable: &Path) -> String {
    let program = command.first().map_or(executable, Path::new);
    let name = program
        .file_name()
        .map_or_else(|| program.to_string_lossy(), |name| name.to_string_lossy());
    let mut line = printable(&name).into_owned();
    for arg in command.iter().skip(1) {
        line.push(' ');
        line.push_str(&printable(arg));
    }
    line
}

/// Says how the run ended when that is worth a word.
fn end_of_run(view: &View<'_>) -> Option<Message> {
    let run = &view.profile.run;
    match run.exit {
        _ if run.is_partial => Some(Message::new("header-partial")),
        Exit::Code(0) => None,
        Exit::Code(code) => Some(Message::new("header-exit-code").text("code", code.to_string())),
        Exit::Signal(signal) => Some(Message::new("header-signal").text("signal", signal_name(signal))),
        Exit::Running => Some(Message::new("header-running")),
    }
}

/// Names of the signals that end programs, as numbered by Linux on every architecture that Rust's std supports there
/// except MIPS and SPARC.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        31 => "SIGSYS",
        _ => return signal.to_string(),
    };
    name.to_owned()
}
