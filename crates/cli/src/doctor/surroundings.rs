//! What the program runs on and is built with, beside the machine itself.

use serde::Serialize;
use std::fs;
use std::process::Command;

/// What the program runs on and is built with, beside the machine itself.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Surroundings {
    /// True when the processor says that a hypervisor is below it.
    pub(crate) is_virtual: bool,
    /// `rustc --version`; empty when there is none.
    pub(crate) rustc: String,
    /// `cargo --version`; empty when there is none.
    pub(crate) cargo: String,
}

/// Asks the system and the toolchain.
pub(crate) fn look() -> Surroundings {
    Surroundings {
        is_virtual: has_hypervisor_flag(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
        rustc: version_of("RUSTC", "rustc"),
        cargo: version_of("CARGO", "cargo"),
    }
}

fn has_hypervisor_flag(cpuinfo: &str) -> bool {
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"));
    flags.is_some_and(|line| line.split_whitespace().any(|flag| flag == "hypervisor"))
}

fn version_of(variable: &str, default: &str) -> String {
    let program = std::env::var_os(variable).unwrap_or_else(|| default.into());
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hypervisor_shows_in_the_flags() {
        assert!(has_hypervisor_flag(
            "model name: x\nflags\t\t: fpu hypervisor lahf_lm\n"
        ));
        assert!(!has_hypervisor_flag("model name: hypervisor\nflags\t\t: fpu\n"));
    }
}
