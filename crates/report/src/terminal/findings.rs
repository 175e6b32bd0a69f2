//! The findings: what is slow, at which line, why, with which evidence, and what to do.

use super::canvas::{Canvas, padded, tail};
use super::snippet;
use super::theme::{BOLD, CURE, Piece, cost};
use crate::{Catalogue, View, printable, quantity, words};
use diagnose::{Confidence, Evidence, Finding, Fix, Place};
use profile::{Arg, Message};
use std::io;
use textwrap::core::display_width;

/// Everything below a finding's title is indented by this.
const INDENT: usize = 4;
/// Further places shown.
const MAX_ALSO: usize = 4;
/// A function's name in less room than this says nothing.
const MIN_NAME_COLUMNS: usize = 8;
/// Evidence columns on a wide terminal.
const MAX_EVIDENCE_COLUMNS: usize = 3;
/// Blanks between a name and its value, and between two columns of evidence.
const NAME_GAP: usize = 2;
const COLUMN_GAP: usize = 4;

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    super::heading(canvas, catalogue, "heading-findings")?;
    if view.findings.is_empty() {
        return print_none(canvas, view, catalogue);
    }
    for (index, finding) in view.findings.iter().enumerate() {
        if index > 0 {
            canvas.blank()?;
        }
        print_finding(canvas, view, catalogue, index + 1, finding)?;
    }
    Ok(())
}

/// No rule matched: say so, and where the time is all the same.
fn print_none(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    let key = if view.trace.is_some() {
        "findings-none-traced"
    } else if view.hotspots.is_empty() {
        "findings-none-no-samples"
    } else if view.silence_below > 0.0 {
        "findings-none"
    } else {
        "findings-none-at-all"
    };
    let message = Message::new(key).with("limit", Arg::Share(view.silence_below));
    canvas.paragraph(
        &[Piece::plain("  ")],
        &Piece::plain(catalogue.render_unbroken(&message)),
    )
}

fn print_finding(
    canvas: &mut Canvas<'_>,
    view: &View<'_>,
    catalogue: &Catalogue,
    number: usize,
    finding: &Finding,
) -> io::Result<()> {
    let number = Piece::new(BOLD, padded(&number.to_string(), INDENT));
    let title = Piece::new(BOLD, catalogue.render_unbroken(&finding.title));
    canvas.paragraph(&[number], &title)?;
    canvas.flow(&indent(), " · ", &verdict(catalogue, finding))?;
    print_place(canvas, view, &finding.place)?;
    canvas.paragraph(&indent(), &Piece::plain(catalogue.render_unbroken(&finding.why)))?;
    print_evidence(canvas, catalogue, &finding.evidence)?;
    for (index, fix) in finding.fixes.iter().enumerate() {
        // Several ways to make the same change, of which the compiler knows the right one.
        if finding.fixes[..index].iter().any(|other| other.title == fix.title) {
            continue;
        }
        print_fix(canvas, catalogue, fix)?;
    }
    print_also(canvas, view, catalogue, &finding.also)
}

/// Share, prediction, rule, level, confidence.
fn verdict(catalogue: &Catalogue, finding: &Finding) -> Vec<Piece> {
    let share = Message::new("finding-share").with("share", Arg::Share(finding.share));
    let mut pieces = vec![Piece::new(cost(finding.share), catalogue.render_unbroken(&share))];
    if finding.predicted_speedup > 1.0 {
        let speedup = Message::new("finding-speedup").with("factor", Arg::Factor(finding.predicted_speedup));
        pieces.push(Piece::new(CURE, catalogue.render_unbroken(&speedup)));
    }
    let is_sure = finding.confidence == Confidence::Measured;
    let rule = Message::new(if is_sure { "finding-rule" } else { "finding-rule-unsure" })
        .text("rule", finding.rule)
        .text("level", words::level(catalogue, finding.level))
        .text("confidence", words::confidence(catalogue, finding.confidence));
    pieces.push(Piece::dim(catalogue.render_unbroken(&rule)));
    pieces
}

/// The source excerpt with the function's name, or the bare place where the source cannot be had.
fn print_place(canvas: &mut Canvas<'_>, view: &View<'_>, place: &Place) -> io::Result<()> {
    let style = super::Style {
        width: canvas.width().saturating_sub(INDENT),
        ..canvas.style()
    };
    let function = printable(&place.function);
    let excerpt = (view.sources)(&place.file)
        .and_then(|source| snippet::render(&source, place, view.short_path(&place.file), style));
    if let Some(excerpt) = excerpt {
        let (origin, code) = excerpt.split_once('\n').unwrap_or((&excerpt, ""));
        let room = style.width.saturating_sub(display_width(origin) + NAME_GAP);
        let name = if room < MIN_NAME_COLUMNS {
            String::new()
        } else {
            format!("  {}", tail(&function, room))
        };
        canvas.line(&[Piece::plain(" ".repeat(INDENT)), Piece::plain(origin), Piece::dim(name)])?;
        return canvas.block(INDENT, code);
    }
    let mut pieces = vec![Piece::dim(function)];
    if !place.file.is_empty() {
        pieces.insert(0, Piece::plain(position(view, place)));
    }
    canvas.flow(&indent(), "  ", &pieces)
}

