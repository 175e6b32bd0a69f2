//! Computes the fees of customers from the formulas of a tariff, which are parsed once.

use crate::random::Random;

enum Expression {
    Number(f64),
    Use(Variable),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Negate(Box<Expression>),
}

#[derive(Clone, Copy)]
enum Variable {
    Usage,
    Peak,
    Years,
}

#[derive(Clone, Copy)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Least,
}

struct Customer {
    usage: f64,
    peak: f64,
    years: f64,
}

struct Parser<'a> {
    rest: &'a [u8],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn accept(&mut self, operators: &[(u8, Operator)]) -> Option<Operator> {
        let byte = *self.rest.first()?;
        let &(_, operator) = operators.iter().find(|(other, _)| *other == byte)?;
        self.rest = &self.rest[1..];
        Some(operator)
    }

    fn sum(&mut self) -> Option<Expression> {
        let mut left = self.product()?;
        while let Some(operator) = self.accept(&[(b'+', Operator::Add), (b'-', Operator::Subtract)]) {
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Expression> {
        let mut left = self.atom()?;
        while let Some(operator) = self.accept(&[(b'*', Operator::Multiply), (b'<', Operator::Least)]) {
            left = Expression::Binary(operator, Box::new(left), Box::new(self.atom()?));
        }
        Some(left)
    }

    fn atom(&mut self) -> Option<Expression> {
        Some(match self.next()? {
            b'(' => {
                let inner = self.sum()?;
                self.next().filter(|&byte| byte == b')')?;
                inner
            }
            b'~' => Expression::Negate(Box::new(self.atom()?)),
            b'u' => Expression::Use(Variable::Usage),
            b'p' => Expression::Use(Variable::Peak),
            b'y' => Expression::Use(Variable::Years),
            digit @ b'0'..=b'9' => Expression::Number(f64::from(digit - b'0')),
            _ => return None,
        })
    }
}

impl Expression {
    fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { rest: text.as_bytes() };
        parser.sum().filter(|_| parser.rest.is_empty())
    }

    fn evaluate(&self, customer: &Customer) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Use(Variable::Usage) => customer.usage,
            Self::Use(Variable::Peak) => customer.peak,
            Self::Use(Variable::Years) => customer.years,
            Self::Negate(inner) => -inner.evaluate(customer),
            Self::Binary(operator, left, right) => {
                let (left, right) = (left.evaluate(customer), right.evaluate(customer));
                match operator {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Least => left.min(right),
                }
            }
        }
    }
}

fn customer(random: &mut Random) -> Customer {
    Customer {
        usage: 20.0 + random.unit() * 900.0,
        peak: random.unit() * 12.0,
        years: random.below(30) as f64,
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(107);
    let customers: Vec<Customer> = (0..3_000).map(|_| customer(&mut random)).collect();
    let formulas = [
        "2*u+p*(9-y<5)",
        "(u-p*4)*3+~(y*2)",
        "9*9+u<(p*8*9)",
        "(u+p)*(1+1)-y*y<7*u",
    ];
    let tariff: Vec<Expression> = formulas.iter().filter_map(|text| Expression::parse(text)).collect();
    let mut fees = vec![0.0; tariff.len()];
    for _ in 0..1_000 * scale {
        for (fee, formula) in fees.iter_mut().zip(&tariff) {
            *fee = customers.iter().map(|customer| formula.evaluate(customer)).sum();
        }
    }
    println!("{fees:.2?}");
}
