fn dedup(words: &[String]) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for word in words {
        if !seen.contains(word) {
            seen.push(word.clone());
        }
    }
    seen
}

fn drain(mut words: Vec<String>) -> usize {
    let mut total = 0;
    while !words.is_empty() { total += words.remove(0).len(); }
    total
}

fn main() {
    let words: Vec<String> = (0..20_000).map(|number| format!("word-{}", number % 5_000)).collect();
    let seen = dedup(&words);
    println!("{} {}", seen.len(), drain(words));
}
