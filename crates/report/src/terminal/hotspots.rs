//! The hottest lines, whether or not a rule has a word for them.

use super::canvas::{Canvas, head, padded, right, tail};
use super::theme::{Piece, cost};
use crate::{Catalogue, View, printable, quantity, words};
use profile::Hotspot;
use std::io;
use textwrap::core::display_width;

const MAX_LINES: usize = 10;
/// Lines below this share are noise, but a flat profile shows its first lines all the same.
const SHOWN_FROM: f64 = 0.005;
const ALWAYS_SHOWN: usize = 3;
const SHARE_COLUMNS: usize = 6;
const GAP: usize = 2;
/// Below this, a line of the table is folded in two.
const TABLE_FROM_COLUMNS: usize = 76;

struct Line {
    self_share: f64,
    total_share: f64,
    place: String,
    function: String,
    operation: String,
}

pub(super) fn print(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    if view.hotspots.is_empty() {
        return Ok(());
    }
    super::heading(canvas, catalogue, "heading-hotspots")?;
    let lines: Vec<Line> = view
        .hotspots
        .iter()
        .take(MAX_LINES)
        .enumerate()
        .take_while(|(idx, hotspot)| *idx < ALWAYS_SHOWN || hotspot.self_share >= SHOWN_FROM)
        .map(|(_, hotspot)| line(view, catalogue, hotspot))
        .collect();
    if canvas.width() < TABLE_FROM_COLUMNS {
        print_folded(canvas, catalogue, &lines)
    } else {
        print_table(canvas, catalogue, &lines)
    }
}

fn line(view: &View<'_>, catalogue: &Catalogue, hotspot: &Hotspot) -> Line {
    let site = &hotspot.site;
    let place = match &site.file {
        Some(file) if site.line > 0 => format!("{}:{}", printable(view.short_path(file)), site.line),
        Some(file) => printable(view.short_path(file)).into_owned(),
        None => "—".to_owned(),
    };
    Line {
        self_share: hotspot.self_share,
        total_share: hotspot.total_share,
        place,
        function: printable(&site.function).into_owned(),
        operation: words::operation_at(catalogue, view.ledger, site),
    }
}

fn print_table(canvas: &mut Canvas<'_>, catalogue: &Catalogue, lines: &[Line]) -> io::Result<()> {
    let heads = ["column-place", "column-function", "column-operation"].map(|key| catalogue.text(key));
    let widest = |of: fn(&Line) -> &String, head: &str| {
        lines
            .iter()
            .map(|line| display_width(of(line)))
            .max()
            .unwrap_or(0)
            .max(display_width(head))
    };
    let wanted = [
        widest(|line| &line.place, &heads[0]),
        widest(|line| &line.function, &heads[1]),
        widest(|line| &line.operation, &heads[2]),
    ];
    let room = canvas.width().saturating_sub(GAP + 2 * (SHARE_COLUMNS + GAP) + 2 * GAP);
    let [place, function, operation] = fitted(wanted, room);
    canvas.line(&[Piece::dim(format!(
        "  {}  {}  {}  {}  {}",
        right(&catalogue.text("column-self"), SHARE_COLUMNS),
        right(&catalogue.text("column-total"), SHARE_COLUMNS),
        padded(&heads[0], place),
        padded(&heads[1], function),
        heads[2],
    ))])?;
    for line in lines {
        let mut pieces = shares(catalogue, line);
        pieces.push(Piece::plain(padded(&tail(&line.place, place), place + GAP)));
        pieces.push(Piece::plain(padded(&tail(&line.function, function), function + GAP)));
        pieces.push(Piece::plain(head(&line.operation, operation)));
        canvas.line(&pieces)?;
    }
    Ok(())
}

/// Column widths that fit into `room`: what is too much is taken from the widest of place and function as long as they
/// stay readable, then from whichever is widest. The operation keeps its room longest: it says the most.
fn fitted(mut columns: [usize; 3], room: usize) -> [usize; 3] {
    const READABLE: [usize; 3] = [16, 12, usize::MAX];
    while columns.iter().sum::<usize>() > room {
        let widest =
            |may_shrink: &dyn Fn(usize) -> bool| (0..3).filter(|&at| may_shrink(at)).max_by_key(|&at| columns[at]);
        let Some(at) = widest(&|at| columns[at] > READABLE[at]).or_else(|| widest(&|at| columns[at] > 1)) else {
            break;
        };
        columns[at] -= 1;
    }
    columns
}

fn print_folded(canvas: &mut Canvas<'_>, catalogue: &Catalogue, lines: &[Line]) -> io::Result<()> {
    canvas.line(&[Piece::dim(format!(
        "  {}  {}  {}",
        right(&catalogue.text("column-self"), SHARE_COLUMNS),
        right(&catalogue.text("column-total"), SHARE_COLUMNS),
        catalogue.text("column-place"),
    ))])?;
    let indent = GAP + 2 * (SHARE_COLUMNS + GAP);
    let room = canvas.width().saturating_sub(indent);
    for line in lines {
        let mut pieces = shares(catalogue, line);
        pieces.push(Piece::plain(tail(&line.place, room)));
        canvas.line(&pieces)?;
        let details: Vec<Piece> = [tail(&line.function, room), head(&line.operation, room)]
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(Piece::dim)
            .collect();
        canvas.flow(&[Piece::plain(" ".repeat(indent))], " · ", &details)?;
    }
    Ok(())
}

fn shares(catalogue: &Catalogue, line: &Line) -> Vec<Piece> {
    let column = |share: f64| right(&quantity::share(share, catalogue.lang()), SHARE_COLUMNS) + "  ";
    vec![
        Piece::plain("  "),
        Piece::new(cost(line.self_share), column(line.self_share)),
        Piece::plain(column(line.total_share)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_keep_their_room_longest() {
        assert_eq!(fitted([10, 40, 10], 60), [10, 40, 10]);
        assert_eq!(fitted([10, 40, 10], 40), [10, 20, 10]);
        assert_eq!(fitted([30, 40, 30], 60), [16, 14, 30]);
        assert_eq!(fitted([30, 40, 30], 45), [16, 12, 17]);
        assert_eq!(fitted([30, 40, 30], 0), [1, 1, 1]);
    }
}
