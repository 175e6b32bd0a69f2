//! Parses a paragraph in which comments are opened and never closed (argument = openings).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(12_000);
    let text = "a word <!-- and a dash - ".repeat(n);
    let events = pulldown_cmark::Parser::new(&text).count();
    println!("{} bytes, {events} events", text.len());
}
