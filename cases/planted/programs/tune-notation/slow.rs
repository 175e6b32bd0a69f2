//! Reads folk tunes in a compact notation and finds those with a given contour.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tone,
    Rest,
    Bar,
}

struct Note {
    kind: Kind,
    pitch: i8,
    ticks: u16,
    offset: u32,
}

struct Tune {
    notes: Vec<Box<Note>>, //~
}

/// Takes one note after the other from the text of a tune.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
        }
    }

    fn length(&mut self) -> u16 {
        let mut ticks = 0;
        while let Some(digit) = self.text.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            ticks = ticks * 10 + u16::from(digit - b'0');
            self.at += 1;
        }
        if ticks == 0 { 1 } else { ticks }
    }

    fn note(&mut self, kind: Kind, pitch: i8, offset: usize) -> Box<Note> {
        //~^
        let ticks = self.length();
        Box::new(Note {
            //~^
            kind,
            pitch,
            ticks,
            offset: offset as u32,
        })
    }
}

impl Iterator for Reader<'_> {
    type Item = Box<Note>; //~

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.at;
        let byte = *self.text.get(offset)?;
        self.at += 1;
        Some(match byte {
            b'|' => self.note(Kind::Bar, 0, offset),                                //~
            b'z' => self.note(Kind::Rest, 0, offset),                               //~
            b'a'..=b'g' => self.note(Kind::Tone, 12 + (byte - b'a') as i8, offset), //~
            _ => self.note(Kind::Tone, (byte & 7) as i8, offset),                   //~
        })
    }
}

impl Tune {
    fn read(text: &str) -> Self {
        let mut notes = Vec::with_capacity(text.len());
        notes.extend(Reader::new(text));
        Self { notes }
    }

    fn ticks(&self) -> u64 {
        self.notes
            .iter()
            .filter(|note| note.kind != Kind::Bar)
            .map(|note| u64::from(note.ticks))
            .sum()
    }

    /// Where the melody leaps by an octave or more.
    fn leaps(&self) -> usize {
        self.notes
            .windows(2)
            .filter(|pair| pair[0].kind == Kind::Tone && pair[1].kind == Kind::Tone)
            .filter(|pair| (pair[0].pitch - pair[1].pitch).abs() >= 12 && pair[1].offset > 0)
            .count()
    }
}

fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for at in 0..100 + random.below(200) {
        text.push(random.pick(&['a', 'b', 'c', 'd', 'e', 'f', 'g', 'A', 'B', 'C', 'D', 'E', 'z']));
        if random.below(3) == 0 {
            text.push(random.pick(&['2', '3', '4']));
        }
        if at % 8 == 7 {
            text.push('|');
        }
    }
    text
}

pub fn run(scale: usize) {
    let mut random = Random::new(49);
    let texts: Vec<String> = (0..500).map(|_| text(&mut random)).collect();
    let mut ticks = 0;
    let mut leaps = 0;
    for _ in 0..200 * scale {
        for text in &texts {
            let tune = Tune::read(text);
            ticks += tune.ticks();
            leaps += tune.leaps();
        }
    }
    println!("{ticks} ticks, {leaps} leaps");
}
