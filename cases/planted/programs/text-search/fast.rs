//! Answers conjunctive queries from an inverted index whose posting lists are sorted.

use crate::random::Random;

struct Index {
    /// Documents by term, ascending.
    postings: Vec<Vec<u32>>,
    documents: u32,
}

impl Index {
    fn generated(documents: u32, terms: usize) -> Self {
        let mut random = Random::new(349);
        let mut postings = vec![Vec::new(); terms];
        for document in 0..documents {
            for _ in 0..30 {
                let term = (terms as f64).powf(random.unit()) as usize - 1;
                if postings[term].last() != Some(&document) {
                    postings[term].push(document);
                }
            }
        }
        Self { postings, documents }
    }

    /// The documents that have all terms, written over `found`.
    fn search(&self, terms: &[usize], found: &mut Vec<u32>) {
        let mut lists: Vec<&[u32]> = terms.iter().map(|&term| self.postings[term].as_slice()).collect();
        lists.sort_by_key(|list| list.len());
        found.clear();
        let Some((shortest, others)) = lists.split_first_mut() else {
            return;
        };
        for &document in shortest.iter() {
            if others.iter_mut().all(|list| advance_to(list, document)) {
                found.push(document);
            }
        }
    }
}

/// Drops what is smaller than the document from the list's front; tells whether the document is there.
fn advance_to(list: &mut &[u32], document: u32) -> bool {
    let mut step = 1;
    while step < list.len() && list[step] < document {
        step *= 2;
    }
    let window = &list[step / 2..list.len().min(step + 1)];
    let skipped = step / 2 + window.partition_point(|&other| other < document);
    *list = &list[skipped..];
    list.first() == Some(&document)
}

pub fn run(scale: usize) {
    let index = Index::generated(120_000, 5_000);
    let mut random = Random::new(353);
    let mut found = Vec::new();
    let (mut hits, mut sum) = (0, 0u64);
    for _ in 0..4_000 * scale {
        let terms: [usize; 3] = std::array::from_fn(|_| (600f64).powf(random.unit()) as usize - 1);
        index.search(&terms, &mut found);
        hits += found.len();
        sum = found
            .iter()
            .fold(sum, |sum, &document| sum.wrapping_mul(31) ^ u64::from(document));
    }
    println!("{} documents, {hits} hits, {sum:x}", index.documents);
}
