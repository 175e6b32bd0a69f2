//! The rule `unbuffered-io`.

pub(in crate::rules) mod buffer;
pub(in crate::rules) mod field;
mod passed;
mod seeks;

use super::flush_per_line::emptied_by;
use crate::context::position;
use crate::rule::declare_rule;
use crate::small_calls::{CALLS, Direction, SmallCalls};
use crate::syntax::{Callee, last_field, root_name};
use crate::{Booked, Candidate, Candidates, Context, Effort, Fix, Resource, evidence};
use profile::{Arg, Message};

declare_rule! {
    /// ## What it finds
    /// Many small reads or writes, each a system call of its own: `File` or `Stdin` without a buffer, `println!` or
    /// `eprintln!` per line, or a `BufReader` whose buffer is emptied by a seek before each record. (A buffer that is there but emptied for every line is told as `flush-per-line`.)
    /// ## Why it is slow
    /// A system call costs a microsecond or more whatever its size; a buffer of 8 KiB makes one of hundreds. `println!`
    /// also takes the lock of standard output for every line.
    /// ## Evidence
    /// The calls of that line were counted and timed: at least a thousand, of less than a kilobyte in the median, and
    /// at least sixteen for each file that the run opened (one small read of each of many files cannot be batched).
    /// Reads that fill a `BufReader` are small because the other end sends small pieces: they are not told, either.
    /// Prints between which the thread reads about as often from a pipe, a socket or a terminal are a conversation, and
    /// nothing is said.
    /// ## How to see it by hand
    /// `strace -f -c ./program` counts reads and writes; `strace -f -e trace=read,write ./program` shows their sizes at
    /// the end of each line; `perf trace -s ./program` sums up their time.
    /// ## Fix and its safety
    /// Wrap the file in `BufWriter` or `BufReader` once, outside the loop; for standard output lock it once and wrap
    /// the lock. Call `flush` at the end, since errors are lost when a `BufWriter` is dropped. A reader on the other
    /// end sees output later.
    /// ## When not to
    /// Keep line by line what is watched live or answered by somebody. Do not wrap a `Vec<u8>` or another reader or
    /// writer that is in memory or buffered already: that only copies once more.
    pub(super) UNBUFFERED_IO = "unbuffered-io", level 6, check, says [
        "unbuffered-io-title-write",
        "unbuffered-io-title-read",
        "unbuffered-io-title-print",
        "unbuffered-io-why",
        "unbuffered-io-fix-write",
        "unbuffered-io-fix-read",
        "unbuffered-io-fix-print",
        "unbuffered-io-title-seek",
        "unbuffered-io-why-seek",
        "unbuffered-io-fix-seek",
    ]
}

fn check(ctx: &Context<'_>, out: &mut Candidates) {
    let writes = ctx.small_calls(Direction::Write, |booked| emptied_by(ctx, booked).is_none());
    let writes = writes.into_iter().filter(|line| !ctx.is_conversation(line));
    out.extend(writes.map(|line| found(ctx, line, Direction::Write)));
    let reads = ctx.small_calls(Direction::Read, |booked| !fills_buffer(ctx, booked));
    out.extend(reads.into_iter().map(|line| found(ctx, line, Direction::Read)));
    seeks::check(ctx, out);
}

/// Whether a read fills a buffer: then it is small because the other end of a pipe sends small pieces.
fn fills_buffer(ctx: &Context<'_>, booked: &Booked<'_>) -> bool {
    let mut functions = ctx.frames_around(booked).map(|frame| frame.function.as_str());
    functions.any(|function| function.contains("BufReader") || function.contains("fill_buf"))
}

