//! Prints the set lists of a festival: one paragraph for each concert, titles joined by commas.

use crate::random::Random;
use std::fmt::{self, Display};

struct Song {
    title: &'static str,
    encore: bool,
}

struct Concert {
    band: String,
    songs: Vec<Song>,
}

impl Display for Song {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title)?;
        if self.encore {
            f.write_str(" (encore)")?;
        }
        Ok(())
    }
}

/// Joins what can be shown, as a sentence does it.
fn listed<T: Display>(items: &[T]) -> String {
    items.iter().fold(String::new(), |text, item| {
        if text.is_empty() {
            item.to_string()
        } else {
            format!("{text}, {item}") //~
        }
    })
}

trait Page {
    fn paragraph(&self, concert: &Concert) -> String;
}

struct Programme;

struct Poster {
    width: usize,
}

impl Page for Programme {
    fn paragraph(&self, concert: &Concert) -> String {
        [&concert.band, ": ", &listed(&concert.songs), "."].concat() //~
    }
}

impl Page for Poster {
    fn paragraph(&self, concert: &Concert) -> String {
        let mut text = concert.band.to_uppercase();
        text.truncate(self.width);
        text
    }
}

#[derive(Default)]
struct Booklet {
    characters: usize,
    sum: u64,
}

impl Booklet {
    fn add(&mut self, paragraph: &str) {
        self.characters += paragraph.len();
        let tail = paragraph.bytes().rev().take(12);
        self.sum = tail.fold(self.sum, |sum, byte| sum.rotate_left(5) ^ u64::from(byte));
    }
}

const TITLES: [&str; 9] = [
    "Northern Line",
    "Paper Boats",
    "Glass Harbour",
    "The Long Way Down",
    "Salt",
    "Kerosene Waltz",
    "Ghost Train",
    "Tomorrow's Bread",
    "Lullaby for a Lighthouse",
];

fn concerts(random: &mut Random) -> Vec<Concert> {
    (0..120)
        .map(|number| {
            let length = 40 + random.below(60);
            Concert {
                band: format!("Band {number}"),
                songs: (0..length)
                    .map(|at| Song {
                        title: random.pick(&TITLES),
                        encore: at + 3 > length,
                    })
                    .collect(),
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let concerts = concerts(&mut Random::new(14));
    let pages: [&dyn Page; 2] = [&Programme, &Poster { width: 20 }];
    let mut booklet = Booklet::default();
    for _ in 0..800 * scale {
        for concert in &concerts {
            for page in pages {
                booklet.add(&page.paragraph(concert));
            }
        }
    }
    println!("{} characters, {:x}", booklet.characters, booklet.sum);
}
