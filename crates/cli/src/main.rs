//! `cargo whyslow`: the performance engineer for Rust programs, as a cargo subcommand.
#![forbid(unsafe_code)]

mod args;
mod calibration;
mod collapsed;
mod commands;
mod console;
mod crash;
mod doctor;
mod errors;
mod exit;
mod hints;
mod output;
mod package;
mod places;
mod progress;
mod recordings;
mod sources;

use args::{Cli, Command};
use console::Console;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::from_env();
    let console = Console::new(&cli.display);
    crash::install_hook(&console);
    let outcome = match cli.command {
        None => commands::run(&cli.run, &console),
        Some(Command::Run(args)) => commands::run(&args, &console),
        Some(Command::Trace(args)) => commands::trace(&args, &console),
        Some(Command::Report(args)) => commands::report(&args, &console),
        Some(Command::Doctor(args)) => commands::doctor(&args, &console),
        Some(Command::Compare(args)) => commands::compare(&args, &console),
        Some(Command::Fix(args)) => commands::fix(&args, &console),
        Some(Command::Tune(args)) => commands::tune(&args, &console),
        Some(Command::Explain(args)) => commands::explain(&args, &console),
        Some(Command::Demo(args)) => commands::demo(&args, &console),
        Some(Command::Workload) => Ok(doctor::workload::run()),
    };
    outcome.unwrap_or_else(|error| errors::exit_code(&error, &console))
}
