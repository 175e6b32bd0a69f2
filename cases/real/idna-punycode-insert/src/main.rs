//! Decodes Punycode: long ASCII text with some accented letters (argument = words).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(200_000);
    let words = [
        "the",
        "quick",
        "caf\u{e9}",
        "jumps",
        "over",
        "lazy",
        "dog",
        "again",
        "and",
        "again",
    ];
    let text: Vec<char> = (0..n)
        .flat_map(|i| words[i % words.len()].chars().chain([' ']))
        .collect();
    let encoded = idna::punycode::encode(&text).expect("encodable");
    let decoded = idna::punycode::decode(&encoded).expect("decodable");
    println!(
        "{} bytes, {} characters, {}",
        encoded.len(),
        decoded.len(),
        decoded == text
    );
}
