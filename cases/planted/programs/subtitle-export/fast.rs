//! Shifts the cues of a subtitle file and writes them in the SubRip form.

use crate::random::Random;
use std::fmt::{self, Display, Write as _};

#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Instant {
    millis: u32,
}

struct Cue {
    from: Instant,
    to: Instant,
    text: &'static str,
}

impl Instant {
    fn shifted(self, by: i32) -> Self {
        Self {
            millis: self.millis.saturating_add_signed(by),
        }
    }

    fn clock(self) -> (u32, u32, u32, u32) {
        let seconds = self.millis / 1000;
        (seconds / 3600, seconds / 60 % 60, seconds % 60, self.millis % 1000)
    }
}

impl Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let (hours, minutes, seconds, millis) = self.clock();
        write!(out, "{hours}:{minutes:02}:{seconds:02},{millis}")
    }
}

/// Builds a subtitle file: `Subtitles::new().shift(-200).longest(7000).write(..)`.
#[derive(Default)]
struct Subtitles {
    shift: i32,
    longest: u32,
    out: String,
    number: u32,
}

impl Subtitles {
    fn new() -> Self {
        Self {
            longest: u32::MAX,
            ..Self::default()
        }
    }

    fn shift(mut self, millis: i32) -> Self {
        self.shift = millis;
        self
    }

    fn longest(mut self, millis: u32) -> Self {
        self.longest = millis;
        self
    }

    fn capacity(mut self, bytes: usize) -> Self {
        self.out.reserve(bytes);
        self
    }

    fn cue(&mut self, cue: &Cue) {
        self.number += 1;
        let from = cue.from.shifted(self.shift);
        let length = (cue.to.millis - cue.from.millis).min(self.longest);
        let to = Instant {
            millis: from.millis + length,
        };
        let _ = writeln!(self.out, "{}\n{from} --> {to}", self.number);
        self.out.push_str(cue.text);
        self.out.push_str("\n\n");
    }

    fn write(mut self, cues: &[Cue]) -> String {
        cues.iter().for_each(|cue| self.cue(cue));
        self.out
    }
}

const LINES: [&str; 5] = [
    "Where were you?",
    "Nothing to see here.",
    "[door slams]",
    "I told you twice.",
    "Run!",
];

fn film(cues: usize) -> Vec<Cue> {
    let mut random = Random::new(83);
    let mut now = 4_000;
    (0..cues)
        .map(|_| {
            let from = now + random.below(3_000) as u32;
            now = from + 900 + random.below(8_000) as u32;
            Cue {
                from: Instant { millis: from },
                to: Instant { millis: now },
                text: random.pick(&LINES),
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let cues = film(1_800);
    let (mut bytes, mut last) = (0, 0);
    for round in 0..500 * scale {
        let text = Subtitles::new()
            .shift(-250 + (round % 2) as i32)
            .longest(7_000)
            .capacity(cues.len() * 64)
            .write(&cues);
        bytes = bytes.max(text.len());
        last = text.bytes().rev().position(|byte| byte == b'-').unwrap_or(0);
    }
    println!("{bytes} bytes, last arrow {last} from the end");
}
