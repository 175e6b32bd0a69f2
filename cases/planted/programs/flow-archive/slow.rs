//! Reads a capture file back and adds up the bytes of each protocol.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process;

const PACKETS: usize = 60_000;

#[derive(Clone, Copy)]
enum Protocol {
    Tcp,
    Udp,
    Other,
}

struct Packet {
    protocol: Protocol,
    length: u32,
}

/// Anything that yields packets until it ends.
trait Capture {
    fn next_packet(&mut self) -> io::Result<Option<Packet>>;
}

struct CaptureFile {
    file: File,
    left: u32,
}

impl CaptureFile {
    fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?; //~
        let mut count = [0; 4];
        file.read_exact(&mut count)?;
        Ok(Self {
            file,
            left: u32::from_le_bytes(count),
        })
    }
}

impl Capture for CaptureFile {
    fn next_packet(&mut self) -> io::Result<Option<Packet>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut header = [0; 13];
        self.file.read_exact(&mut header)?; //~
        Ok(Some(Packet {
            protocol: protocol(header[8]),
            length: u32::from_le_bytes([header[9], header[10], header[11], header[12]]),
        }))
    }
}

fn protocol(number: u8) -> Protocol {
    match number {
        6 => Protocol::Tcp,
        17 => Protocol::Udp,
        _ => Protocol::Other,
    }
}

#[derive(Default, Debug, PartialEq)]
struct Totals {
    bytes: [u64; 3],
}

fn total(capture: &mut dyn Capture) -> io::Result<Totals> {
    let mut totals = Totals::default();
    while let Some(packet) = capture.next_packet()? {
        totals.bytes[packet.protocol as usize] += u64::from(packet.length);
    }
    Ok(totals)
}

fn record(path: &Path) -> io::Result<()> {
    let mut random = Random::new(77);
    let mut bytes = Vec::with_capacity(4 + 13 * PACKETS);
    bytes.extend_from_slice(&(PACKETS as u32).to_le_bytes());
    for packet in 0..PACKETS as u64 {
        bytes.extend_from_slice(&(packet * 1_700).to_le_bytes());
        bytes.push(random.pick(&[6, 6, 6, 17, 17, 1]));
        bytes.extend_from_slice(&(60 + random.below(1_440) as u32).to_le_bytes());
    }
    fs::write(path, bytes)
}

fn replay(path: &PathBuf, rounds: usize) -> io::Result<Totals> {
    record(path)?;
    let mut last = Totals::default();
    for _ in 0..rounds {
        last = total(&mut CaptureFile::open(path)?)?;
    }
    fs::remove_file(path)?;
    Ok(last)
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("flows-{}.cap", process::id()));
    match replay(&path, 40 * scale) {
        Ok(totals) => println!("{totals:?}"),
        Err(error) => eprintln!("{}: {error}", path.display()),
    }
}
