//! Wrong usage, and the commands that need no target.

use crate::harness::{Outcome, World, run};

fn whyslow(args: &[&str]) -> Outcome {
    let world = World::new();
    let mut whyslow = world.whyslow();
    whyslow.args(args).current_dir(world.path());
    run(whyslow)
}

#[test]
fn wrong_flags_are_usage_errors() {
    for args in [
        ["--no-such-flag"].as_slice(),
        &["no-such-command"],
        &["--duration", "-1"],
        &["--freq", "0"],
        &["--heap", "all"],
        &["--deny", "8"],
        &["--bin", "a", "--example", "b"],
        &["--exe", "a", "--bin", "b"],
        &["--bin", "a", "doctor"],
    ] {
        let outcome = whyslow(args);
        outcome.assert_code(2);
        outcome.assert_says("error: ");
    }
}

#[test]
fn help_and_version_are_answers() {
    for args in [
        ["--help"].as_slice(),
        &["whyslow", "--help"],
        &["run", "--help"],
        &["--version"],
    ] {
        let outcome = whyslow(args);
        outcome.assert_code(0);
        assert!(outcome.stdout.contains("whyslow"), "{args:?}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let list = whyslow(&["explain"]);
    list.assert_code(0);
    assert!(list.stdout.contains("linear-search-in-loop"), "{}", list.stdout);
    let page = whyslow(&["explain", "linear-search-in-loop"]);
    page.assert_code(0);
    for section in ["What it finds", "Why it is slow", "Evidence", "Fix"] {
        assert!(page.stdout.contains(section), "{}", page.stdout);
    }
    let chinese = whyslow(&["explain", "linear-search-in-loop", "--lang", "zh"]);
    assert!(chinese.stdout.contains("为什么慢"), "{}", chinese.stdout);
    let wrong = whyslow(&["explain", "linear-serch"]);
    wrong.assert_code(2);
    wrong.assert_says("linear-serch");
}

#[test]
fn the_doctor_says_what_can_be_measured() {
    let outcome = whyslow(&["doctor", "--json", "-"]);
    outcome.assert_code(0);
    let answers: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(answers["schema"], "whyslow.doctor/1");
    let checks = answers["checks"].as_array().unwrap();
    let status = |item: &str| {
        let check = checks.iter().find(|check| check["item"] == item);
        check.unwrap_or_else(|| panic!("no {item}"))["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status("agent"), "yes", "{answers:#}");
    assert_eq!(status("timers"), "yes", "{answers:#}");
    assert!(answers["noise_floor"]["median"].as_f64().unwrap() >= 0.0);
}
