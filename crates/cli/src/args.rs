//! The command line: one definition yields parser and help.

mod chinese;
mod compare;
mod fix;
mod output;
mod recording;
mod target;
mod trace;
mod tune;

pub(crate) use compare::CompareArgs;
pub(crate) use fix::FixArgs;
pub(crate) use output::{Deny, OutputArgs, is_stdout};
pub(crate) use target::TargetArgs;
pub(crate) use trace::TraceArgs;
pub(crate) use tune::TuneArgs;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use recording::RecordArgs;
use report::Lang;
use std::ffi::OsString;
use std::path::PathBuf;

/// Says where a Rust program's time goes, why, and what to change
#[derive(Debug, Parser)]
#[command(
    name = "cargo whyslow",
    bin_name = "cargo whyslow",
    version,
    styles = clap_cargo::style::CLAP_STYLING,
    max_term_width = 100,
    disable_help_subcommand = true,
    subcommand_precedence_over_arg = true,
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) run: RunArgs,

    #[command(flatten)]
    pub(crate) display: DisplayArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build, run and diagnose a program (the default command)
    #[command(after_help = EXIT_CODES)]
    Run(Box<RunArgs>),
    /// Build with every memory access instrumented, run, and report cache misses, sharing and exact counts
    #[command(after_help = EXIT_CODES)]
    Trace(Box<TraceArgs>),
    /// Show the last recording again, or another one
    Report(Box<ReportArgs>),
    /// Run programs against each other and say which is faster
    #[command(after_help = COMPARE_EXIT_CODES)]
    Compare(Box<CompareArgs>),
    /// Make the fixes of the last run, prove them in a copy, and show or apply those that pay
    Fix(Box<FixArgs>),
    /// Try build settings and say which make the program faster, and at what price
    Tune(Box<TuneArgs>),
    /// Tell what can be measured on this machine, and what not
    Doctor(DoctorArgs),
    /// Show the manual page of a rule, or list the rules
    Explain(ExplainArgs),
    /// Build, run and diagnose a bundled slow program: the two-minute tour
    Demo(DemoArgs),
    /// Use processor, heap, locks and I/O for a moment: what `doctor` measures
    #[command(hide = true, name = crate::doctor::WORKLOAD)]
    Workload,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 findings that --deny forbids · 2 wrong usage or environment, failed build · \
101 internal error · with --exit-target the program's own";

const COMPARE_EXIT_CODES: &str = "\
Exit codes: 0 done · 1 a regression that --fail-on-regression forbids · 2 wrong usage or environment, failed build or program";

/// `cargo whyslow run`.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) record: RecordArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Exit with the program's own code or signal
    #[arg(long, conflicts_with = "deny", help_heading = "Output")]
    pub(crate) exit_target: bool,

    /// Arguments for the program
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

/// `cargo whyslow report`.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReportArgs {
    /// A recording, or the directory that holds it [default: the newest of this package and of programs without one]
    #[arg(value_name = "RECORDING")]
    pub(crate) recording: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Show instead how well predicted gains of fixes matched measured ones
    #[arg(long, conflicts_with = "recording")]
    pub(crate) calibration: bool,

    /// Path to the Cargo.toml of the package that was recorded
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,

    /// Directory for all generated artifacts, where the recording was made with one
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) target_dir: Option<PathBuf>,
}

/// `cargo whyslow doctor`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DoctorArgs {
    /// Write the answers as JSON (- for stdout, instead of the report)
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// `cargo whyslow explain`.
#[derive(Args, Clone, Debug)]
pub(crate) struct ExplainArgs {
    /// Name of the rule, as reports show it
    #[arg(value_name = "RULE")]
    pub(crate) rule: Option<String>,
}

/// `cargo whyslow demo`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// Unpack the program here and leave it, to look at and to change
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) keep: Option<PathBuf>,

    /// Go on: make the fixes of the program's findings and prove them
    #[arg(long)]
    pub(crate) fix: bool,

    /// Only fixes of this rule (may be repeated)
    #[arg(long, value_name = "RULE", requires = "fix")]
    pub(crate) only: Vec<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// How everything is shown.
#[derive(Args, Clone, Debug)]
pub(crate) struct DisplayArgs {
    /// Coloring
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Display"
    )]
    pub(crate) color: Color,

    /// Language [default: that of the environment]
    #[arg(long, value_name = "LANGUAGE", global = true, help_heading = "Display")]
    pub(crate) lang: Option<Language>,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A language of the reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// 简体中文
    Zh,
}

impl Language {
    /// The tag that catalogues are chosen by.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

impl Cli {
    /// Parses the process's arguments. Cargo passes the subcommand's name as the first one: it is left out.
    /// Leaves the process on wrong usage, `--help` and `--version`.
    pub(crate) fn from_env() -> Self {
        let args = without_subcommand_name(std::env::args_os().collect());
        let mut command = Self::command();
        // The language of the help must be known before the arguments are parsed.
        if Lang::choose(lang_flag(&args).as_deref(), |name| std::env::var(name).ok()) == Lang::Chinese {
            command = chinese::in_chinese(command);
        }
        let matches = command.clone().get_matches_from(args);
        let cli = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit());
        if cli.command.is_some() && cli.run != RunArgs::default() {
            let message = "flags of `run` stand after the command: `cargo whyslow run [OPTIONS]`";
            command.error(ErrorKind::ArgumentConflict, message).exit();
        }
        cli
    }
}

/// The value of `--lang`, wherever it stands before the program's own arguments.
fn lang_flag(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().map_while(|arg| arg.to_str().filter(|&arg| arg != "--"));
    let flag = args.find(|arg| arg.starts_with("--lang"))?;
    match flag.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => args.next().map(str::to_owned),
    }
}

fn without_subcommand_name(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|first| first == "whyslow") {
        args.remove(1);
    }
    args
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        let args = ["cargo-whyslow"].into_iter().chain(line.split_whitespace());
        Cli::try_parse_from(without_subcommand_name(args.map(OsString::from).collect()))
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cargo_and_the_shell_may_call_it() {
        for line in [
            "whyslow report",
            "report",
            "whyslow --lang zh report",
            "report --lang zh",
        ] {
            assert!(
                matches!(parse(line).unwrap().command, Some(Command::Report(_))),
                "{line}"
            );
        }
    }

    #[test]
    fn run_is_the_default() {
        let cli = parse("whyslow --bin app --heap=exact -- report --json").unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.run.target.bin.as_deref(), Some("app"));
        assert_eq!(cli.run.args, ["report", "--json"]);
    }

    #[test]
    fn an_executable_excludes_cargo_flags() {
        assert!(parse("--exe ./a.out -- x").is_ok());
        for line in [
            "--exe a --bin b",
            "--exe a --release",
            "--exe a --features x",
            "--exe a --manifest-path Cargo.toml",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn only_one_target_can_be_meant() {
        assert!(parse("--bin a --example b").is_err());
        assert!(parse("--release --profile dev").is_err());
        assert!(parse("--exit-target --deny any").is_err());
    }

    #[test]
    fn dependencies_are_included_all_or_by_name() {
        let included = |line: &str| parse(line).unwrap().run.output.include_deps;
        assert_eq!(included(""), None);
        assert_eq!(included("--include-deps"), Some(vec![]));
        assert_eq!(
            included("--include-deps=serde,regex -- x"),
            Some(vec!["serde".into(), "regex".into()])
        );
    }
}
