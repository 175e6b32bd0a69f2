//! Parses a JSON document, changes it and writes it again: `json-driver FILE ROUNDS`.

use mimalloc::MiMalloc;
use serde_json::Value;
use std::{env, fs, io};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Rounds every number and puts every text in capitals.
fn change(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(change),
        Value::Object(fields) => fields.values_mut().for_each(change),
        Value::String(text) => text.make_ascii_uppercase(),
        Value::Number(number) => *value = number.as_f64().map(f64::round).into(),
        Value::Null | Value::Bool(_) => {}
    }
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(path), Some(rounds)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: json-driver FILE ROUNDS"));
    };
    let text = fs::read_to_string(path)?;
    let mut bytes = 0;
    for _ in 0..rounds.parse().map_err(io::Error::other)? {
        let mut document = serde_json::from_str(&text)?;
        change(&mut document);
        bytes += serde_json::to_string(&document)?.len();
    }
    println!("{bytes} bytes");
    Ok(())
}
