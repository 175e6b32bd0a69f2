//! What is reported, and where to.

use clap::Args;
use profile::Scope;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is reported, and where to.
#[derive(Args, Clone, Debug, Default, PartialEq)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Take dependencies for your own code: all, or those named
    #[arg(long, value_name = "CRATE", num_args = 0.., require_equals = true, value_delimiter = ',')]
    pub(crate) include_deps: Option<Vec<String>>,

    /// Show findings below 3 % of the run, too
    #[arg(long)]
    pub(crate) all: bool,

    /// Write the report as JSON (- for stdout, instead of the report)
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Write collapsed stacks for flame graphs (- for stdout, instead of the report)
    #[arg(long, value_name = "FILE")]
    pub(crate) collapsed: Option<PathBuf>,

    /// Exit with 1 on a finding of this level or a lower one (1 algorithm … 7 build), or on any
    #[arg(long, value_name = "LEVEL")]
    pub(crate) deny: Option<Deny>,

    /// Show no progress and none of cargo's messages, and with --json or --collapsed no report
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl OutputArgs {
    /// Whose code counts as the user's.
    pub(crate) fn scope(&self) -> Scope {
        match self.include_deps.as_deref() {
            None => Scope::User,
            Some([]) => Scope::AllDependencies,
            Some(names) => Scope::Dependencies(names.to_vec()),
        }
    }

    /// True when the report for people is wanted.
    pub(crate) fn has_terminal_report(&self) -> bool {
        let goes_to_stdout = |path: &Option<PathBuf>| path.as_deref().is_some_and(is_stdout);
        let is_replaced = self.quiet && (self.json.is_some() || self.collapsed.is_some());
        !is_replaced && !goes_to_stdout(&self.json) && !goes_to_stdout(&self.collapsed)
    }
}

/// `-` stands for the standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The least fundamental level of finding that fails the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deny {
    /// Findings of this level and of lower numbers are denied.
    level: u8,
}

impl Deny {
    const LAST_LEVEL: u8 = 7;

    /// True when a finding of `level` is denied.
    pub(crate) fn covers(self, level: u8) -> bool {
        level <= self.level
    }
}

impl FromStr for Deny {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let level = if text == "any" {
            Some(Self::LAST_LEVEL)
        } else {
            text.parse().ok()
        };
        level
            .filter(|level| (1..=Self::LAST_LEVEL).contains(level))
            .map(|level| Self { level })
            .ok_or_else(|| format!("expected `any` or a level from 1 to {}", Self::LAST_LEVEL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_level_covers_the_more_fundamental_ones() {
        let deny = |text: &str| text.parse::<Deny>();
        assert!(deny("3").unwrap().covers(1) && deny("3").unwrap().covers(3) && !deny("3").unwrap().covers(4));
        assert!(deny("any").unwrap().covers(7));
        for wrong in ["0", "8", "all", ""] {
            assert!(deny(wrong).is_err(), "{wrong}");
        }
    }
}
