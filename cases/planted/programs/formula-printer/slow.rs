//! Prints the formulas of a computer algebra system.

use crate::random::Random;

enum Formula {
    Number(u32),
    Symbol(char),
    Sum(Box<Formula>, Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
    Call(&'static str, Vec<Formula>),
}

impl Formula {
    fn render(&self) -> String {
        //~^
        match self {
            Self::Number(number) => number.to_string(), //~
            Self::Symbol(symbol) => symbol.to_string(), //~
            Self::Sum(left, right) => format!("({} + {})", left.render(), right.render()), //~
            Self::Product(left, right) => format!("{} * {}", left.render(), right.render()), //~
            Self::Call(name, arguments) => {
                let mut text = format!("{name}("); //~
                for (at, argument) in arguments.iter().enumerate() {
                    if at > 0 {
                        text.push_str(", ");
                    }
                    text += &argument.render(); //~
                }
                text.push(')');
                text
            }
        }
    }
}

/// Grows a formula of a given depth, more often deep to the left than to the right.
fn formula(random: &mut Random, depth: usize) -> Formula {
    if depth == 0 {
        return match random.below(3) {
            0 => Formula::Number(random.below(1_000) as u32),
            _ => Formula::Symbol(random.pick(&['x', 'y', 'z', 't'])),
        };
    }
    let short = depth / 3;
    match random.below(5) {
        0 | 1 => Formula::Sum(Box::new(formula(random, depth - 1)), Box::new(formula(random, short))),
        2 | 3 => Formula::Product(Box::new(formula(random, depth - 1)), Box::new(formula(random, short))),
        _ => {
            let name = random.pick(&["sin", "atan2", "max"]);
            let arguments = vec![formula(random, depth - 1), formula(random, short)];
            Formula::Call(name, arguments)
        }
    }
}

/// A sheet of formulas, which is printed whenever it has changed.
struct Sheet {
    formulas: Vec<Formula>,
}

impl Sheet {
    fn widest(&self) -> (usize, u64) {
        let mut widest = 0;
        let mut sum = 0u64;
        for formula in &self.formulas {
            let text = formula.render(); //~
            widest = widest.max(text.len());
            sum = sum.rotate_left(3) ^ text.bytes().filter(|byte| *byte == b'(').count() as u64;
        }
        (widest, sum)
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(262);
    let sheet = Sheet {
        formulas: (0..200).map(|number| formula(&mut random, 12 + number % 14)).collect(),
    };
    let mut sum = 0u64;
    let mut widest = 0;
    for _ in 0..300 * scale {
        let (width, calls) = sheet.widest();
        widest = widest.max(width);
        sum = calls.wrapping_add(sum.wrapping_mul(5));
    }
    println!("widest {widest}, {sum:x}");
}
