//! Breaks paragraphs into lines of a given width, with hyphens where words may be broken.

use crate::random::Random;
use smallvec::SmallVec;

type Breaks = SmallVec<[u8; 12]>;

struct Word<'a> {
    text: &'a str,
    breaks: Breaks,
}

struct Paragraph<'a> {
    words: Vec<Word<'a>>,
}

trait Hyphenate {
    fn breaks(&self, word: &str) -> Breaks;
}

/// Breaks after a vowel that a consonant and a vowel follow.
struct OpenSyllables {
    shortest: usize,
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

impl Hyphenate for OpenSyllables {
    fn breaks(&self, word: &str) -> Breaks {
        let letters = word.as_bytes();
        let mut breaks = Breaks::new();
        for at in 1..letters.len().saturating_sub(self.shortest) {
            if is_vowel(letters[at]) && !is_vowel(letters[at + 1]) && is_vowel(letters[at + 2]) {
                breaks.push(at as u8 + 1);
            }
        }
        breaks
    }
}

impl<'a> Paragraph<'a> {
    fn new(text: &'a str, hyphenation: &dyn Hyphenate) -> Self {
        let mut words = Vec::with_capacity(text.len() / 5);
        words.extend(text.split(' ').map(|text| Word {
            text,
            breaks: hyphenation.breaks(text),
        }));
        Self { words }
    }

    /// How many lines it takes, and how many of them end with a hyphen.
    fn set(&self, width: usize) -> (u64, u64) {
        let (mut lines, mut hyphens, mut column) = (1, 0, 0);
        for word in &self.words {
            let length = word.text.len();
            if column + length <= width {
                column += length + 1;
                continue;
            }
            let fits = word.breaks.iter().rev().find(|&&at| column + usize::from(at) < width);
            lines += 1;
            column = match fits {
                Some(&at) => {
                    hyphens += 1;
                    length - usize::from(at) + 1
                }
                None => length + 1,
            };
        }
        (lines, hyphens)
    }
}

fn text(random: &mut Random) -> String {
    const SYLLABLES: [&str; 12] = [
        "ba", "to", "ni", "ker", "la", "mo", "re", "sti", "vu", "po", "den", "ga",
    ];
    let mut text = String::new();
    for _ in 0..80 + random.below(120) {
        for _ in 0..2 + random.below(4) {
            text.push_str(random.pick(&SYLLABLES));
        }
        text.push(' ');
    }
    text
}

pub fn run(scale: usize) {
    let mut random = Random::new(12_000);
    let texts: Vec<String> = (0..400).map(|_| text(&mut random)).collect();
    let hyphenation = OpenSyllables { shortest: 2 };
    let mut lines = 0;
    let mut hyphens = 0;
    for round in 0..200 * scale {
        for text in &texts {
            let paragraph = Paragraph::new(text, &hyphenation);
            let (set, broken) = paragraph.set(50 + round % 20);
            lines += set;
            hyphens += broken;
        }
    }
    println!("{lines} lines, {hyphens} hyphens");
}
