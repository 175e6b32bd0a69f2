//! Imports: made once, where they belong by the alphabet, and taken away with the last mention of what they name.

use super::Editor;
use crate::syntax::{Position, Span};

/// A `use` declaration without attributes and visibility.
struct Declaration {
    first: usize,
    last: usize,
}

impl Editor<'_> {
    /// Imports a path, unless the file mentions it in an import already. `name` is what the import makes known, or `_`.
    pub(crate) fn import(&mut self, path: &str, name: &str) {
        if self.imports(path) || !self.imported.insert(path.to_owned()) {
            return;
        }
        let last = path.rsplit("::").next().unwrap_or(path);
        let import = match name {
            name if name == last => format!("use {path};\n"),
            name => format!("use {path} as {name};\n"),
        };
        let declarations = self.first_block();
        let later = declarations
            .iter()
            .find(|declaration| order(&self.path_of(declaration)) > order(path));
        let (line, gap) = match (later, declarations.last()) {
            (Some(later), _) => (self.tokens[later.first].span.start.line, ""),
            (None, Some(last)) => (self.tokens[last.last].span.end.line + 1, ""),
            (None, None) => (self.first_item(), "\n"),
        };
        self.insert(Position { line, column: 1 }, import + gap);
    }

    /// Whether an import names a path, plainly or within braces.
    fn imports(&self, path: &str) -> bool {
        let (parent, name) = path.rsplit_once("::").unwrap_or(("", path));
        self.declarations().iter().any(|declaration| {
            let words: Vec<&str> = (declaration.first..declaration.last)
                .map(|index| self.word(index))
                .filter(|word| *word != ":")
                .collect();
            let parents: Vec<&str> = parent.split("::").collect();
            words[1..].starts_with(&parents)
                && words[1 + parents.len()..].contains(&name)
                && (words.len() == 2 + parents.len() || words[1 + parents.len()] == "{")
        })
    }

    /// Takes names away from the imports whose every other mention was replaced: names, and how often they were.
    pub(crate) fn forget(&mut self, replaced: &[(&str, usize)]) {
        let mentions = |name: &str| {
            let others = self
                .tokens
                .iter()
                .filter(|token| !token.is_import && token.text == name);
            others.count()
        };
        let unused = replaced.iter().filter(|(name, count)| mentions(name) <= *count);
        let names: Vec<&str> = unused.map(|(name, _)| *name).collect();
        for declaration in self.declarations() {
            self.forget_in(&declaration, &names);
        }
    }

    fn forget_in(&mut self, declaration: &Declaration, names: &[&str]) {
        let (first, last) = (declaration.first, declaration.last);
        let whole = Span {
            start: self.tokens[first].span.start,
            end: self.tokens[last].span.end,
        };
        let is_leaf =
            |index: usize| names.contains(&self.word(index)) && matches!(self.word(index + 1), "," | "}" | ";");
        let leaves: Vec<usize> = (first..last).filter(|index| is_leaf(*index)).collect();
        // What is exported or conditional may be needed elsewhere.
        let is_plain =
            first == 0 || matches!(self.word(first - 1), ";" | "}" | "{") || self.ends_inner_attribute(first);
        if leaves.is_empty() || !is_plain || self.has_comment(whole) {
            return;
        }
        let Some(open) = (first..last).find(|index| self.word(*index) == "{") else {
            return self.remove_import_line(whole);
        };
        // Groups within groups are left alone.
        let Some(close) = self.closing(open).filter(|close| *close + 1 == last) else {
            return;
        };
        let entries: Vec<(usize, usize)> = self.entries(open, close);
        let kept: Vec<&(usize, usize)> = entries
            .iter()
            .filter(|(start, end)| !(start + 1 == *end && leaves.contains(start)))
            .collect();
        let text = |(start, end): &(usize, usize)| {
            self.slice(Span {
                start: self.tokens[*start].span.start,
                end: self.tokens[end - 1].span.end,
            })
        };
        let group = Span {
            start: self.tokens[open].span.start,
            end: self.tokens[close].span.end,
        };
        match kept.as_slice() {
            [] => self.remove_import_line(whole),
            all if all.len() == entries.len() => {}
            [only] if text(only) != "self" => {
                let text = text(only).to_owned();
                self.replace(group, text);
            }
            kept => {
                let texts: Vec<&str> = kept.iter().map(|entry| text(entry)).collect();
                let text = format!("{{{}}}", texts.join(", "));
                self.replace(group, text);
            }
        }
    }

    /// Whether an attribute of the file, or a line of its documentation, ends before an index.
    fn ends_inner_attribute(&self, index: usize) -> bool {
        let open = (0..index).rev().find(|&open| self.closing(open) == Some(index - 1));
        open.is_some_and(|open| open >= 2 && self.word(open - 1) == "!" && self.word(open - 2) == "#")
    }

    /// First and behind the last token of each part of a group.
    fn entries(&self, open: usize, close: usize) -> Vec<(usize, usize)> {
        let mut entries = Vec::new();
        let (mut start, mut depth) = (open + 1, 0);
        for index in open + 1..=close {
            match self.word(index) {
                "{" => depth += 1,
                "}" if index < close => depth -= 1,
                _ => {}
            }
            if depth == 0 && (self.word(index) == "," || index == close) {
                if start < index {
                    entries.push((start, index));
                }
                start = index + 1;
            }
        }
        entries
    }

    fn remove_import_line(&mut self, mut whole: Span) {
        if self.line(whole.start.line).trim() != self.slice(whole) && whole.start.line == whole.end.line {
            return self.replace(whole, "");
        }
        let is_blank = |line: u32| self.line(line).trim().is_empty();
        // One blank line is enough where it stood between two.
        whole.end.line +=
            u32::from((whole.start.line == 1 || is_blank(whole.start.line - 1)) && is_blank(whole.end.line + 1));
        self.remove_lines(whole);
    }

    /// The imports of the whole file, in order.
    fn declarations(&self) -> Vec<Declaration> {
        let is_start = |index: usize| {
            self.tokens[index].is_import
                && self.word(index) == "use"
                && (index == 0 || !self.tokens[index - 1].is_import || self.word(index - 1) == ";")
        };
        let starts = (0..self.tokens.len()).filter(|index| is_start(*index));
        starts
            .filter_map(|first| {
                let last = (first..self.tokens.len()).find(|index| self.word(*index) == ";")?;
                Some(Declaration { first, last })
            })
            .collect()
    }

    /// The imports that stand line by line where the file's first one stands.
    fn first_block(&self) -> Vec<Declaration> {
        let mut block: Vec<Declaration> = Vec::new();
        for declaration in self.declarations() {
            let start = self.tokens[declaration.first].span.start;
            let is_next = match block.last() {
                Some(last) => self.tokens[last.last].span.end.line + 1 == start.line,
                None => true,
            };
            // A declaration behind `pub` or in a function begins elsewhere.
            if !is_next || start.column != 1 {
                break;
            }
            block.push(declaration);
        }
        block
    }

    fn path_of(&self, declaration: &Declaration) -> String {
        (declaration.first + 1..declaration.last)
            .map(|index| self.word(index))
            .collect()
    }

    /// The line of the first item, behind the attributes and comments of the file itself.
    fn first_item(&self) -> u32 {
        let mut index = 0;
        // `#![…]`, which `//!` is to the parser, too.
        while self.word(index) == "#" && self.word(index + 1) == "!" {
            let mut depth = 0;
            index += 2;
            while index < self.tokens.len() {
                depth += i32::from(self.word(index) == "[") - i32::from(self.word(index) == "]");
                index += 1;
                if depth == 0 {
                    break;
                }
            }
        }
        self.tokens.get(index).map_or(1, |token| token.span.start.line)
    }

    /// Inserts an item behind the last one of the file.
    pub(crate) fn insert_at_end(&mut self, text: &str) {
        if let Some(last) = self.tokens.last() {
            let at = last.span.end;
            self.insert(at, format!("\n\n{text}"));
        }
    }

    /// Inserts lines before the first import or item of the file.
    pub(crate) fn insert_at_top(&mut self, text: &str) {
        let first = self.declarations().first().map(|declaration| declaration.first);
        let line = first.map_or_else(|| self.first_item(), |first| self.tokens[first].span.start.line);
        self.insert(Position { line, column: 1 }, format!("{text}\n\n"));
    }
}

