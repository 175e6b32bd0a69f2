//! `cargo whyslow explain`: the manual pages of the rules.

use crate::args::ExplainArgs;
use crate::console::{Console, Stream};
use crate::errors::Failure;
use anstyle::Style;
use diagnose::{RULES, Rule};
use profile::Message;
use report::Lang;
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
    let mut rules = RULES.to_vec();
    rules.sort_by_key(|rule| (rule.level, rule.name));
    let mut level = 0;
    for rule in rules {
        if rule.level != level {
            level = rule.level;
            let heading = console.catalogue().text(&format!("level-{level}"));
            writeln!(out, "\n{BOLD}{level} {heading}{BOLD:#}")?;
        }
        writeln!(out, "  {}", rule.name)?;
    }
    Ok(())
}

fn page(rule: &Rule, console: &Console, out: &mut dyn Write) -> io::Result<()> {
    let level = console.catalogue().text(&format!("level-{}", rule.level));
    writeln!(out, "{BOLD}{}{BOLD:#} ({} {level})", rule.name, rule.level)?;
    let manual = match console.catalogue().lang() {
        Lang::English => rule.manual,
        Lang::Chinese => rule.manual_chinese,
    };
    for line in manual.lines() {
        // The space after `///`.
        let line = line.strip_prefix(' ').unwrap_or(line);
        match line.strip_prefix("## ") {
            Some(heading) => writeln!(out, "\n{BOLD}{heading}{BOLD:#}")?,
            None => writeln!(out, "{line}")?,
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
