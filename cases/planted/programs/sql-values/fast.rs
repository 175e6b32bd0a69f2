//! Writes rows as SQL insert statements, with quoting.

use crate::random::Random;
use std::fmt::Write;

enum Value {
    Null,
    Integer(i64),
    Text(&'static str),
}

struct Table {
    name: &'static str,
    rows: Vec<Vec<Value>>,
}

fn push_literal(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("NULL"),
        Value::Integer(number) => {
            let _ = write!(text, "{number}");
        }
        Value::Text(words) => {
            text.push('\'');
            for (place, part) in words.split('\'').enumerate() {
                if place > 0 {
                    text.push_str("''");
                }
                text.push_str(part);
            }
            text.push('\'');
        }
    }
}

/// The values of one row in parentheses.
fn tuple(row: &[Value]) -> String {
    let mut text = String::with_capacity(16 * row.len());
    text.push('(');
    for (place, value) in row.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        push_literal(&mut text, value);
    }
    text.push(')');
    text
}

fn joined(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.fold(String::new(), |mut text, part| {
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(&part);
        text
    })
}

fn insert_statement(table: &Table) -> String {
    let rows = joined(table.rows.iter().map(|row| tuple(row)), ",\n  ");
    format!("INSERT INTO {} VALUES\n  {rows};", table.name)
}

fn people(count: usize, random: &mut Random) -> Table {
    let rows = (0..count)
        .map(|number| {
            let age = if random.below(10) == 0 {
                Value::Null
            } else {
                Value::Integer(18 + random.below(70) as i64)
            };
            vec![
                Value::Integer(number as i64),
                Value::Text(random.pick(&["Ada", "O'Brien", "Grace", "Linus", "D'Angelo"])),
                age,
            ]
        })
        .collect();
    Table { name: "people", rows }
}

pub fn run(scale: usize) {
    let mut random = Random::new(191);
    let table = people(2_500, &mut random);
    let mut bytes = 0;
    let mut quotes = 0;
    for _ in 0..130 * scale {
        let statement = insert_statement(&table);
        bytes += statement.len();
        quotes += statement.bytes().filter(|&byte| byte == b'\'').count();
    }
    println!("{bytes} bytes, {quotes} quotes");
}