/// Aligned pairs of name and value, in as many columns as fit.
fn print_evidence(canvas: &mut Canvas<'_>, catalogue: &Catalogue, evidence: &[Evidence]) -> io::Result<()> {
    let pairs: Vec<[String; 2]> = evidence
        .iter()
        .map(|evidence| {
            [
                catalogue.text(&evidence.name),
                quantity::format(&evidence.value, catalogue.lang()),
            ]
        })
        .collect();
    let room = canvas.prose_width().saturating_sub(INDENT);
    let widths = evidence_columns(&pairs, room);
    for row in pairs.chunks(widths.len().max(1)) {
        if let [[name, value]] = row {
            // Alone on its line, a long value may wrap.
            let lead = [
                Piece::plain(" ".repeat(INDENT)),
                Piece::dim(padded(name, widths[0][0] + NAME_GAP)),
            ];
            canvas.paragraph(&lead, &Piece::plain(value))?;
            continue;
        }
        let mut pieces = indent().to_vec();
        for ([name, value], [name_width, value_width]) in row.iter().zip(&widths) {
            pieces.push(Piece::dim(padded(name, name_width + NAME_GAP)));
            pieces.push(Piece::plain(padded(value, value_width + COLUMN_GAP)));
        }
        canvas.line(&pieces)?;
    }
    Ok(())
}

/// Widths of names and values for the most columns that fit into `room`, at least one.
fn evidence_columns(pairs: &[[String; 2]], room: usize) -> Vec<[usize; 2]> {
    let of_columns = |n_columns: usize| -> Vec<[usize; 2]> {
        let mut widths = vec![[0; 2]; n_columns];
        for (idx, pair) in pairs.iter().enumerate() {
            let column = &mut widths[idx % n_columns];
            for (width, text) in column.iter_mut().zip(pair) {
                *width = display_width(text).max(*width);
            }
        }
        widths
    };
    let total = |widths: &[[usize; 2]]| {
        let columns: usize = widths.iter().map(|[name, value]| name + NAME_GAP + value).sum();
        columns + COLUMN_GAP * widths.len().saturating_sub(1)
    };
    (2..=MAX_EVIDENCE_COLUMNS.min(pairs.len()))
        .rev()
        .map(of_columns)
        .find(|widths| total(widths) <= room)
        .unwrap_or_else(|| of_columns(1))
}

fn print_fix(canvas: &mut Canvas<'_>, catalogue: &Catalogue, fix: &Fix) -> io::Result<()> {
    let lead = [Piece::plain(" ".repeat(INDENT)), Piece::new(CURE, "→ ")];
    let mut pieces = vec![
        Piece::new(CURE, catalogue.render_unbroken(&fix.title)),
        Piece::dim(words::effort(catalogue, fix.effort)),
    ];
    for dependency in &fix.dependencies {
        let needs = Message::new("fix-needs")
            .text("name", dependency.name.as_str())
            .text("version", dependency.version.as_str());
        pieces.push(Piece::dim(catalogue.render_unbroken(&needs)));
    }
    canvas.flow(&lead, " · ", &pieces)
}

/// Further places, one a line.
fn print_also(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue, also: &[Place]) -> io::Result<()> {
    let mut lead = format!("{} ", catalogue.text("finding-also"));
    let lead_width = display_width(&lead);
    let room = canvas.prose_width().saturating_sub(INDENT + lead_width);
    for place in also.iter().take(MAX_ALSO) {
        let position = tail(&position(view, place), room);
        let function_room = room.saturating_sub(display_width(&position) + NAME_GAP);
        let function = if function_room < MIN_NAME_COLUMNS {
            String::new()
        } else {
            format!("  {}", tail(&printable(&place.function), function_room))
        };
        canvas.line(&[
            Piece::plain(" ".repeat(INDENT)),
            Piece::dim(lead.as_str()),
            Piece::plain(position),
            Piece::dim(function),
        ])?;
        lead = " ".repeat(lead_width);
    }
    if also.len() > MAX_ALSO {
        let more = Message::new("finding-also-more").with("places", Arg::Count((also.len() - MAX_ALSO) as u64));
        canvas.line(&[
            Piece::plain(" ".repeat(INDENT + lead_width)),
            Piece::dim(catalogue.render_unbroken(&more)),
        ])?;
    }
    Ok(())
}

/// `src/dedup.rs:4`.
fn position(view: &View<'_>, place: &Place) -> String {
    let path = printable(view.short_path(&place.file));
    if place.line == 0 {
        path.into_owned()
    } else {
        format!("{path}:{}", place.line)
    }
}

fn indent() -> [Piece; 1] {
    [Piece::plain(" ".repeat(INDENT))]
}
