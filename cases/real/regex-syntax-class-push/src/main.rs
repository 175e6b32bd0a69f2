//! Parses a character class with many ranges, as lexer generators write them (argument = ranges).
use std::fmt::Write;

fn main() {
    let n: u32 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(30_000);
    let mut pattern = String::from("[");
    for i in 0..n {
        let start = 0x1_0000 + i * 4;
        write!(pattern, r"\x{{{start:x}}}-\x{{{:x}}}", start + 1).unwrap();
    }
    pattern.push_str("]+");
    let hir = regex_syntax::Parser::new().parse(&pattern).expect("a valid class");
    println!("{n} ranges, minimum length {:?}", hir.properties().minimum_len());
}
