//! Rates the passphrases of an import.

use std::env;

const WORDS: [&str; 12] = [
    "lantern", "Gravel", "1987", "orbit", "Quilt", "harbour", "22-4", "mosaic", "Thimble", "velvet", "q1w2", "cedar",
];

fn main() {
    let accounts = env::args().nth(1).map_or(60, |n| n.parse().expect("a number of accounts"));
    let mut scores = [0_u32; 5];
    let mut digits = 0.0;
    for account in 0..accounts {
        let rating = zxcvbn::zxcvbn(&passphrase(account), &["example", "import"]).expect("not blank");
        scores[usize::from(rating.score())] += 1;
        digits += rating.guesses_log10();
    }
    println!("{accounts} accounts by score: {scores:?}, {digits:.2} digits");
}

fn passphrase(account: usize) -> String {
    let mut phrase = String::new();
    for i in 0..12 {
        phrase.push_str(WORDS[(account * 7 + i * 5) % WORDS.len()]);
        phrase.push_str(["-", "_", ".", "7"][(account + i) % 4]);
    }
    phrase
}
