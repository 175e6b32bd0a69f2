//! Ranks documents for queries by the share of their tokens that the query has.

use crate::random::Random;

#[derive(Clone)]
struct Document {
    title: String,
    tokens: Vec<u32>,
}

struct Query {
    tokens: Vec<u32>,
    boost: f64,
}

struct Hit {
    score: f64,
    document: usize,
}

fn score(document: &Document, query: &Query) -> f64 {
    // Long documents are judged by their beginning.
    let considered = &document.tokens[..document.tokens.len().min(5)];
    let common = considered.iter().filter(|token| query.tokens.contains(token)).count();
    let in_title = document.title.len() % 7 == query.tokens.len() % 7;
    let boost = if in_title { query.boost } else { 1.0 };
    common as f64 / considered.len() as f64 * boost
}

fn rank(documents: &[Document], query: &Query, count: usize) -> Vec<Hit> {
    let mut hits: Vec<Hit> = documents
        .iter()
        .map(|document| score(document, query))
        .enumerate()
        .filter(|&(_, score)| score > 0.3)
        .map(|(document, score)| Hit { score, document })
        .collect();
    hits.sort_by(|one, other| {
        other
            .score
            .total_cmp(&one.score)
            .then(one.document.cmp(&other.document))
    });
    hits.truncate(count);
    hits
}

fn documents(count: usize) -> Vec<Document> {
    let mut random = Random::new(163);
    (0..count)
        .map(|number| Document {
            title: format!("On the matter of {number}"),
            tokens: (0..80 + random.below(200)).map(|_| random.below(60) as u32).collect(),
        })
        .collect()
}

fn queries(count: usize) -> Vec<Query> {
    let mut random = Random::new(167);
    (0..count)
        .map(|_| Query {
            tokens: (0..2 + random.below(3)).map(|_| random.below(60) as u32).collect(),
            boost: 1.0 + random.unit(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let documents = documents(8_000);
    let mut best = Vec::new();
    for query in &queries(1_300 * scale) {
        let hits = rank(&documents, query, 3);
        best.extend(hits.first().map(|hit| (hit.document, (hit.score * 1000.0) as u64)));
    }
    let sum: u64 = best.iter().map(|&(document, score)| document as u64 * 31 + score).sum();
    println!("{} queries answered, checksum {sum}", best.len());
}
