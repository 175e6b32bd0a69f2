//! A place in the source, shown as rustc shows it.

use super::theme::Style;
use crate::printable;
use crate::printable::printable_in_place;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Color};
use diagnose::Place;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Lines shown above the one that matters: often the head of its loop.
const LINES_ABOVE: usize = 2;
/// Columns of the frame between line number and code.
const GUTTER: usize = 3;
/// Columns that annotate-snippets wants free around what is underlined, for its ellipses.
const MARGIN: usize = 14;
/// Columns of a mark that show what is meant.
const LEAST_MARK: usize = 16;

/// The line of `place`, with those above it and the call underlined. `None` when `source` has no such line: it changed
/// after the recording, or debug information is wrong.
pub(super) fn render(source: &str, place: &Place, shown_path: &str, style: Style) -> Option<String> {
    let source = printable_in_place(source);
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
    let room = style.width.saturating_sub(place.line.to_string().len() + GUTTER);
    let span = marked_span(line, place.column as usize)?;
    // A mark that begins in the window ends with it: the lines shifted to the left would show little else.
    let free = room.saturating_sub(columns(&line[..span.start]) + 1);
    let room_of_mark = if free >= LEAST_MARK {
        free
    } else {
        room.saturating_sub(MARGIN)
    };
    let span = clipped(line, span, room_of_mark);

    // Cut here as long as the mark still shows: annotate-snippets would also shift the lines to the left.
    let is_mark_in_room = columns(&line[..span.end]) < room;
    let shown = |line: &str| {
        if is_mark_in_room {
            cut(line, room)
        } else {
            line.to_owned()
        }
    };
    let above: String = before[first_idx..].iter().map(|above| shown(above) + "\n").collect();
    let line_start = above.len();
    let window = above + &shown(line);

    let snippet = Snippet::source(window.as_str())
        .line_start(first_idx + 1)
        .path(printable(shown_path).into_owned())
        .fold(false)
        .annotation(AnnotationKind::Primary.span(line_start + span.start..line_start + span.end))
        .annotation(AnnotationKind::Visible.span(0..0));
    Some(renderer(style).render(&[Group::with_level(Level::NOTE).element(snippet)]))
}

/// As much of `span` as fits into `room`: a longer one would push the line out of the terminal.
fn clipped(line: &str, span: Range<usize>, room: usize) -> Range<usize> {
    span.start..span.start + fitting(&line[span.clone()], room.max(1)).len()
}

/// The line in at most `room` columns, with an ellipsis when it is cut.
fn cut(line: &str, room: usize) -> String {
    if columns(line) <= room {
        return line.to_owned();
    }
    format!("{}…", fitting(line, room.saturating_sub(1)))
}

/// The longest beginning of `text` that fits into `room`.
fn fitting(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|&(_, char)| {
        used += columns_of(char);
        used > room
    });
    end.map_or(text, |(at, _)| &text[..at])
}

fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Columns that annotate-snippets gives a character: four to a tab, one to its sign for a control character.
fn columns_of(char: char) -> usize {
    if char == '\t' { 4 } else { char.width().unwrap_or(1) }
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
    use crate::printable::is_acted_on;

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
    fn long_lines_are_cut_at_their_end_when_the_mark_still_shows() {
        let source = format!(
            "fn long({}) {{\n\tlet x = open(y); {}\n",
            "argument, ".repeat(20),
            "// 很长 ".repeat(20)
        );
        let shown = render(
            &source,
            &place(2, 10),
            "src/a.rs",
            Style {
                width: 40,
                color: false,
            },
        )
        .unwrap();
        let code: Vec<&str> = shown.lines().skip(2).collect();
        assert_eq!(code[0], "1 │ fn long(argument, argument, argumen…");
        assert_eq!(code[1], "2 │     let x = open(y); // 很长 // 很…");
        assert_eq!(code[2], "  ╰╴            ━━━━━━━");
    }

    #[test]
    fn a_mark_far_to_the_right_is_brought_into_view() {
        let source = format!("{} open(y)\n", "a + ".repeat(60));
        let shown = render(
            &source,
            &place(1, 242),
            "src/a.rs",
            Style {
                width: 40,
                color: false,
            },
        )
        .unwrap();
        assert!(shown.contains("open(y)"), "{shown}");
        assert!(shown.lines().all(|line| columns(line) <= 40), "{shown}");
    }

    #[test]
    fn escapes_in_source_and_path_do_not_reach_the_terminal() {
        let style = Style {
            width: 80,
            color: false,
        };
        let shown = render(
            "let x = \u{1b}[2Jy\u{202e} \u{9b}2J \u{85} \u{2028};\n",
            &place(1, 5),
            "src/\u{1b}[2J.rs",
            style,
        )
        .unwrap();
        assert!(shown.chars().all(|char| char == '\n' || !is_acted_on(char)), "{shown}");
    }
}
