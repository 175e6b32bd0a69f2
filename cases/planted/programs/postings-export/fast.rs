//! Exports the journal of an accountant, day by day; each day is complete when it has been flushed.

use crate::random::Random;
use std::fmt::{self, Display};
use std::io::{self, BufWriter, Write};

#[derive(Clone, Copy)]
struct Cents(i64);

struct Posting {
    debit: u16,
    credit: u16,
    amount: Cents,
    text: &'static str,
}

struct Day {
    number: u32,
    postings: Vec<Posting>,
}

impl Display for Cents {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Display for Posting {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{};{};{};{}", self.debit, self.credit, self.amount, self.text)
    }
}

struct Export<W> {
    out: W,
    balance: Vec<i64>,
}

impl<W: Write> Export<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            balance: vec![0; 10_000],
        }
    }

    fn book(&mut self, posting: &Posting) {
        self.balance[usize::from(posting.debit)] += posting.amount.0;
        self.balance[usize::from(posting.credit)] -= posting.amount.0;
    }

    fn day(&mut self, day: &Day) -> io::Result<()> {
        writeln!(self.out, "# day {}", day.number)?;
        for posting in &day.postings {
            self.book(posting);
            writeln!(self.out, "{posting}")?;
        }
        self.out.flush()
    }
}

const TEXTS: [&str; 4] = ["rent", "goods received", "cash sale", "salaries"];

fn journal(days: u32, postings: usize) -> Vec<Day> {
    let mut random = Random::new(102);
    let mut posting = || Posting {
        debit: 1_000 + random.below(600) as u16,
        credit: 3_000 + random.below(600) as u16,
        amount: Cents(100 + random.below(900_000) as i64),
        text: random.pick(&TEXTS),
    };
    (1..=days)
        .map(|number| Day {
            number,
            postings: (0..postings).map(|_| posting()).collect(),
        })
        .collect()
}

fn export(days: &[Day], rounds: usize) -> io::Result<i64> {
    let mut export = Export::new(BufWriter::with_capacity(1 << 16, io::stdout().lock()));
    for _ in 0..rounds {
        for day in days {
            export.day(day)?;
        }
    }
    Ok(export.balance.iter().sum())
}

pub fn run(scale: usize) {
    let days = journal(30, 3_000);
    match export(&days, 20 * scale) {
        Ok(balance) => assert_eq!(balance, 0, "every posting has two sides"),
        Err(error) => eprintln!("export: {error}"),
    }
}
