//! Parses requests and answers conditional ones from their headers.

use crate::random::Random;
use std::collections::HashMap;

struct Request<'a> {
    path: &'a str,
    headers: Headers<'a>,
}

struct Headers<'a> {
    fields: HashMap<&'a str, &'a str>,
}

#[derive(Default, Debug)]
struct Answers {
    full: u32,
    not_modified: u32,
    partial: u32,
    refused: u32,
    bytes: u64,
}

impl<'a> Headers<'a> {
    fn parse(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut fields = HashMap::new(); //~
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some((name, value)) = line.split_once(": ") {
                fields.insert(name, value); //~
            }
        }
        Self { fields }
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied() //~
    }
}

impl<'a> Request<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.split("\r\n");
        let path = lines.next()?.split(' ').nth(1)?;
        let headers = Headers::parse(lines);
        Some(Self { path, headers })
    }
}

fn answer(request: &Request<'_>, answers: &mut Answers) {
    let headers = &request.headers;
    if headers.value("host") != Some("shop.example") {
        answers.refused += 1;
    } else if headers.value("if-none-match").is_some_and(|tag| tag.ends_with("7\"")) {
        answers.not_modified += 1;
    } else if let Some(range) = headers.value("range") {
        answers.partial += 1;
        answers.bytes += range.len() as u64;
    } else {
        answers.full += 1;
        answers.bytes += request.path.len() as u64 * 100;
    }
}

fn traffic(count: usize) -> Vec<String> {
    let mut random = Random::new(71);
    (0..count)
        .map(|number| {
            let host = random.pick(&["shop.example", "shop.example", "other.example"]);
            let mut text = format!("GET /item/{number} HTTP/1.1\r\nhost: {host}\r\n");
            match random.below(3) {
                0 => text.push_str(&format!("if-none-match: \"{}\"\r\n", random.below(1000))),
                1 => text.push_str("range: bytes=0-1023\r\n"),
                _ => text.push_str("accept: text/html\r\n"),
            }
            text.push_str("\r\n");
            text
        })
        .collect()
}

pub fn run(scale: usize) {
    let traffic = traffic(4_000);
    let mut answers = Answers::default();
    for _ in 0..900 * scale {
        for request in traffic.iter().filter_map(|text| Request::parse(text)) {
            answer(&request, &mut answers);
        }
    }
    println!("{answers:?}");
}
