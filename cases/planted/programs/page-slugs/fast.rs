//! Makes addresses from the titles of pages, and checks those that authors wrote themselves.

use crate::random::Random;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

static SLUG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[a-z0-9]+(-[a-z0-9]+)*$").expect("the pattern is valid"));

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Author,
    Title,
}

struct Page {
    source: Source,
    text: String,
}

#[derive(Default)]
struct Site {
    kept: usize,
    changed: usize,
    refused: usize,
    hash: u64,
}

fn is_slug(text: &str) -> bool {
    SLUG.is_match(text)
}

/// The title in lower case with a dash for whatever is no letter; borrowed where nothing changes.
fn slug(title: &str) -> Cow<'_, str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let Some(first) = title.bytes().position(|byte| !fits(byte)) else {
        return Cow::Borrowed(title);
    };
    let mut text = String::with_capacity(title.len());
    text.push_str(&title[..first]);
    for letter in title[first..].chars() {
        match letter {
            'A'..='Z' => text.push(letter.to_ascii_lowercase()),
            'a'..='z' | '0'..='9' => text.push(letter),
            _ if !text.ends_with('-') && !text.is_empty() => text.push('-'),
            _ => {}
        }
    }
    let end = text.trim_end_matches('-').len();
    text.truncate(end);
    Cow::Owned(text)
}

impl Site {
    fn add(&mut self, page: &Page) {
        match page.source {
            Source::Author if is_slug(&page.text) => {
                self.kept += 1;
                self.publish(&page.text);
            }
            Source::Author => self.refused += 1,
            Source::Title => {
                let slug = slug(&page.text);
                self.changed += usize::from(matches!(slug, Cow::Owned(_)));
                self.publish(&slug);
            }
        }
    }

    fn publish(&mut self, slug: &str) {
        let sum = slug.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.hash ^= sum;
    }
}

const WORDS: [&str; 8] = [
    "harbour", "winter", "lights", "recipes", "old", "maps", "gardens", "2024",
];

fn page(random: &mut Random) -> Page {
    let words: Vec<&str> = (0..2 + random.below(4)).map(|_| random.pick(&WORDS)).collect();
    let source = if random.below(2) == 0 {
        Source::Author
    } else {
        Source::Title
    };
    let text = match random.below(12) {
        0 => words.join(" & ").to_uppercase(),
        _ => words.join("-"),
    };
    Page { source, text }
}

pub fn run(scale: usize) {
    let mut random = Random::new(105);
    let pages: Vec<Page> = (0..4_000).map(|_| page(&mut random)).collect();
    let mut site = Site::default();
    for _ in 0..1_700 * scale {
        site = Site::default();
        pages.iter().for_each(|page| site.add(page));
    }
    println!(
        "{} kept, {} changed, {} refused, {:x}",
        site.kept, site.changed, site.refused, site.hash
    );
}
