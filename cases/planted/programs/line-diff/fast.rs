//! Compares versions of a file by lines with Myers' algorithm.

use crate::random::Random;
use rustc_hash::FxHashMap;

/// Gives equal lines equal numbers.
#[derive(Default)]
struct Interner<'a> {
    numbers: FxHashMap<&'a str, u32>,
}

impl<'a> Interner<'a> {
    fn intern(&mut self, text: &'a str) -> Vec<u32> {
        text.lines()
            .map(|line| {
                let next = self.numbers.len() as u32;
                *self.numbers.entry(line).or_insert(next)
            })
            .collect()
    }
}

/// The length of the shortest edit script.
fn distance(old: &[u32], new: &[u32]) -> usize {
    let most = old.len() + new.len();
    let offset = most as isize;
    let mut farthest = vec![0usize; 2 * most + 2];
    for edits in 0..=most as isize {
        for diagonal in (-edits..=edits).step_by(2) {
            let index = (diagonal + offset) as usize;
            let goes_down = diagonal == -edits || diagonal != edits && farthest[index - 1] < farthest[index + 1];
            let mut x = if goes_down {
                farthest[index + 1]
            } else {
                farthest[index - 1] + 1
            };
            let y = (x as isize - diagonal) as usize;
            if x <= old.len() && y <= new.len() {
                x += old[x..]
                    .iter()
                    .zip(&new[y..])
                    .take_while(|(one, other)| one == other)
                    .count();
            }
            farthest[index] = x;
            if x >= old.len() && (x as isize - diagonal) as usize >= new.len() {
                return edits as usize;
            }
        }
    }
    most
}

fn version(lines: usize, random: &mut Random) -> Vec<String> {
    (0..lines)
        .map(|_| {
            let indent = " ".repeat(4 * random.below(4));
            let statement = random.pick(&["let x = f(y);", "}", "return Ok(())", "for item in items {"]);
            format!("{indent}{statement} // {}", random.below(300))
        })
        .collect()
}

fn edited(lines: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    for line in lines {
        match random.below(14) {
            0 => {}
            1 => text.push_str("inserted\n"),
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

pub fn run(scale: usize) {
    let mut random = Random::new(389);
    let base = version(3_000, &mut random);
    let mut distances = Vec::new();
    for _ in 0..160 * scale {
        let (old, new) = (edited(&base, &mut random), edited(&base, &mut random));
        let mut interner = Interner::default();
        let (old, new) = (interner.intern(&old), interner.intern(&new));
        distances.push(distance(&old, &new));
    }
    println!("{:?} of {}", &distances[..4], distances.len());
}
