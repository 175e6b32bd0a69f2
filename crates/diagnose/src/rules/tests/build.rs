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

#[test]
fn arithmetic_by_calls_is_found_where_the_machine_knows_better() {
    let source = source("fn f(a: &[f32]) { for x in a {\n x.$1mul_add(2.0, y); } }");
    let call = source.stack("compiler_builtins::macros::fmaf < core::f32::math::mul_add < <f32>::mul_add < app::f @1");
    let frames: Vec<&str> = call.iter().map(String::as_str).collect();
    let inline: Vec<&str> = frames[1..].to_vec();
    for (features, target_cpu, frames, is_found) in [
        (["avx2", "fma"], None, &frames, true),
        (["avx2", "fma"], Some("native"), &frames, false),
        (["avx", "sse4_2"], None, &frames, false),
        (["avx2", "fma"], None, &inline, false),
    ] {
        let mut profile = Sketch::new(0.1).cpu(100, frames).profile();
        profile.machine.cpu_features = features.map(str::to_owned).to_vec();
        profile.run.build = Some(BuildSettings {
            opt_level: "3".to_owned(),
            target_cpu: target_cpu.map(str::to_owned),
            ..BuildSettings::default()
        });
        let expected: &[&str] = if is_found { &["generic-target-cpu 1"] } else { &[] };
        assert_eq!(source.findings(&profile), expected, "{features:?} {target_cpu:?}");
    }
}

#[test]
fn an_unoptimized_build_is_said_and_an_optimized_one_is_not() {
    let source = source("fn main() { $1 }");
    for (opt_level, debug_assertions, is_found) in [
        ("0", true, true),
        ("z", false, true),
        ("3", false, false),
        ("2", false, false),
    ] {
        let mut profile = Sketch::new(0.1).cpu(100, &["app::main src/main.rs:1:13"]).profile();
        profile.run.build = Some(BuildSettings {
            opt_level: opt_level.to_owned(),
            debug_assertions,
            ..BuildSettings::default()
        });
        assert_eq!(source.findings(&profile).len(), usize::from(is_found), "{opt_level}");
    }
}
