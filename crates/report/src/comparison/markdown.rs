//! The comparison as Markdown, for a pull request.

use crate::Catalogue;
use bench::{Comparison, figures};
use profile::Message;
use std::fmt::Write as _;

/// The verdicts, and a table of figures for each candidate.
pub fn markdown(comparison: &Comparison, catalogue: &Catalogue) -> String {
    let baseline = Message::new("compare-baseline").text("name", code(&comparison.baseline.name));
    let mut text = format!("{}\n", catalogue.render(&baseline));
    for candidate in &comparison.candidates {
        let certainty = super::certainty(candidate, comparison);
        let certainty: Vec<String> = certainty.iter().map(|message| catalogue.render(message)).collect();
        let _ = write!(
            text,
            "\n**{}: {}**  \n{}\n\n| {} | {} | {} | |\n| --- | ---: | ---: | ---: |\n",
            code(&candidate.subject.name),
            catalogue.render(&super::verdict(candidate)),
            certainty.join(" · "),
            catalogue.text("compare-median"),
            catalogue.text("compare-column-baseline"),
            catalogue.text("compare-column-candidate"),
        );
        for figure in figures(&comparison.baseline, &candidate.subject) {
            let change = super::change(&figure);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {change} |",
                catalogue.text(&format!("figure-{}", figure.name)),
                catalogue.render_arg(&super::value(&figure, figure.baseline)),
                catalogue.render_arg(&super::value(&figure, figure.candidate)),
            );
        }
    }
    text
}

/// A name that Markdown leaves as it is.
pub(super) fn code(name: &str) -> String {
    format!("`{}`", crate::printable(name).replace('`', "'").replace('|', "\\|"))
}
