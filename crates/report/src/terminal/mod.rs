//! The report on the terminal.

pub(crate) mod canvas;
mod checklist;
mod findings;
mod header;
mod hotspots;
mod notes;
mod snippet;
pub(crate) mod theme;
mod time;
mod trace;

pub use anstream::ColorChoice;
pub use theme::Style;
pub(crate) use trace::object_name;

use crate::pipe::unless_closed;
use crate::{Catalogue, View};
use canvas::Canvas;
use std::io::{self, Write};
use theme::{HEADING, Piece};

/// Writes the report: header, where the time goes, findings, hot spots, notes, and what can be done next.
///
/// # Errors
/// When `out` fails, except that a closed pipe is success: the reader has seen enough.
pub fn print(out: &mut dyn Write, view: &View<'_>, catalogue: &Catalogue, style: Style) -> io::Result<()> {
    let mut canvas = Canvas::new(out, style);
    let printed = print_all(&mut canvas, view, catalogue).and_then(|()| out.flush());
    unless_closed(printed)
}

fn print_all(canvas: &mut Canvas<'_>, view: &View<'_>, catalogue: &Catalogue) -> io::Result<()> {
    header::print(canvas, view, catalogue)?;
    if let Some(trace) = &view.trace {
        trace::print_totals(canvas, trace, catalogue)?;
        findings::print(canvas, view, catalogue)?;
        trace::print(canvas, view, trace, catalogue)?;
        notes::print(canvas, view, catalogue)?;
        return notes::print_next(canvas, view, catalogue);
    }
    time::print(canvas, view, catalogue)?;
    findings::print(canvas, view, catalogue)?;
    hotspots::print(canvas, view, catalogue)?;
    checklist::print(canvas, view, catalogue)?;
    notes::print(canvas, view, catalogue)?;
    notes::print_next(canvas, view, catalogue)
}

fn heading(canvas: &mut Canvas<'_>, catalogue: &Catalogue, key: &str) -> io::Result<()> {
    canvas.blank()?;
    canvas.line(&[Piece::new(HEADING, catalogue.text(key))])
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
        let sample = crate::sample::quad();
        let catalogue = Catalogue::new(crate::Lang::English);
        let style = Style {
            width: 80,
            color: false,
        };
        let print_to = |kind| print(&mut Failing(kind), &sample.view(), &catalogue, style);
        assert!(print_to(io::ErrorKind::BrokenPipe).is_ok());
        assert!(print_to(io::ErrorKind::StorageFull).is_err());
    }
}
