//! Replays a recording of length-prefixed frames and tallies them by kind.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

struct Frame {
    kind: u8,
    payload: Vec<u8>,
}

struct Recording {
    source: BufReader<File>,
}

#[derive(Default, Debug)]
struct Tally {
    frames: u64,
    by_kind: [u64; 4],
    checksum: u32,
}

impl Recording {
    fn open(path: &Path) -> io::Result<Self> {
        let source = BufReader::new(File::open(path)?);
        Ok(Self { source })
    }

    /// Reads the next frame into the one given; false at the end.
    fn next_frame(&mut self, frame: &mut Frame) -> io::Result<bool> {
        let mut header = [0; 3];
        match self.source.read_exact(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            result => result?,
        }
        frame.kind = header[0];
        frame
            .payload
            .resize(usize::from(u16::from_le_bytes([header[1], header[2]])), 0);
        self.source.read_exact(&mut frame.payload)?;
        Ok(true)
    }
}

impl Tally {
    fn add(&mut self, frame: &Frame) {
        self.frames += 1;
        self.by_kind[usize::from(frame.kind % 4)] += 1;
        for &byte in &frame.payload {
            self.checksum = self.checksum.rotate_left(3) ^ u32::from(byte);
        }
    }

    fn of(path: &Path) -> io::Result<Self> {
        let mut recording = Recording::open(path)?;
        let mut tally = Self::default();
        let mut frame = Frame {
            kind: 0,
            payload: Vec::new(),
        };
        while recording.next_frame(&mut frame)? {
            tally.add(&frame);
        }
        Ok(tally)
    }
}

fn record(path: &Path, frames: usize) -> io::Result<()> {
    let mut random = Random::new(271);
    let mut bytes = Vec::new();
    for _ in 0..frames {
        let length = 20 + random.below(60);
        bytes.push(random.below(4) as u8);
        bytes.extend((length as u16).to_le_bytes());
        bytes.resize(bytes.len() + length, random.below(256) as u8);
    }
    fs::write(path, bytes)
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("recorded-frames-{}", std::process::id()));
    record(&path, 1_800_000 * scale).expect("the recording can be written");
    let tally = Tally::of(&path).expect("the recording can be read");
    println!("{tally:?}");
    let _ = fs::remove_file(&path);
}
