//! Evaluates pricing formulas for the rows of a table.

use crate::random::Random;
use rustc_hash::FxHashMap;

enum Expr {
    Number(f64),
    Variable(String),
    Add(Box<Expr>, Box<Expr>),
    Multiply(Box<Expr>, Box<Expr>),
    Larger(Box<Expr>, Box<Expr>),
}

struct Scope {
    values: FxHashMap<String, f64>,
}

const COLUMNS: [&str; 6] = [
    "unit_price_in_euro",
    "quantity_ordered",
    "customer_discount_percent",
    "shipping_weight_in_kilogram",
    "currency_exchange_rate",
    "value_added_tax_percent",
];

impl Expr {
    fn variable(column: usize) -> Box<Self> {
        Box::new(Self::Variable(COLUMNS[column].to_owned()))
    }

    fn number(value: f64) -> Box<Self> {
        Box::new(Self::Number(value))
    }

    fn evaluate(&self, scope: &Scope) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Variable(name) => scope.value(name), //~
            Self::Add(left, right) => left.evaluate(scope) + right.evaluate(scope),
            Self::Multiply(left, right) => left.evaluate(scope) * right.evaluate(scope),
            Self::Larger(left, right) => left.evaluate(scope).max(right.evaluate(scope)),
        }
    }
}

impl Scope {
    fn new() -> Self {
        let values = COLUMNS.iter().map(|&column| (column.to_owned(), 0.0)).collect(); //~
        Self { values }
    }

    fn value(&self, name: &str) -> f64 {
        self.values.get(name).copied().unwrap_or(f64::NAN) //~
    }

    fn set(&mut self, column: usize, value: f64) {
        if let Some(slot) = self.values.get_mut(COLUMNS[column]) {
            //~^
            *slot = value;
        }
    }
}

/// price × quantity × (1 − discount) × rate × (1 + tax) + the larger of two shipping rates.
fn formula() -> Expr {
    let discount = Expr::Add(
        Expr::number(1.0),
        Box::new(Expr::Multiply(Expr::number(-0.01), Expr::variable(2))),
    );
    let tax = Expr::Add(
        Expr::number(1.0),
        Box::new(Expr::Multiply(Expr::number(0.01), Expr::variable(5))),
    );
    let goods = Expr::Multiply(
        Box::new(Expr::Multiply(Expr::variable(0), Expr::variable(1))),
        Box::new(Expr::Multiply(Box::new(discount), Box::new(tax))),
    );
    let by_weight = Expr::Multiply(Expr::number(0.8), Expr::variable(3));
    let by_count = Expr::Multiply(Expr::number(0.3), Expr::variable(1));
    let shipping = Expr::Larger(Box::new(by_weight), Box::new(by_count));
    let in_euro = Expr::Add(Box::new(goods), Box::new(shipping));
    Expr::Multiply(Box::new(in_euro), Expr::variable(4))
}

pub fn run(scale: usize) {
    let mut random = Random::new(103);
    let table: Vec<[f64; 6]> = (0..50_000)
        .map(|_| std::array::from_fn(|column| (1 + random.below(40 * (column + 1))) as f64 / 4.0))
        .collect();
    let formula = formula();
    let mut scope = Scope::new();
    let mut total = 0.0;
    for _ in 0..160 * scale {
        for row in &table {
            for (column, &value) in row.iter().enumerate() {
                scope.set(column, value);
            }
            total += formula.evaluate(&scope);
        }
    }
    println!("total {total:.2}");
}
