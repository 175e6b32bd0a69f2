//! The rule `flush-per-line`.

mod later;

use super::unbuffered_io::field::flushed;
use crate::editor::Editor;
use crate::rule::declare_rule;
use crate::small_calls::{Direction, SmallCalls};
use crate::syntax::{Callee, last_field, root_name};
use crate::{Booked, Candidate, Candidates, Context, Effort, Fix, Resource, evidence};
use profile::{Arg, Message};

declare_rule! {
    /// ## What it finds
    /// A writer with a buffer that is emptied for every line or record: by `flush()` in the loop, or because it is
    /// line-buffered, as `LineWriter` and the locked standard output are. (`println!` without any buffer of the
    /// program's own is told as `unbuffered-io`.)
    /// ## Why it is slow
    /// Whatever it holds, a flush is a system call of a microsecond or more; without it one call carries eight kilobytes,
    /// which is hundreds of lines. Rust's standard output is line-buffered always, also when it is a file or a pipe.
    /// ## Evidence
    /// The writes under that flush, or under that line's end, were counted and timed: at least a thousand, of less than
    /// a kilobyte in the median. Silent where the same thread reads from a pipe, a socket or a terminal about as often:
    /// then somebody waits for each answer.
    /// ## How to see it by hand
    /// `strace -f -c -e trace=write ./program` counts the calls, `strace -f -e trace=write ./program` shows how few
    /// bytes each carries; `perf trace -s ./program` sums up their time.
    /// ## Fix and its safety
    /// Flush once, after the loop, and check its result: a `BufWriter` that is dropped swallows errors. For standard
    /// output: `let mut out = BufWriter::new(io::stdout().lock());`. The bytes written are the same; they arrive later
    /// and in larger pieces.
    /// ## When not to
    /// Output that somebody watches or answers line by line, a log that must be complete after a crash, a journal whose
    /// order with other files matters. There, flush by time or by count instead of by line.
    pub(super) FLUSH_PER_LINE = "flush-per-line", level 6, check, says [
        "flush-per-line-title-flush",
        "flush-per-line-title-line",
        "flush-per-line-why-flush",
        "flush-per-line-why-line",
        "flush-per-line-fix-flush",
        "flush-per-line-fix-line",
    ]
}

/// What empties a buffer before it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EmptiedBy {
    /// A call of `flush`.
    Flush,
    /// The end of a line.
    LineEnd,
}

/// What empties the buffer that a write comes from; `None` for a write without a buffer, or from a full one.
/// A program that prints has set up no buffer of its own: that is the rule `unbuffered-io`.
pub(super) fn emptied_by(ctx: &Context<'_>, booked: &Booked<'_>) -> Option<EmptiedBy> {
    if booked.call.ends_with("::flush") {
        return Some(EmptiedBy::Flush);
    }
    let is_print = matches!(booked.call, "println!" | "eprintln!");
    let is_line_buffered = || {
        let mut functions = ctx.frames_around(booked).map(|frame| frame.function.as_str());
        functions.any(|function| function.contains("LineWriter"))
    };
    (!is_print && is_line_buffered()).then_some(EmptiedBy::LineEnd)
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    for cause in [EmptiedBy::Flush, EmptiedBy::LineEnd] {
        let lines = ctx.small_calls(Direction::Write, |booked| emptied_by(ctx, booked) == Some(cause));
        let lines = lines.into_iter().filter(|line| !ctx.is_conversation(line));
        out.extend(lines.map(|line| found(ctx, line, cause)));
    }
}

fn found(ctx: &Context<'_>, line: SmallCalls<'_>, cause: EmptiedBy) -> Candidate {
    let (title, why, fix) = match cause {
        EmptiedBy::Flush => (
            "flush-per-line-title-flush",
            "flush-per-line-why-flush",
            "flush-per-line-fix-flush",
        ),
        EmptiedBy::LineEnd => (
            "flush-per-line-title-line",
            "flush-per-line-why-line",
            "flush-per-line-fix-line",
        ),
    };
    let factor = line.calls_per_buffer();
    let mut candidate = Candidate::new(&FLUSH_PER_LINE, ctx.place(line.first.site), line.claims.iter().copied());
    candidate.resource = Resource::Io;
    candidate.local_factor = factor;
    candidate.title = Message::new(title)
        .with("calls", Arg::Count(line.calls))
        .with("size", Arg::Bytes(line.mean_bytes().round() as u64));
    candidate.why = Message::new(why);
    candidate.evidence = vec![
        evidence::calls(line.calls),
        evidence::bytes_per_call(line.size.median),
        evidence::bytes(line.bytes),
    ];
    let machine = edited(ctx, &line.first, cause).and_then(|editor| editor.into_fix(Message::new(fix), Effort::Simple));
    candidate.fixes = vec![machine.unwrap_or_else(|| Fix::advice(Message::new(fix), Effort::Simple))];
    line.add_places(ctx, &mut candidate);
    candidate
}

/// One flush behind the loop, where the source shows how.
fn edited<'c>(ctx: &'c Context<'_>, first: &Booked<'_>, cause: EmptiedBy) -> Option<Editor<'c>> {
    let site = first.site;
    let syntax = ctx.syntax(site)?;
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    match cause {
        EmptiedBy::Flush => later::flushed_once(&mut editor, syntax, ctx.call(site, &["flush"])?)?,
        EmptiedBy::LineEnd => {
            let write = ctx.call(site, &["writeln", "write", "write_all", "write_fmt"])?;
            let into = match write.callee {
                Callee::Macro => write.arguments.first()?,
                _ => &write.receiver,
            };
            if let Some(field) = last_field(into) {
                later::field_buffered(&mut editor, syntax, field)?;
                let around = ctx.outermost_loop(first.entry.node, into)?;
                // What is left in the buffer is written, and errors are told, behind the loop.
                let is_one_file = around.site.file == site.file;
                flushed(&mut editor, syntax, &Some(around).filter(|_| is_one_file)?)?;
                return Some(editor);
            }
            let local = syntax.local_at(write.at, root_name(into))?;
            later::buffered(&mut editor, syntax, write, local)?;
        }
    }
    Some(editor)
}
