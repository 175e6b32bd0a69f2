//! What is said of a build's settings, by what the run did.

use super::source;
use profile::{BuildSettings, Sketch};

/// The findings of an optimized build with these checks on, of samples at `$1` under some library frames.
fn findings(marked: &str, library: &str, debug_assertions: bool, overflow_checks: bool) -> Vec<String> {
    let source = source(marked);
    let stack = source.stack(&format!("{library}app::main @1"));
    let frames: Vec<&str> = stack.iter().map(String::as_str).collect();
    let mut profile = Sketch::new(0.1).cpu(100, &frames).profile();
    profile.run.build = Some(BuildSettings {
        opt_level: "3".to_owned(),
        debug_assertions,
        overflow_checks,
        ..BuildSettings::default()
    });
    source.findings(&profile)
}

#[test]
fn checks_are_found_when_they_cost() {
    let found = ["debug-assertions-on 1"];
    let check = "core::slice::index::get_unchecked::precondition_check < ";
    assert_eq!(
        findings("fn main() { debug_assert!(self.$1is_heap()); }", "", true, false),
        found
    );
    assert_eq!(findings("fn main() { $1get(x); }", check, true, false), found);
    assert_eq!(findings("fn main() { let x = $1a * b; }", "", false, true), found);
}

#[test]
fn checks_that_cost_nothing_or_are_off_are_silent() {
    for (source, debug_assertions, overflow_checks) in [
        ("fn main() { assert!(self.$1is_heap()); }", true, true),
        ("fn main() { $1get(x); }", true, true),
        ("fn main() { let x = $1a * b; }", true, false),
        ("fn main() { debug_assert!(self.$1is_heap()); }", false, false),
    ] {
        assert_eq!(
            findings(source, "", debug_assertions, overflow_checks),
            [""; 0],
            "{source}"
        );
    }
}
