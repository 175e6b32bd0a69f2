//! Looks for personal data in support messages before they are archived.

use crate::random::Random;
use regex::Regex;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Mail,
    Account,
    Phone,
}

trait Detector {
    fn kind(&self) -> Kind;
    fn finds(&self, message: &str) -> bool;
}

/// Finds what matches a pattern.
struct Pattern {
    kind: Kind,
    regex: Regex,
}

/// Finds a word that is long enough and made of digits.
struct Digits {
    least: usize,
}

impl Pattern {
    fn new(kind: Kind, pattern: &'static str) -> Self {
        let regex = Regex::new(pattern).expect("the pattern is valid");
        Self { kind, regex }
    }
}

impl Detector for Pattern {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn finds(&self, message: &str) -> bool {
        self.regex.is_match(message)
    }
}

impl Detector for Digits {
    fn kind(&self) -> Kind {
        Kind::Phone
    }

    fn finds(&self, message: &str) -> bool {
        message
            .split(' ')
            .any(|word| word.len() >= self.least && word.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

struct Scanner {
    detectors: Vec<Box<dyn Detector>>,
}

impl Scanner {
    fn standard() -> Self {
        let mail = Pattern::new(Kind::Mail, r"[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,4}");
        let account = Pattern::new(Kind::Account, r"\b[A-Z]{2}[0-9]{2}( ?[0-9]{4}){3,5}\b");
        let digits = Digits { least: 7 };
        Self {
            detectors: vec![Box::new(digits), Box::new(mail), Box::new(account)],
        }
    }

    fn scan(&self, message: &str) -> Option<Kind> {
        let hit = self.detectors.iter().find(|detector| detector.finds(message));
        hit.map(|detector| detector.kind())
    }
}

const SENTENCES: [&str; 6] = [
    "my parcel has not arrived",
    "write to anna.b@post.example please",
    "call me at 0791234567 tomorrow",
    "the account is CH93 0076 2011 6238 5295 7",
    "thank you for the quick reply",
    "the invoice shows the wrong amount",
];

fn messages(count: usize) -> Vec<String> {
    let mut random = Random::new(92);
    (0..count)
        .map(|_| {
            let sentences: Vec<&str> = (0..3).map(|_| random.pick(&SENTENCES)).collect();
            sentences.join(". ")
        })
        .collect()
}

pub fn run(scale: usize) {
    let scanner = Scanner::standard();
    let messages = messages(2_500);
    let mut counts = [0; 3];
    for _ in 0..2 * scale {
        counts = [0; 3];
        for kind in messages.iter().filter_map(|message| scanner.scan(message)) {
            counts[kind as usize] += 1;
        }
    }
    println!("mail {}, accounts {}, phones {}", counts[0], counts[1], counts[2]);
}
