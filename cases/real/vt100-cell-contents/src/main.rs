//! Reads a terminal's screen again and again (argument = times).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(8_000);
    let mut parser = vt100::Parser::new(60, 200, 0);
    for i in 0..60 {
        parser.process(format!("\r\n\x1b[3{}m{}", i % 8, "some output of a program ".repeat(7)).as_bytes());
    }
    let mut bytes = 0;
    for _ in 0..n {
        bytes += parser.screen().contents().len();
    }
    println!("{bytes} bytes");
}
