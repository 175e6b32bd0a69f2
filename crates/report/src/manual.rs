//! The manual page of a rule, in Markdown: its text, with bad and good code from its fixtures.

use crate::{Catalogue, Lang};
use diagnose::{Example, RULES, Rule};
use std::fmt::Write as _;

/// The section after which the slow code is shown, and the one after which the fast code is, counted from 0.
const SHOWS_BAD: usize = 0;
/// See [`SHOWS_BAD`].
const SHOWS_GOOD: usize = 4;

/// The manual page of a rule.
pub fn page(rule: &Rule, catalogue: &Catalogue) -> String {
    let mut page = format!(
        "# {}\n\n{}, {}\n",
        rule.name,
        catalogue.text(&format!("level-{}", rule.level)),
        catalogue.text(&format!("level-{}.gain", rule.level))
    );
    for (index, (heading, text)) in sections(rule, catalogue.lang()).into_iter().enumerate() {
        let _ = write!(page, "\n## {heading}\n\n{text}");
        let source = match index {
            SHOWS_BAD => rule.example.bad,
            SHOWS_GOOD => rule.example.good,
            _ => continue,
        };
        let _ = write!(
            page,
            "\n```{}\n{}```\n",
            rule.example.language,
            Example::excerpt(source)
        );
    }
    page
}

/// What a rule finds, up to the first stop.
pub fn summary(rule: &Rule, lang: Lang) -> String {
    let sections = sections(rule, lang);
    let text = sections
        .first()
        .map_or("", |(_, text)| text.as_str())
        .replace('\n', " ");
    let stops = [". ", ": ", "; ", "。", "：", "；"];
    let end = stops.iter().filter_map(|stop| text.find(stop)).min();
    text[..end.unwrap_or(text.len())]
        .trim_end_matches(['.', ' '])
        .to_owned()
}

/// All rules, by level, as a Markdown list with links to the pages beside it.
pub fn index(catalogue: &Catalogue) -> String {
    let mut text = format!(
        "# {}\n\n{}\n",
        catalogue.text("rules-title"),
        catalogue.text("rules-intro")
    );
    for level in RULES.chunk_by(|a, b| a.level == b.level) {
        let number = level[0].level;
        let heading = catalogue.text(&format!("level-{number}"));
        let gain = catalogue.text(&format!("level-{number}.gain"));
        let _ = write!(text, "\n## {number} {heading}, {gain}\n\n");
        for rule in level {
            let _ = writeln!(text, "- [{0}]({0}.md): {1}", rule.name, summary(rule, catalogue.lang()));
        }
    }
    text
}

/// Heading and text of each section.
fn sections(rule: &Rule, lang: Lang) -> Vec<(String, String)> {
    let manual = match lang {
        Lang::English => rule.manual,
        Lang::Chinese => rule.manual_chinese,
    };
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in manual.lines() {
        // The space after `///`.
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (line.strip_prefix("## "), sections.last_mut()) {
            (Some(heading), _) => sections.push((heading.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    sections
}
