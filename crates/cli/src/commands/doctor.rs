//! `cargo whyslow doctor`: what can be measured on this machine.

use crate::args::{DoctorArgs, is_stdout};
use crate::console::{Console, Stream};
use crate::doctor;
use crate::output;
use std::process::ExitCode;

/// Examines the machine and prints what it found, on stdout.
///
/// # Errors
/// When an output cannot be written.
pub(crate) fn doctor(args: &DoctorArgs, console: &Console) -> anyhow::Result<ExitCode> {
    let page = doctor::examine(console);
    if let Some(path) = &args.json {
        let json = page.to_json(console);
        output::to_file(path, |out| writeln!(out, "{json:#}"))?;
    }
    if !args.json.as_deref().is_some_and(is_stdout) {
        doctor::print(&page, console, &mut console.stream(Stream::Stdout))?;
    }
    Ok(ExitCode::SUCCESS)
}
