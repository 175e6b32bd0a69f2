//! Parses arithmetic into trees, simplifies them, and prints them again; all nodes are boxes of their own.

#[expect(dead_code, reason = "not every program needs all kinds of random values")]
#[path = "../../../planted/src/random.rs"]
mod random;

use random::Random;
use std::fmt;

#[cfg(feature = "fast")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

enum Expr {
    Number(i64),
    Name(String),
    Call(String, Vec<Expr>),
    Binary(Box<Expr>, char, Box<Expr>),
}

struct Parser<'a> {
    text: &'a [u8],
    position: usize,
}

impl Parser<'_> {
    fn expression(&mut self) -> Expr {
        let mut left = self.term();
        while let Some(operator @ (b'+' | b'-')) = self.text.get(self.position).copied() {
            self.position += 1;
            left = Expr::Binary(Box::new(left), char::from(operator), Box::new(self.term()));
        }
        left
    }

    fn term(&mut self) -> Expr {
        let mut left = self.factor();
        while self.text.get(self.position) == Some(&b'*') {
            self.position += 1;
            left = Expr::Binary(Box::new(left), '*', Box::new(self.factor()));
        }
        left
    }

    fn factor(&mut self) -> Expr {
        let start = self.position;
        let length = self.text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        self.position += length;
        let word = String::from_utf8_lossy(&self.text[start..start + length]);
        if self.text.get(self.position) != Some(&b'(') {
            return word
                .parse()
                .map(Expr::Number)
                .unwrap_or_else(|_| Expr::Name(word.into_owned()));
        }
        let name = word.into_owned();
        let mut arguments = Vec::new();
        while self.text.get(self.position).is_some_and(|&byte| byte != b')') {
            self.position += 1;
            arguments.push(self.expression());
        }
        self.position += 1;
        Expr::Call(name, arguments)
    }
}

/// Folds constants and drops neutral elements; the result is a tree of its own.
fn simplify(expr: &Expr) -> Expr {
    match expr {
        Expr::Number(number) => Expr::Number(*number),
        Expr::Name(name) => Expr::Name(name.clone()),
        Expr::Call(name, arguments) => Expr::Call(name.clone(), arguments.iter().map(simplify).collect()),
        Expr::Binary(left, operator, right) => match (simplify(left), operator, simplify(right)) {
            (Expr::Number(left), '+', Expr::Number(right)) => Expr::Number(left.wrapping_add(right)),
            (Expr::Number(left), '-', Expr::Number(right)) => Expr::Number(left.wrapping_sub(right)),
            (Expr::Number(left), '*', Expr::Number(right)) => Expr::Number(left.wrapping_mul(right)),
            (Expr::Number(1), '*', other) | (other, '*', Expr::Number(1)) => other,
            (left, operator, right) => Expr::Binary(Box::new(left), *operator, Box::new(right)),
        },
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Call(name, arguments) => {
                f.write_str(name)?;
                arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
            }
            Self::Binary(left, operator, right) => write!(f, "({left}{operator}{right})"),
        }
    }
}

fn source(depth: usize, random: &mut Random, text: &mut String) {
    match random.below(if depth == 0 { 2 } else { 5 }) {
        0 => text.push_str(random.pick(&["1", "2", "40", "7"])),
        1 => text.push_str(random.pick(&["width", "height", "x", "y", "offset"])),
        2 => {
            text.push_str("max(");
            source(depth - 1, random, text);
            text.push(',');
            source(depth - 1, random, text);
            text.push(')');
        }
        _ => {
            source(depth - 1, random, text);
            text.push(random.pick(&['+', '-', '*']));
            source(depth - 1, random, text);
        }
    }
}

fn main() {
    let scale: usize = std::env::args().nth(1).and_then(|scale| scale.parse().ok()).unwrap_or(1);
    let mut random = Random::new(439);
    let mut bytes = 0;
    let mut shown = String::new();
    let sources: Vec<String> = (0..2_000)
        .map(|_| {
            let mut text = String::new();
            source(9, &mut random, &mut text);
            text
        })
        .collect();
    let mut kept = Vec::new();
    for round in 0..150 * scale {
        for text in &sources {
            let tree = Parser {
                text: text.as_bytes(),
                position: 0,
            }
            .expression();
            let simple = simplify(&tree);
            if round % 10 == 0 {
                shown = simple.to_string();
                bytes += shown.len();
            }
            // The trees of the last rounds stay alive, as a compiler's do.
            kept.push(simple);
        }
        if kept.len() > 8_000 {
            kept.drain(..4_000);
        }
    }
    println!("{bytes} bytes, last {} bytes, {} kept", shown.len(), kept.len());
}
