//! Looks at a few bases of the reference around each variant.

use noodles_core::Position;
use noodles_fasta::record::{Definition, Sequence};
use noodles_fasta::{Record, Repository};
use std::env;

const CHROMOSOMES: u64 = 6;
const LENGTH: usize = 400_000;

fn main() {
    let variants = env::args().nth(1).map_or(20_000, |n| n.parse().expect("a number of variants"));
    let repository = Repository::new((0..CHROMOSOMES).map(chromosome).collect::<Vec<_>>());
    let mut strong = 0;
    for variant in 0..variants {
        let name = format!("chr{}", variant % CHROMOSOMES);
        let at = (variant * 7_919) as usize % (LENGTH - 10);
        let reference = repository.get(name.as_bytes()).expect("the chromosome is known").expect("it can be read");
        let around = Position::new(at + 1).expect("from 1")..=Position::new(at + 10).expect("from 1");
        let bases = reference.get(around).expect("within the chromosome");
        strong += bases.iter().filter(|base| matches!(base, b'G' | b'C')).count();
    }
    println!("{variants} variants, {strong} strong bases around them");
}

fn chromosome(number: u64) -> Record {
    let mut seed = number + 1;
    let bases: Vec<u8> = (0..LENGTH)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b"ACGT"[(seed >> 60) as usize % 4]
        })
        .collect();
    Record::new(Definition::new(format!("chr{number}"), None), Sequence::from(bases))
}
