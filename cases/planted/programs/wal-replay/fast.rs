//! Replays the write-ahead log of a key-value store after a crash, record by record.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::process;

const RECORDS: usize = 80_000;
const KEYS: usize = 5_000;

#[derive(Clone, Copy)]
enum Operation {
    Put,
    Add,
    Delete,
}

struct Record {
    operation: Operation,
    key: u32,
    value: i64,
}

struct Log<R> {
    input: R,
    position: u64,
}

impl<R: Read> Log<R> {
    fn byte(&mut self) -> io::Result<u8> {
        Ok(u8::from_le_bytes(self.bytes()?))
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.position += N as u64;
        Ok(bytes)
    }

    fn record(&mut self) -> io::Result<Option<Record>> {
        let operation = match self.byte()? {
            0 => return Ok(None),
            1 => Operation::Put,
            2 => Operation::Add,
            3 => Operation::Delete,
            other => return Err(io::Error::other(format!("operation {other} at {}", self.position))),
        };
        Ok(Some(Record {
            operation,
            key: u32::from_le_bytes(self.bytes()?),
            value: i64::from_le_bytes(self.bytes()?),
        }))
    }
}

struct Store {
    values: Vec<Option<i64>>,
    replayed: usize,
}

impl Store {
    fn apply(&mut self, record: &Record) {
        let slot = &mut self.values[record.key as usize];
        *slot = match record.operation {
            Operation::Put => Some(record.value),
            Operation::Add => slot.map(|value| value.wrapping_add(record.value)),
            Operation::Delete => None,
        };
        self.replayed += 1;
    }

    fn open(path: &Path) -> io::Result<Self> {
        let mut log = Log {
            input: BufReader::new(File::open(path)?),
            position: 0,
        };
        let mut store = Self {
            values: vec![None; KEYS],
            replayed: 0,
        };
        while let Some(record) = log.record()? {
            store.apply(&record);
        }
        Ok(store)
    }
}

fn write_log(path: &Path) -> io::Result<()> {
    let mut random = Random::new(108);
    let mut bytes = Vec::with_capacity(13 * RECORDS + 1);
    for _ in 0..RECORDS {
        bytes.push(random.pick(&[1, 1, 1, 2, 2, 3]));
        bytes.extend_from_slice(&(random.below(KEYS) as u32).to_le_bytes());
        bytes.extend_from_slice(&(random.below(10_000) as i64).to_le_bytes());
    }
    bytes.push(0);
    fs::write(path, bytes)
}

fn recover(path: &Path, rounds: usize) -> io::Result<String> {
    write_log(path)?;
    let mut line = String::new();
    for _ in 0..rounds {
        let store = Store::open(path)?;
        let sum: i64 = store.values.iter().flatten().sum();
        let live = store.values.iter().flatten().count();
        line = format!("{} records, {live} keys, sum {sum}", store.replayed);
    }
    fs::remove_file(path)?;
    Ok(line)
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("store-{}.wal", process::id()));
    match recover(&path, 250 * scale) {
        Ok(line) => println!("{line}"),
        Err(error) => eprintln!("{}: {error}", path.display()),
    }
}
