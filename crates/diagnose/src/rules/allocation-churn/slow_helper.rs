//! Suggests spellings: the nearest words of a small dictionary for every word of a text.

const DICTIONARY: [&str; 24] = [
    "harbour", "captain", "lantern", "anchor", "voyage", "compass", "sailor", "island", "current", "horizon", "cargo",
    "signal", "rudder", "bosun", "galley", "cabin", "tide", "storm", "reef", "dock", "mast", "keel", "rope", "chart",
];

fn text(words: u32) -> Vec<String> {
    let mut state = 7u32;
    (0..words)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let mut word = DICTIONARY[(state >> 16) as usize % DICTIONARY.len()].to_owned();
            if state.is_multiple_of(3) {
                word.remove((state >> 8) as usize % 4);
            }
            word
        })
        .collect()
}

/// The number of single-letter edits between two words.
fn distance(from: &str, to: &str) -> usize {
    let mut costs: Vec<usize> = (0..=to.len()).collect(); //~ allocation-churn
    for (row, left) in from.bytes().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = row + 1;
        for (column, right) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[to.len()]
}

fn suggest(word: &str) -> (&'static str, usize) {
    let mut best = (DICTIONARY[0], usize::MAX);
    for candidate in DICTIONARY {
        if candidate.len().abs_diff(word.len()) > 1 {
            continue;
        }
        let edits = distance(word, candidate);
        if edits < best.1 {
            best = (candidate, edits);
        }
    }
    best
}

pub fn run(scale: usize) {
    let words = text(5000);
    let mut edits = 0;
    for _ in 0..scale * 12 {
        for word in &words {
            edits += suggest(word).1;
        }
    }
    println!("{edits} edits");
}
