//! Sums the lengths of the coding regions in a feature table, by strand.

use crate::random::Random;
use std::fmt::Write as _;

#[derive(Clone, Copy, PartialEq)]
enum Strand {
    Forward,
    Reverse,
}

struct Feature<'a> {
    kind: &'a str,
    start: u64,
    end: u64,
    strand: Strand,
}

#[derive(Debug, Clone, Copy)]
enum Malformed {
    Column,
    Number,
}

fn number(text: &str) -> Result<u64, Malformed> {
    text.parse().map_err(|_| Malformed::Number)
}

impl<'a> Feature<'a> {
    fn parse(line: &'a str) -> Result<Self, Malformed> {
        let mut columns = line.split('\t').skip(2);
        let mut next = || columns.next().ok_or(Malformed::Column);
        let (kind, start, end) = (next()?, number(next()?)?, number(next()?)?);
        let _score = next()?;
        Ok(Self {
            kind,
            start,
            end,
            strand: strand(next()?),
        })
    }

    fn length(&self) -> u64 {
        self.end + 1 - self.start
    }
}

fn strand(text: &str) -> Strand {
    if text == "-" { Strand::Reverse } else { Strand::Forward }
}

#[derive(Default)]
struct Coding {
    forward: u64,
    reverse: u64,
    malformed: usize,
}

impl Coding {
    fn add(&mut self, line: &str) {
        match Feature::parse(line) {
            Ok(feature) if feature.kind == "CDS" => match feature.strand {
                Strand::Forward => self.forward += feature.length(),
                Strand::Reverse => self.reverse += feature.length(),
            },
            Ok(_) => {}
            Err(_) => self.malformed += 1,
        }
    }
}

fn table(genes: usize) -> String {
    let mut random = Random::new(73);
    let mut text = String::new();
    for _ in 0..genes {
        let kind = random.pick(&["gene", "mRNA", "exon", "CDS", "CDS"]);
        let start = 1 + random.below(240_000_000);
        let end = start + random.below(3_000);
        let strand = random.pick(&["+", "-"]);
        let _ = writeln!(text, "1\tE\t{kind}\t{start}\t{end}\t.\t{strand}\t0\tp=1");
    }
    text
}

pub fn run(scale: usize) {
    let text = table(20_000);
    let mut coding = Coding::default();
    for _ in 0..130 * scale {
        coding = Coding::default();
        text.lines().for_each(|line| coding.add(line));
    }
    let Coding {
        forward,
        reverse,
        malformed,
    } = coding;
    println!("{forward} forward, {reverse} reverse, {malformed} malformed");
}
