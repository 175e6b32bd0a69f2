//! Indexes the rare identifiers of source files: which files is each in?

use crate::random::Random;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

type FileId = u32;

#[derive(Default)]
struct Postings {
    files: SmallVec<[FileId; 4]>,
}

#[derive(Default)]
struct Index {
    terms: FxHashMap<u64, Postings>,
}

impl Postings {
    fn add(&mut self, file: FileId) {
        if self.files.last() != Some(&file) {
            self.files.push(file);
        }
    }
}

impl Index {
    fn add_file(&mut self, file: FileId, identifiers: &[u64]) {
        for &identifier in identifiers {
            self.terms.entry(identifier).or_default().add(file);
        }
    }

    fn files_of(&self, identifier: u64) -> &[FileId] {
        self.terms.get(&identifier).map_or(&[], |postings| &postings.files)
    }

    fn shared(&self) -> usize {
        self.terms.values().filter(|postings| postings.files.len() > 1).count()
    }
}

/// Identifiers as hashes; nine of ten are the file's own.
fn identifiers(file: FileId, random: &mut Random) -> Vec<u64> {
    (0..400)
        .map(|_| {
            if random.below(10) == 0 {
                random.below(3_000) as u64 * 0x9e37_79b9
            } else {
                u64::from(file) << 32 | random.below(100_000) as u64
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(227);
    let mut shared = 0;
    let mut longest = 0;
    for _ in 0..14 * scale {
        let mut index = Index::default();
        for file in 0..700 {
            index.add_file(file, &identifiers(file, &mut random));
        }
        shared += index.shared();
        longest = (0..3_000)
            .map(|name| index.files_of(name * 0x9e37_79b9).len())
            .max()
            .unwrap_or(0);
    }
    println!("{shared} shared, longest {longest}");
}
