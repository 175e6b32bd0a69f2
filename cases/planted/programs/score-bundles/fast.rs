//! Reads bundles of game scores from a file of length-prefixed records.

use crate::random::Random;
use rustc_hash::FxHashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

struct Score {
    player: u32,
    points: u32,
    moves: u16,
}

struct Bundles<R> {
    source: R,
    record: Vec<u8>,
}

#[derive(Default)]
struct Table {
    points: FxHashMap<u32, u64>,
    longest: usize,
    records: u64,
}

impl<R: Read> Bundles<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            record: Vec::new(),
        }
    }

    /// The next record, or nothing at the end of the file.
    fn next(&mut self) -> io::Result<Option<Score>> {
        let mut length = [0; 2];
        match self.source.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        self.record.clear();
        self.record.resize(usize::from(u16::from_le_bytes(length)), 0);
        self.source.read_exact(&mut self.record)?;
        let [a, b, c, d, e, f, g, h, i, j, ..] = self.record[..] else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a record is too short"));
        };
        Ok(Some(Score {
            player: u32::from_le_bytes([a, b, c, d]),
            points: u32::from_le_bytes([e, f, g, h]),
            moves: u16::from_le_bytes([i, j]),
        }))
    }
}

impl Table {
    fn add(&mut self, score: &Score) {
        *self.points.entry(score.player).or_insert(0) += u64::from(score.points);
        self.longest = self.longest.max(usize::from(score.moves));
        self.records += 1;
    }
}

fn read(path: &Path, rounds: usize) -> io::Result<Table> {
    let mut table = Table::default();
    for _ in 0..rounds {
        let mut bundles = Bundles::new(BufReader::new(File::open(path)?));
        while let Some(score) = bundles.next()? {
            table.add(&score);
        }
    }
    Ok(table)
}

fn file(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..200_000 {
        let comment = random.below(20);
        bytes.extend((10 + comment as u16).to_le_bytes());
        bytes.extend((random.below(5_000) as u32).to_le_bytes());
        bytes.extend((random.below(90_000) as u32).to_le_bytes());
        bytes.extend((random.below(300) as u16).to_le_bytes());
        bytes.resize(bytes.len() + comment, b' ');
    }
    bytes
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("score-bundles-{}.bin", std::process::id()));
    let table = fs::write(&path, file(&mut Random::new(64))).and_then(|()| read(&path, 130 * scale));
    let _ = fs::remove_file(&path);
    match table {
        Ok(table) => println!(
            "{} records of {} players, {} points, longest {}",
            table.records,
            table.points.len(),
            table.points.values().sum::<u64>(),
            table.longest
        ),
        Err(error) => println!("cannot read: {error}"),
    }
}
