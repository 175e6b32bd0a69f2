//! Exit codes of finished commands.

use crate::args::Deny;
use diagnose::Finding;
use profile::Exit;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::process::ExitCode;

/// Findings that the user does not accept.
const DENIED: u8 = 1;
/// Shells report a signal as its number on top of this.
const SIGNAL_BASE: i32 = 128;

/// 1 when one of the findings is denied.
pub(crate) fn on_findings(findings: &[Finding], deny: Option<Deny>) -> ExitCode {
    let is_denied = |finding: &Finding| deny.is_some_and(|deny| deny.covers(finding.level));
    if findings.iter().any(is_denied) {
        ExitCode::from(DENIED)
    } else {
        ExitCode::SUCCESS
    }
}

/// Ends as the program did: with its code, or by its signal, so that whoever started us sees the same status.
pub(crate) fn like(exit: Exit) -> ExitCode {
    match exit {
        Exit::Code(code) => code_of(code),
        Exit::Signal(signal) => {
            // One core file, the program's own, is enough. If the limit stays, there are two.
            let _ = setrlimit(
                Resource::Core,
                Rlimit {
                    current: Some(0),
                    maximum: Some(0),
                },
            );
            // Returns when the signal is none that ends a process.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            code_of(SIGNAL_BASE + signal)
        }
        Exit::Running => ExitCode::SUCCESS,
    }
}

fn code_of(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX))
}
