//! `cargo whyslow explain`: the manual pages of the rules.

use crate::args::ExplainArgs;
use crate::console::{Console, Stream};
use crate::errors::Failure;
use anstyle::Style;
use diagnose::{RULES, Rule};
use profile::Message;
use report::manual;
use std::io::{self, Write};
use std::process::ExitCode;

const BOLD: Style = Style::new().bold();

/// Prints the manual page of the rule that `args` name, or the list of all, on stdout.
///
/// # Errors
/// When there is no such rule, or stdout refuses.
pub(crate) fn explain(args: &ExplainArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let mut out = console.stream(Stream::Stdout);
    match &args.rule {
        None => list(console, &mut out)?,
        Some(name) => match RULES.iter().find(|rule| rule.name == name) {
            Some(rule) => page(rule, console, &mut out)?,
            None => return Err(unknown(name).into()),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn list(console: &Console, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", console.render(&Message::new("explain-list")))?;
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for level in RULES.chunk_by(|a, b| a.level == b.level) {
        let number = level[0].level;
        let heading = console.catalogue().text(&format!("level-{number}"));
        let gain = console.catalogue().text(&format!("level-{number}.gain"));
        writeln!(out, "\n{BOLD}{number} {heading}{BOLD:#}, {gain}")?;
        for rule in level {
            let summary = manual::summary(rule, console.catalogue().lang());
            writeln!(out, "  {:width$}  {summary}", rule.name)?;
        }
    }
    Ok(())
}

/// The page as Markdown, with headings in bold and code set in.
fn page(rule: &Rule, console: &Console, out: &mut dyn Write) -> io::Result<()> {
    let mut is_code = false;
    for line in manual::page(rule, console.catalogue()).lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            writeln!(out, "{}", format_args!("    {line}").to_string().trim_end())?;
        } else if line.starts_with('#') {
            writeln!(out, "{BOLD}{}{BOLD:#}", line.trim_start_matches(['#', ' ']))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn unknown(name: &str) -> Failure {
    let nearest = RULES.iter().map(|rule| (distance(name, rule.name), rule.name)).min();
    let help = match nearest {
        // More than a third of the letters wrong is another word.
        Some((distance, rule)) if distance <= name.len() / 3 => Message::new("help-did-you-mean").text("rule", rule),
        _ => Message::new("help-unknown-rule"),
    };
    Failure::new(Message::new("error-unknown-rule").text("rule", name)).with_help(help)
}

/// Levenshtein distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_changed_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("slow-hash", "slow-hash"), 0);
    }
}
