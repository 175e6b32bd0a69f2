//! A place in the source, shown as rustc shows it.

use super::theme::Style;
use crate::printable;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Color};
use diagnose::Place;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Lines shown above the one that matters: often the head of its loop.
const LINES_ABOVE: usize = 2;
/// Columns that annotate-snippets wants free around what is underlined, for its ellipses.
const MARGIN: usize = 14;

/// The line of `place`, with those above it and the call underlined. `None` when `source` has no such line: it changed
/// after the recording, or debug information is wrong.
pub(super) fn render(source: &str, place: &Place, shown_path: &str, style: Style) -> Option<String> {
    let lines: Vec<&str> = source.lines().take(place.line as usize).collect();
    if lines.len() < place.line as usize {
        return None;
    }
    let (&line, before) = lines.split_last()?;
    let n_above = before
        .iter()
        .rev()
        .take(LINES_ABOVE)
        .take_while(|above| !above.trim().is_empty())
        .count();
    let first_idx = before.len() - n_above;
    let line_start: usize = before[first_idx..].iter().map(|above| above.len() + 1).sum();
    let window = lines[first_idx..].join("\n");

    let gutter = place.line.to_string().len() + 3;
    let span = clipped(
        line,
        marked_span(line, place.column as usize)?,
        style.width.saturating_sub(gutter + MARGIN),
    );
    let snippet = Snippet::source(window.as_str())
        .line_start(first_idx + 1)
        .path(printable(shown_path).into_owned())
        .fold(false)
        .annotation(AnnotationKind::Primary.span(line_start + span.start..line_start + span.end))
        .annotation(AnnotationKind::Visible.span(0..0));
    Some(renderer(style).render(&[Group::with_level(Level::NOTE).element(snippet)]))
}

/// As much of `span` as fits into `columns`: a longer one would push the line out of the terminal.
fn clipped(line: &str, span: Range<usize>, columns: usize) -> Range<usize> {
    let mut used = 0;
    let len: usize = line[span.clone()]
        .chars()
        .take_while(|char| {
            used += char.width().unwrap_or(1);
            used <= columns.max(1)
        })
        .map(char::len_utf8)
        .sum();
    span.start..span.start + len
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.color {
        let marked = anstyle::Style::new()
            .fg_color(Some(Color::Ansi(AnsiColor::Yellow)))
            .bold();
        Renderer::styled().note(marked).line_num(anstyle::Style::new().dimmed())
    } else {
        Renderer::plain()
    };
    renderer.decor_style(DecorStyle::Unicode).term_width(style.width)
}

/// The bytes of `line` to underline: the name or path at `column` with its arguments, as far as they stand on this line;
/// without a column the whole line. `None` when there is nothing to underline.
///
/// `column` counts bytes from 1, as rustc writes it into debug information.
fn marked_span(line: &str, column: usize) -> Option<Range<usize>> {
    let text = line.trim();
    if text.is_empty() {
        return None;
    }
    let text_start = line.len() - line.trim_start().len();
    let whole = text_start..text_start + text.len();
    let Some(start) = column.checked_sub(1) else {
        return Some(whole);
    };
    if start < text_start || start >= whole.end || !line.is_char_boundary(start) {
        return Some(whole);
    }
    let rest = &line[start..whole.end];
    let len = expression_len(rest).max(rest.chars().next().map_or(1, char::len_utf8));
    Some(start..start + len)
}

/// Length of the path, macro name or call at the beginning of `rest`: `a::b::<T>(c, d(e))`, `vec![0; 4]`. A call whose
/// arguments go on below ends with the line.
fn expression_len(rest: &str) -> usize {
    let mut chars = rest.char_indices();
    let mut closers = Vec::new();
    let mut in_string = false;
    let mut end = 0;
    while let Some((at, char)) = chars.next() {
        let before = &rest[..at];
        match char {
            '\\' if in_string => drop(chars.next()),
            '"' if !closers.is_empty() => in_string = !in_string,
            _ if in_string => {}
            '(' => closers.push(')'),
            '[' => closers.push(']'),
            // A turbofish, or generics inside of one; a comparison has no `::` before it.
            '<' if before.ends_with("::") || closers.last() == Some(&'>') => closers.push('>'),
            '>' if before.ends_with(['-', '=']) => {}
            _ if closers.last() == Some(&char) => {
                closers.pop();
                if closers.is_empty() && char != '>' {
                    return at + char.len_utf8();
                }
            }
            _ if !closers.is_empty() || char.is_alphanumeric() || matches!(char, '_' | ':' | '!') => {}
            _ => break,
        }
        if closers.is_empty() {
            end = at + char.len_utf8();
        }
    }
    if closers.is_empty() { end } else { rest.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_at_the_column_is_underlined() {
        let check = |line: &str, column: usize, expected: &str| {
            assert_eq!(
                &line[marked_span(line, column).unwrap()],
                expected,
                "{line:?} at {column}"
            );
        };
        check("    if !seen.contains(w) {", 14, "contains(w)");
        check(
            "    let v = Vec::<u8>::with_capacity(n);",
            13,
            "Vec::<u8>::with_capacity(n)",
        );
        check("    x.iter().collect::<Vec<_>>();", 14, "collect::<Vec<_>>()");
        check("    println!(\"{} )\", f(x));", 5, "println!(\"{} )\", f(x))");
        check("    out = vec![0; n];", 11, "vec![0; n]");
        check("    a + b", 7, "+");
        check("    map(|x| -> u32 { x })", 5, "map(|x| -> u32 { x })");
        check("    f(a > b, c < d) + 1", 5, "f(a > b, c < d)");
        check("    let x = open(", 13, "open(");
        check("    whole line", 0, "whole line");
        check("    beyond", 80, "beyond");
        check("    哈希(x)", 5, "哈希(x)");
        check("    哈希(x)", 6, "哈希(x)");
    }

    fn place(line: u32, column: u32) -> Place {
        Place {
            file: "/w/src/a.rs".into(),
            line,
            column,
            function: "a::f".into(),
        }
    }

    #[test]
    fn a_line_that_the_source_has_not_is_no_snippet() {
        let style = Style {
            width: 80,
            color: false,
        };
        assert_eq!(render("fn f() {}\n", &place(7, 1), "src/a.rs", style), None);
        assert_eq!(render("fn f() {}\n\n", &place(2, 1), "src/a.rs", style), None);
        assert_eq!(render("fn f() {}\n", &place(0, 0), "src/a.rs", style), None);
    }

    #[test]
    fn escapes_in_source_and_path_do_not_reach_the_terminal() {
        let style = Style {
            width: 80,
            color: false,
        };
        let shown = render("let x = \u{1b}[2Jy\u{202e};\n", &place(1, 5), "src/\u{1b}[2J.rs", style).unwrap();
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
}
