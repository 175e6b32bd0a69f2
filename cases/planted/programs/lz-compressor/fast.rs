//! Compresses log texts with a greedy LZ77 and checks that they come back.

use crate::random::Random;
use std::fmt::Write as _;

const WINDOW: usize = 1 << 15;
const MIN_MATCH: usize = 4;
const MAX_MATCH: usize = 255;

struct Compressor {
    /// The last position of each hash of four bytes, plus one.
    positions: Vec<u32>,
}

fn hash(bytes: &[u8]) -> usize {
    let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    (word.wrapping_mul(2_654_435_761) >> 18) as usize
}

fn common_length(one: &[u8], other: &[u8]) -> usize {
    one.iter()
        .zip(other)
        .take(MAX_MATCH)
        .take_while(|(one, other)| one == other)
        .count()
}

impl Compressor {
    fn new() -> Self {
        Self {
            positions: vec![0; 1 << 14],
        }
    }

    /// Literals are a zero and a byte; matches are a length and a distance of two bytes.
    fn compress(&mut self, input: &[u8], output: &mut Vec<u8>) {
        self.positions.fill(0);
        output.clear();
        let mut at = 0;
        while at < input.len() {
            match self.longest_match(input, at) {
                Some((length, distance)) => {
                    output.push(length as u8);
                    output.extend_from_slice(&(distance as u16).to_le_bytes());
                    at += length;
                }
                None => {
                    output.extend_from_slice(&[0, input[at]]);
                    at += 1;
                }
            }
        }
    }

    fn longest_match(&mut self, input: &[u8], at: usize) -> Option<(usize, usize)> {
        let rest = input.get(at..).filter(|rest| rest.len() >= MIN_MATCH)?;
        let slot = &mut self.positions[hash(rest)];
        let candidate = std::mem::replace(slot, at as u32 + 1).checked_sub(1)? as usize;
        let distance = at - candidate;
        let length = common_length(rest, &input[candidate..]);
        (length >= MIN_MATCH && distance < WINDOW).then_some((length, distance))
    }
}

fn decompress(compressed: &[u8], output: &mut Vec<u8>) {
    output.clear();
    let mut rest = compressed;
    loop {
        match *rest {
            [0, literal, ref after @ ..] => {
                output.push(literal);
                rest = after;
            }
            [length, low, high, ref after @ ..] => {
                let start = output.len() - usize::from(u16::from_le_bytes([low, high]));
                for index in start..start + usize::from(length) {
                    output.push(output[index]);
                }
                rest = after;
            }
            _ => return,
        }
    }
}

fn log(lines: usize, random: &mut Random) -> String {
    let mut text = String::with_capacity(lines * 60);
    for number in 0..lines {
        let level = random.pick(&["INFO", "WARN", "DEBUG"]);
        let part = random.pick(&["net::session", "store::cache", "api::handler", "scheduler"]);
        let _ = writeln!(text, "{level} {part} request {number} took {} us", random.below(20_000));
    }
    text
}

pub fn run(scale: usize) {
    let mut random = Random::new(359);
    let mut compressor = Compressor::new();
    let (mut compressed, mut restored) = (Vec::new(), Vec::new());
    let (mut before, mut after, mut intact) = (0, 0, 0);
    let texts: Vec<String> = (0..8).map(|_| log(12_000, &mut random)).collect();
    for round in 0..100 * scale {
        let text = &texts[round % texts.len()].as_bytes()[round / 8..];
        compressor.compress(text, &mut compressed);
        decompress(&compressed, &mut restored);
        intact += usize::from(restored == text);
        before += text.len();
        after += compressed.len();
    }
    println!("{intact} intact, {before} bytes to {after}");
}
