//! Calculates with lengths: "3 km + 2 * (400 m - 12 ft)" by recursive descent.

use crate::random::Random;
use std::collections::HashMap;

#[derive(Debug, PartialEq)]
enum Wrong {
    Unit(usize),
    Number(usize),
    Bracket(usize),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

fn metres(unit: &str) -> Option<f64> {
    let units = HashMap::from([
        //~^
        ("mm", 0.001),
        ("cm", 0.01),
        ("m", 1.0),
        ("km", 1000.0),
        ("in", 0.0254),
        ("ft", 0.3048),
        ("yd", 0.9144),
        ("mi", 1609.344),
        ("nmi", 1852.0),
    ]);
    units.get(unit).copied()
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        self.at += rest.iter().take_while(|byte| accept(**byte)).count();
        &self.text[start..self.at]
    }

    fn sum(&mut self) -> Result<f64, Wrong> {
        let mut value = self.product()?;
        while let Some(sign @ (b'+' | b'-')) = self.peek() {
            self.at += 1;
            let next = self.product()?;
            value += if sign == b'+' { next } else { -next };
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<f64, Wrong> {
        let mut value = self.quantity()?;
        while self.peek() == Some(b'*') {
            self.at += 1;
            value *= self.quantity()?;
        }
        Ok(value)
    }

    fn quantity(&mut self) -> Result<f64, Wrong> {
        if self.peek() == Some(b'(') {
            self.at += 1;
            let value = self.sum()?;
            if self.peek() != Some(b')') {
                return Err(Wrong::Bracket(self.at));
            }
            self.at += 1;
            return Ok(value);
        }
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let number: u32 = digits.parse().map_err(|_| Wrong::Number(self.at))?;
        self.peek();
        let unit = self.take_while(|byte| byte.is_ascii_lowercase());
        if unit.is_empty() {
            return Ok(f64::from(number));
        }
        let factor = metres(unit).ok_or(Wrong::Unit(self.at))?; //~
        Ok(f64::from(number) * factor)
    }
}

fn formula(random: &mut Random, depth: usize) -> String {
    let unit = random.pick(&["mm", "cm", "m", "km", "in", "ft", "yd", "mi", "nmi"]);
    let number = 1 + random.below(500);
    match random.below(if depth == 0 { 1 } else { 4 }) {
        0 => format!("{number} {unit}"),
        1 => format!("{} + {}", formula(random, depth - 1), formula(random, depth - 1)),
        2 => format!("{number} * ({})", formula(random, depth - 1)),
        _ => format!("{} - {number}{unit}", formula(random, depth - 1)),
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(93);
    let formulas: Vec<String> = (0..2_000).map(|_| formula(&mut random, 4)).collect();
    let (mut total, mut wrong) = (0.0, 0);
    for _ in 0..150 * scale {
        (total, wrong) = (0.0, 0);
        for formula in &formulas {
            match Parser::new(formula).sum() {
                Ok(length) => total += length,
                Err(_) => wrong += 1,
            }
        }
    }
    println!("{total:.3} m, {wrong} wrong");
}
