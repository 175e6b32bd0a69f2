//! Turns pockets into the commands of a milling machine.

use std::fmt::Arguments;

use crate::random::Random;

/// Collects commands; every method hands the program on, so that calls can be chained.
struct Program {
    text: String,
    lines: usize,
}

impl Program {
    fn start(name: &str) -> Self {
        Self {
            text: format!("({name})\nG21 G90\n"),
            lines: 2,
        }
    }

    fn command(self, command: Arguments<'_>) -> Self {
        Self {
            text: format!("{}N{} {command}\n", self.text, self.lines * 10), //~
            lines: self.lines + 1,
        }
    }

    fn rapid(self, x: i32, y: i32) -> Self {
        self.command(format_args!("G0 X{x} Y{y}")) //~
    }

    fn cut(self, x: i32, y: i32, feed: u32) -> Self {
        self.command(format_args!("G1 X{x} Y{y} F{feed}")) //~
    }

    fn plunge(self, depth: i32) -> Self {
        self.command(format_args!("G1 Z-{depth} F80")) //~
    }

    fn retract(self) -> Self {
        self.command(format_args!("G0 Z5")) //~
    }
}

struct Pocket {
    corner: (i32, i32),
    size: (i32, i32),
    depth: i32,
}

impl Pocket {
    fn mill(&self, program: Program) -> Program {
        let ((left, bottom), (width, height)) = (self.corner, self.size);
        let rows = (0..height).step_by(3).enumerate();
        let start = program.rapid(left, bottom).plunge(self.depth);
        rows.fold(start, |program, (row, offset)| {
            let (from, to) = if row % 2 == 0 {
                (left, left + width)
            } else {
                (left + width, left)
            };
            program.cut(from, bottom + offset, 300).cut(to, bottom + offset, 600)
        })
        .retract()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(26);
    let (mut lines, mut length) = (0, 0);
    for _ in 0..6 * scale {
        let pockets: Vec<Pocket> = (0..220)
            .map(|_| Pocket {
                corner: (random.below(900) as i32, random.below(900) as i32),
                size: (10 + random.below(90) as i32, 10 + random.below(90) as i32),
                depth: 1 + random.below(9) as i32,
            })
            .collect();
        let program = pockets
            .iter()
            .fold(Program::start("part"), |program, pocket| pocket.mill(program));
        lines += program.lines;
        length += program.text.len();
    }
    println!("{lines} {length}");
}
