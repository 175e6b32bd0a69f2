//! Where a finding points when the code is not plain: macros, generated and included files, generics of other crates,
//! closures, async functions, trait objects, recursion, forced inlining, link-time optimization.
//!
//! Each shape holds the same defect, a list that is searched in a loop. A finding must stand at a line marked `// here`
//! (or there must be none, where the shape is marked as one that may hide it).

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MANIFEST: &str = r#"
[package]
name = "app"
version = "0.1.0"
edition = "2021"

[dependencies]
shelf = { path = "shelf" }

[profile.release]
lto = "LTO"
"#;

const SHELF: &str = r#"
pub fn known<T: PartialEq>(all: &[T], some: &[T]) -> usize {
    let mut count = 0;
    for one in some {
        if all.contains(one) { // here
            // Other work than elsewhere: the compiler merges functions of equal code, and no debugger can tell them apart.
            count += all.len() % 7;
        }
    }
    count
}
"#;

const MAIN: &str = r#"
use std::future::Future;
use std::hint::black_box;

macro_rules! counter {
    ($name:ident) => {
        fn $name(all: &[String], some: &[String]) -> usize {
            let mut count = 0;
            for one in some {
                if all.contains(one) { // here
                    count += 1;
                }
            }
            count
        }
    };
}
counter!(made_by_macro); // here

mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

include!("part.rs");

fn in_closure(all: &[String], some: &[String]) -> usize {
    some.iter().filter(|one| all.contains(one)).count() // here
}

async fn in_async(all: &[String], some: &[String]) -> usize {
    let mut count = 0;
    for one in some {
        std::future::ready(()).await;
        if all.contains(one) { // here
            count += 1;
        }
    }
    count
}

fn finished<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

trait Index {
    fn has(&self, one: &String) -> bool;
}

struct List(Vec<String>);

impl Index for List {
    fn has(&self, one: &String) -> bool {
        self.0.contains(one) // here
    }
}

fn by_object(index: &dyn Index, some: &[String]) -> usize {
    some.iter().filter(|one| index.has(one)).count() // here
}

fn recursive(all: &[String], some: &[String]) -> usize {
    if some.len() <= 1 {
        return usize::from(some.first().is_some_and(|one| all.contains(one))); // here
    }
    let (left, right) = some.split_at(some.len() / 2);
    recursive(all, left) + recursive(all, right) // here
}

#[inline(always)]
fn is_known(all: &[String], one: &String) -> bool {
    all.contains(one) // here
}

fn inlined(all: &[String], some: &[String]) -> usize {
    let mut count = 0;
    for one in some {
        if is_known(all, one) { // here
            count += 1;
        }
    }
    count
}

fn main() {
    let shape = std::env::args().nth(1).unwrap();
    let all: Vec<String> = (0..4000).map(|number| format!("item {}", number * 2)).collect();
    let some: Vec<String> = (0..12_000).map(|number| format!("item {number}")).collect();
    let (all, some) = (black_box(all), black_box(some));
    let count = match shape.as_str() {
        "macro" => made_by_macro(&all, &some),
        "generated" => generated::count(&all, &some), // here
        "included" => included(&all, &some),
        "generic" => shelf::known(&all, &some),
        "closure" => in_closure(&all, &some),
        "async" => finished(in_async(&all, &some)),
        "object" => by_object(&List(all), &some),
        "recursion" => recursive(&all, &some),
        _ => inlined(&all, &some),
    };
    println!("{count}");
}
"#;

const PART: &str = r#"
fn included(all: &[String], some: &[String]) -> usize {
    let mut count = 0;
    for one in some {
        if all.contains(one) { // here
            count += 1;
        }
    }
    count
}
"#;

const BUILD: &str = r#"
fn main() {
    let text = "pub fn count(all: &[String], some: &[String]) -> usize {\n    let mut count = 0;\n    for one in some {\n        \
                if all.contains(one) { // here\n            count += all.len() % 5;\n        }\n    }\n    count\n}\n";
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("generated.rs"), text).unwrap();
}
"#;