fn found(ctx: &Context<'_>, line: SmallCalls<'_>, direction: Direction) -> Candidate {
    let (title, fix) = match (direction, line.first.call) {
        (Direction::Write, "println!") => ("unbuffered-io-title-print", "unbuffered-io-fix-print"),
        (Direction::Write, _) => ("unbuffered-io-title-write", "unbuffered-io-fix-write"),
        (Direction::Read, _) => ("unbuffered-io-title-read", "unbuffered-io-fix-read"),
    };
    let (first, factor) = (line.first, line.calls_per_buffer());
    let mut candidate = Candidate::new(&UNBUFFERED_IO, ctx.place(line.first.site), line.claims.iter().copied());
    candidate.resource = Resource::Io;
    candidate.local_factor = factor;
    candidate.title = Message::new(title)
        .with("calls", Arg::Count(line.calls))
        .with("size", Arg::Bytes(line.mean_bytes().round() as u64));
    candidate.why = Message::new("unbuffered-io-why");
    candidate.evidence = vec![
        evidence::calls(line.calls),
        evidence::bytes_per_call(line.size.median),
        evidence::bytes(line.bytes),
    ];
    let machine = buffered(ctx, &first, direction, fix);
    candidate.fixes = machine.into_iter().collect();
    if matches!(first.call, "println!" | "print!") {
        let editors = passed::down(ctx, first.entry.node, first.site).into_iter();
        let passed = editors.filter_map(|editor| editor.into_fix(Message::new(fix), Effort::Moderate));
        candidate.fixes.extend(passed);
    }
    if candidate.fixes.is_empty() {
        candidate.fixes = vec![Fix::advice(Message::new(fix), Effort::Simple)];
    }
    line.add_places(ctx, &mut candidate);
    candidate
}

/// A buffer around what the line reads or writes, where file and loop are in one function.
fn buffered(ctx: &Context<'_>, first: &Booked<'_>, direction: Direction, title: &'static str) -> Option<Fix> {
    let (site, syntax) = (first.site, ctx.syntax(first.site)?);
    let at = position(site);
    let function = syntax.function_at(at)?.span;
    let loops = || {
        syntax
            .loops
            .iter()
            .filter(|found| found.span.contains(at) && function.covers(&found.span))
    };
    let mut editor = ctx.editor(site.file.as_deref()?)?;
    if matches!(first.call, "println!" | "print!") {
        let outermost = loops().max_by_key(|found| found.span.size())?;
        buffer::printing(&mut editor, syntax, outermost)?;
    } else {
        let call = ctx.call(site, &CALLS)?;
        let name = root_name(
            call.arguments
                .first()
                .filter(|_| call.callee == Callee::Macro)
                .unwrap_or(&call.receiver),
        );
        let kind = match direction {
            Direction::Write => "BufWriter",
            Direction::Read => "BufReader",
        };
        let of = call.arguments.first().filter(|_| call.callee == Callee::Macro);
        let place = of.unwrap_or(&call.receiver);
        if let Some(name) = last_field(place) {
            field::wrapped(&mut editor, syntax, name, kind)?;
            if direction == Direction::Write {
                let around = ctx.outermost_loop(first.entry.node, place)?;
                let is_one_file = around.site.file == site.file;
                field::flushed(&mut editor, syntax, &Some(around).filter(|_| is_one_file)?)?;
            }
            return editor.into_fix(Message::new(title), Effort::Simple);
        }
        let Some(local) = syntax.local_at(at, name) else {
            return lent(ctx, first, name, kind, title);
        };
        let around = loops()
            .filter(|found| !found.span.contains(local.span.start))
            .max_by_key(|found| found.span.size());
        buffer::file(&mut editor, syntax, local, call, around, kind)?;
    }
    editor.into_fix(Message::new(title), Effort::Simple)
}

/// The same for a file that a caller lends, in the function that opens it and repeats the call.
fn lent(ctx: &Context<'_>, first: &Booked<'_>, name: &str, kind: &str, title: &'static str) -> Option<Fix> {
    let around = ctx.outermost_loop(first.entry.node, name)?;
    let syntax = ctx.syntax(around.site)?;
    let local = syntax.local_at(around.found.head, &around.place)?;
    let asked = ctx.call(around.site, &[])?;
    let mut editor = ctx.editor(around.site.file.as_deref()?)?;
    buffer::file(&mut editor, syntax, local, asked, Some(around.found), kind)?;
    editor.into_fix(Message::new(title), Effort::Simple)
}
