//! The edits of `format-in-loop`: text that is written where it goes, and text that is not formatted at all.

use crate::editor::Editor;
use crate::syntax::{CallExpr, Callee, FileSyntax, Span, Usage};

/// `text.push_str(&format!(…))` and `text += &x.to_string()` become `write!(text, …)`; appending to bytes likewise.
pub(super) fn appended(editor: &mut Editor<'_>, syntax: &FileSyntax, formatted: &CallExpr) -> Option<()> {
    let Usage::Argument(outer) = syntax.usage_of(formatted.span) else {
        return None;
    };
    if editor.has_comment(outer.span) {
        return None;
    }
    let (import, keeps_result) = match (outer.callee, outer.name.as_str()) {
        (Callee::Operator, "+=") | (Callee::Method, "push_str") => ("std::fmt::Write", false),
        (Callee::Method, "write_str") => ("std::fmt::Write", true),
        (Callee::Method, "write_all") => ("std::io::Write", true),
        (Callee::Method, "extend_from_slice") => ("std::io::Write", false),
        _ => return None,
    };
    let arguments = match formatted.callee {
        Callee::Macro if formatted.name == "format" => in_brackets(editor, formatted)?.to_owned(),
        Callee::Method if formatted.name == "to_string" => format!("\"{{}}\", {}", formatted.receiver),
        _ => return None,
    };
    let written = format!("write!({}, {arguments})", outer.receiver.trim_start_matches('*'));
    let is_statement = editor.word(editor.index_from(outer.span.end)) == ";"
        && matches!(
            editor.word(editor.index_from(outer.span.start).checked_sub(1)?),
            ";" | "{" | "}"
        );
    let written = match (keeps_result, is_statement) {
        (true, _) => written,
        (false, true) => format!("let _ = {written}"),
        (false, false) => format!("{{ let _ = {written}; }}"),
    };
    editor.replace(outer.span, written);
    editor.import(import, "_");
    Some(())
}

/// How text that needs no formatting is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Plain {
    Str,
    Char,
    Bytes,
}

/// `write!(out, "{}", text)` and `write!(out, "{text}")` become `out.write_str(&text)`.
pub(super) fn plain(editor: &mut Editor<'_>, write: &CallExpr, plain: Plain) -> Option<()> {
    if write.callee != Callee::Macro || write.name != "write" || editor.has_comment(write.span) {
        return None;
    }
    let open = editor.index_from(write.span.start) + 2;
    let close = editor.closing(open)?;
    // The writer, a comma, the template, perhaps a comma and the one argument.
    let mut depth = 0;
    let mut commas = Vec::new();
    for index in open + 1..close {
        match editor.word(index) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "," if depth == 0 => commas.push(index),
            _ => {}
        }
    }
    if commas.last().is_some_and(|last| last + 1 == close) {
        commas.pop();
    }
    let between = |from: usize, to: usize| {
        let span = Span {
            start: editor.tokens()[from].span.end,
            end: editor.tokens()[to].span.start,
        };
        editor.slice(span).trim().trim_end_matches(',').to_owned()
    };
    let template = |comma: usize| editor.word(comma + 1).trim_matches('"').to_owned();
    let (writer, text) = match commas.as_slice() {
        [comma] => {
            let template = template(*comma);
            let name = template.strip_prefix('{')?.strip_suffix('}')?.to_owned();
            let is_name =
                name.chars().all(|c| c.is_alphanumeric() || c == '_') && name.starts_with(char::is_alphabetic);
            is_name.then(|| (between(open, *comma), name))?
        }
        [comma, second] if template(*comma) == "{}" && *second == comma + 2 => {
            (between(open, *comma), between(*second, close))
        }
        _ => return None,
    };
    if text.contains('=') || writer.is_empty() {
        return None;
    }
    let writer = writer.strip_prefix("&mut ").unwrap_or(&writer).to_owned();
    // Operators bind less than a method call or a borrow.
    let is_simple = |text: &str| !text.contains([' ', '\n']) || text.ends_with(')');
    let text = if is_simple(&text) { text } else { format!("({text})") };
    let (call, import) = match plain {
        Plain::Str => (format!("{writer}.write_str(&{text})"), "std::fmt::Write"),
        Plain::Char => (format!("{writer}.write_char({text})"), "std::fmt::Write"),
        Plain::Bytes => (format!("{writer}.write_all({text}.as_bytes())"), "std::io::Write"),
    };
    editor.replace(write.span, call);
    editor.import(import, "_");
    Some(())
}

