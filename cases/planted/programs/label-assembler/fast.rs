//! Assembles the programs of a small processor: first the labels, then the words.

use crate::random::Random;
use rustc_hash::FxHashMap;

enum Operand {
    None,
    Number(u16),
    Label(String),
}

struct Line {
    label: Option<String>,
    operation: u8,
    operand: Operand,
}

#[derive(Default)]
struct Symbols {
    addresses: FxHashMap<String, u16>,
}

enum AssemblyError {
    UnknownLabel(usize),
}

impl Symbols {
    fn define(&mut self, name: &str, address: u16) {
        self.addresses.insert(name.to_owned(), address);
    }

    fn resolve(&self, name: &str) -> Option<u16> {
        self.addresses.get(name).copied()
    }
}

struct Assembler {
    symbols: Symbols,
    words: Vec<u32>,
}

impl Assembler {
    fn new(lines: &[Line]) -> Self {
        let mut symbols = Symbols::default();
        for (address, line) in lines.iter().enumerate() {
            if let Some(name) = &line.label {
                symbols.define(name, address as u16);
            }
        }
        Self {
            symbols,
            words: Vec::with_capacity(lines.len()),
        }
    }

    fn operand(&self, line: &Line, number: usize) -> Result<u16, AssemblyError> {
        match &line.operand {
            Operand::None => Ok(0),
            Operand::Number(value) => Ok(*value),
            Operand::Label(name) => self.symbols.resolve(name).ok_or(AssemblyError::UnknownLabel(number)),
        }
    }

    fn assemble(mut self, lines: &[Line]) -> Result<Vec<u32>, AssemblyError> {
        for (number, line) in lines.iter().enumerate() {
            let operand = self.operand(line, number)?;
            self.words.push(u32::from(line.operation) << 16 | u32::from(operand));
        }
        Ok(self.words)
    }
}

fn listing(lines: usize) -> Vec<Line> {
    let mut random = Random::new(85);
    (0..lines)
        .map(|line| Line {
            label: line.is_multiple_of(8).then(|| format!("block_{}", line / 8)),
            operation: random.below(40) as u8,
            operand: match random.below(4) {
                0 => Operand::None,
                1 => Operand::Number(random.below(65_536) as u16),
                _ => Operand::Label(format!("block_{}", random.below(lines.div_ceil(8)))),
            },
        })
        .collect()
}

pub fn run(scale: usize) {
    let lines = listing(6_000);
    let mut checksum = 0u32;
    for _ in 0..200 * scale {
        match Assembler::new(&lines).assemble(&lines) {
            Ok(words) => checksum = words.iter().fold(0, |sum, word| sum.rotate_left(3) ^ word),
            Err(AssemblyError::UnknownLabel(line)) => eprintln!("line {line}: there is no such label"),
        }
    }
    println!("{} lines, {checksum:x}", lines.len());
}
