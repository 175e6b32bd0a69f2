//! Replays the matches of a tournament and writes the feed that newsrooms load afterwards.

use crate::random::Random;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy)]
enum Play {
    Goal { minute: u8, scorer: u16 },
    Card { minute: u8, player: u16, red: bool },
    Change { minute: u8, out: u16, new: u16 },
}

struct Match {
    number: u32,
    plays: Vec<Play>,
}

trait Feed {
    fn publish(&mut self, number: u32, play: &Play) -> io::Result<()>;

    fn close(self: Box<Self>) -> io::Result<u64>;
}

/// The feed as a file of lines.
struct FileFeed {
    out: BufWriter<File>,
    lines: u64,
}

impl FileFeed {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::new(File::create(path)?),
            lines: 0,
        })
    }
}

impl Feed for FileFeed {
    fn publish(&mut self, number: u32, play: &Play) -> io::Result<()> {
        self.lines += 1;
        match play {
            Play::Goal { minute, scorer } => writeln!(self.out, "{number} {minute}' goal {scorer}"),
            Play::Card { minute, player, red } => {
                let colour = if *red { "red" } else { "yellow" };
                writeln!(self.out, "{number} {minute}' {colour} {player}")
            }
            Play::Change { minute, out, new } => writeln!(self.out, "{number} {minute}' {out} for {new}"),
        }
    }

    fn close(mut self: Box<Self>) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.lines)
    }
}

fn play(random: &mut Random, minute: u8) -> Play {
    let player = random.below(700) as u16;
    match random.below(6) {
        0 => Play::Goal { minute, scorer: player },
        1 | 2 => Play::Card {
            minute,
            player,
            red: random.below(9) == 0,
        },
        _ => Play::Change {
            minute,
            out: player,
            new: random.below(700) as u16,
        },
    }
}

fn matches(random: &mut Random) -> Vec<Match> {
    (0..64)
        .map(|number| Match {
            number,
            plays: (0..90).map(|minute| play(random, minute)).collect(),
        })
        .collect()
}

fn replay(matches: &[Match], rounds: usize, feed: &mut dyn Feed) -> io::Result<()> {
    for round in 0..rounds as u32 {
        for game in matches {
            for play in &game.plays {
                feed.publish(round * 100 + game.number, play)?;
            }
        }
    }
    Ok(())
}

fn feed_file() -> PathBuf {
    std::env::temp_dir().join(format!("tournament-feed-{}.txt", std::process::id()))
}

pub fn run(scale: usize) {
    let matches = matches(&mut Random::new(5));
    let path = feed_file();
    let written = FileFeed::create(&path).and_then(|feed| {
        let mut feed: Box<dyn Feed> = Box::new(feed);
        replay(&matches, 300 * scale, feed.as_mut())?;
        feed.close()
    });
    let length = fs::metadata(&path).map(|file| file.len());
    let _ = fs::remove_file(&path);
    match (written, length) {
        (Ok(lines), Ok(length)) => println!("{lines} lines, {length} bytes"),
        (Err(error), _) | (_, Err(error)) => println!("cannot write the feed: {error}"),
    }
}
