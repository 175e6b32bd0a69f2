//! The caller of a frameless leaf is never lost: the cost is booked to exactly the two lines that cause it.

use profile::{Ledger, Sampler, Scope};
use record::{Launch, Options, Progress, SamplerChoice, Stage};
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "tests/programs/two_hot_lines.rs";

struct Silent;

impl Progress for Silent {
    fn stage(&mut self, _: Stage) {}
}

fn compiled(name: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let status = Command::new("rustc")
        .args(["--edition=2024", "-O", "-g", "-Cforce-frame-pointers=yes", SOURCE, "-o"])
        .arg(&program)
        .status()
        .unwrap();
    assert!(status.success());
    program
}

fn line_of(marker: &str) -> u32 {
    let text = std::fs::read_to_string(SOURCE).unwrap();
    text.lines().position(|line| line.ends_with(marker)).unwrap() as u32 + 1
}

fn check(choice: SamplerChoice, expected: Sampler) {
    let program = compiled(&format!("two_hot_lines_{expected:?}"));
    let launch = Launch {
        executable: program,
        ..Launch::default()
    };
    let options = Options {
        sampler: choice,
        ..Options::default()
    };
    let profile = record::record(&launch, &options, &mut Silent).unwrap().profile;
    assert_eq!(profile.run.sampler, expected);
    let ledger = Ledger::book(&profile, &Scope::User);
    let share = |line: u32| -> f64 {
        let at_line = |row: &&profile::Row| ledger.sites[row.site.0 as usize].line == line;
        ledger.rows.iter().filter(at_line).map(|row| row.share).sum()
    };
    let (contains, remove) = (share(line_of("// contains")), share(line_of("// remove")));
    assert!(contains + remove > 0.93, "contains {contains:.3}, remove {remove:.3}");
    assert!(
        contains > 0.7 && remove > 0.1,
        "contains {contains:.3}, remove {remove:.3}"
    );
}

#[test]
fn both_lines_are_named_under_perf() {
    check(SamplerChoice::Perf, Sampler::Perf);
}

#[test]
fn both_lines_are_named_under_timers() {
    check(SamplerChoice::Timer, Sampler::Timer);
}
