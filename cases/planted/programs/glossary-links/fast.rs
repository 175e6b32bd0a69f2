//! Links the words of a manual to its glossary.

use crate::random::Random;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    word: String,
    page: u32,
}

#[derive(Default)]
struct Glossary {
    terms: Vec<Term>,
    sorted: bool,
}

impl Glossary {
    fn define(&mut self, word: String, page: u32) {
        self.terms.push(Term { word, page });
        self.sorted = false;
    }

    fn in_order(&mut self) -> &[Term] {
        if !self.sorted {
            self.terms.sort();
            self.sorted = true;
        }
        &self.terms
    }

    fn page_of(&mut self, word: &str) -> Option<u32> {
        let terms = self.in_order();
        let at = terms.binary_search_by(|term| term.word.as_str().cmp(word)).ok()?;
        Some(terms[at].page)
    }
}

struct Chapter {
    words: Vec<String>,
}

/// Collects the links of a manual, chapter by chapter.
struct Linker {
    glossary: Glossary,
    links: u64,
    pages: u64,
}

impl Linker {
    fn link(&mut self, chapter: &Chapter) {
        for word in &chapter.words {
            if let Some(page) = self.glossary.page_of(word) {
                self.links += 1;
                self.pages = self.pages.rotate_left(9) ^ u64::from(page);
            }
        }
    }
}

const SYLLABLES: [&str; 10] = [
    "bear", "ing", "shaft", "ro", "tor", "valve", "gear", "pin", "flange", "cam",
];

fn word(random: &mut Random) -> String {
    (0..3).map(|_| random.pick(&SYLLABLES)).collect()
}

fn glossary(random: &mut Random) -> Glossary {
    let mut glossary = Glossary::default();
    let mut known: Vec<String> = (0..160).map(|_| word(random)).collect();
    known.sort();
    known.dedup();
    for (number, word) in known.into_iter().rev().enumerate() {
        glossary.define(word, 400 + number as u32);
    }
    glossary
}

fn chapters(random: &mut Random) -> Vec<Chapter> {
    (0..20)
        .map(|_| Chapter {
            words: (0..1_000).map(|_| word(random)).collect(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(27);
    let mut linker = Linker {
        glossary: glossary(&mut random),
        links: 0,
        pages: 0,
    };
    let chapters = chapters(&mut random);
    for _ in 0..100 * scale {
        for chapter in &chapters {
            linker.link(chapter);
        }
    }
    println!("{} links, {:x}", linker.links, linker.pages);
}
