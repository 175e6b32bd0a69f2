//! The schema file, the structs and real output agree.

use super::{Report, SCHEMA, write};
use crate::printable::is_acted_on;
use crate::sample::{self, Sample};
use crate::{Catalogue, Lang};
use serde_json::{Value, json};

const SCHEMA_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/whyslow.report.1.schema.json");

fn schema_of_structs() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>().to_value();
    schema["title"] = json!(SCHEMA);
    schema["properties"]["schema"]["const"] = json!(SCHEMA);
    schema
}

fn written(sample: &Sample, catalogue: &Catalogue) -> Value {
    let mut out = Vec::new();
    write(&mut out, &sample.view(), catalogue).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// To regenerate the file after a change of the structs: `UPDATE_SCHEMA=1 cargo test -p whyslow-report schema`.
#[test]
fn the_schema_file_agrees_with_the_structs() {
    let generated = serde_json::to_string_pretty(&schema_of_structs()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(SCHEMA_FILE, &generated).unwrap();
    }
    let file = std::fs::read_to_string(SCHEMA_FILE).unwrap();
    assert!(
        file == generated,
        "{SCHEMA_FILE} is out of date: run with UPDATE_SCHEMA=1"
    );
}

#[test]
fn reports_are_valid_under_the_schema() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA_FILE).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for sample in [sample::quad(), sample::server()] {
        for lang in Lang::ALL {
            let report = written(&sample, &sample::catalogue(lang));
            let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }
    assert!(
        !validator.is_valid(&json!({"schema": SCHEMA})),
        "an empty report is not valid"
    );
}

#[test]
fn an_empty_profile_is_a_valid_report() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA_FILE).unwrap()).unwrap();
    let empty = Sample {
        profile: Default::default(),
        ledger: Default::default(),
        hotspots: vec![],
        findings: vec![],
        ..sample::quad()
    };
    let report = written(&empty, &Catalogue::new(Lang::English));
    assert!(jsonschema::draft202012::is_valid(&schema, &report), "{report:#}");
}

#[test]
fn numbers_pass_through_and_paths_are_relative_inside_the_workspace() {
    let report = written(&sample::server(), &sample::catalogue(Lang::English));
    let finding = &report["findings"][0];
    assert_eq!(finding["where"]["file"], "src/server.rs");
    assert_eq!(finding["share"], 0.53);
    assert_eq!(
        finding["evidence"][0],
        json!({"name": "waited", "label": "time waited", "value": 18.3, "unit": "s"})
    );
    assert!(
        finding["also"][1]["file"]
            .as_str()
            .unwrap()
            .starts_with("/home/me/.cargo/registry/")
    );
    assert_eq!(report["hotspots"][0]["operation"], "Mutex::lock (lock wait)");
    assert_eq!(
        report["time"][7],
        json!({"class": "lock-wait", "seconds": 0.53 * 34.6, "share": 0.53})
    );
}

#[test]
fn strings_of_the_target_are_escaped_and_read_back_as_they_were() {
    let hostile = "\u{1b}]0;forged\u{7}\u{9b}2J\u{202e}\u{7f}\u{e0041}\n";
    let mut sample = sample::quad();
    sample.profile.run.command = vec![hostile.into()];
    let mut out = Vec::new();
    write(&mut out, &sample.view(), &Catalogue::new(Lang::English)).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.chars().all(|char| char == '\n' || !is_acted_on(char)));
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["command"][0], hostile);
}

#[test]
fn class_names_are_those_of_the_ledger() {
    let report = written(&sample::quad(), &sample::catalogue(Lang::English));
    let names: Vec<&str> = report["time"]
        .as_array()
        .unwrap()
        .iter()
        .map(|time| time["class"].as_str().unwrap())
        .collect();
    assert_eq!(names, profile::TimeClass::ALL.map(profile::TimeClass::name));
}

#[test]
fn the_checklist_claims_no_more_than_was_measured() {
    let status = |sample: &Sample, item: &str| {
        let report = written(sample, &sample::catalogue(Lang::English));
        let items = report["checklist"].as_array().unwrap().clone();
        items.iter().find(|of| of["item"] == item).unwrap()["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status(&sample::quad(), "profiled"), "yes");
    assert_eq!(status(&sample::quad(), "algorithm-and-data-structure-fit"), "no");
    assert_eq!(status(&sample::quad(), "low-lock-contention"), "yes");
    assert_eq!(status(&sample::server(), "low-lock-contention"), "no");
    assert_eq!(status(&sample::server(), "algorithm-and-data-structure-fit"), "unknown");
    assert_eq!(status(&sample::server(), "still-readable"), "unknown");
}
