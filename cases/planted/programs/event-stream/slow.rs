//! Writes the events of a simulated elevator as lines for a later analysis.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

struct Event {
    second: u32,
    floor: i32,
    kind: &'static str,
}

struct EventLog<W: Write> {
    out: W,
    events: u64,
}

struct Elevator<W: Write> {
    floor: i32,
    target: i32,
    log: EventLog<W>,
}

impl<W: Write> EventLog<W> {
    fn emit(&mut self, event: &Event) -> io::Result<()> {
        self.events += 1;
        writeln!(self.out, "{} {} {}", event.second, event.kind, event.floor)?; //~
        self.out.flush() //~
    }
}

impl<W: Write> Elevator<W> {
    fn second(&mut self, second: u32, random: &mut Random) -> io::Result<()> {
        let kind = match self.target - self.floor {
            0 => {
                self.target = random.below(30) as i32 - 2;
                "doors"
            }
            distance => {
                self.floor += distance.signum();
                "moves"
            }
        };
        let floor = self.floor;
        self.log.emit(&Event { second, floor, kind }) //~
    }
}

fn simulate(path: &Path, seconds: u32) -> io::Result<u64> {
    let mut random = Random::new(277);
    let mut elevator = Elevator {
        floor: 0,
        target: 0,
        log: EventLog {
            out: BufWriter::new(File::create(path)?),
            events: 0,
        },
    };
    for second in 0..seconds {
        elevator.second(second, &mut random)?;
    }
    elevator.log.out.flush()?;
    Ok(elevator.log.events)
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("event-stream-{}", std::process::id()));
    let events = simulate(&path, 2_500_000 * scale as u32).expect("the log can be written");
    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    println!("{events} events, {bytes} bytes");
    let _ = fs::remove_file(&path);
}
