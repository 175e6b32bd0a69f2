//! A source text with its lines, to cut out what stands at a span.

use super::{Position, Span};
use proc_macro2::LineColumn;

pub(crate) struct SourceText<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> SourceText<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        // The parser drops a byte order mark and counts from behind it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let starts = text
            .bytes()
            .enumerate()
            .filter(|&(_, byte)| byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            text,
            line_starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// A parser position (columns in characters, from 0) as ours (in bytes, from 1: what debug information counts).
    pub(crate) fn position(&self, at: LineColumn) -> Position {
        let line = self.line(at.line as u32);
        let bytes = line.char_indices().nth(at.column).map_or(line.len(), |(byte, _)| byte);
        Position {
            line: at.line as u32,
            column: bytes as u32 + 1,
        }
    }

    pub(crate) fn span(&self, span: proc_macro2::Span) -> Span {
        Span {
            start: self.position(span.start()),
            end: self.position(span.end()),
        }
    }

    /// Text of a line, from 1, without its end.
    pub(crate) fn line(&self, line: u32) -> &'a str {
        let Some(&start) = (line as usize)
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
        else {
            return "";
        };
        let end = self
            .line_starts
            .get(line as usize)
            .map_or(self.text.len(), |&next| next - 1);
        self.text[start..end].trim_end_matches('\r')
    }

    /// Bytes before a position. The parser gives line 0 to the span of nothing.
    pub(crate) fn offset(&self, at: Position) -> Option<usize> {
        let line = (at.line as usize).checked_sub(1)?;
        (self.line_starts.get(line)? + at.column as usize).checked_sub(1)
    }

    /// What stands at a span.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        let range = self.offset(span.start).zip(self.offset(span.end));
        range.and_then(|(start, end)| self.text.get(start..end)).unwrap_or("")
    }

    /// What stands at a span, with white space made single and cut at 80 characters.
    pub(crate) fn cut(&self, span: proc_macro2::Span) -> String {
        let text = self.slice(self.span(span));
        let mut out = String::new();
        for (index, word) in text.split_whitespace().enumerate() {
            // Method chains broken over lines read as one.
            if index > 0 && !word.starts_with('.') {
                out.push(' ');
            }
            out.push_str(word);
        }
        match out.char_indices().nth(80) {
            Some((at, _)) => format!("{}…", &out[..at]),
            None => out,
        }
    }
}
