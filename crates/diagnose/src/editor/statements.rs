//! Where statements and their parts begin and end, told from the tokens.

use super::Editor;
use crate::syntax::{Loop, Position, Span};

impl Editor<'_> {
    /// The span of a call together with the `.unwrap()` or `.expect(…)` behind it; `None` when `?` stands there.
    pub(crate) fn with_unwrap(&self, call: Span) -> Option<Span> {
        let next = self.tokens.iter().position(|token| token.span.start >= call.end)?;
        match (self.word(next), self.word(next + 1)) {
            ("?", _) => None,
            (".", "unwrap" | "expect") => {
                let close = self.closing(next + 2)?;
                Some(Span {
                    start: call.start,
                    end: self.tokens[close].span.end,
                })
            }
            _ => Some(call),
        }
    }

    /// The span of a call together with the `?`, `.unwrap()` or `.expect(…)` behind it.
    pub(crate) fn with_handling(&self, call: Span) -> Span {
        let end = match self.with_unwrap(call) {
            Some(whole) => whole.end,
            None => self.tokens[self.index_from(call.end)].span.end,
        };
        Span { start: call.start, end }
    }

    /// The statement that a call is all of, with `?` or `unwrap` and the semicolon; `None` when it is a part of something.
    pub(crate) fn statement(&self, call: Span) -> Option<Span> {
        let first = self.index_from(call.start);
        let is_ignored =
            first >= 3 && ["let", "_", "="] == [first - 3, first - 2, first - 1].map(|index| self.word(index));
        let first = if is_ignored { first - 3 } else { first };
        let is_start = matches!(self.word(first.checked_sub(1)?), ";" | "{" | "}");
        let mut end = self.index_from(self.with_unwrap(call).unwrap_or(call).end);
        if self.word(end) == "?" {
            end += 1;
        }
        let whole = Span {
            start: self.tokens[first].span.start,
            end: self.tokens.get(end)?.span.end,
        };
        (is_start && self.word(end) == ";" && !self.has_comment(whole)).then_some(whole)
    }

    /// The line on which the statement around a position begins; `None` when something else stands before it there.
    pub(crate) fn statement_line(&self, at: Position) -> Option<u32> {
        let mut index = self.index_from(at);
        let mut depth = 0;
        while index > 0 {
            let before = self.word(index - 1);
            match before {
                ")" | "]" | "}" if depth > 0 || !self.is_block_end(index - 1) => depth += 1,
                "(" | "[" if depth == 0 => {}
                "(" | "[" | "{" if depth > 0 => depth -= 1,
                ";" | "}" if depth == 0 => break,
                // Not the brace of a struct literal.
                "{" if !self.is_struct_literal(index - 1) => break,
                _ => {}
            }
            index -= 1;
        }
        let start = self.tokens.get(index)?.span.start;
        let before = &self.line(start.line)[..start.column as usize - 1];
        before.trim().is_empty().then_some(start.line)
    }

    /// Whether the brace at an index opens the fields of a struct's value.
    fn is_struct_literal(&self, open: usize) -> bool {
        let of = open.checked_sub(1).map_or("", |before| self.word(before));
        let named = of.starts_with(char::is_uppercase) && self.word(open + 2) == ":" && self.word(open + 3) != ":";
        named || (of.starts_with(char::is_uppercase) && matches!(self.word(open + 2), "," | "}"))
    }

    /// Whether the brace at an index closes a block that is a statement.
    fn is_block_end(&self, close: usize) -> bool {
        self.word(close) == "}" && !matches!(self.word(close + 1), "." | "?" | ")" | "," | "]" | "}")
    }

    /// Removes the lines of an item with the blank line before it.
    pub(crate) fn remove_item(&mut self, item: Span) {
        let before = item.start.line.saturating_sub(1);
        let is_apart = before > 0 && self.line(before).trim().is_empty();
        let start = if is_apart {
            Position {
                line: before,
                column: 1,
            }
        } else {
            item.start
        };
        self.remove_lines(Span { start, end: item.end });
    }

    /// Removes a statement: its lines when nothing else stands there, all but the comment behind it otherwise.
    pub(crate) fn remove_statement(&mut self, statement: Span) {
        let before = &self.line(statement.start.line)[..statement.start.column as usize - 1];
        let behind = &self.line(statement.end.line)[statement.end.column as usize - 1..];
        if before.trim().is_empty() && behind.trim().is_empty() {
            return self.remove_lines(statement);
        }
        let blanks = behind.len() - behind.trim_start().len();
        let mut gone = statement;
        gone.end.column += blanks as u32;
        self.replace(gone, "");
    }

    /// Whether what stands behind a loop runs whenever the loop ends well.
    pub(crate) fn is_left_at_end(&self, around: &Loop) -> bool {
        let inside = self.index_from(around.span.start)..self.index_from(around.span.end);
        let has = |word: &str| inside.clone().any(|index| self.word(index) == word);
        let is_endless = self.word(self.index_from(around.head)) == "loop" && !has("break");
        !is_endless && !has("return")
    }

    /// From an index to the comma, semicolon or closing bracket that ends what stands there.
    pub(crate) fn until_separator(&self, start: usize) -> Option<Span> {
        let (mut index, mut depth) = (start, 0);
        while index < self.tokens.len() {
            let is_arrow = self.word(index) == ">" && matches!(self.word(index - 1), "-" | "=");
            match self.word(index) {
                "," | ";" | ")" | "]" | "}" | ">" if depth == 0 && !is_arrow => break,
                "<" | "(" | "[" | "{" => depth += 1,
                ">" | ")" | "]" | "}" if !is_arrow => depth -= 1,
                _ => {}
            }
            index += 1;
        }
        (index > start).then(|| Span {
            start: self.tokens[start].span.start,
            end: self.tokens[index - 1].span.end,
        })
    }
}
