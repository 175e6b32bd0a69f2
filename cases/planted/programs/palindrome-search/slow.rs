//! Finds the longest palindromes in a stream of words, with letters of several scripts.

use crate::random::Random;

struct Finder {
    longest: usize,
    found: Vec<String>,
    checked: u64,
}

fn is_palindrome(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphabetic()).collect(); //~
    let reversed: Vec<char> = letters.iter().rev().copied().collect(); //~
    letters == reversed
}

impl Finder {
    fn new() -> Self {
        Self {
            longest: 0,
            found: Vec::new(),
            checked: 0,
        }
    }

    fn check(&mut self, candidate: &str) {
        self.checked += 1;
        if candidate.len() >= self.longest && is_palindrome(candidate) {
            //~^
            if candidate.len() > self.longest {
                self.found.clear();
                self.longest = candidate.len();
            }
            if !self.found.iter().any(|known| known == candidate) {
                self.found.push(candidate.to_owned());
            }
        }
    }

    /// All runs of up to three words.
    fn check_sentence(&mut self, sentence: &str) {
        let starts = sentence.match_indices(' ').map(|(index, _)| index + 1);
        for start in std::iter::once(0).chain(starts) {
            let rest = &sentence[start..];
            let ends = rest.match_indices(' ').map(|(index, _)| index).take(3);
            for end in ends {
                self.check(&rest[..end]);
            }
        }
    }
}

fn sentences(count: usize) -> Vec<String> {
    const WORDS: [&str; 12] = [
        "никогда",
        "левел",
        "rotator",
        "λόγος",
        "noon",
        "sagas",
        "ротор",
        "kayak",
        "deed",
        "surface",
        "ябяб",
        "level",
    ];
    let mut random = Random::new(211);
    (0..count)
        .map(|_| {
            let words: Vec<&str> = (0..20).map(|_| random.pick(&WORDS)).collect();
            words.join(" ")
        })
        .collect()
}

pub fn run(scale: usize) {
    let sentences = sentences(4_000);
    let mut checked = 0;
    let mut found = 0;
    for _ in 0..90 * scale {
        let mut finder = Finder::new();
        sentences.iter().for_each(|sentence| finder.check_sentence(sentence));
        checked += finder.checked;
        found = finder.found.len() * finder.longest;
    }
    println!("{checked} checked, {found}");
}
