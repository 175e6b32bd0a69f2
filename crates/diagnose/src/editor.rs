//! Builds the edits of a fix: replacements of spans, insertions, renamed paths, imports. What a fix does not touch keeps
//! its comments and formatting.

mod imports;
mod statements;

use crate::syntax::{Position, SourceText, Span};
use crate::{Applicability, Context, Edit, Effort, Fix};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use profile::Message;
use std::collections::BTreeSet;

/// The edits of one file.
pub(crate) struct Editor<'a> {
    file: &'a str,
    text: SourceText<'a>,
    tokens: Vec<Token>,
    edits: Vec<Edit>,
    /// Paths of the imports among the edits.
    imported: BTreeSet<String>,
}

/// A word, literal, bracket or punctuation mark of the source; comments are none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// As written.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether it stands in a `use` declaration.
    pub(crate) is_import: bool,
}

impl<'a> Editor<'a> {
    /// An editor of a file whose text is known; `None` when it does not parse.
    pub(crate) fn new(ctx: &Context<'a>, file: &'a str) -> Option<Self> {
        Self::of(file, ctx.text(file)?)
    }

    /// An editor of a text.
    pub(crate) fn of(file: &'a str, text: &'a str) -> Option<Self> {
        // Offsets count from the first byte of the file, the parser's positions from behind a byte order mark.
        let stream: TokenStream = (!text.starts_with('\u{feff}')).then(|| text.parse().ok())??;
        let text = SourceText::new(text);
        let mut tokens = Vec::new();
        flatten(stream, &text, &mut tokens);
        mark_imports(&mut tokens);
        Some(Self {
            file,
            text,
            tokens,
            edits: Vec::new(),
            imported: BTreeSet::new(),
        })
    }

    /// All tokens, in order; those of a group stand between its brackets.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Index of the first token at or behind a position.
    pub(crate) fn index_from(&self, at: Position) -> usize {
        self.tokens.partition_point(|token| token.span.start < at)
    }

    /// A token as written; empty behind the last one.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| token.text.as_str())
    }

    /// Whether `name:` begins at an index: a field, a parameter, a value of a struct literal.
    pub(crate) fn is_named(&self, index: usize, name: &str) -> bool {
        self.word(index) == name
            && self.word(index + 1) == ":"
            && self.word(index + 2) != ":"
            && index.checked_sub(1).is_none_or(|before| self.word(before) != ":")
    }

    /// The first token of the path that ends with the name at an index.
    pub(crate) fn path_start(&self, index: usize) -> usize {
        let mut start = index;
        while start >= 3 && self.word(start - 1) == ":" && self.word(start - 2) == ":" {
            start -= 3;
        }
        start
    }

    /// The bodies of the modules that stand in the file.
    pub(crate) fn inline_modules(&self) -> Vec<Span> {
        let is_module = |index: &usize| self.word(*index) == "mod" && self.word(index + 2) == "{";
        let modules = (0..self.tokens.len()).filter(is_module);
        let body = |index: usize| {
            Some(Span {
                start: self.tokens[index + 2].span.start,
                end: self.tokens[self.closing(index + 2)?].span.end,
            })
        };
        modules.filter_map(body).collect()
    }

    /// Whether a comment stands in a span.
    pub(crate) fn has_comment(&self, span: Span) -> bool {
        let text = self.slice(span);
        text.contains("//") || text.contains("/*")
    }

    /// What stands at a span.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.text.slice(span)
    }

    /// Text of a line.
    pub(crate) fn line(&self, line: u32) -> &'a str {
        self.text.line(line)
    }

    /// A name for something that is made here, unless the file has it already: then one with `_once` behind it.
    pub(crate) fn fresh(&self, name: &str) -> String {
        let is_variable = |index: &usize| {
            self.word(*index) == name && !matches!(self.word(index + 1), "(") && self.word(index.wrapping_sub(1)) != "."
        };
        let is_function = (1..self.tokens.len()).any(|index| {
            self.word(index) == name && self.word(index + 1) == "(" && !matches!(self.word(index - 1), "." | "fn")
        });
        match is_function || (0..self.tokens.len()).any(|index| is_variable(&index)) {
            true => format!("{name}_once"),
            false => name.to_owned(),
        }
    }

    /// Removes the lines of a span as a whole.
    pub(crate) fn remove_lines(&mut self, span: Span) {
        let start = |line: u32| Position { line, column: 1 };
        self.replace(
            Span {
                start: start(span.start.line),
                end: start(span.end.line + 1),
            },
            "",
        );
    }

    /// Blanks before the first word of a line.
    pub(crate) fn indentation(&self, line: u32) -> &'a str {
        let line = self.text.line(line);
        &line[..line.len() - line.trim_start().len()]
    }

    /// Puts a text in place of a span.
    pub(crate) fn replace(&mut self, span: Span, text: impl Into<String>) {
        if let Some((start, end)) = self.text.offset(span.start).zip(self.text.offset(span.end)) {
            self.edits.push(Edit {
                file: self.file.to_owned(),
                start,
                end,
                text: text.into(),
            });
        }
    }

    /// Inserts a text before a position.
    pub(crate) fn insert(&mut self, at: Position, text: impl Into<String>) {
        self.replace(Span { start: at, end: at }, text);
    }

    /// Inserts a line before another one, indented like it.
    pub(crate) fn insert_line_before(&mut self, line: u32, text: &str) {
        let indentation = self.indentation(line);
        self.insert(Position { line, column: 1 }, format!("{indentation}{text}\n"));
    }

    /// Inserts a line behind another one, indented like it.
    pub(crate) fn insert_line_after(&mut self, line: u32, text: &str) {
        let indentation = self.indentation(line).to_owned();
        let end = self.text.line(line).len() as u32 + 1;
        self.insert(Position { line, column: end }, format!("\n{indentation}{text}"));
    }

    /// Index of the bracket that closes the one at `open`; for `<`, of its `>`.
    pub(crate) fn closing(&self, open: usize) -> Option<usize> {
        let opening = self.tokens.get(open)?.text.as_str();
        let closing = match opening {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            "<" => ">",
            _ => return None,
        };
        let mut depth = 0;
        for (index, token) in self.tokens.iter().enumerate().skip(open) {
            // The arrow of a function type closes nothing.
            let is_arrow = token.text == ">" && index > 0 && self.tokens[index - 1].text == "-";
            depth += i32::from(token.text == opening) - i32::from(token.text == closing && !is_arrow);
            if depth == 0 {
                return Some(index);
            }
        }
        None
    }

    /// The edits.
    pub(crate) fn into_edits(self) -> Vec<Edit> {
        self.edits
    }

    /// The edits as a fix that a machine can make; `None` when there is none.
    pub(crate) fn into_fix(self, title: Message, effort: Effort) -> Option<Fix> {
        if self.edits.is_empty() {
            return None;
        }
        Some(Fix {
            applicability: Applicability::Machine,
            edits: self.edits,
            ..Fix::advice(title, effort)
        })
    }
}

