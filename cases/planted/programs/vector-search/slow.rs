//! Nearest neighbours of queries by cosine similarity, with pluggable measures.

use crate::random::Random;

const DIMENSIONS: usize = 48;

struct Embedding {
    document: u32,
    values: [f64; DIMENSIONS],
}

impl Embedding {
    fn random(document: u32, random: &mut Random) -> Self {
        Self {
            document,
            values: std::array::from_fn(|_| random.unit() - 0.4),
        }
    }

    fn dot(&self, other: &Self) -> f64 {
        self.values.iter().zip(&other.values).map(|(a, b)| a * b).sum()
    }

    fn length(&self) -> f64 {
        self.values.iter().map(|a| a * a).sum::<f64>().sqrt() //~
    }
}

trait Similarity {
    fn between(&self, a: &Embedding, b: &Embedding) -> f64;
}

struct Cosine;

impl Similarity for Cosine {
    fn between(&self, a: &Embedding, b: &Embedding) -> f64 {
        a.dot(b) / (a.length() * b.length()) //~
    }
}

struct Index<S> {
    similarity: S,
    embeddings: Vec<Embedding>,
}

impl<S: Similarity> Index<S> {
    fn best(&self, query: &Embedding) -> Option<(u32, f64)> {
        self.embeddings
            .iter()
            .map(|candidate| (candidate.document, self.similarity.between(query, candidate))) //~
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(15);
    let embeddings = (0..6_000)
        .map(|document| Embedding::random(document, &mut random))
        .collect();
    let index = Index {
        similarity: Cosine,
        embeddings,
    };
    let (mut sum, mut chosen) = (0.0, 0u64);
    for number in 0..1_800 * scale {
        if let Some((document, similarity)) = index.best(&Embedding::random(number as u32, &mut random)) {
            sum += similarity;
            chosen += u64::from(document);
        }
    }
    println!("{sum:.6} {chosen}");
}