/// Every shape, and whether it must be found.
const SHAPES: [(&str, bool); 9] = [
    ("macro", true),
    ("generated", true),
    ("included", true),
    ("generic", true),
    ("closure", true),
    ("async", true),
    ("object", true),
    // Each half is another part of the list: whether it is searched "again" is for the reader to say.
    ("recursion", false),
    ("inlined", true),
];

fn package(lto: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for made in ["src", "shelf/src"] {
        fs::create_dir_all(dir.path().join(made)).unwrap();
    }
    for (path, text) in [
        ("Cargo.toml", MANIFEST.replace("LTO", lto)),
        ("build.rs", BUILD.to_owned()),
        ("src/main.rs", MAIN.to_owned()),
        ("src/part.rs", PART.to_owned()),
        (
            "shelf/Cargo.toml",
            "[package]\nname = \"shelf\"\nversion = \"0.1.0\"\nedition = \"2021\"\n".to_owned(),
        ),
        ("shelf/src/lib.rs", SHELF.to_owned()),
    ] {
        fs::write(dir.path().join(path), text).unwrap();
    }
    dir
}

fn whyslow(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-whyslow"));
    command.arg("whyslow").args(args).current_dir(dir);
    command
        .env_remove("CARGO_TARGET_DIR")
        .env("XDG_CACHE_HOME", dir.join("cache"));
    command.output().unwrap()
}

fn report(dir: &Path, args: &[&str]) -> Value {
    let json = dir.join("report.json");
    let output = whyslow(dir, args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&fs::read(json).unwrap()).unwrap()
}

/// What is wrong about the findings of one shape.
fn fault(dir: &Path, shape: &str, is_certain: bool) -> Option<String> {
    let report = report(dir, &["--quiet", "--no-clippy", "--json", "report.json", "--", shape]);
    let findings = report["findings"].as_array().unwrap();
    let places: Vec<(String, u64)> = findings
        .iter()
        .map(|finding| {
            (
                finding["where"]["file"].as_str().unwrap().to_owned(),
                finding["where"]["line"].as_u64().unwrap(),
            )
        })
        .collect();
    let is_marked = |(file, line): &(String, u64)| {
        let text = fs::read_to_string(dir.join(file)).unwrap_or_default();
        text.lines()
            .nth(*line as usize - 1)
            .is_some_and(|line| line.ends_with("// here"))
    };
    let is_named = findings
        .iter()
        .any(|finding| finding["rule"] == "linear-search-in-loop");
    let is_right = places.iter().all(is_marked) && (is_named || !is_certain);
    (!is_right).then(|| format!("{shape}: {places:?}"))
}

fn check(lto: &str) {
    let dir = package(lto);
    let faults: Vec<String> = SHAPES
        .iter()
        .filter_map(|&(shape, is_certain)| fault(dir.path(), shape, is_certain))
        .collect();
    assert!(faults.is_empty(), "lto {lto}:\n{}", faults.join("\n"));
}

#[test]
fn findings_point_at_the_users_lines() {
    check("off");
}

#[test]
fn findings_point_at_the_users_lines_under_link_time_optimization() {
    check("fat");
}

#[test]
fn sources_that_changed_or_are_gone_are_noted_and_do_no_harm() {
    let dir = package("off");
    let before = report(
        dir.path(),
        &["--quiet", "--no-clippy", "--json", "report.json", "--", "included"],
    );
    let part = dir.path().join("src/part.rs");
    fs::write(&part, format!("// one\n// two\n{PART}")).unwrap();
    let changed = report(dir.path(), &["report", "--json", "report.json"]);
    assert!(
        changed["notes"].to_string().contains("part.rs"),
        "{:#}",
        changed["notes"]
    );
    fs::remove_file(&part).unwrap();
    let gone = report(dir.path(), &["report", "--json", "report.json"]);
    let hottest = |report: &Value| report["hotspots"][0]["line"].clone();
    assert_eq!(hottest(&before), hottest(&gone));
    assert!(gone["findings"].as_array().unwrap().len() <= before["findings"].as_array().unwrap().len());
}
