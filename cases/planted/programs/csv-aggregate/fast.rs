//! Aggregates a large CSV file by product, reading it line by line into one buffer.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

#[derive(Default, Clone, Copy)]
struct Sales {
    pieces: u64,
    cents: u64,
}

struct Row {
    product: usize,
    pieces: u64,
    cents: u64,
}

fn parse(line: &str) -> Option<Row> {
    let mut fields = line.trim_end().split(';');
    Some(Row {
        product: fields.next()?.strip_prefix("P-")?.parse().ok()?,
        pieces: fields.next()?.parse().ok()?,
        cents: fields.next()?.parse().ok()?,
    })
}

fn aggregate(path: &Path, products: usize) -> io::Result<(Vec<Sales>, u32)> {
    let mut sales = vec![Sales::default(); products];
    let mut malformed = 0;
    let mut input = BufReader::new(File::open(path)?);
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        match parse(&line).filter(|row| row.product < products) {
            Some(row) => {
                sales[row.product].pieces += row.pieces;
                sales[row.product].cents += row.pieces * row.cents;
            }
            None => malformed += 1,
        }
        line.clear();
    }
    Ok((sales, malformed))
}

fn export(path: &Path, rows: usize) -> io::Result<()> {
    let mut random = Random::new(383);
    let mut output = BufWriter::new(File::create(path)?);
    for row in 0..rows {
        let mark = if row % 10_000 == 9_999 { "X-" } else { "P-" };
        let (product, pieces, cents) = (random.below(900), random.below(40), random.below(90_000));
        writeln!(output, "{mark}{product};{pieces};{cents};2025-03-{:02}", row % 28 + 1)?;
    }
    output.flush()
}

fn best(sales: &[Sales]) -> Option<(u64, usize)> {
    sales
        .iter()
        .enumerate()
        .map(|(product, sales)| (sales.cents, product))
        .max()
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("csv-aggregate-{}", std::process::id()));
    export(&path, 1_500_000 * scale).expect("the export can be written");
    let mut malformed = 0;
    let mut winners = Vec::new();
    for products in 890..896 {
        let (sales, skipped) = aggregate(&path, products).expect("the export can be read");
        malformed += skipped;
        winners.extend(best(&sales));
    }
    println!("{winners:?}, {malformed} malformed");
    let _ = fs::remove_file(&path);
}
