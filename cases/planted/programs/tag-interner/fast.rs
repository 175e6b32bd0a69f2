//! Gives the tags of photographs numbers and counts which two stand together most often.

use crate::random::Random;
use rustc_hash::FxHashMap;

type Tag = u32;

#[derive(Default)]
struct Interner {
    tags: FxHashMap<String, Tag>,
    names: Vec<String>,
}

impl Interner {
    fn tag(&mut self, name: &str) -> Tag {
        if let Some(&tag) = self.tags.get(name) {
            return tag;
        }
        let tag = self.names.len() as Tag;
        self.names.push(name.to_owned());
        self.tags.insert(name.to_owned(), tag);
        tag
    }

    fn name(&self, tag: Tag) -> &str {
        &self.names[tag as usize]
    }
}

/// How often two tags stand together, in a triangle of counters.
struct Pairs {
    counts: Vec<u32>,
    size: usize,
}

impl Pairs {
    fn new(size: usize) -> Self {
        Self {
            counts: vec![0; size * size],
            size,
        }
    }

    fn add(&mut self, tags: &[Tag]) {
        for (index, &one) in tags.iter().enumerate() {
            for &other in &tags[index + 1..] {
                let (low, high) = (one.min(other) as usize, one.max(other) as usize);
                self.counts[low * self.size + high] += 1;
            }
        }
    }

    fn most(&self) -> Option<(Tag, Tag, u32)> {
        let (index, &count) = self.counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
        Some(((index / self.size) as Tag, (index % self.size) as Tag, count))
    }
}

struct Album {
    interner: Interner,
    pairs: Pairs,
    scratch: Vec<Tag>,
}

impl Album {
    fn new() -> Self {
        Self {
            interner: Interner::default(),
            pairs: Pairs::new(SUBJECTS.len() * MOODS.len()),
            scratch: Vec::with_capacity(16),
        }
    }

    fn photograph(&mut self, line: &str) {
        self.scratch.clear();
        for name in line.split(',') {
            self.scratch.push(self.interner.tag(name));
        }
        self.scratch.sort_unstable();
        self.scratch.dedup();
        self.pairs.add(&self.scratch);
    }
}

const SUBJECTS: [&str; 12] = [
    "sea", "mountain", "street", "portrait", "dog", "cat", "bridge", "market", "forest", "train", "snow", "window",
];
const MOODS: [&str; 8] = ["dawn", "dusk", "fog", "rain", "noon", "neon", "storm", "still"];

fn line(random: &mut Random) -> String {
    let tags: Vec<String> = (0..6 + random.below(7))
        .map(|_| {
            format!(
                "{}-{}",
                SUBJECTS[random.below(1 + random.clone().below(12))],
                random.pick(&MOODS)
            )
        })
        .collect();
    tags.join(",")
}

pub fn run(scale: usize) {
    let mut random = Random::new(110);
    let lines: Vec<String> = (0..3_000).map(|_| line(&mut random)).collect();
    let mut album = Album::new();
    for _ in 0..300 * scale {
        lines.iter().for_each(|line| album.photograph(line));
    }
    if let Some((one, other, count)) = album.pairs.most() {
        println!(
            "{} with {}: {count}",
            album.interner.name(one),
            album.interner.name(other)
        );
    }
}
