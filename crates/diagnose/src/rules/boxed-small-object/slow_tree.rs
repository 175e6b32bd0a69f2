//! Breeds formulas: trees of sums and products that are made, measured against samples, and thrown away.

enum Formula {
    Input,
    Number(i32),
    Sum(Box<Formula>, Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
}

struct Breeder {
    state: u32,
}

impl Breeder {
    fn draw(&mut self, below: u32) -> u32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.state >> 12) % below
    }

    fn branch(&mut self, depth: u32) -> Box<Formula> {
        Box::new(self.formula(depth)) //~ boxed-small-object
    }

    fn formula(&mut self, depth: u32) -> Formula {
        if depth == 0 {
            return match self.draw(2) {
                0 => Formula::Input,
                _ => Formula::Number(self.draw(9) as i32 - 4),
            };
        }
        let (left, right) = (self.branch(depth - 1), self.branch(depth - 1));
        match self.draw(2) {
            0 => Formula::Sum(left, right),
            _ => Formula::Product(left, right),
        }
    }
}

fn value(formula: &Formula, input: i32) -> i32 {
    match formula {
        Formula::Input => input,
        Formula::Number(number) => *number,
        Formula::Sum(left, right) => value(left, input).wrapping_add(value(right, input)),
        Formula::Product(left, right) => value(left, input).wrapping_mul(value(right, input)) % 1009,
    }
}

pub fn run(scale: usize) {
    let mut breeder = Breeder { state: 11 };
    let (mut best, mut tried) = (i32::MAX, 0);
    for _ in 0..scale * 15_000 {
        let formula = breeder.formula(7);
        let off = (value(&formula, 3) - 77).abs();
        best = best.min(off);
        tried += 1;
    }
    println!("{tried} tried, best is off by {best}");
}