/// What stands between the brackets of a macro call.
fn in_brackets<'a>(editor: &Editor<'a>, call: &CallExpr) -> Option<&'a str> {
    let open = editor.index_from(call.span.start) + 2;
    let close = editor.closing(open)?;
    Some(editor.slice(Span {
        start: editor.tokens()[open].span.end,
        end: editor.tokens()[close].span.start,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::check_edits;

    fn wrapped(import: &str, body: &str) -> String {
        format!("{import}fn f() {{\n    {body}\n}}\n")
    }

    const FMT: &str = "use std::fmt::Write as _;\n\n";
    const IO: &str = "use std::io::Write as _;\n\n";

    fn check_appended(before: &str, import: &str, after: &str) {
        let (before, after) = (wrapped("", before), wrapped(import, after));
        let syntax = FileSyntax::parse(&before).unwrap();
        let is_formatted = |call: &&CallExpr| matches!(call.name.as_str(), "format" | "to_string");
        let formatted = syntax.calls.iter().find(is_formatted).unwrap();
        check_edits(&before, &after, |mut editor| {
            appended(&mut editor, &syntax, formatted).unwrap();
            editor
        });
    }

    #[test]
    fn text_is_written_where_it_goes() {
        check_appended(
            "g(); out.push_str(&format!(\"{a};{}\", b.c)); // line",
            FMT,
            "g(); let _ = write!(out, \"{a};{}\", b.c); // line",
        );
        check_appended(
            "self.out += &n.to_string();",
            FMT,
            "let _ = write!(self.out, \"{}\", n);",
        );
        check_appended(
            "match a { _ => out.push_str(&format!(\"{a}\")), }",
            FMT,
            "match a { _ => { let _ = write!(out, \"{a}\"); }, }",
        );
        check_appended(
            "out.write_all(format!(\"{a}\").as_bytes())?;",
            IO,
            "write!(out, \"{a}\")?;",
        );
    }

    fn check_plain(kind: Plain, before: &str, import: &str, after: &str) {
        let (before, after) = (wrapped("", before), wrapped(import, after));
        let syntax = FileSyntax::parse(&before).unwrap();
        let write = syntax.calls.iter().find(|call| call.name == "write").unwrap();
        if before == after {
            let mut editor = Editor::of("main.rs", &before).unwrap();
            assert_eq!(plain(&mut editor, write, kind), None);
            return;
        }
        check_edits(&before, &after, |mut editor| {
            plain(&mut editor, write, kind).unwrap();
            editor
        });
    }

    #[test]
    fn text_alone_is_not_formatted() {
        check_plain(
            Plain::Str,
            "write!(out, \"{}\", a.name)?;",
            FMT,
            "out.write_str(&a.name)?;",
        );
        check_plain(
            Plain::Char,
            "let _ = write!(&mut out, \"{letter}\");",
            FMT,
            "let _ = out.write_char(letter);",
        );
        check_plain(
            Plain::Bytes,
            "write!(self.out, \"{}\", a[i],).unwrap();",
            IO,
            "self.out.write_all(a[i].as_bytes()).unwrap();",
        );
        for text in [
            "write!(out, \"{:>8}\", a)?;",
            "write!(out, \"{a}{b}\")?;",
            "write!(out, \"{a:?}\")?;",
        ] {
            check_plain(Plain::Str, text, "", text);
        }
    }
}
