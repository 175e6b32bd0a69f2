//! Brings the street names of a land register into one form before they are compared.

use crate::random::Random;
use std::borrow::Cow;

trait Step {
    fn apply<'a>(&self, name: Cow<'a, str>) -> Cow<'a, str>;
}

/// Leaves out an article in front.
struct WithoutArticle {
    article: &'static str,
}

struct WithoutDots;

struct Abbreviation {
    long: &'static str,
    short: &'static str,
}

impl Step for WithoutArticle {
    fn apply<'a>(&self, name: Cow<'a, str>) -> Cow<'a, str> {
        match name.strip_prefix(self.article) {
            Some(rest) => Cow::Owned(rest.to_owned()),
            None => name,
        }
    }
}

impl Step for WithoutDots {
    fn apply<'a>(&self, mut name: Cow<'a, str>) -> Cow<'a, str> {
        if name.ends_with('.') {
            name.to_mut().pop();
        }
        name
    }
}

impl Step for Abbreviation {
    fn apply<'a>(&self, name: Cow<'a, str>) -> Cow<'a, str> {
        match name.strip_suffix(self.long) {
            Some(stem) => Cow::Owned([stem, self.short].concat()),
            None => name,
        }
    }
}

struct Normalizer {
    steps: Vec<Box<dyn Step>>,
}

impl Normalizer {
    fn new() -> Self {
        Self {
            steps: vec![
                Box::new(WithoutArticle { article: "THE " }),
                Box::new(WithoutDots),
                Box::new(Abbreviation {
                    long: "STREET",
                    short: "ST",
                }),
            ],
        }
    }

    fn normalize<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.steps
            .iter()
            .fold(Cow::Borrowed(name), |name, step| step.apply(name))
    }
}

/// How often each initial occurs, and a sum that tells whether two registers agree.
#[derive(Default)]
struct Register {
    initials: [u64; 26],
    sum: u64,
}

impl Register {
    fn enter(&mut self, name: &str) {
        if let Some(initial) = name.bytes().next().filter(u8::is_ascii_uppercase) {
            self.initials[usize::from(initial - b'A')] += 1;
        }
        self.sum = self.sum.rotate_left(7) ^ (name.len() as u64);
    }
}

const WORDS: [&str; 12] = [
    "ABBEY",
    "BRIDGE",
    "CASTLE",
    "DRURY",
    "ELM",
    "FARRINGDON",
    "GREAT PORTLAND",
    "HIGH",
    "IRONMONGER",
    "JUBILEE",
    "KINGSLAND",
    "LOWER THAMES",
];

const KINDS: [&str; 4] = ["ROAD", "LANE", "GARDENS", "CRESCENT"];

fn names(random: &mut Random, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| {
            let mut name = [random.pick(&WORDS), " ", random.pick(&KINDS)].concat();
            match random.below(40) {
                0 => name.insert_str(0, "THE "),
                1 => name.push('.'),
                _ => {}
            }
            name
        })
        .collect()
}

pub fn run(scale: usize) {
    let names = names(&mut Random::new(8), 20_000);
    let normalizer = Normalizer::new();
    let mut register = Register::default();
    for _ in 0..1_000 * scale {
        for name in &names {
            register.enter(&normalizer.normalize(name));
        }
    }
    println!("{:?} {:x}", register.initials, register.sum);
}
