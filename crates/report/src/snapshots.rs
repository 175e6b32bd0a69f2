//! Snapshots of whole reports.

use crate::sample::{self, Sample};
use crate::terminal::{self, Style};
use crate::{Catalogue, Lang};
use textwrap::core::display_width;

fn printed(sample: &Sample, catalogue: &Catalogue, style: Style) -> String {
    let mut out = Vec::new();
    terminal::print(&mut out, &sample.view(), catalogue, style).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn reports_at_three_widths_in_both_languages() {
    for (name, sample) in [("quad", sample::quad()), ("server", sample::server())] {
        for lang in Lang::ALL {
            for width in [50, 80, 140] {
                let report = printed(&sample, &sample::catalogue(lang), Style { width, color: false });
                insta::assert_snapshot!(format!("{name}-{}-{width}", lang.tag()), report);
            }
        }
    }
}

#[test]
fn report_in_colour() {
    let report = printed(
        &sample::quad(),
        &sample::catalogue(Lang::English),
        Style {
            width: 100,
            color: true,
        },
    );
    insta::assert_snapshot!("quad-en-100-colour", report.replace('\u{1b}', "␛"));
}

#[test]
fn report_without_findings() {
    let quiet = Sample {
        findings: Vec::new(),
        ..sample::quad()
    };
    insta::assert_snapshot!(
        "quiet-en-80",
        printed(
            &quiet,
            &sample::catalogue(Lang::English),
            Style {
                width: 80,
                color: false
            }
        )
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for sample in [sample::quad(), sample::server()] {
        for lang in Lang::ALL {
            for width in [40, 50, 60, 76, 80, 100, 140, 250] {
                let report = printed(&sample, &sample::catalogue(lang), Style { width, color: false });
                for line in report.lines() {
                    assert!(
                        display_width(line) <= width,
                        "{} columns of {width}: {line}",
                        display_width(line)
                    );
                }
            }
        }
    }
}

#[test]
fn escapes_of_the_target_never_reach_the_terminal() {
    let report = printed(
        &sample::server(),
        &sample::catalogue(Lang::English),
        Style {
            width: 250,
            color: false,
        },
    );
    assert!(report.contains("\\u{1b}[31mred"), "the hostile name is shown");
    assert!(
        report.chars().all(|char| char == '\n' || !char.is_control()),
        "{report}"
    );
}

#[test]
fn an_empty_recording_prints_in_any_width() {
    let empty = Sample {
        profile: profile::Profile::default(),
        ledger: profile::Ledger::default(),
        hotspots: Vec::new(),
        findings: Vec::new(),
        ..sample::quad()
    };
    let style = Style {
        width: 80,
        color: false,
    };
    insta::assert_snapshot!("empty-en-80", printed(&empty, &sample::catalogue(Lang::English), style));
    for sample in [empty, sample::quad(), sample::server()] {
        for width in 0..40 {
            printed(&sample, &sample::catalogue(Lang::Chinese), Style { width, color: true });
        }
    }
}