/// Where rustfmt puts a path: those of the own crate come first.
fn order(path: &str) -> (bool, &str) {
    let is_own = ["crate", "self", "super"].iter().any(|own| path.starts_with(own));
    (!is_own, path)
}

#[cfg(test)]
mod tests {
    use super::super::check_edits;

    fn imported(text: &str, expected: &str) {
        check_edits(text, expected, |mut editor| {
            editor.import("std::fmt::Write", "_");
            editor
        });
    }

    #[test]
    fn imports_are_made_once_where_the_alphabet_has_them() {
        imported(
            "use a::B;\nuse std::io;\nfn f() {}\n",
            "use a::B;\nuse std::fmt::Write as _;\nuse std::io;\nfn f() {}\n",
        );
        imported(
            "use crate::x;\nuse std::fmt;\n\nfn f() {}\n",
            "use crate::x;\nuse std::fmt;\nuse std::fmt::Write as _;\n\nfn f() {}\n",
        );
        imported(
            "//! Doc.\n#![deny(x)]\n\nfn f() {}\n",
            "//! Doc.\n#![deny(x)]\n\nuse std::fmt::Write as _;\n\nfn f() {}\n",
        );
        for known in [
            "use std::fmt::Write;\nfn f() {}\n",
            "use std::fmt::{self, Write as _};\nfn f() {}\n",
        ] {
            imported(known, known);
        }
        imported(
            "use std::fmt::{self};\nfn f() {}\n",
            "use std::fmt::Write as _;\nuse std::fmt::{self};\nfn f() {}\n",
        );
    }

    #[test]
    fn imports_go_with_the_last_mention() {
        for (before, after) in [
            ("use a::Map;\nuse b::C;\n\nfn f() {}\n", "use b::C;\n\nfn f() {}\n"),
            ("use a::{C, Map};\nfn f() {}\n", "use a::C;\nfn f() {}\n"),
            ("use a::{B, C, Map};\nfn f() {}\n", "use a::{B, C};\nfn f() {}\n"),
            ("use a::{Map, Set};\nfn f() {}\n", "fn f() {}\n"),
            ("use a::{Map, self};\nfn f() {}\n", "use a::{self};\nfn f() {}\n"),
            ("pub use a::Map;\nfn f() {}\n", "pub use a::Map;\nfn f() {}\n"),
            ("//! Doc.\n\nuse a::Map;\n\nfn f() {}\n", "//! Doc.\n\nfn f() {}\n"),
            (
                "#[cfg(x)]\nuse a::Map;\nfn f() {}\n",
                "#[cfg(x)]\nuse a::Map;\nfn f() {}\n",
            ),
            (
                "use a::Map;\nfn f(m: Map<u8, u8>) {}\n",
                "use a::Map;\nfn f(m: Map<u8, u8>) {}\n",
            ),
        ] {
            check_edits(before, after, |mut editor| {
                editor.forget(&[("Map", 0), ("Set", 0)]);
                editor
            });
        }
    }
}
