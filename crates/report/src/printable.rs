//! Makes text that came from the target harmless to print.
//!
//! A function, path, thread or argument can hold anything, escape sequences included: written to a terminal as they are
//! they could move the cursor, set colours or forge a line of the report.

use std::borrow::Cow;

/// `text` with every character that a terminal acts on instead of showing written as an escape: `\u{1b}`, `\n`.
///
/// These are the control characters (C0, C1, DEL), the line and paragraph separators, and the characters that change the
/// direction of text or are invisible ("Trojan Source", CVE-2021-42574).
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_acted_on) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if is_acted_on(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

/// `text` with the same characters replaced by visible ones of as many bytes, so that offsets into it stay what they were.
/// Tabs stay, and so does what takes one byte or four: annotate-snippets shows the former by signs, and the latter are
/// merely invisible.
pub(crate) fn printable_in_place(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_acted_on) {
        return Cow::Borrowed(text);
    }
    let replaced = |char: char| match char.len_utf8() {
        2 if is_acted_on(char) => '¿',
        3 if is_acted_on(char) => char::REPLACEMENT_CHARACTER,
        _ => char,
    };
    Cow::Owned(text.chars().map(replaced).collect())
}

/// True for what a terminal acts on instead of showing it.
pub(crate) fn is_acted_on(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'
                ..='\u{202e}' | '\u{2060}'
                ..='\u{2069}' | '\u{feff}' | '\u{fff9}'
                ..='\u{fffb}' | '\u{e0000}'
                ..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        let check = |text: &str, expected: &str| assert_eq!(printable(text), expected);
        check("<Vec<T> as Clone>::clone", "<Vec<T> as Clone>::clone");
        check("文件/数据.rs", "文件/数据.rs");
        check("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}");
        check("two\nlines\tand\r", "two\\nlines\\tand\\r");
        check("c1 \u{9b}2J del \u{7f}", "c1 \\u{9b}2J del \\u{7f}");
        check("\u{85}", "\\u{85}");
        check("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c");
    }

    #[test]
    fn offsets_survive_a_replacement_in_place() {
        let text = "a\u{9b}2J\u{202e}\tb\u{feff}c";
        assert_eq!(printable_in_place(text), "a¿2J�\tb�c");
        assert_eq!(printable_in_place(text).len(), text.len());
    }
}
