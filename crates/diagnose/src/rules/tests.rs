//! What fires and what stays silent, on sketched profiles. The fixtures beside the rules are the same for real programs.

mod allocation;
mod blocking;
mod build;
mod copies;
mod io;
mod locks;
mod search;
mod structures;
mod text;

use crate::{Options, Sources, diagnose};
use profile::{Ledger, Profile, Scope, Sketch};

const FILE: &str = "src/main.rs";

/// A source with the positions of its marks `$1` to `$9`.
pub(crate) struct Source {
    text: String,
    marks: Vec<(u32, u32)>,
}

pub(crate) fn source(marked: &str) -> Source {
    let mut text = String::new();
    let mut marks = vec![(0, 0); 10];
    let mut rest = marked;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let number = rest.as_bytes()[at + 1] - b'0';
        let line = text.matches('\n').count() as u32 + 1;
        let column = text.len() - text.rfind('\n').map_or(0, |newline| newline + 1);
        marks[usize::from(number)] = (line, column as u32 + 1);
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    Source { text, marks }
}

impl Source {
    /// Frames with `@n` turned into the position of mark `n`.
    pub(crate) fn stack(&self, frames: &str) -> Vec<String> {
        let frames = frames.split(" < ").map(str::trim);
        frames
            .map(|frame| match frame.split_once(" @") {
                Some((function, mark)) => {
                    let (line, column) = self.marks[mark.parse::<usize>().expect("a mark")];
                    format!("{function} {FILE}:{line}:{column}")
                }
                None => frame.to_owned(),
            })
            .collect()
    }

    pub(crate) fn findings(&self, profile: &Profile) -> Vec<String> {
        let ledger = Ledger::book(profile, &Scope::User);
        let sources = Sources::from_iter([(FILE.to_owned(), self.text.clone())]);
        let findings = diagnose(profile, &ledger, &sources, &Options::default());
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.rule, finding.place.line))
            .collect()
    }
}

/// Checks the findings of a profile of CPU samples in one stack, given leaf first.
pub(crate) fn check(marked: &str, stack: &str, expected: &[&str]) {
    let source = source(marked);
    let stack = source.stack(stack);
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let profile = Sketch::new(0.1).cpu(100, &frames).profile();
    assert_eq!(source.findings(&profile), expected, "{marked}");
}
