//! Runs a little stack machine and profiles which instructions it executes.

use crate::random::Random;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
enum Instruction {
    Push(i64),
    Add,
    Multiply,
    Swap,
    Duplicate,
    Drop,
}

#[derive(Default)]
struct Machine {
    stack: Vec<i64>,
    profile: Profile,
}

#[derive(Default)]
struct Profile {
    executed: BTreeMap<&'static str, u64>, //~
}

impl Instruction {
    fn mnemonic(self) -> &'static str {
        match self {
            Self::Push(_) => "push",
            Self::Add => "add",
            Self::Multiply => "multiply",
            Self::Swap => "swap",
            Self::Duplicate => "duplicate",
            Self::Drop => "drop",
        }
    }
}

impl Profile {
    fn count(&mut self, instruction: Instruction) {
        *self.executed.entry(instruction.mnemonic()).or_insert(0) += 1; //~
    }
}

impl Machine {
    fn execute(&mut self, instruction: Instruction) -> Option<()> {
        self.profile.count(instruction);
        match instruction {
            Instruction::Push(value) => self.stack.push(value),
            Instruction::Add => {
                let (one, other) = (self.stack.pop()?, self.stack.pop()?);
                self.stack.push(one.wrapping_add(other));
            }
            Instruction::Multiply => {
                let (one, other) = (self.stack.pop()?, self.stack.pop()?);
                self.stack.push(one.wrapping_mul(other));
            }
            Instruction::Swap => {
                let length = self.stack.len();
                self.stack.swap(length.checked_sub(2)?, length - 1);
            }
            Instruction::Duplicate => self.stack.push(*self.stack.last()?),
            Instruction::Drop => drop(self.stack.pop()?),
        }
        Some(())
    }
}

/// A program that leaves the stack as it finds it.
fn program(blocks: usize) -> Vec<Instruction> {
    let mut random = Random::new(139);
    (0..blocks)
        .flat_map(|_| {
            let value = random.below(1000) as i64;
            let operation = if random.below(2) == 0 {
                Instruction::Add
            } else {
                Instruction::Multiply
            };
            [
                Instruction::Push(value),
                Instruction::Duplicate,
                Instruction::Swap,
                operation,
                Instruction::Add,
                Instruction::Duplicate,
                Instruction::Drop,
            ]
        })
        .collect()
}

pub fn run(scale: usize) {
    let program = program(2_000);
    let mut machine = Machine::default();
    machine.stack.push(1);
    for _ in 0..5_000 * scale {
        for &instruction in &program {
            if machine.execute(instruction).is_none() {
                println!("stack underflow");
                return;
            }
        }
    }
    println!("result {:?}", machine.stack);
    for (name, count) in &machine.profile.executed {
        println!("{name} {count}");
    }
}
