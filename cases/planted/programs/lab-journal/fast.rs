//! Writes down what a pipetting robot does, step by step, as the journal of a laboratory.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

#[derive(Clone, Copy)]
struct Well {
    row: u8,
    column: u8,
}

#[derive(Clone, Copy)]
enum Step {
    Aspirate { from: Well, microlitres: u16 },
    Dispense { to: Well, microlitres: u16 },
    NewTip,
    Shake { seconds: u16 },
}

/// Takes down entries.
struct Journal<W: Write> {
    out: W,
    entries: u32,
}

struct Robot<'a, W: Write> {
    journal: &'a mut Journal<W>,
    tips: u32,
    volume: u64,
}

impl std::fmt::Display for Well {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", char::from(b'A' + self.row), self.column + 1)
    }
}

impl<W: Write> Journal<W> {
    fn note(&mut self, entry: std::fmt::Arguments<'_>) -> io::Result<()> {
        self.entries += 1;
        write!(self.out, "{:06} ", self.entries)?;
        self.out.write_fmt(entry)?;
        self.out.write_all(b"\n")
    }

    fn close(mut self) -> io::Result<u32> {
        self.out.flush()?;
        Ok(self.entries)
    }
}

impl<W: Write> Robot<'_, W> {
    fn run(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Aspirate { from, microlitres } => {
                self.volume += u64::from(microlitres);
                self.journal.note(format_args!("aspirate {microlitres} from {from}"))
            }
            Step::Dispense { to, microlitres } => self.journal.note(format_args!("dispense {microlitres} to {to}")),
            Step::NewTip => {
                self.tips += 1;
                self.journal.note(format_args!("tip {}", self.tips))
            }
            Step::Shake { seconds } => self.journal.note(format_args!("shake {seconds} s")),
        }
    }
}

fn well(random: &mut Random) -> Well {
    Well {
        row: random.below(8) as u8,
        column: random.below(12) as u8,
    }
}

fn protocol(random: &mut Random) -> Vec<Step> {
    let mut steps = Vec::new();
    for _ in 0..96 {
        let microlitres = 10 + random.below(190) as u16;
        steps.push(Step::NewTip);
        steps.push(Step::Aspirate {
            from: well(random),
            microlitres,
        });
        steps.push(Step::Dispense {
            to: well(random),
            microlitres,
        });
        if random.below(8) == 0 {
            steps.push(Step::Shake {
                seconds: 5 + random.below(30) as u16,
            });
        }
    }
    steps
}

fn work(path: &PathBuf, protocols: &[Vec<Step>], rounds: usize) -> io::Result<(u32, u32, u64)> {
    let mut journal = Journal {
        out: BufWriter::new(File::create(path)?),
        entries: 0,
    };
    let mut robot = Robot {
        journal: &mut journal,
        tips: 0,
        volume: 0,
    };
    for _ in 0..rounds {
        for protocol in protocols {
            for &step in protocol {
                robot.run(step)?;
            }
        }
    }
    let (tips, volume) = (robot.tips, robot.volume);
    Ok((journal.close()?, tips, volume))
}

pub fn run(scale: usize) {
    let mut random = Random::new(96);
    let protocols: Vec<Vec<Step>> = (0..20).map(|_| protocol(&mut random)).collect();
    let path = std::env::temp_dir().join(format!("lab-journal-{}.txt", std::process::id()));
    let outcome = work(&path, &protocols, 200 * scale);
    let length = fs::metadata(&path).map_or(0, |file| file.len());
    let _ = fs::remove_file(&path);
    match outcome {
        Ok((entries, tips, volume)) => println!("{entries} entries, {tips} tips, {volume} µl, {length} bytes"),
        Err(error) => println!("cannot keep the journal: {error}"),
    }
}
