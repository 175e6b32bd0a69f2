//! Counts the words of a text and prints the most frequent ones.

use crate::random::Random;
use std::collections::BTreeMap;

/// Counts by word.
type Counts<'a> = BTreeMap<&'a str, u32>; //~

struct Vocabulary {
    words: Vec<String>,
}

impl Vocabulary {
    /// Words out of syllables, as long as those of a language.
    fn generated(count: usize) -> Self {
        const SYLLABLES: [&str; 16] = [
            "ka", "lo", "mi", "ter", "schen", "ra", "un", "vor", "heit", "ba", "del", "ion", "pre", "con", "to", "li",
        ];
        let mut random = Random::new(127);
        let words = (0..count)
            .map(|_| (0..2 + random.below(4)).map(|_| random.pick(&SYLLABLES)).collect())
            .collect();
        Self { words }
    }

    /// A text in which small ranks are far more frequent than large ones.
    fn text(&self, words: usize) -> String {
        let mut random = Random::new(131);
        let mut text = String::with_capacity(words * 10);
        for position in 1..=words {
            let rank = (self.words.len() as f64).powf(random.unit()) as usize;
            text.push_str(&self.words[rank - 1]);
            text.push(if position % 12 == 0 { '\n' } else { ' ' });
        }
        text
    }
}

fn count_line<'a>(counts: &mut Counts<'a>, line: &'a str) {
    for word in line.split_ascii_whitespace() {
        *counts.entry(word).or_insert(0) += 1; //~
    }
}

fn most_frequent<'a>(counts: &Counts<'a>, count: usize) -> Vec<(&'a str, u32)> {
    let mut words: Vec<_> = counts.iter().map(|(&word, &count)| (word, count)).collect();
    words.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    words.truncate(count);
    words
}

pub fn run(scale: usize) {
    let vocabulary = Vocabulary::generated(60_000);
    let text = vocabulary.text(4_000_000 * scale);
    let mut counts = Counts::default();
    for line in text.lines() {
        count_line(&mut counts, line);
    }
    println!("{} words", counts.len());
    for (word, count) in most_frequent(&counts, 5) {
        println!("{count:8} {word}");
    }
}