fn flatten(stream: TokenStream, text: &SourceText<'_>, out: &mut Vec<Token>) {
    let token = |word: String, span: proc_macro2::Span| Token {
        text: word,
        span: text.span(span),
        is_import: false,
    };
    for tree in stream {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                out.push(token(open.to_owned(), group.span_open()));
                flatten(group.stream(), text, out);
                out.push(token(close.to_owned(), group.span_close()));
            }
            TokenTree::Ident(ident) => out.push(token(ident.to_string(), ident.span())),
            TokenTree::Punct(punct) => out.push(token(punct.as_char().to_string(), punct.span())),
            TokenTree::Literal(literal) => out.push(token(literal.to_string(), literal.span())),
        }
    }
}

fn mark_imports(tokens: &mut [Token]) {
    let mut is_import = false;
    for index in 0..tokens.len() {
        // `use<'a>` of a return type is none.
        let is_use = tokens[index].text == "use" && tokens.get(index + 1).is_some_and(|next| next.text != "<");
        is_import |= is_use;
        tokens[index].is_import = is_import;
        is_import &= tokens[index].text != ";";
    }
}

/// Checks what a text becomes by the edits that a rule makes.
#[cfg(test)]
pub(crate) fn check_edits(before: &str, after: &str, edit: impl FnOnce(Editor<'_>) -> Editor<'_>) {
    let editor = edit(Editor::of("main.rs", before).expect("the text parses"));
    assert_eq!(applied(before, &editor.into_edits()), after);
}

#[cfg(test)]
fn applied(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    let mut text = text.to_owned();
    for edit in sorted.into_iter().rev() {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edit: impl FnOnce(&mut Editor<'_>)) -> String {
        let mut editor = Editor::of("main.rs", text).unwrap();
        edit(&mut editor);
        applied(text, &editor.into_edits())
    }

    #[test]
    fn lines_are_inserted_with_the_indentation_of_their_neighbour() {
        let text = "fn f() {\n    a();\n}\n";
        assert_eq!(
            edited(text, |editor| editor.insert_line_before(2, "b();")),
            "fn f() {\n    b();\n    a();\n}\n"
        );
    }

    #[test]
    fn brackets_are_matched() {
        let editor = Editor::of("main.rs", "fn f(g: Map<fn() -> A, Vec<B>>) {}").unwrap();
        let open = editor.tokens().iter().position(|token| token.text == "<").unwrap();
        let close = editor.closing(open).unwrap();
        assert_eq!(editor.tokens()[close + 1].text, ")");
    }
}
