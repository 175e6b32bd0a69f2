//! Counts the rows that fulfil combinations of conditions, with one bitmap for each value of a column.

#[expect(dead_code, reason = "not every program needs all kinds of random values")]
#[path = "../../../planted/src/random.rs"]
mod random;

use random::Random;

struct Bitmap {
    words: Vec<u64>,
}

struct Column {
    by_value: Vec<Bitmap>,
}

struct Index {
    columns: Vec<Column>,
}

impl Bitmap {
    fn empty(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(64)],
        }
    }

    fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    fn common(&self, other: &Self, without: &Self) -> u64 {
        let words = self.words.iter().zip(&other.words).zip(&without.words);
        words
            .map(|((one, other), without)| u64::from((one & other & !without).count_ones()))
            .sum()
    }
}

impl Index {
    fn generated(rows: usize, columns: usize, values: usize) -> Self {
        let mut random = Random::new(433);
        let columns = (0..columns)
            .map(|_| {
                let mut by_value: Vec<Bitmap> = (0..values).map(|_| Bitmap::empty(rows)).collect();
                for row in 0..rows {
                    by_value[random.below(values)].set(row);
                }
                Column { by_value }
            })
            .collect();
        Self { columns }
    }

    fn count(&self, one: (usize, usize), other: (usize, usize), without: (usize, usize)) -> u64 {
        let bitmap = |(column, value): (usize, usize)| &self.columns[column].by_value[value];
        bitmap(one).common(bitmap(other), bitmap(without))
    }
}

fn main() {
    let scale: usize = std::env::args().nth(1).and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let index = Index::generated(200_000, 3, 8);
    let mut counted = 0;
    let mut largest = 0;
    for _ in 0..800 * scale {
        for query in 0..512 {
            let count = index.count((0, query % 8), (1, query / 8 % 8), (2, query / 64));
            counted += count;
            largest = largest.max(count);
        }
    }
    println!("{counted} rows counted, at most {largest}");
}
