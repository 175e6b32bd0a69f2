//! Writes rows as SQL insert statements, with quoting.

use crate::random::Random;

enum Value {
    Null,
    Integer(i64),
    Text(&'static str),
}

struct Table {
    name: &'static str,
    rows: Vec<Vec<Value>>,
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

/// The values of one row in parentheses.
fn tuple(row: &[Value]) -> String {
    let values: Vec<String> = row.iter().map(literal).collect();
    format!("({})", values.join(", "))
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
    let mut bytes = 0;
    let mut quotes = 0;
    for _ in 0..130 * scale {
        let statement = insert_statement(&people(2_500, &mut random));
        bytes += statement.len();
        quotes += statement.bytes().filter(|&byte| byte == b'\'').count();
    }
    println!("{bytes} bytes, {quotes} quotes");
}
