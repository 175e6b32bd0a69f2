//! Compares texts (argument = words of each).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(600);
    let words = [
        "kitten", "sitting", "saturday", "sunday", "gumbo", "gambol", "flaw", "lawn",
    ];
    let text = |step: usize| {
        (0..n)
            .map(|i| words[i * step % words.len()])
            .collect::<Vec<_>>()
            .join(" ")
    };
    let distance = strsim::damerau_levenshtein(&text(3), &text(5));
    println!("{distance}");
}
