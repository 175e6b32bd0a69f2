//! Runs turmites, little machines that walk over an endless plane and recolour it.

use crate::random::Random;
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Position {
    x: i32,
    y: i32,
}

#[derive(Clone, Copy)]
enum Turn {
    Left,
    Right,
    Back,
    None,
}

#[derive(Clone, Copy)]
struct Rule {
    paint: u8,
    turn: Turn,
}

trait Plane {
    fn colour(&self, at: Position) -> u8;

    fn paint(&mut self, at: Position, colour: u8);

    fn painted(&self) -> usize;
}

/// A plane that only keeps what somebody walked over.
#[derive(Default)]
struct Sparse {
    cells: HashMap<Position, u8>, //~
}

impl Plane for Sparse {
    fn colour(&self, at: Position) -> u8 {
        self.cells.get(&at).copied().unwrap_or(0) //~
    }

    fn paint(&mut self, at: Position, colour: u8) {
        self.cells.insert(at, colour); //~
    }

    fn painted(&self) -> usize {
        self.cells.values().filter(|&&colour| colour > 0).count()
    }
}

struct Turmite {
    at: Position,
    direction: u8,
    rules: Vec<Rule>,
}

impl Turmite {
    fn random(random: &mut Random, colours: usize) -> Self {
        let rules = (0..colours)
            .map(|colour| Rule {
                paint: ((colour + 1) % colours) as u8,
                turn: random.pick(&[Turn::Left, Turn::Right, Turn::Back, Turn::None]),
            })
            .collect();
        Self {
            at: Position {
                x: random.below(200) as i32,
                y: random.below(200) as i32,
            },
            direction: 0,
            rules,
        }
    }

    fn step(&mut self, plane: &mut impl Plane) {
        let rule = self.rules[usize::from(plane.colour(self.at))];
        plane.paint(self.at, rule.paint);
        self.direction = (self.direction
            + match rule.turn {
                Turn::None => 0,
                Turn::Right => 1,
                Turn::Back => 2,
                Turn::Left => 3,
            })
            % 4;
        match self.direction {
            0 => self.at.y -= 1,
            1 => self.at.x += 1,
            2 => self.at.y += 1,
            _ => self.at.x -= 1,
        }
    }
}

/// Where all the walkers are, in one number.
fn digest(walkers: &[Turmite]) -> i64 {
    walkers.iter().fold(0, |sum, walker| {
        sum * 31 + i64::from(walker.at.x) * 7 + i64::from(walker.at.y)
    })
}

pub fn run(scale: usize) {
    let mut random = Random::new(21);
    let mut plane = Sparse::default();
    let mut walkers: Vec<Turmite> = (0..12).map(|_| Turmite::random(&mut random, 6)).collect();
    for _ in 0..700_000 * scale {
        for walker in &mut walkers {
            walker.step(&mut plane);
        }
    }
    println!("{} cells painted, walkers {:x}", plane.painted(), digest(&walkers));
}
