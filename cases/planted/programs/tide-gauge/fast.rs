//! Decodes the binary log of a tide gauge: records of varying length, each with a check sum.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// One record of the log.
enum Record {
    Level { millimetres: u16 },
    Weather { pressure: u16, wind: u16 },
    End,
}

/// Takes records from any source of bytes.
struct Decoder<R> {
    source: R,
    sum: u8,
}

impl<R: Read> Decoder<R> {
    fn new(source: R) -> Self {
        Self { source, sum: 0 }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.source.read_exact(&mut byte)?;
        self.sum = self.sum.wrapping_add(byte[0]);
        Ok(byte[0])
    }

    fn short(&mut self) -> io::Result<u16> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn record(&mut self) -> io::Result<Record> {
        match self.byte()? {
            b'L' => Ok(Record::Level {
                millimetres: self.short()?,
            }),
            b'W' => Ok(Record::Weather {
                pressure: self.short()?,
                wind: self.short()?,
            }),
            b'E' => Ok(Record::End),
            other => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("no record starts with {other}"),
            )),
        }
    }
}

#[derive(Default)]
struct Summary {
    records: u64,
    highest: u16,
    pressure: u64,
    gale: u64,
}

impl Summary {
    fn add(&mut self, record: &Record) {
        self.records += 1;
        match record {
            Record::Level { millimetres } => self.highest = self.highest.max(*millimetres),
            Record::Weather { pressure, wind } => {
                self.pressure += u64::from(*pressure);
                self.gale += u64::from(*wind > 180);
            }
            Record::End => {}
        }
    }
}

fn open(path: &Path) -> io::Result<Decoder<impl Read>> {
    Ok(Decoder::new(BufReader::new(File::open(path)?)))
}

fn summarize(path: &Path) -> io::Result<(Summary, u8)> {
    let mut decoder = open(path)?;
    let mut summary = Summary::default();
    loop {
        let record = decoder.record()?;
        if let Record::End = record {
            return Ok((summary, decoder.sum));
        }
        summary.add(&record);
    }
}

fn log(random: &mut Random, records: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(records * 5 + 1);
    for _ in 0..records {
        if random.below(4) == 0 {
            bytes.push(b'W');
            bytes.extend((960 + random.below(80) as u16).to_le_bytes());
            bytes.extend((random.below(200) as u16).to_le_bytes());
        } else {
            bytes.push(b'L');
            bytes.extend((random.below(9_000) as u16).to_le_bytes());
        }
    }
    bytes.push(b'E');
    bytes
}

fn log_file() -> PathBuf {
    std::env::temp_dir().join(format!("tide-gauge-{}.log", std::process::id()))
}

pub fn run(scale: usize) {
    let path = log_file();
    let outcome = fs::write(&path, log(&mut Random::new(3), 40_000)).and_then(|()| {
        let mut last = summarize(&path)?;
        for _ in 1..40 * scale {
            last = summarize(&path)?;
        }
        Ok(last)
    });
    let _ = fs::remove_file(&path);
    match outcome {
        Ok((summary, sum)) => println!(
            "{} records, highest {} mm, {} gales, pressure {}, check {sum}",
            summary.records, summary.highest, summary.gale, summary.pressure
        ),
        Err(error) => println!("cannot read the log: {error}"),
    }
}
