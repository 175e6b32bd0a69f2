//! What the trace lens saw: sums, the lines that miss, the memory that is missed.

use super::canvas::{Canvas, padded, right, tail};
use super::theme::Piece;
use crate::view::TraceView;
use crate::{Catalogue, View, printable, quantity};
use profile::{Arg, MemoryObject, Message, ObjectTotals, Scope, SharedLineRow, SharerRow, Site};
use std::io;
use textwrap::core::display_width;

const MAX_LINES: usize = 10;
const MAX_SHARED_LINES: usize = 5;
const MAX_SHARERS: usize = 4;
const COUNT_COLUMNS: usize = 8;
const GAP: &str = "  ";

/// The sums over the run.
pub(super) fn print_totals(canvas: &mut Canvas<'_>, view: &TraceView<'_>, catalogue: &Catalogue) -> io::Result<()> {
    let totals = view.trace.totals;
    super::heading(canvas, catalogue, "heading-trace")?;
    let accesses = Message::new("trace-accesses")
        .with("reads", Arg::Count(totals.reads))
        .with("writes", Arg::Count(totals.writes))
        .with("atomics", Arg::Count(totals.atomics));
    let bytes = Message::new("trace-bytes")
        .with("read", Arg::Bytes(totals.bytes_read))
        .with("written", Arg::Bytes(totals.bytes_written));
    let copies = Message::new("trace-copies").with("copies", Arg::Count(totals.copies));
    let calls = Message::new("trace-calls").with("calls", Arg::Count(totals.calls));
    let mut lines = vec![vec![accesses], vec![bytes, copies, calls]];
    let misses = [totals.l1_misses, totals.l2_misses, totals.last_misses];
    for (level, misses) in view.trace.levels.iter().zip(misses) {
        lines.push(vec![
            Message::new("trace-level")
                .text("level", level.level.to_string())
                .with("size", Arg::Bytes(level.size_bytes))
                .text("ways", level.ways.to_string())
                .with("misses", Arg::Count(misses))
                .with(
                    "share",
                    Arg::Share(misses as f64 / ((totals.reads + totals.writes).max(1)) as f64),
                ),
        ]);
    }
    if totals.coherence_misses > 0 {
        let message = Message::new("trace-coherence").with("misses", Arg::Count(totals.coherence_misses));
        lines.push(vec![message]);
    }
    for line in lines {
        let pieces: Vec<Piece> = line
            .iter()
            .map(|message| Piece::plain(catalogue.render_unbroken(message)))
            .collect();
        canvas.flow(&[Piece::plain(GAP)], " · ", &pieces)?;
    }
    Ok(())
}

/// The tables.
pub(super) fn print(
    canvas: &mut Canvas<'_>,
    view: &View<'_>,
    trace: &TraceView<'_>,
    catalogue: &Catalogue,
) -> io::Result<()> {
    if trace.lines.iter().any(|line| line.l1_misses > 0) {
        super::heading(canvas, catalogue, "heading-trace-lines")?;
        print_lines(canvas, view, trace, catalogue)?;
    }
    if !trace.objects.is_empty() {
        super::heading(canvas, catalogue, "heading-trace-objects")?;
        print_objects(canvas, view, trace, catalogue)?;
    }
    print_shared_lines(canvas, view, trace, catalogue)
}

/// Lines that threads fight for, and who does what there.
fn print_shared_lines(
    canvas: &mut Canvas<'_>,
    view: &View<'_>,
    trace: &TraceView<'_>,
    catalogue: &Catalogue,
) -> io::Result<()> {
    let mut lines: Vec<&SharedLineRow> = trace.trace.shared_lines.iter().collect();
    lines.retain(|line| line.false_misses() + line.true_misses() > 0);
    lines.sort_by_key(|line| std::cmp::Reverse((line.false_misses(), line.true_misses())));
    if lines.is_empty() {
        return Ok(());
    }
    super::heading(canvas, catalogue, "heading-trace-shared")?;
    for line in lines.into_iter().take(MAX_SHARED_LINES) {
        let losses = Message::new("trace-shared")
            .with("false", Arg::Count(line.false_misses()))
            .with("true", Arg::Count(line.true_misses()));
        canvas.paragraph(&[Piece::plain(GAP)], &Piece::plain(catalogue.render_unbroken(&losses)))?;
        for sharer in line.sharers.iter().take(MAX_SHARERS) {
            let lead = [Piece::plain("    ")];
            canvas.paragraph(&lead, &Piece::dim(catalogue.render(&self::sharer(view, trace, sharer))))?;
        }
    }
    Ok(())
}

fn sharer(view: &View<'_>, trace: &TraceView<'_>, sharer: &SharerRow) -> Message {
    let mask = sharer.mask();
    let site = match sharer.write_mask {
        0 => sharer.read_site,
        _ => sharer.write_site,
    };
    let site = site.map(|stack| view.profile.trace_site(&Scope::User, stack));
    let bytes = match mask {
        0 => String::new(),
        mask => format!("{}–{}", mask.trailing_zeros(), 63 - mask.leading_zeros()),
    };
    let fields = trace.trace.sharer_fields(sharer).into_iter().map(|field| field.text);
    let fields = fields.collect::<Vec<_>>().join(", ");
    let object = match fields.is_empty() {
        true => short_name(view, trace.trace.object(sharer.object)),
        false => fields,
    };
    let object = printable(&object).into_owned();
    let place = site.map_or_else(|| "—".to_owned(), |site| place(view, &site));
    let thread = printable(&sharer.thread).into_owned();
    if sharer.write_mask == 0 {
        Message::new("trace-sharer-reads")
            .text("thread", thread)
            .text("bytes", bytes)
            .text("object", object)
            .text("place", place)
    } else {
        Message::new("trace-sharer-writes")
            .text("thread", thread)
            .text("bytes", bytes)
            .text("object", object)
            .text("place", place)
    }
}

