//! Looks for words that an author wrote twice in a row.

use fancy_regex::Regex;
use std::env;

const WORDS: [&str; 16] = [
    "дорога",
    "поляна",
    "лес",
    "река",
    "гора",
    "ветер",
    "туман",
    "утро",
    "вечер",
    "солнце",
    "облако",
    "берег",
    "песок",
    "камень",
    "птица",
    "волна",
];

fn main() -> Result<(), fancy_regex::Error> {
    let chapters = env::args()
        .nth(1)
        .map_or(4, |n| n.parse().expect("a number of chapters"));
    let doubled = Regex::new(r"(?i)\b(\w+)\s+\1\b")?;
    let mut found = 0;
    let mut length = 0;
    for chapter in 0..chapters {
        let text = write_chapter(chapter);
        for hit in doubled.find_iter(&text) {
            found += 1;
            length += hit?.as_str().chars().count();
        }
    }
    println!("{chapters} chapters, {found} doubled words, {length} characters");
    Ok(())
}

fn write_chapter(chapter: u64) -> String {
    let mut seed = chapter + 3;
    let mut text = String::new();
    for place in 0..1_500 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let word = WORDS[(seed >> 33) as usize % WORDS.len()];
        text.push_str(word);
        text.push(' ');
        if place % 100 == 99 {
            text.push_str(&word.to_uppercase());
            text.push_str(".\n");
        }
    }
    text
}
