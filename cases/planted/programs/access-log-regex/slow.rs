//! Counts the status codes and bytes of an access log in the combined format.

use crate::random::Random;
use regex::Regex;
use std::collections::BTreeMap;
use std::fmt::Write as _;

struct Line<'a> {
    client: &'a str,
    path: &'a str,
    status: u16,
    bytes: u64,
}

struct Parser {
    ignored_prefix: String,
}

#[derive(Default)]
struct Totals {
    by_status: BTreeMap<u16, (u32, u64)>,
    local: u32,
    unreadable: u32,
}

impl Parser {
    fn parse<'a>(&self, text: &'a str) -> Option<Line<'a>> {
        let pattern = Regex::new(r#"^(\S+) - - "GET (\S+) HTTP/1\.1" (\d{3}) (\d+)$"#).ok()?; //~
        let fields = pattern.captures(text)?;
        let path = fields.get(2)?.as_str();
        if path.starts_with(&self.ignored_prefix) {
            return None;
        }
        Some(Line {
            client: fields.get(1)?.as_str(),
            path,
            status: fields.get(3)?.as_str().parse().ok()?,
            bytes: fields.get(4)?.as_str().parse().ok()?,
        })
    }
}

impl Totals {
    fn add(&mut self, line: &Line<'_>) {
        let (count, bytes) = self.by_status.entry(line.status).or_default();
        *count += 1;
        *bytes += line.bytes + line.path.len() as u64;
        self.local += u32::from(line.client.starts_with("10."));
    }
}

fn log(lines: usize) -> String {
    let mut random = Random::new(5);
    let mut text = String::new();
    for _ in 0..lines {
        let client = random.pick(&["10.0.0.4", "192.0.2.17", "198.51.100.200"]);
        let path = random.pick(&[
            "/",
            "/index.html",
            "/static/app.js",
            "/health/live",
            "/api/items?page=4",
        ]);
        let status = random.pick(&[200, 200, 200, 304, 404, 500]);
        let bytes = random.below(50_000);
        let _ = writeln!(text, "{client} - - \"GET {path} HTTP/1.1\" {status} {bytes}");
    }
    text
}

pub fn run(scale: usize) {
    let log = log(8_000 * scale);
    let parser = Parser {
        ignored_prefix: "/health".to_owned(),
    };
    let mut totals = Totals::default();
    for text in log.lines() {
        match parser.parse(text) {
            Some(line) => totals.add(&line),
            None => totals.unreadable += 1,
        }
    }
    println!(
        "{:?}, local {}, left out {}",
        totals.by_status, totals.local, totals.unreadable
    );
}
