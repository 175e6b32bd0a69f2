//! Prints statements with long string literals (argument = statements).
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(50_000);
    let body = "It was a dark and stormy night; the rain fell in torrents. ".repeat(40);
    let sql = format!("INSERT INTO notes (title, body) VALUES ('A night', '{body}')");
    let statements = Parser::parse_sql(&GenericDialect {}, &sql).expect("valid SQL");
    let mut bytes = 0;
    for _ in 0..n {
        bytes += statements[0].to_string().len();
    }
    println!("{bytes} bytes");
}