/// What holds the bytes, in a word.
fn short_name(view: &View<'_>, object: &MemoryObject) -> String {
    match object {
        MemoryObject::Heap { stack, .. } => place(view, &view.profile.trace_site(&Scope::User, *stack)),
        MemoryObject::Static { name, .. } => name.clone(),
        MemoryObject::Stack => "stack".to_owned(),
        MemoryObject::Other => "—".to_owned(),
    }
}

fn print_lines(
    canvas: &mut Canvas<'_>,
    view: &View<'_>,
    trace: &TraceView<'_>,
    catalogue: &Catalogue,
) -> io::Result<()> {
    let heads = [
        "column-accesses",
        "column-l1-misses",
        "column-l2-misses",
        "column-last-misses",
        "column-used",
    ];
    let place_head = catalogue.text("column-place");
    let lines = || trace.lines.iter().filter(|line| line.l1_misses > 0).take(MAX_LINES);
    let widest = lines()
        .map(|line| display_width(&place(view, &line.site)))
        .max()
        .unwrap_or(0);
    let room = canvas.width().saturating_sub(2 + 5 * (COUNT_COLUMNS + 2));
    let place_columns = widest.max(display_width(&place_head)).min(room / 2 + 4);
    let counts: String = heads
        .iter()
        .map(|head| format!("{}{GAP}", right(&catalogue.text(head), COUNT_COLUMNS)))
        .collect();
    canvas.line(&[Piece::dim(format!(
        "  {counts}{}{GAP}{}",
        padded(&place_head, place_columns),
        catalogue.text("column-function")
    ))])?;
    for line in lines() {
        let used = line.used_share();
        let mut text: String = [line.accesses, line.l1_misses, line.l2_misses, line.last_misses]
            .iter()
            .map(|&n| format!("{}{GAP}", right(&quantity::short_count(n), COUNT_COLUMNS)))
            .collect();
        let used = used.map_or_else(String::new, |share| quantity::share(share, catalogue.lang()));
        text.push_str(&format!("{}{GAP}", right(&used, COUNT_COLUMNS)));
        let function = printable(&line.site.function).into_owned();
        let function_columns = room.saturating_sub(place_columns + 2);
        canvas.line(&[
            Piece::plain(format!("  {text}")),
            Piece::plain(padded(
                &tail(&place(view, &line.site), place_columns),
                place_columns + 2,
            )),
            Piece::plain(tail(&function, function_columns)),
        ])?;
    }
    Ok(())
}

fn print_objects(
    canvas: &mut Canvas<'_>,
    view: &View<'_>,
    trace: &TraceView<'_>,
    catalogue: &Catalogue,
) -> io::Result<()> {
    let heads = [
        "column-l1-misses",
        "column-l2-misses",
        "column-last-misses",
        "column-used",
    ];
    let counts: String = heads
        .iter()
        .map(|head| format!("{}{GAP}", right(&catalogue.text(head), COUNT_COLUMNS)))
        .collect();
    canvas.line(&[Piece::dim(format!("  {counts}{}", catalogue.text("column-object")))])?;
    let room = canvas.width().saturating_sub(2 + 4 * (COUNT_COLUMNS + 2));
    for (name, total) in named_objects(view, trace, catalogue).into_iter().take(MAX_LINES) {
        let mut text: String = [total.l1_misses, total.l2_misses, total.last_misses]
            .iter()
            .map(|&n| format!("{}{GAP}", right(&quantity::short_count(n), COUNT_COLUMNS)))
            .collect();
        let used = total.used_share();
        let used = used.map_or_else(String::new, |share| quantity::share(share, catalogue.lang()));
        text.push_str(&format!("{}{GAP}", right(&used, COUNT_COLUMNS)));
        canvas.line(&[Piece::plain(format!("  {text}")), Piece::plain(tail(&name, room))])?;
    }
    Ok(())
}

/// Objects by name, most misses first: blocks that differ only in the library's part of their stacks are one for the reader.
fn named_objects(view: &View<'_>, trace: &TraceView<'_>, catalogue: &Catalogue) -> Vec<(String, ObjectTotals)> {
    let mut named: Vec<(String, ObjectTotals)> = Vec::new();
    for total in trace.objects {
        let name = catalogue.render(&object_name(view, trace.trace.object(total.object)));
        match named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => sum.add(total),
            None => named.push((name, *total)),
        }
    }
    named.sort_by_key(|(_, total)| std::cmp::Reverse(total.l1_misses));
    named
}

fn place(view: &View<'_>, site: &Site) -> String {
    match &site.file {
        Some(file) if site.line > 0 => format!("{}:{}", printable(view.short_path(file)), site.line),
        Some(file) => printable(view.short_path(file)).into_owned(),
        None => "—".to_owned(),
    }
}

/// Names an object.
pub(crate) fn object_name(view: &View<'_>, object: &MemoryObject) -> Message {
    match object {
        MemoryObject::Heap { stack, .. } => {
            let site = view.profile.trace_site(&Scope::User, *stack);
            let function = printable(&site.function).into_owned();
            match site.file {
                Some(_) => Message::new("object-heap")
                    .text("function", function)
                    .text("place", place(view, &site)),
                None => Message::new("object-heap-unplaced").text("function", function),
            }
        }
        MemoryObject::Static { name, .. } => Message::new("object-static").text("name", printable(name)),
        MemoryObject::Stack => Message::new("object-stack"),
        MemoryObject::Other => Message::new("object-other"),
    }
}
