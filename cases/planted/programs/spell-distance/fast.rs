//! Suggests corrections: the dictionary's words with the smallest edit distance.

use crate::random::Random;

struct Dictionary {
    words: Vec<String>,
}

struct Speller {
    dictionary: Dictionary,
    rows: Rows,
    compared: u64,
}

/// Two rows of the table of distances, kept from word to word.
#[derive(Default)]
struct Rows {
    previous: Vec<usize>,
    current: Vec<usize>,
}

fn edit_distance(one: &[u8], other: &[u8], rows: &mut Rows) -> usize {
    let Rows { previous, current } = rows;
    previous.clear();
    previous.extend(0..=other.len());
    current.resize(other.len() + 1, 0);
    for (row, &left) in one.iter().enumerate() {
        current[0] = row + 1;
        for (column, &right) in other.iter().enumerate() {
            let substituted = previous[column] + usize::from(left != right);
            current[column + 1] = substituted.min(previous[column + 1] + 1).min(current[column] + 1);
        }
        std::mem::swap(previous, current);
    }
    previous[other.len()]
}

impl Speller {
    fn distance(&mut self, word: &str, index: usize) -> usize {
        self.compared += 1;
        edit_distance(word.as_bytes(), self.dictionary.words[index].as_bytes(), &mut self.rows)
    }

    fn suggestion(&mut self, word: &str) -> (usize, usize) {
        (0..self.dictionary.words.len())
            .filter(|&index| self.dictionary.words[index].len().abs_diff(word.len()) <= 1)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|index| (self.distance(word, index), index))
            .min()
            .unwrap_or((0, 0))
    }
}

fn word(random: &mut Random) -> String {
    (0..3 + random.below(4))
        .map(|_| char::from(b'a' + random.below(12) as u8))
        .collect()
}

pub fn run(scale: usize) {
    let mut random = Random::new(233);
    let words = (0..3_000).map(|_| word(&mut random)).collect();
    let mut speller = Speller {
        dictionary: Dictionary { words },
        rows: Rows::default(),
        compared: 0,
    };
    let mut distances = [0u32; 8];
    for _ in 0..5_000 * scale {
        let (distance, _) = speller.suggestion(&word(&mut random));
        distances[distance.min(7)] += 1;
    }
    println!("{} compared, {distances:?}", speller.compared);
}
