//! Lays text out on a terminal: wrapping, indents, colours.
//!
//! Everything is measured in terminal columns: Chinese characters take two.

use super::theme::{Piece, Style};
use crate::quantity::{NO_BREAK, WORD_JOINER};
use std::io::{self, Write};
use textwrap::core::display_width;
use unicode_width::UnicodeWidthChar;

/// Prose wider than this is hard to read, however wide the terminal is.
const PROSE_COLUMNS: usize = 100;

/// A terminal to write on.
pub(crate) struct Canvas<'a> {
    out: &'a mut dyn Write,
    style: Style,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Self { out, style }
    }

    /// The style that it writes in.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Columns for tables and code.
    pub(crate) fn width(&self) -> usize {
        self.style.width
    }

    /// Columns for sentences.
    pub(crate) fn prose_width(&self) -> usize {
        self.style.width.min(PROSE_COLUMNS)
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// One line of pieces, one after the other, as they are; blanks at its end are left out.
    pub(crate) fn line(&mut self, pieces: &[Piece]) -> io::Result<()> {
        let last = pieces.iter().rposition(|piece| !piece.text.trim_end().is_empty());
        for (index, piece) in pieces.iter().take(last.map_or(0, |last| last + 1)).enumerate() {
            let text = if Some(index) == last {
                piece.text.trim_end()
            } else {
                &piece.text
            };
            self.piece(piece, text)?;
        }
        writeln!(self.out)
    }

    /// A block that is laid out already, indented.
    pub(crate) fn block(&mut self, indent: usize, block: &str) -> io::Result<()> {
        for line in block.lines() {
            let line = line.trim_end();
            if line.is_empty() {
                writeln!(self.out)?;
            } else {
                writeln!(self.out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// Pieces separated by `separator`, as many on a line as fit; `lead` stands before the first line, and later lines
    /// are indented by its width.
    pub(crate) fn flow(&mut self, lead: &[Piece], separator: &str, pieces: &[Piece]) -> io::Result<()> {
        let indent: usize = lead.iter().map(|piece| display_width(&piece.text)).sum();
        let width = self.prose_width();
        let mut line: Vec<Piece> = lead.to_vec();
        let mut used = indent;
        for piece in pieces {
            let needs = display_width(&piece.text);
            let gap = display_width(separator);
            if used > indent && used + gap + needs > width {
                self.line(&line)?;
                line = vec![Piece::plain(" ".repeat(indent))];
                used = indent;
            }
            if used > indent {
                line.push(Piece::dim(separator));
                used += gap;
            }
            let mut parts = textwrap::wrap(&piece.text, width.saturating_sub(used).max(8)).into_iter();
            if let Some(first) = parts.next() {
                used += display_width(&first);
                line.push(piece.with_text(first));
            }
            for part in parts {
                self.line(&line)?;
                used = indent + display_width(&part);
                line = vec![Piece::plain(" ".repeat(indent)), piece.with_text(part)];
            }
        }
        if used > indent || !lead.is_empty() {
            self.line(&line)?;
        }
        Ok(())
    }

    /// A wrapped sentence; `lead` stands before the first line, and later lines are indented by its width.
    pub(crate) fn paragraph(&mut self, lead: &[Piece], piece: &Piece) -> io::Result<()> {
        self.flow(lead, "", std::slice::from_ref(piece))
    }

    fn piece(&mut self, piece: &Piece, text: &str) -> io::Result<()> {
        let text = text.replace(NO_BREAK, " ").replace(WORD_JOINER, "");
        if self.style.color && !piece.style.is_plain() {
            write!(self.out, "{}{text}{:#}", piece.style, piece.style)
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// `text` in at most `width` columns: what is too much is cut off at the front, where paths and names say least.
pub(crate) fn tail(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let mut start = text.len();
    for (at, char) in text.char_indices().rev() {
        used += char.width().unwrap_or(0);
        if used > width {
            break;
        }
        start = at;
    }
    format!("…{}", &text[start..])
}

/// `text` in at most `width` columns: what is too much is cut off at the end.
pub(crate) fn head(text: &str, width: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let end = text
        .char_indices()
        .find(|(_, char)| {
            used += char.width().unwrap_or(0);
            used > width
        })
        .map_or(text.len(), |(at, _)| at);
    format!("{}…", &text[..end])
}

/// `text` followed by blanks up to `width` columns.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(display_width(text));
    format!("{text}{:blanks$}", "")
}

/// `text` led by blanks up to `width` columns.
pub(crate) fn right(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(display_width(text));
    format!("{:blanks$}{text}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(width: usize, lay_out: impl FnOnce(&mut Canvas<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        lay_out(&mut Canvas::new(&mut out, Style { width, color: false })).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cuts_count_columns() {
        assert_eq!(tail("alloc::vec::push", 16), "alloc::vec::push");
        assert_eq!(tail("alloc::vec::push", 10), "…vec::push");
        assert_eq!(tail("文件名", 5), "…件名");
        assert_eq!(tail("文件名", 4), "…名");
        assert_eq!(head("alloc::vec::push", 7), "alloc:…");
        assert_eq!(head("文件名", 4), "文…");
        assert_eq!(padded("文", 4), "文  ");
        assert_eq!(right("9", 3), "  9");
    }

    #[test]
    fn a_flow_breaks_between_its_pieces() {
        let pieces: Vec<Piece> = ["2.41\u{a0}s wall", "2,384 samples", "peak 5 MiB"]
            .map(Piece::plain)
            .into();
        assert_eq!(
            laid_out(30, |canvas| canvas.flow(&[Piece::plain("  ")], " · ", &pieces)),
            "  2.41 s wall · 2,384 samples\n  peak 5 MiB\n"
        );
    }

    #[test]
    fn a_paragraph_hangs_under_its_lead_and_keeps_numbers_with_units() {
        assert_eq!(
            laid_out(20, |canvas| canvas.paragraph(
                &[Piece::plain("- ")],
                &Piece::plain("it copies a lot 3.1\u{a0}MiB of it")
            )),
            "- it copies a lot\n  3.1 MiB of it\n"
        );
    }

    #[test]
    fn no_line_of_chinese_prose_is_too_wide() {
        let text = "每次调用都要从头扫描整个向量，因此总工作量随输入规模的平方增长。";
        for line in laid_out(20, |canvas| {
            canvas.paragraph(&[Piece::plain("  ")], &Piece::plain(text))
        })
        .lines()
        {
            assert!(display_width(line) <= 20, "{line}");
        }
    }
}
