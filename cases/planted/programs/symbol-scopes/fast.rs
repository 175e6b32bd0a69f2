//! Resolves names in nested blocks; identifiers are interned, scopes lie on one stack.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Name(u32);

enum Statement {
    Declare(Name),
    Use(Name),
    Block(Vec<Statement>),
}

fn block(random: &mut Random, depth: usize) -> Vec<Statement> {
    (0..6 + random.below(10))
        .map(|place| match random.below(10) {
            _ if place < 2 => Statement::Declare(Name(random.below(24) as u32)),
            0..2 if depth > 0 => Statement::Block(block(random, depth - 1)),
            _ => Statement::Use(Name(random.below(24) as u32)),
        })
        .collect()
}

/// What is visible, with the start of each open scope.
#[derive(Default)]
struct Scopes {
    visible: Vec<(Name, u32)>,
    starts: Vec<usize>,
    slots: u32,
}

impl Scopes {
    fn open(&mut self) {
        self.starts.push(self.visible.len());
    }

    fn close(&mut self) {
        self.visible.truncate(self.starts.pop().unwrap_or(0));
    }

    fn declare(&mut self, name: Name) {
        self.slots += 1;
        self.visible.push((name, self.slots));
    }

    fn find(&self, name: Name) -> Option<u32> {
        self.visible
            .iter()
            .rev()
            .find(|(known, _)| *known == name)
            .map(|(_, slot)| *slot)
    }
}

#[derive(Default)]
struct Resolver {
    scopes: Scopes,
    resolved: u64,
    unknown: u64,
}

impl Resolver {
    fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Declare(name) => self.scopes.declare(*name),
                Statement::Use(name) => match self.scopes.find(*name) {
                    Some(slot) => self.resolved += u64::from(slot & 0xff),
                    None => self.unknown += 1,
                },
                Statement::Block(inner) => {
                    self.scopes.open();
                    self.block(inner);
                    self.scopes.close();
                }
            }
        }
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(38);
    let functions: Vec<Vec<Statement>> = (0..2_000).map(|_| block(&mut random, 5)).collect();
    let mut resolver = Resolver::default();
    for _ in 0..80 * scale {
        for function in &functions {
            resolver.scopes.slots = 0;
            resolver.scopes.open();
            resolver.block(function);
            resolver.scopes.close();
        }
    }
    println!("{} {}", resolver.resolved, resolver.unknown);
}
