//! Comparisons made by hand, printed and checked against their schema.

use super::*;
use crate::terminal::Style;
use crate::{Catalogue, Lang};
use bench::stats::Estimate;
use bench::{Benchmark, Measurement, Metric, Missing, Subject, SuiteComparison};
use serde_json::Value;
use textwrap::core::display_width;

fn subject(name: &str, wall_s: f64) -> Subject {
    let run = |index: u32| Measurement {
        wall_s: wall_s * (1.0 + f64::from(index % 7) / 100.0),
        user_s: wall_s * 0.9,
        sys_s: wall_s * 0.05,
        max_rss_bytes: 12 << 20,
        minor_faults: 310,
        voluntary_switches: 2,
        ..Measurement::default()
    };
    Subject {
        name: name.to_owned(),
        measurements: (0..24).map(run).collect(),
    }
}

fn candidate(name: &str, ratio: f64, verdict: Verdict, output: Sameness) -> Candidate {
    Candidate {
        subject: subject(name, 1.2 * ratio),
        judgement: Judgement {
            verdict,
            ratio: Estimate {
                value: ratio,
                low: ratio - 0.01,
                high: ratio + 0.01,
            },
            is_negligible: false,
            more_pairs: (verdict == Verdict::CannotTell).then_some(31),
        },
        output,
    }
}

fn sample() -> Comparison {
    Comparison {
        baseline: subject("main (3f2a91c)", 1.2),
        candidates: vec![
            candidate("working tree", 0.873, Verdict::Faster, Sameness::Same),
            candidate("with | pipe \u{1b}[31m", 1.052, Verdict::Slower, Sameness::Different),
            candidate("other", 1.003, Verdict::CannotTell, Sameness::Unstable),
        ],
        control: Estimate {
            value: 1.001,
            low: 0.993,
            high: 1.009,
        },
        noise_floor: 0.009,
        confidence: 0.95,
        metric: Metric::Wall,
        repeats: 1,
        seed: 7,
        stopped: Stopped::TimeOver,
    }
}

fn printed(lang: Lang, width: usize) -> String {
    let mut out = Vec::new();
    print(
        &mut out,
        &sample(),
        &Catalogue::new(lang),
        Style { width, color: false },
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn comparisons_in_both_languages() {
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("terminal-{}", lang.tag()), printed(lang, 90));
        insta::assert_snapshot!(
            format!("markdown-{}", lang.tag()),
            markdown(&sample(), &Catalogue::new(lang))
        );
    }
}

#[test]
fn no_line_is_wider_than_the_terminal_and_no_escape_gets_through() {
    for lang in Lang::ALL {
        for width in [50, 76, 90, 200] {
            let text = printed(lang, width);
            assert!(text.lines().all(|line| display_width(line) <= width), "{width}\n{text}");
            assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text}");
        }
    }
}

#[test]
fn the_json_is_valid_by_the_schema_that_is_checked_in() {
    let schema = schemars::schema_for!(ComparisonReport);
    let schema = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/whyslow.comparison.1.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        schema,
        "run this test with UPDATE_SCHEMA=1"
    );
    let mut out = Vec::new();
    write_json(&mut out, &sample()).unwrap();
    let report: Value = serde_json::from_slice(&out).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    assert_eq!(report["candidates"][0]["verdict"], "faster");
    assert_eq!(report["candidates"][1]["same_output"], false);
    assert!(report["candidates"][2]["same_output"].is_null());
}

/// Two benchmarks of two candidates, one of which lacks the second.
fn suite() -> SuiteComparison {
    let of = |candidates: Vec<Candidate>, seconds: f64| Comparison {
        baseline: subject("main (3f2a91c)", seconds),
        candidates,
        ..sample()
    };
    let only = |ratio: f64, verdict| candidate("working tree", ratio, verdict, Sameness::NotCompared);
    let other = candidate(
        "other | branch \u{1b}[31m",
        1.204,
        Verdict::Slower,
        Sameness::NotCompared,
    );
    SuiteComparison {
        baseline: "main (3f2a91c)".to_owned(),
        benchmarks: vec![
            Benchmark {
                id: "sum/100".to_owned(),
                comparison: of(vec![only(0.873, Verdict::Faster), other], 1.2e-6),
            },
            Benchmark {
                id: "a rather long name of a benchmark in a group of many/with/4096".to_owned(),
                comparison: of(vec![only(1.002, Verdict::CannotTell)], 3.4e-3),
            },
        ],
        missing: vec![
            Missing {
                id: "a rather long name of a benchmark in a group of many/with/4096".to_owned(),
                name: "other | branch \u{1b}[31m".to_owned(),
            },
            Missing {
                id: "new".to_owned(),
                name: "main (3f2a91c)".to_owned(),
            },
        ],
        confidence: 0.95,
        seed: 7,
        stopped: Stopped::TimeOver,
    }
}

#[test]
fn suites_in_both_languages() {
    for lang in Lang::ALL {
        let catalogue = Catalogue::new(lang);
        for width in [50, 90, 120] {
            let mut out = Vec::new();
            print_suite(&mut out, &suite(), &catalogue, Style { width, color: false }).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.lines().all(|line| display_width(line) <= width), "{width}\n{text}");
            assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text}");
            if width == 120 {
                insta::assert_snapshot!(format!("suite-terminal-{}", lang.tag()), text);
            }
        }
        insta::assert_snapshot!(
            format!("suite-markdown-{}", lang.tag()),
            markdown_suite(&suite(), &catalogue)
        );
    }
}

#[test]
fn the_json_of_suites_is_valid_by_the_same_schema() {
    let mut out = Vec::new();
    write_suite_json(&mut out, &suite()).unwrap();
    let report: Value = serde_json::from_slice(&out).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/whyslow.comparison.1.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    assert_eq!(report["candidates"].as_array().unwrap().len(), 3);
    assert_eq!(report["candidates"][1]["benchmark"], "sum/100");
    assert_eq!(
        report["candidates"][0]["baseline_metrics"]["wall_s"]
            .as_array()
            .unwrap()
            .len(),
        24
    );
    assert_eq!(report["missing"][1]["name"], "main (3f2a91c)");
}
